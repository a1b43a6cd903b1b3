/**
 * Tests of dense layers, backward, against the float64 reference and its finite differences: odd
 * shapes, two agents, clipping by value, and both choices of tiles, which must agree to the last bit.
 */

import assert from "node:assert/strict";
import { Buffers } from "../../src/gpu/buffers.ts";
import { type AdapterKind, Gpu } from "../../src/gpu/gpu.ts";
import { Program, type Step } from "../../src/gpu/program.ts";
import { Table } from "../../src/gpu/table.ts";
import { type Backward, planBackward } from "../../src/nn/backward.ts";
import { denseLayers, type Network } from "../../src/nn/network.ts";
import { pack, type Parameters, unpack } from "../../src/nn/parameters.ts";
import { Workspace } from "../../src/nn/workspace.ts";
import { bufferOf, floatsOf, withKind } from "../gpu/harness.ts";
import { arrays, backward, forward, slope } from "../reference/mlp.ts";
import {
  arenasOf,
  distance,
  getRows,
  liveMask,
  mlp,
  passesOf,
  randomFloats,
  randomParameters,
  referenceOf,
  same,
  setRows,
  tickEntry,
} from "./harness.ts";

/** Float32 against float64, for sums of up to 129 products of numbers around 1. */
const TOLERANCE = 3e-5;
const KINDS: readonly AdapterKind[] = ["cpu", "gpu"];

const gpu = await Gpu.open();

/** A backward pass with buffers that the test can fill. */
interface Plan extends Backward {
  readonly buffers: Buffers;
  readonly workspace: Workspace;
  readonly gradients: GPUBuffer;
  readonly table: Table;
  /** Runs the steps for one tick with an entry for each agent. */
  run(steps: readonly Step[], entries: Record<string, number>[]): Promise<void>;
}

function plan(
  kind: AdapterKind,
  network: Network,
  batch: number,
  parameters: readonly Parameters[],
): Plan {
  const agents = parameters.length;
  const buffers = new Buffers(gpu);
  const options = { batch, passes: passesOf(1), inputs: 1, training: true, agents };
  const workspace = new Workspace(buffers, network, options);
  const size = 4 * network.parameters4;
  const arenas = new Float32Array(2 * agents * size);
  parameters.forEach((each, agent) => {
    arenas.set(pack(network, each), 2 * agent * size);
    // The target network's weights, of which the backward pass knows nothing.
    arenas.fill(1e6, (2 * agent + 1) * size, (2 * agent + 2) * size);
  });
  const arena = arenasOf(bufferOf(gpu, buffers, arenas), network, options.passes);
  const gradients = buffers.storage("gradients", agents * size * 4);
  const table = new Table(gpu, buffers, { file: "lib/tick", struct: "Tick", agents, capacity: 1 });
  const planned = withKind(
    gpu,
    kind,
    () => planBackward(gpu, buffers, arena, gradients, workspace),
  );
  return {
    ...planned,
    buffers,
    workspace,
    gradients,
    table,
    async run(steps, entries) {
      const program = await Program.build(gpu, "backward", steps, table);
      program.run([entries.map((entry) => tickEntry(entry))]);
    },
  };
}

/** Uploads a buffer's image whole. */
function write(buffer: GPUBuffer, image: Float32Array): void {
  gpu.device.queue.writeBuffer(buffer, 0, image as Float32Array<ArrayBuffer>);
}

/** δ_in = (Wᵀ δ_out) ∘ slope, in float64. */
function deltasBelow(
  weight: Float64Array,
  [inputs, outputs]: [number, number],
  deltas: Float32Array,
  slopes: Float32Array,
): Float64Array {
  const below = new Float64Array(slopes.length);
  below.forEach((_, k) => {
    const [row, i] = [Math.floor(k / inputs), k % inputs];
    let sum = 0;
    for (let o = 0; o < outputs; o++) sum += deltas[row * outputs + o] * weight[o * inputs + i];
    below[k] = sum * slopes[k];
  });
  return below;
}

/** Widths and batches are 1, 3, 7, 17 and 129: less than a vec4 or a tile, a bit more, a lot more. */
const CASES: readonly { widths: number[]; batch: number }[] = [
  { widths: [3, 1, 7, 129, 17], batch: 7 },
  { widths: [1, 17, 3, 129, 7, 1], batch: 17 },
  { widths: [7, 129, 129, 3], batch: 129 },
  { widths: [3, 17, 7, 3], batch: 3 },
  { widths: [17, 7, 3], batch: 1 },
];

