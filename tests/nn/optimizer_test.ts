/**
 * Tests of the optimiser step against the float64 reference: long runs of every optimiser, clipping by
 * norm, the target that follows, and what an unhealthy update leaves alone. Always with two agents,
 * whose hyper-parameters and gradients differ.
 */

import assert from "node:assert/strict";
import { Buffers, upload } from "../../src/gpu/buffers.ts";
import { type AdapterKind, Gpu } from "../../src/gpu/gpu.ts";
import { Program } from "../../src/gpu/program.ts";
import { Table } from "../../src/gpu/table.ts";
import type { Network } from "../../src/nn/network.ts";
import { pack, unpack } from "../../src/nn/parameters.ts";
import {
  momentNames,
  momentsBuffer,
  optimizerEntry,
  type OptimizerOptions,
  optimizerStep,
} from "../../src/nn/optimizer.ts";
import { floatsOf, withKind } from "../gpu/harness.ts";
import { clipByNorm } from "../reference/clipping.ts";
import { arrays } from "../reference/mlp.ts";
import { Optimizer } from "../reference/optimizers.ts";
import {
  distance,
  liveMask,
  mlp,
  random,
  randomFloats,
  randomParameters,
  referenceOf,
  same,
  tickEntry,
} from "./harness.ts";

const gpu = await Gpu.open();
const AGENTS = 2;
const HISTORY = 4;

const DEFAULTS: OptimizerOptions = {
  name: "adam",
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: 0,
  momentum: 0,
  alpha: 0.99,
  centered: false,
};

/** An optimiser step over buffers that the test can fill. */
async function plan(
  network: Network,
  options: OptimizerOptions,
  setup: { kind?: AdapterKind; partialCount?: number } = {},
) {
  const { kind = gpu.kind, partialCount = 1 } = setup;
  const buffers = new Buffers(gpu);
  const size = 4 * network.parameters4;
  const moments = momentsBuffer(buffers, network, options, AGENTS);
  const all = {
    parameters: buffers.storage("parameters", AGENTS * 2 * size * 4),
    gradients: buffers.storage("gradients", AGENTS * size * 4),
    moments,
    history: buffers.storage("history", AGENTS * HISTORY * 16),
    health: buffers.storage("health", AGENTS * 4),
  };
  const partials = buffers.storage("partials", AGENTS * partialCount * 4);
  const backward = { steps: [], partials, partialCount };
  const step = withKind(
    gpu,
    kind,
    () => optimizerStep(gpu, network, options, backward, HISTORY, AGENTS, all),
  );
  const table = new Table(gpu, buffers, {
    file: "lib/tick",
    struct: "Tick",
    agents: AGENTS,
    capacity: 1,
  });
  const program = await Program.build(gpu, "optimize", [step], table);
  return { ...all, buffers, partials, program, size };
}

/** Sums of squares of each agent's gradients, in as many shares. */
function sharesOf(gradients: Float32Array, agents: number, count: number): Float32Array {
  const shares = new Float32Array(agents * count);
  const size = gradients.length / agents;
  gradients.forEach((g, i) => shares[Math.floor(i / size) * count + i % count] += g * g);
  return shares;
}

/**
 * Every optimiser, and how far float32 may drift from float64 in 200 steps, over which parameters move
 * by 0.02 (Adagrad) to 3. Adam's (1 − β₂) is off by 1e-5 in float32, so it drifts most.
 */
const CASES: [name: string, options: Partial<OptimizerOptions>, drift: number][] = [
  ["adam", {}, 1e-5],
  ["adam with weight decay", { weightDecay: 0.1, beta1: 0.5, beta2: 0.9, epsilon: 1e-3 }, 2e-6],
  ["adamw", { name: "adamw", weightDecay: 0.1 }, 1e-5],
  ["rmsprop", { name: "rmsprop", weightDecay: 0.01 }, 3e-6],
  ["rmsprop with momentum", { name: "rmsprop", momentum: 0.5 }, 3e-6],
  ["rmsprop, centred", { name: "rmsprop", centered: true }, 3e-6],
  [
    "rmsprop, centred, with momentum",
    { name: "rmsprop", centered: true, momentum: 0.5, alpha: 0.9 },
    3e-6,
  ],
  ["adagrad", { name: "adagrad", epsilon: 1e-10, weightDecay: 0.01 }, 2e-6],
  ["sgd", { name: "sgd" }, 2e-6],
  ["sgd with momentum", { name: "sgd", momentum: 0.9, weightDecay: 0.01 }, 3e-6],
];

