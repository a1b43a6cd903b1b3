/**
 * Tests of layer normalisation, forward and backward, against its equations in float64 and their finite
 * differences: odd widths, several passes, streams side by side, quantile samples, two agents.
 */

import assert from "node:assert/strict";
import { Buffers, upload } from "../../src/gpu/buffers.ts";
import { Gpu } from "../../src/gpu/gpu.ts";
import { Program, type Step } from "../../src/gpu/program.ts";
import { Table } from "../../src/gpu/table.ts";
import { planBackward } from "../../src/nn/backward.ts";
import { forwardSteps } from "../../src/nn/forward.ts";
import type { Norm } from "../../src/nn/network.ts";
import { pack, unpack } from "../../src/nn/parameters.ts";
import { type Pass, samplesBefore } from "../../src/nn/passes.ts";
import { buildNetwork, type Structure } from "../../src/nn/structure.ts";
import { Workspace } from "../../src/nn/workspace.ts";
import { bufferOf, floatsOf } from "../gpu/harness.ts";
import { activate, slope } from "../reference/mlp.ts";
import {
  arenasOf,
  distance,
  passesOf,
  randomFloats,
  randomParameters,
  same,
  structure,
  tickEntry,
} from "./harness.ts";

const gpu = await Gpu.open();
const AGENTS = 2;
const EPSILON = 1e-5;
/** Float32 against float64; gradients are sums over a batch of 70. */
const TOLERANCE = 3e-6;
const SUM_TOLERANCE = 3e-5;

/** A row's normalised numbers, and one over their deviation. */
function normalize(row: ArrayLike<number>): { normal: number[]; factor: number } {
  const numbers = Array.from(row);
  const mean = numbers.reduce((a, b) => a + b) / numbers.length;
  const variance = numbers.reduce((sum, x) => sum + (x - mean) ** 2, 0) / numbers.length;
  const factor = 1 / Math.sqrt(variance + EPSILON);
  return { normal: numbers.map((x) => factor * (x - mean)), factor };
}

/** γ ∘ x̂ + β of a row. */
function affine(row: ArrayLike<number>, gain: ArrayLike<number>, shift: ArrayLike<number>) {
  return normalize(row).normal.map((x, i) => gain[i] * x + shift[i]);
}

/** ∂loss/∂z of a row, from ∂loss/∂(γ ∘ x̂ + β). */
function below(row: ArrayLike<number>, gain: ArrayLike<number>, deltas: ArrayLike<number>) {
  const { normal, factor } = normalize(row);
  const g = normal.map((_, i) => gain[i] * deltas[i]);
  const mean = g.reduce((a, b) => a + b) / g.length;
  const slant = g.reduce((sum, x, i) => sum + x * normal[i], 0) / g.length;
  return g.map((x, i) => factor * (x - mean - normal[i] * slant));
}

/**
 * How far float32 may be off: z − mean has an error of z's last bit, which one over the deviation makes
 * larger on its way into x̂, and once more on the way out.
 */
function errorBound(row: Float32Array, gain: Float32Array, deltas: Float32Array): number {
  const { factor } = normalize(row);
  const largest = (numbers: Float32Array) => Math.max(...numbers.map(Math.abs));
  const bits = 8 * 2 ** -23;
  return bits * (1 + factor * largest(row)) * factor * largest(gain) * largest(deltas);
}

const CASES: Record<string, { given: Partial<Structure>; batch: number; passes: Pass[] }> = {
  // Widths below and above a vec4, and beyond the 64 vec4s that a workgroup takes at once.
  "widths 1, 3, 5, 17, 129 and 261": {
    given: { hiddenLayers: [1, 3, 5, 17, 129, 261], activation: "gelu" },
    batch: 70,
    passes: passesOf(3),
  },
  "dueling streams of quantile samples": {
    given: { headLayers: [5, 9], dueling: true, cosines: 3, activation: "tanh" },
    batch: 3,
    passes: passesOf(3, [4, 7, 2]),
  },
};

