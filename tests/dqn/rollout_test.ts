/**
 * Tests of stepping environments on the GPU: which actions are taken there, and which episodes it tells of.
 *
 * @module
 */

import assert from "node:assert/strict";
import type { DQNConfig } from "../../mod.ts";
import { Box } from "../../src/envs/spaces/box.ts";
import { Discrete } from "../../src/envs/spaces/discrete.ts";
import { defineGpuEnv } from "../../src/envs/gpu/define_gpu_env.ts";
import type { GpuEnvDefinition } from "../../src/envs/gpu/gpu_env.ts";
import type { StepSettings } from "../../src/dqn/rollout.ts";
import { LOG } from "../../src/dqn/environment_steps.ts";
import { Gpu } from "../../src/gpu/gpu.ts";
import { argmax } from "../../src/agent/exploration.ts";
import { ACTIONS, ladder, playLadder, seenAt, startsTransition } from "./gpu_toys.ts";
import { GREEDY, LockstepBench, RANDOM } from "./lockstep_bench.ts";
import { assertFrequencies, countsOf } from "../envs/gpu/statistics.ts";

const gpu = await Gpu.open();
const LANES = 50;
const STEPS = 120;

/** Transitions as they were stored, with the Q-values of what was seen. */
interface Choice {
  readonly action: number;
  readonly values: Float32Array;
}

/** A learner that has acted for a while, and all that it chose. */
async function choicesOf(settings: StepSettings, config: DQNConfig = {}): Promise<Choice[]> {
  using bench = await LockstepBench.create(gpu, ladder(), LANES, {
    ...{ bufferSize: LANES * (STEPS + 1), hiddenLayers: [16] },
    ...!config.noisy && { init: "he" },
    ...config,
  });
  await bench.step(STEPS, settings);
  const { observations, actions, kinds, filled } = await bench.ring.getState();
  const rows: number[] = [];
  for (let at = 0; at < LANES * filled; at++) {
    if (kinds[at] === 1 || kinds[at] === 2) rows.push(at);
  }
  const seen = rows.map((at) => observations.subarray(5 * at, 5 * at + 5));
  const values = await bench.learner.qValues(seen);
  return rows.map((at, i) => ({
    action: actions[at],
    values: values.subarray(ACTIONS * i, ACTIONS * (i + 1)),
  }));
}

const actionsOf = (choices: readonly Choice[]) => choices.map(({ action }) => action);

Deno.test("rollout: with epsilon 1 each action is as likely as any other", async () => {
  const choices = await choicesOf(RANDOM);
  assert.ok(choices.length > 3000);
  assertFrequencies(countsOf(actionsOf(choices), ACTIONS), "equal", "random actions");
});

Deno.test("rollout: with epsilon 0 each action is the one of the highest Q-value, that qValues tells", async () => {
  const choices = await choicesOf(GREEDY);
  const counts = countsOf(actionsOf(choices), ACTIONS);
  for (const { action, values } of choices) assert.equal(action, argmax(values));
  // The network sees the lanes' own observations, not one for all.
  assert.ok(counts.filter((count) => count > 20).length >= 2, `${counts}`);
});

Deno.test("rollout: with epsilon e the best action has its share, and the others equal ones", async () => {
  const epsilon = 0.3;
  const choices = await choicesOf({ ...GREEDY, epsilon });
  // How far behind the best one, as counted round.
  const places = choices.map(({ action, values }) => (action + ACTIONS - argmax(values)) % ACTIONS);
  const share = epsilon / ACTIONS;
  const wanted = [1 - epsilon + share, share, share];
  assertFrequencies(countsOf(places, ACTIONS), wanted, "epsilon-greedy");
});

Deno.test("rollout: each lane throws a coin of its own", async () => {
  using bench = await LockstepBench.create(gpu, ladder(), LANES, {
    ...{ bufferSize: LANES * (STEPS + 1), hiddenLayers: [16], init: "he" },
  });
  await bench.step(2, RANDOM);
  const { actions, filled } = await bench.ring.getState();
  const first = Array.from({ length: LANES }, (_, lane) => actions[lane * filled]);
  assert.ok(countsOf(first, ACTIONS).every((count) => count > 5), `${first}`);
});

