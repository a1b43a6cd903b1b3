/**
 * Tests of convolutions and poolings by themselves, forward and backward, against PyTorch in float64:
 * odd sizes, strides, paddings and channels, with the tiles of both kinds of adapter.
 */

import assert from "node:assert/strict";
import { Buffers, upload } from "../../src/gpu/buffers.ts";
import { type AdapterKind, Gpu } from "../../src/gpu/gpu.ts";
import { Program, type Step } from "../../src/gpu/program.ts";
import { Table } from "../../src/gpu/table.ts";
import { planBackward } from "../../src/nn/backward.ts";
import { forwardSteps } from "../../src/nn/forward.ts";
import { pack, unpack } from "../../src/nn/parameters.ts";
import { buildNetwork } from "../../src/nn/structure.ts";
import { Workspace } from "../../src/nn/workspace.ts";
import { type LayerCase, loadConvolutions } from "../fixtures/torch/load_convolutions.ts";
import { bufferOf, floatsOf, withKind } from "../gpu/harness.ts";
import {
  arenasOf,
  passesOf,
  randomFloats,
  randomParameters,
  structure,
  tickEntry,
} from "./harness.ts";
import { getPictures, pictureIndices, relativeDistance, setPictures } from "./picture_harness.ts";

/** Of the largest number; what was asked for is 1e-4. */
const TOLERANCE = 2e-6;
/** Cases that run with large tiles too: they take long to compile, and a pooling has none. */
const LARGE_TILES = new Set([3, 8]);
/** The layer that is tested; there is one before it, so that there are deltas below to compute. */
const TESTED = 1;

const gpu = await Gpu.open();
const { convolutions, pools } = await loadConvolutions();

function nameOf({ layer, batch, input: [channels, height, width] }: LayerCase): string {
  const { kernel, stride, padding } = layer;
  const out = layer.kind === "conv" ? ` to ${layer.channels}` : "";
  return `${batch} of ${channels}${out} channels, ${height}×${width}, kernel ${
    kernel.join("×")
  }, ` +
    `stride ${stride.join("×")}, padding ${padding.join("×")}`;
}

/** Runs one layer forward and backward; what it gave, and what the buffers held around it. */
async function run({ layer, batch, input, given, parameters }: LayerCase, kind: AdapterKind) {
  const [channels, height, width] = input;
  const one = [1, 1] as const;
  const below = { kind: "conv", channels, kernel: one, stride: one, padding: [0, 0] } as const;
  const network = buildNetwork(structure({
    input: { height, width, channels, isBytes: false, scale: 1 },
    convolutions: [below, layer],
    activation: "identity",
    actions: 1,
  }));
  const tested = network.layers[TESTED];
  assert(tested.kind === "conv" || tested.kind === "pool");
  const { from, to } = tested;
  const buffers = new Buffers(gpu);
  const passes = passesOf(1);
  const workspace = new Workspace(buffers, network, {
    ...{ batch, passes, inputs: 1, training: true, agents: 1 },
  });
  const all = randomParameters(network, 1);
  if (parameters) {
    for (const [key, data] of Object.entries(parameters)) {
      all[`2.${key}`] = { ...all[`2.${key}`], data };
    }
  }
  const arena = pack(network, all);
  const arenas = arenasOf(
    bufferOf(gpu, buffers, Float32Array.of(...arena, ...arena)),
    network,
    passes,
  );
  const gradients = buffers.storage("gradients", network.parameters4 * 16);
  const [forward, backward] = withKind(gpu, kind, () => [
    forwardSteps(gpu, arenas, workspace),
    planBackward(gpu, buffers, arenas, gradients, workspace).steps,
  ]);
  const table = new Table(gpu, buffers, {
    ...{ file: "lib/tick", struct: "Tick", agents: 1, capacity: 1 },
  });
  const runSteps = async (steps: readonly Step[]) =>
    (await Program.build(gpu, "layer", steps, table)).run([[tickEntry()]]);

  const places = {
    input: workspace.activationsOf(tested.input).at,
    output: workspace.activationsOf(tested.output).at,
    deltas: workspace.slopesOf(tested.output).at,
    below: workspace.slopesOf(tested.input).at,
  };
  const activations = new Float32Array(workspace.activations.size / 4);
  setPictures(activations, places.input, from, given.input);
  upload(gpu, workspace.activations, activations);
  const slopesBelow = randomFloats(given.input.length, 5);
  const slopes = new Float32Array(workspace.slopes!.size / 4);
  setPictures(slopes, places.below, from, slopesBelow);
  upload(gpu, workspace.slopes!, slopes);
  await runSteps([forward[TESTED]]);
  const after = await floatsOf(gpu, workspace.activations);
  const slopesAfter = await floatsOf(gpu, workspace.slopes!);

  const deltas = new Float32Array(workspace.deltas!.size / 4);
  setPictures(deltas, places.deltas, to, given.deltas);
  upload(gpu, workspace.deltas!, deltas);
  const wanted = [`backward ${TESTED}`, `convolution gradient ${TESTED}`, "convolution gradients"];
  await runSteps(backward.filter(({ label }) => wanted.includes(label)));
  const deltasAfter = await floatsOf(gpu, workspace.deltas!);
  const learnt = unpack(network, await floatsOf(gpu, gradients));
  buffers.destroy();
  return {
    ...{ from, to, places, activations, after, slopesAfter, slopesBelow, deltas, deltasAfter },
    gradients: { weight: learnt["2.weight"]?.data, bias: learnt["2.bias"]?.data },
  };
}

/** Throws when anything but a batch of pictures has changed. */
function assertElse(
  before: Float32Array,
  after: Float32Array,
  indices: Uint32Array,
  what: string,
): void {
  const touched = new Set(indices);
  const changed = after.findIndex((x, i) => x !== before[i] && !touched.has(i));
  assert.equal(changed, -1, `${what}: [${changed}] has changed`);
}

for (const [title, cases] of [["convolution", convolutions], ["pooling", pools]] as const) {
  for (const [index, each] of cases.entries()) {
    const isLarge = each.parameters && LARGE_TILES.has(index);
    const kinds: readonly AdapterKind[] = isLarge ? ["cpu", "gpu"] : ["gpu"];
    Deno.test(`${title}: ${nameOf(each)}, is PyTorch's forward and backward`, async () => {
      const { batch, wanted } = each;
      for (const kind of kinds) {
        const got = await run(each, kind);
        const { from, to, places } = got;
        const close = (name: string, mine: ArrayLike<number>, theirs: ArrayLike<number>) => {
          const off = relativeDistance(mine, theirs);
          assert(off <= TOLERANCE, `${kind}: ${name} is off by ${off}`);
        };
        close("output", getPictures(got.after, places.output, to, batch), wanted.output);
        const slopes = getPictures(got.slopesAfter, places.deltas, to, batch);
        assert(slopes.every((x) => x === 1), `${kind}: slopes are those of the identity`);
        const outputs = pictureIndices(to, places.output, batch);
        assertElse(got.activations, got.after, outputs, `${kind}, activations`);

        const below = getPictures(got.deltasAfter, places.below, from, batch);
        close("deltas below", below, wanted.input.map((x, i) => x * got.slopesBelow[i]));
        const inputs = pictureIndices(from, places.below, batch);
        assertElse(got.deltas, got.deltasAfter, inputs, `${kind}, deltas`);
        if (!each.parameters) continue;
        close("weight's gradient", got.gradients.weight, wanted.weight);
        close("bias's gradient", got.gradients.bias, wanted.bias);
      }
    });
  }
}
