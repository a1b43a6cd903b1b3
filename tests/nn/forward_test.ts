/**
 * Tests of dense layers, forward, against the float64 reference: odd shapes, every activation, one to
 * three passes, two agents, and both choices of tiles, which must agree to the last bit.
 */

import assert from "node:assert/strict";
import { Buffers } from "../../src/gpu/buffers.ts";
import { type AdapterKind, Gpu } from "../../src/gpu/gpu.ts";
import { Program } from "../../src/gpu/program.ts";
import { forwardSteps } from "../../src/nn/forward.ts";
import { type Activation, denseLayers } from "../../src/nn/network.ts";
import { pack } from "../../src/nn/parameters.ts";
import { Workspace } from "../../src/nn/workspace.ts";
import { loadFunctions } from "../fixtures/torch/load.ts";
import { bufferOf, floatsOf, withKind } from "../gpu/harness.ts";
import { activate, forward, slope } from "../reference/mlp.ts";
import {
  arenasOf,
  blockAt,
  distance,
  getRows,
  mlp,
  passesOf,
  randomFloats,
  randomParameters,
  referenceOf,
  same,
  setRows,
} from "./harness.ts";

/** Float32 against float64, for sums of up to 129 products of numbers around 1. */
const TOLERANCE = 3e-6;
const AGENTS = 2;
const KINDS: readonly AdapterKind[] = ["cpu", "gpu"];

const gpu = await Gpu.open();

/** Widths and batches are 1, 3, 7, 17 and 129: less than a vec4 or a tile, a bit more, a lot more. */
const CASES: readonly {
  widths: number[];
  batch: number;
  passes: number;
  activation: Activation;
  training: boolean;
}[] = [
  {
    widths: [3, 1, 7, 129, 17],
    batch: 7,
    passes: 3,
    activation: "relu",
    training: true,
  },
  {
    widths: [1, 17, 3, 129, 7, 1],
    batch: 17,
    passes: 2,
    activation: "tanh",
    training: true,
  },
  { widths: [7, 129, 129, 3], batch: 129, passes: 2, activation: "identity", training: true },
  { widths: [3, 17, 7], batch: 3, passes: 3, activation: "gelu", training: true },
  { widths: [17, 7, 3], batch: 1, passes: 1, activation: "gelu", training: false },
  { widths: [129, 17, 3], batch: 1, passes: 1, activation: "relu", training: false },
];

for (const { widths, batch, passes, activation, training } of CASES) {
  const name = `${widths.join("-")} ${activation}, batch ${batch}, ${passes} passes`;
  Deno.test(`forward: each layer of ${name} is the reference's, with any tile`, async () => {
    const network = mlp(widths[0], widths.slice(1, -1), widths[widths.length - 1], activation);
    const inputBlocks = Math.min(passes, 2);
    const size = 4 * network.parameters4;
    const images = KINDS.map(() => [] as Float32Array[]);
    // [agent][online, target]
    const given = Array.from(
      { length: AGENTS },
      (_, agent) => [0, 1].map((which) => randomParameters(network, 1 + 2 * agent + which)),
    );
    const arenas = new Float32Array(AGENTS * 2 * size);
    given.flat().forEach((each, i) => arenas.set(pack(network, each), i * size));

    for (const [k, kind] of KINDS.entries()) {
      const buffers = new Buffers(gpu);
      const workspace = new Workspace(buffers, network, {
        batch,
        passes: passesOf(passes),
        inputs: inputBlocks,
        training,
        agents: AGENTS,
      });
      const { activationsStride, slopesStride } = workspace;
      const parameters = arenasOf(bufferOf(gpu, buffers, arenas), network, workspace.passes);
      const steps = withKind(gpu, kind, () => forwardSteps(gpu, parameters, workspace));
      // Each layer by itself, on numbers of its own: no layer hides another's mistake, or a dead ReLU.
      for (const [l, layer] of denseLayers(network).entries()) {
        const { inputs, parts: [{ outputs }] } = layer;
        const blocks = l === 0 ? inputBlocks : passes;
        const seen = Array.from(
          { length: AGENTS },
          (_, agent) => randomFloats(blocks * batch * inputs, 7 * l + agent),
        );
        const image = new Float32Array(AGENTS * activationsStride * 4);
        seen.forEach((data, agent) =>
          setRows(
            image,
            agent * activationsStride + workspace.activationsOf(layer.input).at,
            data,
            inputs,
          )
        );
        gpu.device.queue.writeBuffer(workspace.activations, 0, image);
        const program = await Program.build(gpu, `layer ${l}`, [steps[l]]);
        program.run([[{}]]);
        const after = await floatsOf(gpu, workspace.activations, image.length);
        const slopes = workspace.slopes && await floatsOf(gpu, workspace.slopes);
        images[k].push(after, ...slopes ? [slopes] : []);
        if (k > 0) continue;

        for (let agent = 0; agent < AGENTS; agent++) {
          for (let pass = 0; pass < passes; pass++) {
            const at = `layer ${l}, agent ${agent}, pass ${pass}`;
            const block = Math.min(pass, blocks - 1) * batch * inputs;
            const weights = referenceOf(given[agent][pass === 1 ? 1 : 0])[l];
            const input = seen[agent].subarray(block, block + batch * inputs);
            const sums = forward([weights], "identity", input).output;
            const wanted = sums.map((x) => activate(layer.activation, x));
            const place = agent * activationsStride + workspace.activationsOf(layer.output).at +
              pass * batch * layer.out4;
            const got = getRows(after, place, batch, outputs);
            assert(distance(got, wanted) <= TOLERANCE, `${at}: off by ${distance(got, wanted)}`);
            // What is beside the outputs is zero, which the next layer relies on.
            const whole = after.subarray(4 * place, 4 * (place + batch * layer.out4));
            const padding = whole.filter((_, i) => i % (4 * layer.out4) >= outputs);
            assert(padding.every((x) => x === 0), `${at}: padding is not zero`);
            if (!slopes || pass > 0) continue;
            const slopePlace = agent * slopesStride + workspace.slopesOf(layer.output).at;
            const gotSlopes = getRows(slopes, slopePlace, batch, outputs);
            const wantedSlopes = sums.map((x) => slope(layer.activation, x));
            const off = distance(gotSlopes, wantedSlopes);
            assert(off <= TOLERANCE, `${at}: slopes off by ${off}`);
          }
        }
      }
      buffers.destroy();
    }
    const [cpu, other] = images;
    cpu.forEach((image, i) => assert(same(other[i], image), `image ${i} differs by tile`));
  });
}

