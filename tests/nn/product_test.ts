/**
 * Tests of the product of features with embedded quantile samples, forward and backward, in float64:
 * odd widths, passes with samples of their own numbers, features that are inputs, two agents.
 */

import assert from "node:assert/strict";
import { Buffers, upload } from "../../src/gpu/buffers.ts";
import { Gpu } from "../../src/gpu/gpu.ts";
import { Program } from "../../src/gpu/program.ts";
import { planBackward } from "../../src/nn/backward.ts";
import { forwardSteps } from "../../src/nn/forward.ts";
import { inputOf, samplesBefore } from "../../src/nn/passes.ts";
import { buildNetwork } from "../../src/nn/structure.ts";
import { Workspace } from "../../src/nn/workspace.ts";
import { floatsOf } from "../gpu/harness.ts";
import {
  arenasOf,
  distance,
  getRows,
  liveColumns,
  passesOf,
  randomFloats,
  same,
  setRows,
  structure,
} from "./harness.ts";

const gpu = await Gpu.open();
const AGENTS = 2;
/** One product is rounded once; sums of up to seven are. */
const TOLERANCE = 1e-6;

/** The width of the features; without hidden layers they are the observations. */
const CASES: readonly {
  inputs: number;
  hiddenLayers: number[];
  batch: number;
  samples: number[];
}[] = [
  { inputs: 3, hiddenLayers: [1], batch: 1, samples: [1, 1, 1] },
  { inputs: 3, hiddenLayers: [17], batch: 7, samples: [3, 5, 2] },
  { inputs: 2, hiddenLayers: [129], batch: 3, samples: [2, 1, 7] },
  { inputs: 5, hiddenLayers: [], batch: 5, samples: [7, 3, 4] },
];

