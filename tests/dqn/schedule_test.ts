import assert from "node:assert/strict";
import { resolveConfig } from "../../src/dqn/config.ts";
import {
  epsilonAt,
  learningRateAt,
  priorityBetaAt,
  temperatureAt,
} from "../../src/dqn/schedule.ts";

function near(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) < 1e-14, `${actual} is not ${expected}`);
}

Deno.test("schedule: linear epsilon falls over a fraction of the horizon, then stays", () => {
  const config = resolveConfig({ explorationFraction: 0.16, explorationFinalEps: 0.04 });
  // Stable-Baselines3's get_linear_fn(1, 0.04, 0.16), at progress 0, 0.04, 0.08, 0.16, 0.5 and 1.
  near(epsilonAt(config, 0, 50_000), 1);
  near(epsilonAt(config, 2_000, 50_000), 0.76);
  near(epsilonAt(config, 4_000, 50_000), 0.52);
  near(epsilonAt(config, 8_000, 50_000), 0.04);
  near(epsilonAt(config, 25_000, 50_000), 0.04);
  near(epsilonAt(config, 50_000, 50_000), 0.04);
  near(epsilonAt(config, 60_000, 50_000), 0.04);
});

Deno.test("schedule: linear epsilon at the edges of fraction and horizon", () => {
  const none = resolveConfig({ explorationFraction: 0 });
  assert.equal(epsilonAt(none, 0, 1_000), 0.05);
  const whole = resolveConfig({ explorationFraction: 1 });
  near(epsilonAt(whole, 500, 1_000), 0.525);
  near(epsilonAt(whole, 1_000, 1_000), 0.05);
  assert.equal(epsilonAt(whole, 1_000, Infinity), 1);
  assert.equal(epsilonAt(whole, 0, 0), 0.05);
});

Deno.test("schedule: exponential epsilon is joyrl's 0.01 + 0.94 exp(-step / 500)", () => {
  const config = resolveConfig({
    explorationSchedule: "exponential",
    explorationInitialEps: 0.95,
    explorationFinalEps: 0.01,
    explorationDecay: 500,
  });
  for (const step of [0, 1, 500, 3_000, 20_000]) {
    near(epsilonAt(config, step, 24_000), 0.01 + 0.94 * Math.exp(-step / 500));
  }
  near(epsilonAt(config, 0, 1), 0.95);
});

Deno.test("schedule: multiplicative epsilon is multiplied each step, down to the end", () => {
  const config = resolveConfig({
    explorationSchedule: "multiplicative",
    explorationFinalEps: 0.01,
    explorationDecay: 0.995,
  });
  let epsilon = 1;
  for (let step = 0; step < 1_200; step++) {
    assert.ok(Math.abs(epsilonAt(config, step, 5_000) - Math.max(0.01, epsilon)) < 1e-12);
    epsilon *= 0.995;
  }
  assert.equal(epsilonAt(config, 918, 5_000) > 0.01, true);
  assert.equal(epsilonAt(config, 919, 5_000), 0.01);
});

Deno.test("schedule: greedy exploration has no epsilon", () => {
  assert.equal(epsilonAt(resolveConfig({ exploration: "greedy" }), 0, 1_000), 0);
});

Deno.test("schedule: a learning rate is a number, or a function of the progress", () => {
  assert.equal(learningRateAt(resolveConfig({ learningRate: 3e-4 }), 7, 10), 3e-4);
  const falling = resolveConfig({ learningRate: (progress) => 1e-3 * (1 - progress) });
  near(learningRateAt(falling, 0, 1_000), 1e-3);
  near(learningRateAt(falling, 250, 1_000), 7.5e-4);
  assert.equal(learningRateAt(falling, 5_000, 1_000), 0);
});

Deno.test("schedule: a learning rate that is no number of at least 0 is an error", () => {
  for (const bad of [NaN, -1e-3, Infinity, "1e-3"]) {
    const config = resolveConfig({ learningRate: (() => bad) as unknown as () => number });
    assert.throws(() => learningRateAt(config, 5, 10), {
      name: "RangeError",
      message: /learningRate must return a number of at least 0, got .* at progress 0.5/,
    });
  }
});

Deno.test("schedule: a step or horizon that is no number is an error", () => {
  const config = resolveConfig();
  assert.throws(() => epsilonAt(config, NaN, 10), /step must be a number of at least 0, got NaN/);
  assert.throws(() => epsilonAt(config, 0, -1), /horizon must be a number of at least 0, got -1/);
});

/** The values of a schedule at equal distances. */
function sampled(
  schedule: (step: number, horizon: number) => number,
  steps: readonly number[],
): number[] {
  return steps.map((step) => schedule(step, 1_000));
}

const ENDS = { learningRate: 1e-2, learningRateFinal: 1e-4 } as const;