for (const { widths, batch } of CASES) {
  const name = `${widths.join("-")}, batch ${batch}`;
  Deno.test(`backward: each layer of ${name} is the reference's, with any tile`, async () => {
    const network = mlp(widths[0], widths.slice(1, -1), widths[widths.length - 1], "relu");
    const layers = denseLayers(network);
    const size = 4 * network.parameters4;
    const agents = 2;
    const given = [randomParameters(network, 1), randomParameters(network, 2)];
    const live = liveMask(network);
    const results: Float32Array[][] = KINDS.map(() => []);
    for (const [k, kind] of KINDS.entries()) {
      const { buffers, workspace, steps, gradients, run, ...rest } = plan(
        kind,
        network,
        batch,
        given,
      );
      const { activationsStride, slopesStride } = workspace;
      const slopesAt = layers.map(({ output }) => workspace.slopesOf(output).at);
      const entries = [{}, {}];
      const activations = new Float32Array(agents * activationsStride * 4);
      // Beside the numbers slopes are what f′(0) may be, not zero; activations and deltas are zero.
      const slopes = new Float32Array(agents * slopesStride * 4).fill(0.5);
      const deltas = new Float32Array(agents * slopesStride * 4);
      const numbers = Array.from(
        { length: agents },
        (_, agent) =>
          layers.map(({ inputs, input, parts: [{ outputs }] }, l) => {
            const seed = 10 * (agent * widths.length + l);
            const each = {
              inputs: randomFloats(batch * inputs, seed),
              slopes: randomFloats(batch * outputs, seed + 1),
              deltas: randomFloats(batch * outputs, seed + 2),
            };
            const inputAt = workspace.activationsOf(input).at;
            setRows(activations, agent * activationsStride + inputAt, each.inputs, inputs);
            setRows(slopes, agent * slopesStride + slopesAt[l], each.slopes, outputs);
            setRows(deltas, agent * slopesStride + slopesAt[l], each.deltas, outputs);
            return each;
          }),
      );
      write(workspace.activations, activations);
      write(workspace.slopes!, slopes);

      // Each layer by itself, from numbers of its own.
      for (let l = layers.length - 1; l > 0; l--) {
        write(workspace.deltas!, deltas);
        const step = steps[layers.length - 1 - l];
        assert.equal(step.label, `backward ${l}`);
        await run([step], entries);
        const after = await floatsOf(gpu, workspace.deltas!);
        results[k].push(after);
        const { inputs, parts: [{ outputs }] } = layers[l];
        const untouched = deltas.slice();
        for (let agent = 0; agent < agents; agent++) {
          const wanted = deltasBelow(
            referenceOf(given[agent])[l].weight,
            [inputs, outputs],
            numbers[agent][l].deltas,
            numbers[agent][l - 1].slopes,
          );
          const place = agent * slopesStride + slopesAt[l - 1];
          const off = distance(getRows(after, place, batch, inputs), wanted);
          assert(off <= TOLERANCE, `${kind}, layer ${l}, agent ${agent}: deltas off by ${off}`);
          setRows(untouched, place, getRows(after, place, batch, inputs), inputs);
        }
        // Nothing else has changed, and what is beside the deltas is still zero.
        assert(same(after, untouched), `${kind}, layer ${l}: more than its deltas has changed`);
      }

      write(workspace.deltas!, deltas);
      await run([steps[layers.length - 1]], entries);
      const got = await floatsOf(gpu, gradients, agents * size);
      results[k].push(got);
      const partials = await floatsOf(gpu, rest.partials, agents * rest.partialCount);
      for (let agent = 0; agent < agents; agent++) {
        const arena = got.subarray(agent * size, (agent + 1) * size);
        const mine = referenceOf(unpack(network, arena));
        layers.forEach((_, l) => {
          const { inputs, deltas } = numbers[agent][l];
          const layer = [referenceOf(given[agent])[l]];
          const pass = forward(layer, "identity", inputs);
          const [wanted] = backward(layer, "identity", pass, Float64Array.from(deltas));
          for (const which of ["weight", "bias"] as const) {
            const off = distance(mine[l][which], wanted[which]);
            assert(off <= TOLERANCE, `${kind}, layer ${l}, agent ${agent}: ${which} off by ${off}`);
          }
        });
        assert(arena.every((g, i) => live[i] === 1 || g === 0), "padding has a gradient");
        const square = arena.reduce((sum, g) => sum + g * g, 0);
        const shares = partials.subarray(agent * rest.partialCount, (agent + 1) * rest.partialCount)
          .reduce((sum, share) => sum + share, 0);
        assert(Math.abs(shares / square - 1) < 1e-5, `squared norm ${shares}, wanted ${square}`);
      }
      buffers.destroy();
    }
    results[0].forEach((image, i) =>
      assert(same(results[1][i], image), `image ${i} differs by tile`)
    );
  });
}