for (const { inputs, hiddenLayers, batch, samples } of CASES) {
  const name = `${[inputs, ...hiddenLayers].join("-")}, batch ${batch}, ${samples} samples`;
  Deno.test(`product: forward and backward, ${name}, are the equations'`, async () => {
    const buffers = new Buffers(gpu);
    const network = buildNetwork(structure({ inputs, hiddenLayers, cosines: 3 }));
    const passes = passesOf(3, samples);
    const options = { batch, passes, inputs: 2, training: true, agents: AGENTS };
    const workspace = new Workspace(buffers, network, options);
    const { activationsStride, slopesStride } = workspace;
    const arenas = arenasOf(
      buffers.storage("parameters", AGENTS * 2 * network.parameters4 * 16),
      network,
      passes,
    );
    const l = network.layers.findIndex(({ kind }) => kind === "product");
    const layer = network.layers[l];
    assert(layer.kind === "product");
    const width = hiddenLayers[0] ?? inputs;
    const places = {
      features: workspace.activationsOf(layer.features).at,
      embedding: workspace.activationsOf(layer.embedding).at,
      output: workspace.activationsOf(layer.output).at,
    };
    const isInput = layer.features.block === 0;
    const featureBlocks = isInput ? 2 : passes.length;
    const total = batch * samplesBefore(passes);
    const activations = new Float32Array(workspace.activations.size / 4);
    const given = Array.from({ length: AGENTS }, (_, agent) => {
      const each = {
        features: randomFloats(featureBlocks * batch * width, 10 * agent + 1),
        embedding: randomFloats(total * width, 10 * agent + 2),
      };
      const start = agent * activationsStride;
      setRows(activations, start + places.features, each.features, width);
      setRows(activations, start + places.embedding, each.embedding, width);
      return each;
    });
    upload(gpu, workspace.activations, activations);
    upload(gpu, workspace.slopes!, new Float32Array(AGENTS * slopesStride * 4).fill(9));
    (await Program.build(gpu, "product", [forwardSteps(gpu, arenas, workspace)[l]])).run([[{}]]);
    const after = await floatsOf(gpu, workspace.activations);
    const slopesAfter = await floatsOf(gpu, workspace.slopes!);
    const blockOf = (pass: number) => isInput ? (inputOf(passes) >> (4 * pass)) & 15 : pass;
    for (const [agent, { features, embedding }] of given.entries()) {
      let row = 0;
      const wanted = new Float64Array(total * width);
      passes.forEach(({ samples }, pass) => {
        for (let r = 0; r < batch * samples; r++, row++) {
          const from = blockOf(pass) * batch + Math.floor(r / samples);
          for (let i = 0; i < width; i++) {
            wanted[row * width + i] = features[from * width + i] * embedding[row * width + i];
          }
        }
      });
      const place = agent * activationsStride + places.output;
      const got = getRows(after, place, total, width);
      assert(distance(got, wanted) < TOLERANCE, `agent ${agent}: off by ${distance(got, wanted)}`);
      setRows(activations, place, got, width);
      // A product is no activation: whatever comes from above goes through.
      const rows = batch * samples[0];
      const slopes = getRows(
        slopesAfter,
        agent * slopesStride + workspace.slopesOf(layer.output).at,
        rows,
        width,
      );
      assert(slopes.every((x) => x === 1));
    }
    assert(same(after, activations), "more than the output has changed");

    // Backward, from numbers of its own.
    const slopes = new Float32Array(AGENTS * slopesStride * 4).fill(0.5);
    const deltas = new Float32Array(AGENTS * slopesStride * 4);
    const at = {
      features: workspace.slopesOf(layer.features).at,
      embedding: workspace.slopesOf(layer.embedding).at,
      output: workspace.slopesOf(layer.output).at,
    };
    const rows = batch * samples[0];
    const numbers = given.map((_, agent) => {
      const each = {
        features: randomFloats(batch * width, 10 * agent + 3),
        embedding: randomFloats(rows * width, 10 * agent + 4),
        output: randomFloats(rows * width, 10 * agent + 5),
      };
      const start = agent * slopesStride;
      setRows(slopes, start + at.features, each.features, width);
      setRows(slopes, start + at.embedding, each.embedding, width);
      setRows(deltas, start + at.output, each.output, width);
      return each;
    });
    upload(gpu, workspace.slopes!, slopes);
    upload(gpu, workspace.deltas!, deltas);
    const gradients = buffers.storage("gradients", AGENTS * network.parameters4 * 16);
    const { steps } = planBackward(gpu, buffers, arenas, gradients, workspace);
    const step = steps.find(({ label }) => label === `backward ${l}`)!;
    (await Program.build(gpu, "product", [step])).run([[{}]]);
    const below = await floatsOf(gpu, workspace.deltas!);
    given.forEach(({ features, embedding }, agent) => {
      const own = numbers[agent];
      const wantedFeatures = new Float64Array(batch * width);
      const wantedEmbedding = new Float64Array(rows * width);
      for (let k = 0; k < rows * width; k++) {
        const feature = Math.floor(k / (width * samples[0])) * width + k % width;
        wantedEmbedding[k] = own.output[k] * features[feature] * own.embedding[k];
        wantedFeatures[feature] += own.output[k] * embedding[k];
      }
      const blocks = [
        ["embedding", rows, wantedEmbedding],
        // Observations have nothing to learn.
        ...isInput ? [] : [
          ["features", batch, wantedFeatures.map((x, i) => x * own.features[i])] as const,
        ],
      ] as const;
      for (const [which, count, wanted] of blocks) {
        const place = agent * slopesStride + at[which];
        const got = getRows(below, place, count, width);
        assert(distance(got, wanted) < 3 * TOLERANCE, `${which}: ${distance(got, wanted)}`);
        setRows(deltas, place, got, width);
      }
    });
    assert(same(below, deltas), "more than the deltas of both has changed");
    assert.equal(liveColumns(network)[layer.output.block].reduce((a, b) => a + b, 0), width);
    buffers.destroy();
  });
}