for (const [name, given, drift] of CASES) {
  Deno.test(`optimizer: 200 steps of ${name} end within ${drift} of float64`, async () => {
    const options = { ...DEFAULTS, ...given };
    const network = mlp(3, [5], 2, "relu");
    const { buffers, parameters, gradients, moments, history, partials, program, size } =
      await plan(network, options);
    const live = liveMask(network);
    const start = [randomParameters(network, 1), randomParameters(network, 2)];
    const target = randomParameters(network, 3);
    const arenas = new Float32Array(AGENTS * 2 * size);
    start.forEach((each, agent) => {
      arenas.set(pack(network, each), 2 * agent * size);
      arenas.set(pack(network, target), (2 * agent + 1) * size);
    });
    upload(gpu, parameters, arenas);

    const settings = [
      { learningRate: 0.01, maxGradNorm: 3 },
      { learningRate: 0.002, maxGradNorm: 3e38 },
    ];
    const references = start.map((each, agent) => ({
      parameters: arrays(referenceOf(each)),
      optimizer: new Optimizer({
        optimizer: options.name,
        learningRate: settings[agent].learningRate,
        adamBeta1: options.beta1,
        adamBeta2: options.beta2,
        adamEps: options.epsilon,
        weightDecay: options.weightDecay,
        momentum: options.momentum,
        rmspropAlpha: options.alpha,
        rmspropCentered: options.centered,
      }),
    }));
    const norms = [0, 0];
    const next = random(9);
    for (let update = 0; update < 200; update++) {
      // Sizes from 1e-3 to 10, now and then nothing at all.
      const scale = update % 50 === 30 ? 0 : 10 ** (2 * next() - 1);
      const image = new Float32Array(AGENTS * size);
      for (let agent = 0; agent < AGENTS; agent++) {
        const gradient = randomFloats(size, 2 * update + agent, scale)
          .map((g, i) => live[i] * (g + scale * 0.3 * Math.sin(i)));
        image.set(gradient, agent * size);
        const exact = arrays(referenceOf(unpack(network, gradient)));
        norms[agent] = clipByNorm(exact, settings[agent].maxGradNorm);
        references[agent].optimizer.step(references[agent].parameters, exact);
      }
      upload(gpu, gradients, image);
      upload(gpu, partials, sharesOf(image, AGENTS, 1));
      program.run([settings.map(({ learningRate, maxGradNorm }) =>
        tickEntry({
          ...optimizerEntry(options, learningRate, update),
          maxGradNorm,
          historyRow: update % HISTORY,
        })
      )]);
    }
    const after = await floatsOf(gpu, parameters);
    const recorded = await floatsOf(gpu, history);
    for (let agent = 0; agent < AGENTS; agent++) {
      const online = after.subarray(2 * agent * size, (2 * agent + 1) * size);
      const got = arrays(referenceOf(unpack(network, online)));
      const off = Math.max(
        ...references[agent].parameters.map((each, i) => distance(each, got[i])),
      );
      assert(off <= drift, `agent ${agent} drifted by ${off}`);
      const first = arrays(referenceOf(start[agent]));
      const moved = Math.max(...first.map((each, i) => distance(each, got[i])));
      assert(moved > 0.015, `agent ${agent} has hardly moved: ${moved}`);
      // Padding is zero as ever, in the moments too, and the target stays as it was.
      assert(online.every((x, i) => live[i] === 1 || x === 0), "padding of the parameters");
      const kept = after.subarray((2 * agent + 1) * size, (2 * agent + 2) * size);
      assert.deepEqual(kept, pack(network, target));
      const norm = recorded[4 * (agent * HISTORY + 199 % HISTORY) + 3];
      assert(Math.abs(norm / norms[agent] - 1) < 1e-5, `norm ${norm}, wanted ${norms[agent]}`);
    }
    const count = momentNames(options).length;
    const averages = await floatsOf(gpu, moments, AGENTS * count * size);
    assert(averages.every((x, i) => live[i % size] === 1 || x === 0), "padding of the moments");
    assert(averages.some((x) => x !== 0));
    buffers.destroy();
  });
}