Deno.test("backward: a network's gradients are the reference's, and its finite differences", async () => {
  for (const activation of ["tanh", "gelu"] as const) {
    const network = mlp(5, [9, 6], 3, activation);
    const batch = 4;
    const parameters = randomParameters(network, 5);
    const layers = referenceOf(parameters);
    const observations = randomFloats(batch * 5, 6);
    const outputDeltas = randomFloats(batch * 3, 7);
    const pass = forward(layers, activation, observations);

    // What the forward pass leaves, from the reference.
    const { buffers, workspace, steps, gradients, run } = plan("cpu", network, batch, [parameters]);
    const activations = new Float32Array(workspace.activationsStride * 4);
    const slopes = new Float32Array(workspace.slopesStride * 4);
    const deltas = new Float32Array(workspace.slopesStride * 4);
    const slopesAt = (l: number) => workspace.slopesOf(denseLayers(network)[l].output).at;
    denseLayers(network).forEach(({ inputs, input, activation: own, parts: [{ outputs }] }, l) => {
      setRows(activations, workspace.activationsOf(input).at, pass.inputs[l], inputs);
      setRows(slopes, slopesAt(l), pass.sums[l].map((x) => slope(own, x)), outputs);
    });
    setRows(deltas, slopesAt(2), outputDeltas, 3);
    write(workspace.activations, activations);
    write(workspace.slopes!, slopes);
    write(workspace.deltas!, deltas);
    await run(steps, [{}]);
    const image = await floatsOf(gpu, gradients, 4 * network.parameters4);
    const got = arrays(referenceOf(unpack(network, image)));

    const wanted = arrays(backward(layers, activation, pass, Float64Array.from(outputDeltas)));
    wanted.forEach((array, i) => assert(distance(got[i], array) < 3e-6, `array ${i}`));

    const objective = () =>
      forward(layers, activation, observations).output
        .reduce((sum, q, i) => sum + q * outputDeltas[i], 0);
    const h = 1e-5;
    arrays(layers).forEach((array, a) => {
      for (let i = 0; i < array.length; i++) {
        const before = array[i];
        array[i] = before + h;
        const above = objective();
        array[i] = before - h;
        const difference = (above - objective()) / (2 * h);
        array[i] = before;
        assert(Math.abs(got[a][i] - difference) < 3e-6, `${activation}: array ${a}[${i}]`);
      }
    });
    buffers.destroy();
  }
});

Deno.test("backward: clips by value, each agent by its own limit, before the norm is taken", async () => {
  const network = mlp(3, [], 5, "relu");
  const batch = 6;
  const parameters = randomParameters(network, 1);
  const inputs = randomFloats(batch * 3, 2);
  const outputDeltas = randomFloats(batch * 5, 3);
  const pass = forward(referenceOf(parameters), "identity", inputs);
  const [exact] = backward(
    referenceOf(parameters),
    "identity",
    pass,
    Float64Array.from(outputDeltas),
  );
  const limits = [0.25, 3e38, 0.75];
  const agents = limits.length;
  for (const kind of KINDS) {
    const { buffers, workspace, steps, gradients, run, partials, partialCount } = plan(
      kind,
      network,
      batch,
      new Array(agents).fill(parameters),
    );
    const activations = new Float32Array(agents * workspace.activationsStride * 4);
    const deltas = new Float32Array(agents * workspace.slopesStride * 4);
    for (let agent = 0; agent < agents; agent++) {
      setRows(activations, agent * workspace.activationsStride, inputs, 3);
      const deltasAt = workspace.slopesOf({ block: network.output.block, at4: 0 }).at;
      setRows(deltas, agent * workspace.slopesStride + deltasAt, outputDeltas, 5);
    }
    write(workspace.activations, activations);
    write(workspace.deltas!, deltas);
    await run(steps, limits.map((maxGradValue) => ({ maxGradValue })));
    const size = 4 * network.parameters4;
    const image = await floatsOf(gpu, gradients, agents * size);
    const shares = await floatsOf(gpu, partials, agents * partialCount);
    limits.forEach((limit, agent) => {
      const clip = (g: number) => Math.min(limit, Math.max(-limit, g));
      const [got] = referenceOf(
        unpack(network, image.subarray(agent * size, (agent + 1) * size)),
      );
      assert(distance(got.weight, exact.weight.map(clip)) < 1e-6);
      assert(distance(got.bias, exact.bias.map(clip)) < 1e-6);
      const wanted = [...exact.weight, ...exact.bias].reduce((sum, g) => sum + clip(g) ** 2, 0);
      const square = shares.subarray(agent * partialCount, (agent + 1) * partialCount)
        .reduce((sum, share) => sum + share, 0);
      assert(Math.abs(square / wanted - 1) < 1e-5, `agent ${agent}: ${square}, wanted ${wanted}`);
    });
    assert(exact.weight.some((g) => Math.abs(g) > 0.75), "the limits must bite");
    buffers.destroy();
  }
});