Deno.test("rollout: Boltzmann's actions are drawn from softmax(Q / temperature), as often as epsilon lets them", async () => {
  for (const epsilon of [0, 0.25]) {
    const temperature = 0.5;
    const choices = await choicesOf({ epsilon, temperature });
    // The action of rank 0 is the likeliest; the odds of each rank are known for each choice.
    const expected = [0, 0, 0];
    const ranks = choices.map(({ action, values }) => {
      const weights = Array.from(values, (value) => Math.exp((value - values[0]) / temperature));
      const total = weights.reduce((a, b) => a + b);
      const odds = weights.map((weight) => (1 - epsilon) * weight / total + epsilon / ACTIONS);
      const order = [0, 1, 2].sort((a, b) => odds[b] - odds[a]);
      order.forEach((one, rank) => expected[rank] += odds[one] / choices.length);
      return order.indexOf(action);
    });
    assert.ok(expected[0] > 0.45, "the odds differ enough to tell");
    assertFrequencies(countsOf(ranks, ACTIONS), expected, `epsilon ${epsilon}`);
  }
});

Deno.test("rollout: a noisy network acts with noise, another one each step, the same for the same seed", async () => {
  const config: DQNConfig = { noisy: true, noisySigma: 3 };
  const [choices, again, other] = [
    await choicesOf(GREEDY, config),
    await choicesOf(GREEDY, config),
    await choicesOf(GREEDY, { ...config, seed: 6 }),
  ];
  assert.deepEqual(actionsOf(again), actionsOf(choices));
  assert.notDeepEqual(actionsOf(other), actionsOf(choices));
  const greedy = choices.filter(({ action, values }) => action === argmax(values)).length;
  assert.ok(greedy > choices.length * 0.2 && greedy < choices.length * 0.95, `${greedy}`);
});

Deno.test("rollout: what is seen, done and drawn of actions is what the plain version says", async () => {
  using bench = await LockstepBench.create(gpu, ladder(), LANES, {
    ...{ bufferSize: LANES * (STEPS + 1), hiddenLayers: [16], init: "he" },
  });
  // Half of the steps by chance, then by the network, whose choices are told to the plain version.
  await bench.step(40, RANDOM);
  await bench.step(40, GREEDY);
  const { actions, observations, filled } = await bench.ring.getState();
  const { rows } = playLadder({
    ...{ lanes: LANES, steps: 80, seed: 5 },
    act: (lane, step) => actions[lane * filled + step - 1],
  });
  const random = playLadder({ lanes: LANES, steps: 40, seed: 5 });
  rows.forEach((own, lane) => {
    own.forEach((row, i) => {
      const at = lane * filled + i;
      assert.deepEqual([...observations.subarray(5 * at, 5 * at + 5)], seenAt(row));
      if (i < 39) assert.equal(row.action, random.rows[lane][i].action);
    });
    assert.ok(own.some(startsTransition));
  });
});

Deno.test("rollout: the news are of each episode once, with its return, length, lane and end, in order", async () => {
  using bench = await LockstepBench.create(gpu, ladder(), 7, { bufferSize: 7 * 30 });
  const told = [];
  const counts = [];
  for (const steps of [1, 2, 40, 0, 57]) {
    await bench.step(steps);
    const { count, episodes } = await bench.rollout.news();
    assert.equal(episodes.length, count);
    counts.push(count);
    told.push(...episodes);
  }
  const { episodes } = playLadder({ lanes: 7, steps: 100, seed: 5 });
  assert.deepEqual(told, episodes);
  assert.equal(counts[0], 0);
  assert.equal(counts[3], 0);
});

Deno.test("rollout: of more episodes than the log holds all are counted, and the newest told", async () => {
  const [lanes, steps] = [50, 400];
  using bench = await LockstepBench.create(gpu, ladder(), lanes, { bufferSize: lanes * 11 });
  await bench.step(steps);
  const { count, episodes } = await bench.rollout.news();
  const wanted = playLadder({ lanes, steps, seed: 5 }).episodes;
  assert.ok(wanted.length > LOG);
  assert.equal(count, wanted.length);
  assert.equal(episodes.length, LOG);
  // Of those that end in one step, whichever came first may be the one that is lost.
  const certain = wanted.slice(-LOG).filter(({ step }) => step !== wanted.at(-LOG)!.step);
  assert.deepEqual(episodes.slice(-certain.length), certain);
});