Deno.test("optimizer: an arena of more than one round, and many shares of the norm, with any tile", async () => {
  const network = mlp(64, [64], 64, "relu");
  const options: OptimizerOptions = { ...DEFAULTS, name: "sgd" };
  const results: Float32Array[] = [];
  const gradient = randomFloats(AGENTS * 4 * network.parameters4, 1);
  const start = randomFloats(2 * AGENTS * 4 * network.parameters4, 2);
  for (const kind of ["cpu", "gpu"] as const) {
    for (const partialCount of [1, 64, 65, 200]) {
      const { buffers, parameters, gradients, history, partials, program, size } = await plan(
        network,
        options,
        { kind, partialCount },
      );
      upload(gpu, parameters, start);
      upload(gpu, gradients, gradient);
      upload(gpu, partials, sharesOf(gradient, AGENTS, partialCount));
      const norms = [0, 1].map((agent) =>
        Math.hypot(...gradient.subarray(agent * size, (agent + 1) * size))
      );
      const maxGradNorm = 0.5;
      program.run([
        norms.map(() =>
          tickEntry({ ...optimizerEntry(options, 1, 0), maxGradNorm, historyRow: 2 })
        ),
      ]);
      const after = await floatsOf(gpu, parameters, start.length);
      const recorded = await floatsOf(gpu, history);
      norms.forEach((norm, agent) => {
        const scale = maxGradNorm / (norm + 1e-6);
        const at = 2 * agent * size;
        const wanted = start.slice(at, at + size)
          .map((x, i) => x - scale * gradient[agent * size + i]);
        const got = after.subarray(at, at + size);
        assert(
          distance(got, wanted) < 1e-6,
          `${kind}, ${partialCount} shares: ${distance(got, wanted)}`,
        );
        const row = recorded[4 * (agent * HISTORY + 2) + 3];
        assert(Math.abs(row / norm - 1) < 1e-5, `${kind}, ${partialCount} shares: norm ${row}`);
      });
      if (partialCount === 65) results.push(after);
      buffers.destroy();
    }
  }
  assert(same(results[0], results[1]), "the number of workgroups changes bits");
});

Deno.test("optimizer: the target follows by τ of each agent's entry; 1 is a copy to the last bit", async () => {
  const network = mlp(3, [], 5, "relu");
  const options: OptimizerOptions = { ...DEFAULTS, name: "sgd" };
  const { buffers, parameters, gradients, partials, program, size } = await plan(network, options);
  const gradient = randomFloats(AGENTS * size, 1);
  upload(gpu, gradients, gradient);
  upload(gpu, partials, sharesOf(gradient, AGENTS, 1));
  for (const taus of [[0, 1], [1, 0.25], [0.005, 0], [0.9999999, 1]]) {
    const start = randomFloats(2 * AGENTS * size, 2);
    upload(gpu, parameters, start);
    program.run([taus.map((tau) => tickEntry({ ...optimizerEntry(options, 0.1, 0), tau }))]);
    const after = await floatsOf(gpu, parameters, start.length);
    taus.forEach((tau, agent) => {
      const [online, target] = [2 * agent * size, (2 * agent + 1) * size];
      const followed = after.subarray(online, online + size);
      assert(!same(followed, start.subarray(online, online + size)), "the update itself");
      const before = start.subarray(target, target + size);
      const got = after.subarray(target, target + size);
      // By the updated parameters, not those before.
      const wanted = Float64Array.from(before, (x, i) => tau * followed[i] + (1 - tau) * x);
      if (tau === 0 || tau === 1) assert(same(got, wanted), `τ ${tau}`);
      else assert(distance(got, wanted) < 1e-6, `τ ${tau}: off by ${distance(got, wanted)}`);
    });
  }
  buffers.destroy();
});