for (const activation of ["relu", "tanh", "gelu", "identity"] as const) {
  Deno.test(`forward: ${activation} and its slope are PyTorch's`, async () => {
    const { x, functions } = await loadFunctions();
    const values = [...x, 30, -30, 1e4, -1e4];
    const buffers = new Buffers(gpu);
    const network = mlp(1, [1], 1, activation);
    const workspace = new Workspace(buffers, network, {
      batch: values.length,
      passes: passesOf(1),
      inputs: 1,
      training: true,
      agents: 1,
    });
    const one = { shape: [1, 1], data: Float32Array.of(1) };
    const none = { shape: [1], data: Float32Array.of(0) };
    const arena = pack(network, {
      "0.weight": one,
      "0.bias": none,
      "2.weight": one,
      "2.bias": none,
    });
    const parameters = arenasOf(
      bufferOf(gpu, buffers, Float32Array.of(...arena, ...arena)),
      network,
      workspace.passes,
    );
    const [hidden, output] = [1, 2].map((block) => blockAt(workspace, block));
    const image = new Float32Array(workspace.activations.size / 4);
    setRows(image, 0, values, 1);
    gpu.device.queue.writeBuffer(workspace.activations, 0, image);
    // Small tiles: what is tested is the function.
    const steps = withKind(gpu, "gpu", () => forwardSteps(gpu, parameters, workspace));
    (await Program.build(gpu, activation, steps)).run([[{}]]);
    const after = await floatsOf(gpu, workspace.activations);
    const slopes = await floatsOf(gpu, workspace.slopes!);
    const slopesAt = workspace.slopesOf({ block: 1, at4: 0 }).at;
    values.forEach((value, i) => {
      const exact = Math.fround(value);
      const wanted = [activate(activation, exact), slope(activation, exact)];
      if (i < x.length) {
        const { y, slope: recorded } = functions[activation];
        assert(Math.abs(wanted[0] - y[i]) < 1e-6 * Math.max(1, Math.abs(value)), "the reference");
        assert(Math.abs(wanted[1] - recorded[i]) < 1e-6, "the reference's slope");
      }
      const got = [after[4 * (hidden + i)], slopes[4 * (slopesAt + i)]];
      const tolerance = 1e-6 * Math.max(1, Math.abs(value));
      assert(
        Math.abs(got[0] - wanted[0]) <= tolerance,
        `f(${value}) = ${got[0]}, not ${wanted[0]}`,
      );
      assert(Math.abs(got[1] - wanted[1]) <= 1e-6, `f′(${value}) = ${got[1]}, not ${wanted[1]}`);
      // The last layer passes on what it gets.
      assert(after[4 * (output + i)] === got[0], `${value} through the last layer`);
    });
    buffers.destroy();
  });
}

Deno.test("forward: layers follow each other, in one submit", async () => {
  const buffers = new Buffers(gpu);
  const network = mlp(5, [9, 6], 3, "tanh");
  const options = { batch: 4, passes: passesOf(3), inputs: 2, training: true, agents: 1 };
  const workspace = new Workspace(buffers, network, options);
  const [online, target] = [randomParameters(network, 1), randomParameters(network, 2)];
  const arenas = Float32Array.of(...pack(network, online), ...pack(network, target));
  const parameters = arenasOf(bufferOf(gpu, buffers, arenas), network, options.passes);
  const seen = randomFloats(2 * 4 * 5, 3);
  const image = new Float32Array(workspace.activations.size / 4);
  setRows(image, 0, seen, 5);
  gpu.device.queue.writeBuffer(workspace.activations, 0, image);
  const steps = forwardSteps(gpu, parameters, workspace);
  (await Program.build(gpu, "forward", steps)).run([[{}]]);
  const after = await floatsOf(gpu, workspace.activations);
  const [now, next] = [seen.subarray(0, 20), seen.subarray(20)];
  const wanted = [
    forward(referenceOf(online), "tanh", now),
    forward(referenceOf(target), "tanh", next),
    forward(referenceOf(online), "tanh", next),
  ];
  wanted.forEach(({ output }, pass) => {
    const got = getRows(after, blockAt(workspace, 3) + pass * 4, 4, 3);
    assert(distance(got, output) <= TOLERANCE, `pass ${pass}: off by ${distance(got, output)}`);
  });
  buffers.destroy();
});