Deno.test("rollout: two environments of one's own are not taken for each other", async () => {
  const rewards = [];
  for (const reward of [1, 2]) {
    using bench = await LockstepBench.create(gpu, constant(`${reward}.0`), 2);
    await bench.step(6);
    const { rewards: stored, kinds } = await bench.ring.getState();
    rewards.push([...stored].filter((_, i) => kinds[i] > 0));
  }
  assert.deepEqual(rewards, [new Array(6).fill(1), new Array(6).fill(2)]);
});

/** One-step episodes of a reward, seen as a number. */
function constant(reward: string, seen = "1.0", size = 1): GpuEnvDefinition {
  return defineGpuEnv({
    id: "Constant-v0",
    wgsl: `
      import package::lib::random::Random;
      struct State { zero: f32 }
      struct Outcome { state: State, reward: f32, terminated: bool }
      fn reset(random: ptr<function, Random>) -> State { return State(0.0); }
      fn step(state: State, action: u32, random: ptr<function, Random>) -> Outcome {
        return Outcome(state, ${reward}, true);
      }
      fn observe(state: State, element: u32) -> f32 { return ${seen}; }`,
    observationSpace: new Box(-1, 1, [size]),
    actionSpace: new Discrete(2),
  });
}

Deno.test("rollout: rewards and observations that are no numbers are told, wherever they are written", async () => {
  const cases: [GpuEnvDefinition, steps: number][] = [
    [constant("1.0 / state.zero"), 2],
    [constant("log(state.zero - 1.0)"), 2],
    [constant("1.0", "sqrt(state.zero - 1.0)"), 1],
    [constant("1.0", "select(1.0, 1.0 / state.zero, element == 20u)", 21), 1],
  ];
  for (const [definition, steps] of cases) {
    using bench = await LockstepBench.create(gpu, definition, 3);
    if (steps > 1) await bench.step(steps - 1);
    await assert.rejects(bench.step(1), /environment on the GPU.*not a finite number/);
    // It is told once, and can be told again.
    if (steps > 1) await bench.step(1);
  }
});

Deno.test("rollout: a shade that is no byte stays in its place", async () => {
  const shades = [[0, 0], [300, 255], [-5, 0], [17.9, 17], [255, 255], [1e9, 255]];
  const definition = defineGpuEnv({
    id: "Shades-v0",
    wgsl: `
      import package::lib::random::Random;
      struct State { zero: f32 }
      struct Outcome { state: State, reward: f32, terminated: bool }
      fn reset(random: ptr<function, Random>) -> State { return State(0.0); }
      fn step(state: State, action: u32, random: ptr<function, Random>) -> Outcome {
        return Outcome(state, 1.0, true);
      }
      fn observe(state: State, element: u32) -> f32 {
        var shades = array<f32, 6>(${shades.map(([given]) => given.toFixed(1)).join(", ")});
        return shades[element] + state.zero;
      }`,
    observationSpace: new Box(0, 255, [2, 3], "uint8"),
    actionSpace: new Discrete(2),
  });
  using bench = await LockstepBench.create(gpu, definition, 2, { network: "mlp" });
  await bench.step(1);
  const wanted = shades.map(([, seen]) => seen);
  assert.deepEqual([...(await bench.ring.getState()).observations], [...wanted, ...wanted]);
});

Deno.test("rollout: states and running episodes go into other environments; of another size they don't", async () => {
  using bench = await LockstepBench.create(gpu, ladder(), 4);
  await bench.step(23);
  const saved = await bench.rollout.getState();
  assert.equal(saved.states.length, 4 * 12);
  using other = await LockstepBench.create(gpu, ladder(), 4);
  other.rollout.setState(saved);
  assert.deepEqual(await other.rollout.getState(), saved);
  assert.throws(() => other.rollout.setState({ ...saved, states: saved.states.subarray(12) }), {
    name: "RangeError",
    message: /environment states.*36 bytes.*48/,
  });
});