Deno.test("optimizer: an agent whose update is unhealthy keeps its network, the other goes on", async () => {
  const network = mlp(3, [4], 2, "relu");
  const { buffers, parameters, gradients, moments, history, health, partials, program, size } =
    await plan(network, DEFAULTS);
  const start = randomFloats(2 * AGENTS * size, 1);
  upload(gpu, parameters, start);
  const gradient = randomFloats(AGENTS * size, 2);
  upload(gpu, gradients, gradient);
  upload(gpu, partials, sharesOf(gradient, AGENTS, 1));
  upload(gpu, health, Uint32Array.of(1, 0));
  const entry = tickEntry({ ...optimizerEntry(DEFAULTS, 0.1, 0), tau: 0.5 });
  program.run([[entry, entry]]);
  const after = await floatsOf(gpu, parameters, start.length);
  assert.deepEqual(after.subarray(0, 2 * size), start.subarray(0, 2 * size));
  assert(!same(after.subarray(2 * size, 3 * size), start.subarray(2 * size, 3 * size)));
  assert(!same(after.subarray(3 * size), start.subarray(3 * size)));
  const averages = await floatsOf(gpu, moments, 4 * size);
  assert(averages.subarray(0, 2 * size).every((x) => x === 0));
  assert(averages.subarray(2 * size).some((x) => x !== 0));
  // The norm is told all the same: it may be what went wrong.
  const recorded = await floatsOf(gpu, history);
  for (const agent of [0, 1]) assert(recorded[4 * agent * HISTORY + 3] > 0);
  buffers.destroy();
});

Deno.test("optimizer: padding stays zero, be ε as small as it may", async () => {
  const network = mlp(3, [5], 2, "relu");
  const live = liveMask(network);
  for (const name of ["adam", "rmsprop", "adagrad"] as const) {
    const options = { ...DEFAULTS, name, epsilon: 1e-37 };
    const { buffers, parameters, gradients, partials, program, size } = await plan(
      network,
      options,
    );
    const arena = pack(network, randomParameters(network, 1));
    upload(gpu, parameters, Float32Array.of(...arena, ...arena, ...arena, ...arena));
    const gradient = Float32Array.from({ length: AGENTS * size }, (_, i) => live[i % size]);
    upload(gpu, gradients, gradient);
    upload(gpu, partials, sharesOf(gradient, AGENTS, 1));
    const entry = tickEntry(optimizerEntry(options, 0.1, 0));
    program.run([[entry, entry]]);
    const after = await floatsOf(gpu, parameters, size);
    assert(after.every((x, i) => live[i] === 1 ? Number.isFinite(x) : x === 0), name);
    buffers.destroy();
  }
});

Deno.test("optimizer: moments have torch.optim's names", () => {
  const names = (given: Partial<OptimizerOptions>) => momentNames({ ...DEFAULTS, ...given });
  assert.deepEqual(names({}), ["exp_avg", "exp_avg_sq"]);
  assert.deepEqual(names({ name: "adamw" }), ["exp_avg", "exp_avg_sq"]);
  assert.deepEqual(names({ name: "rmsprop" }), ["square_avg", "momentum_buffer"]);
  assert.deepEqual(
    names({ name: "rmsprop", centered: true }),
    ["square_avg", "momentum_buffer", "grad_avg"],
  );
  assert.deepEqual(names({ name: "adagrad" }), ["sum"]);
  assert.deepEqual(names({ name: "sgd" }), ["momentum_buffer"]);
});

Deno.test("optimizer: Adam's bias corrections are float64's, at any step", () => {
  for (const update of [0, 1, 9, 1e3, 1e6, 1e9]) {
    const { correction1, correction2 } = optimizerEntry(DEFAULTS, 0.1, update);
    assert.equal(correction1, 1 / (1 - 0.9 ** (update + 1)));
    assert.equal(correction2, 1 / Math.sqrt(1 - 0.999 ** (update + 1)));
  }
  const { correction1, correction2 } = optimizerEntry({ ...DEFAULTS, beta1: 0, beta2: 0 }, 0.1, 0);
  assert.deepEqual([correction1, correction2], [1, 1]);
});