/** A network whose every block can be filled and looked at. */
function plan({ given, batch, passes }: typeof CASES[string]) {
  const buffers = new Buffers(gpu);
  const network = buildNetwork(structure({ layerNorm: true, ...given }));
  const options = { batch, passes, inputs: 2, training: true, agents: AGENTS };
  const workspace = new Workspace(buffers, network, options);
  // [agent][online, target]
  const parameters = Array.from(
    { length: AGENTS },
    (_, agent) => [0, 1].map((which) => randomParameters(network, 1 + 2 * agent + which)),
  );
  const image = parameters.flat().flatMap((each) => [...pack(network, each)]);
  const arenas = arenasOf(bufferOf(gpu, buffers, Float32Array.from(image)), network, passes);
  const layers = network.layers.filter((layer) => layer.kind === "norm");
  return { buffers, network, workspace, parameters, arenas, layers };
}

/** A padded block of random numbers in some columns, of so many rows. */
function fill(
  image: Float32Array,
  { at, stride }: { at: number; stride: number },
  [rows, width]: [number, number],
  seed: number,
): Float32Array[] {
  return Array.from({ length: rows }, (_, row) => {
    // Each row has a size and a middle of its own.
    const numbers = randomFloats(width, 1000 * seed + row, 1 + row % 3).map((x) => x + row % 5);
    image.set(numbers, 4 * (at + row * stride));
    return numbers;
  });
}