Deno.test("schedule: a linear learning rate is a line, exact at its ends, and stays", () => {
  const config = resolveConfig({ ...ENDS, learningRateSchedule: "linear" });
  const rates = sampled((...at) => learningRateAt(config, ...at), [0, 250, 500, 1_000, 2_000]);
  [1e-2, 7.525e-3, 5.05e-3, 1e-4, 1e-4].forEach((rate, i) => near(rates[i], rate));
  assert.deepEqual([rates[0], rates[3]], [1e-2, 1e-4]);
  const toZero = resolveConfig({ learningRate: 1e-3, learningRateSchedule: "linear" });
  assert.equal(learningRateAt(toZero, 1_000, 1_000), 0);
});

Deno.test("schedule: a cosine learning rate is torch.optim's CosineAnnealingLR", () => {
  const config = resolveConfig({ ...ENDS, learningRateSchedule: "cosine" });
  const rates = sampled((...at) => learningRateAt(config, ...at), [0, 250, 500, 750, 1_000, 2_000]);
  // eta_min + (lr − eta_min)(1 + cos(pi t / T)) / 2, where cos(pi / 4) = √½.
  const bend = (1 + Math.SQRT1_2) / 2;
  const wanted = [1e-2, 1e-4 + 9.9e-3 * bend, 5.05e-3, 1e-4 + 9.9e-3 * (1 - bend), 1e-4, 1e-4];
  wanted.forEach((rate, i) => near(rates[i], rate));
  assert.equal(rates[4], 1e-4);
});

Deno.test("schedule: an exponential learning rate falls by the same factor each step", () => {
  const config = resolveConfig({ ...ENDS, learningRateSchedule: "exponential" });
  const rates = sampled((...at) => learningRateAt(config, ...at), [0, 500, 1_000, 2_000]);
  [1e-2, 1e-3, 1e-4, 1e-4].forEach((rate, i) => near(rates[i], rate));
  assert.deepEqual([rates[0], rates[2]], [1e-2, 1e-4]);
  const factor = 0.01 ** (1 / 1_000);
  for (const step of [0, 123, 998]) {
    const ratio = learningRateAt(config, step + 1, 1_000) / learningRateAt(config, step, 1_000);
    assert.ok(Math.abs(ratio - factor) < 1e-12);
  }
});

Deno.test("schedule: a learning rate may rise, too", () => {
  for (const learningRateSchedule of ["linear", "cosine", "exponential"] as const) {
    const config = resolveConfig({
      learningRate: 1e-4,
      learningRateFinal: 1e-2,
      learningRateSchedule,
    });
    const [start, middle, end] = sampled((...at) => learningRateAt(config, ...at), [0, 500, 1_000]);
    assert.ok(start < middle && middle < end, learningRateSchedule);
  }
});

Deno.test("schedule: the temperature falls with epsilon's fraction, then stays", () => {
  const config = resolveConfig({
    exploration: "boltzmann",
    temperature: 2,
    temperatureFinal: 0.5,
    explorationFraction: 0.4,
  });
  const values = sampled((...at) => temperatureAt(config, ...at), [0, 100, 200, 400, 1_000]);
  [2, 1.625, 1.25, 0.5, 0.5].forEach((temperature, i) => near(values[i], temperature));
  const constant = resolveConfig({ exploration: "boltzmann", temperature: 2 });
  assert.deepEqual(sampled((...at) => temperatureAt(constant, ...at), [0, 1_000]), [2, 2]);
  const atOnce = resolveConfig({
    exploration: "boltzmann",
    temperatureFinal: 0.5,
    explorationFraction: 0,
  });
  assert.equal(temperatureAt(atOnce, 0, 1_000), 0.5);
});

Deno.test("schedule: beta goes to its end over the whole run", () => {
  const config = resolveConfig({ sampling: "prioritized" });
  const values = sampled((...at) => priorityBetaAt(config, ...at), [0, 500, 1_000, 5_000]);
  [0.4, 0.7, 1, 1].forEach((beta, i) => near(values[i], beta));
  assert.deepEqual([values[0], values[2]], [0.4, 1]);
  const fixed = resolveConfig({
    sampling: "prioritized",
    priorityBeta: 0.5,
    priorityBetaEnd: 0.5,
  });
  assert.deepEqual(sampled((...at) => priorityBetaAt(fixed, ...at), [0, 300, 1_000]), [
    0.5,
    0.5,
    0.5,
  ]);
});

Deno.test("schedule: each refuses a step that is no number", () => {
  const config = resolveConfig({ ...ENDS, learningRateSchedule: "linear" });
  for (const schedule of [learningRateAt, temperatureAt, priorityBetaAt]) {
    assert.throws(() => schedule(config, NaN, 10), /step must be a number of at least 0, got NaN/);
  }
});