for (const [name, setup] of Object.entries(CASES)) {
  Deno.test(`norm: forward, ${name}, is the equation's`, async () => {
    const { buffers, workspace, parameters, arenas, layers, network } = plan(setup);
    const { activationsStride, slopesStride, passes, batch } = workspace;
    const steps = forwardSteps(gpu, arenas, workspace);
    for (const layer of layers) {
      const image = new Float32Array(workspace.activations.size / 4);
      const from = workspace.activationsOf(layer.input);
      const to = workspace.activationsOf(layer.output);
      const rows = batch * (from.isSampled ? samplesBefore(passes) : passes.length);
      const inputs = [0, 1].map((agent) =>
        fill(
          image,
          { ...from, at: from.at + agent * activationsStride },
          [rows, layer.width],
          agent,
        )
      );
      upload(gpu, workspace.activations, image);
      const step = steps[network.layers.indexOf(layer)];
      (await Program.build(gpu, layer.name, [step])).run([[{}]]);
      const after = await floatsOf(gpu, workspace.activations);
      const slopes = await floatsOf(gpu, workspace.slopes!);
      inputs.forEach((all, agent) => {
        let row = 0;
        passes.forEach(({ network: which }, pass) => {
          const own = parameters[agent][which === "online" ? 0 : 1];
          const [gain, shift] = ["weight", "bias"].map((x) => own[`${layer.name}.${x}`].data);
          for (let r = 0; r < workspace.rows(layer.output.block, pass); r++, row++) {
            const message = `${layer.name}, agent ${agent}, pass ${pass}, row ${r}`;
            const start = 4 * (agent * activationsStride + to.at + row * to.stride);
            const z = affine(all[row], gain, shift);
            const got = after.subarray(start, start + layer.width);
            const wanted = z.map((x) => activate(layer.activation, x));
            assert(distance(got, wanted) < TOLERANCE, `${message}: ${distance(got, wanted)}`);
            const padding = after.subarray(start + layer.width, start + 4 * layer.width4);
            assert(padding.every((x) => x === 0), `${message}: padding`);
            if (pass > 0) continue;
            const place = workspace.slopesOf(layer.output);
            const at = 4 * (agent * slopesStride + place.at + r * place.stride);
            const off = distance(
              slopes.subarray(at, at + layer.width),
              z.map((x) => slope(layer.activation, x)),
            );
            assert(off < TOLERANCE, `${message}: slopes off by ${off}`);
          }
        });
      });
    }
    buffers.destroy();
  });

  Deno.test(`norm: backward, ${name}, is the equation's, and its finite differences'`, async () => {
    const { buffers, workspace, parameters, arenas, layers, network } = plan(setup);
    const { activationsStride, slopesStride } = workspace;
    const bytes = network.parameters4 * 16;
    const gradients = buffers.storage("gradients", AGENTS * bytes);
    const backward = planBackward(gpu, buffers, arenas, gradients, workspace);
    const table = new Table(gpu, buffers, {
      ...{ file: "lib/tick", struct: "Tick", agents: AGENTS, capacity: 1 },
    });
    const limits = [3e38, 0.5];
    for (const layer of layers) {
      const l = network.layers.indexOf(layer);
      const labels = [`norm gradient ${l}`, `backward ${l}`];
      const steps = labels.map((label) => backward.steps.find((s) => s.label === label) as Step);
      const activations = new Float32Array(workspace.activations.size / 4);
      const deltas = new Float32Array(workspace.deltas!.size / 4);
      const size: [number, number] = [workspace.rows(layer.input.block), layer.width];
      const agents = [0, 1].map((agent) => {
        const from = workspace.activationsOf(layer.input);
        const above = workspace.slopesOf(layer.output);
        return {
          z: fill(activations, { ...from, at: from.at + agent * activationsStride }, size, agent),
          d: fill(deltas, { ...above, at: above.at + agent * slopesStride }, size, 2 + agent),
        };
      });
      upload(gpu, workspace.activations, activations);
      upload(gpu, workspace.deltas!, deltas);
      upload(gpu, gradients, new Float32Array(AGENTS * bytes / 4));
      upload(gpu, backward.partials, new Float32Array(AGENTS * backward.partialCount));
      const program = await Program.build(gpu, layer.name, steps, table);
      program.run([limits.map((maxGradValue) => tickEntry({ maxGradValue }))]);
      const after = await floatsOf(gpu, workspace.deltas!);
      const image = await floatsOf(gpu, gradients, AGENTS * bytes / 4);
      const partials = await floatsOf(gpu, backward.partials);
      agents.forEach(({ z, d }, agent) => {
        const message = `${layer.name}, agent ${agent}`;
        const [own] = parameters[agent];
        const gain = own[`${layer.name}.weight`].data;
        const to = workspace.slopesOf(layer.input);
        const wantedGain = new Float64Array(layer.width);
        const wantedShift = new Float64Array(layer.width);
        z.forEach((row, r) => {
          const wanted = below(row, gain, d[r]);
          if (r === 0) assertSlopes(layer, row, gain, d[r], wanted);
          const start = 4 * (agent * slopesStride + to.at + r * to.stride);
          const off = distance(after.subarray(start, start + layer.width), wanted);
          assert(off <= errorBound(row, gain, d[r]), `${message}, row ${r}: deltas off by ${off}`);
          normalize(row).normal.forEach((x, i) => {
            wantedGain[i] += d[r][i] * x;
            wantedShift[i] += d[r][i];
          });
          // What is put back must be all that has changed.
          after.fill(0, start, start + layer.width);
        });
        const clip = (x: number) => Math.min(limits[agent], Math.max(-limits[agent], x));
        const arena = image.subarray(agent * bytes / 4, (agent + 1) * bytes / 4);
        const got = unpack(network, arena);
        let square = 0;
        for (const [kind, wanted] of [["weight", wantedGain], ["bias", wantedShift]] as const) {
          const { data } = got[`${layer.name}.${kind}`];
          const scale = Math.max(1, ...wanted.map(Math.abs));
          const off = distance(data, wanted.map(clip)) / scale;
          assert(off < SUM_TOLERANCE, `${message}: ${kind} off by ${off}`);
          square += wanted.reduce((sum, x) => sum + clip(x) ** 2, 0);
          data.fill(0);
        }
        assert(pack(network, got).every((x) => x === 0), `${message}: other gradients`);
        const share = partials
          .subarray(agent * backward.partialCount, (agent + 1) * backward.partialCount)
          .reduce((sum, x) => sum + x, 0);
        assert(Math.abs(share / square - 1) < 1e-4, `${message}: norm ${share}, wanted ${square}`);
      });
      assert(same(after, deltas), `${layer.name}: more than its deltas has changed`);
    }
    buffers.destroy();
  });
}

/** Throws unless the slopes are finite differences of Σ δ ∘ (γ ∘ x̂ + β). */
function assertSlopes(
  { name }: Norm,
  row: Float32Array,
  gain: Float32Array,
  deltas: Float32Array,
  slopes: readonly number[],
): void {
  const objective = (z: readonly number[]) =>
    affine(z, gain, new Float32Array(z.length)).reduce((sum, y, i) => sum + y * deltas[i], 0);
  const h = 1e-5;
  slopes.forEach((wanted, i) => {
    const moved = (by: number) => Array.from(row, (x, k) => k === i ? x + by : x);
    const difference = (objective(moved(h)) - objective(moved(-h))) / (2 * h);
    assert(Math.abs(difference - wanted) < 1e-5, `${name}[${i}]: ${wanted}, not ${difference}`);
  });
}
