/**
 * Tests of an agent that keeps to action masks: whatever it does, nothing forbidden is done, and the
 * replay buffer holds each observation's mask.
 *
 * @module
 */

import assert from "node:assert/strict";
import {
  type AgentEnv,
  type AutoresetMode,
  Box,
  Discrete,
  DQN,
  type DQNConfig,
  type Env,
  evaluate,
  make,
  makeVec,
  OneHot,
  type ResetOptions,
  type StepResult,
  SyncVectorEnv,
  Wrapper,
} from "../../mod.ts";
import { MaskedEnv, turning } from "./masked_env.ts";
import { StubEnv } from "./stub_env.ts";
import { checkpointOf, device, fingerprint, SMALL, smallAgent, warningsOf } from "./support.ts";

const MASKED: DQNConfig = { actionMasks: true };

/** An agent whose Q-values are those, whatever it sees. */
async function opinionated(
  env: AgentEnv,
  qValues: readonly number[],
  config: DQNConfig = {},
  inputs = 2,
): Promise<DQN> {
  const greedy: DQNConfig = { exploration: "greedy", learningStarts: 0, learningRate: 0 };
  const agent = await smallAgent(env, { ...greedy, hiddenLayers: [], ...MASKED, ...config });
  const actions = qValues.length;
  await agent.setParameters({
    "q.0.weight": { shape: [actions, inputs], data: new Float32Array(actions * inputs) },
    "q.0.bias": { shape: [actions], data: Float32Array.from(qValues) },
  });
  return agent;
}

Deno.test("masks: the best action of all is forbidden: the best allowed one is taken", async () => {
  const env = new MaskedEnv(turning, ({ step }) => ({ truncated: step === 7 }), { firstAction: 5 });
  using agent = await opinionated(env, [1, 2, 3]);
  await agent.learn(16);
  // Allowed by turns: 1 and 2; 0; 0 and 1; 1. An episode of 7, another of 7, two more steps.
  const seven = [7, 5, 6, 6, 7, 5, 6];
  assert.deepEqual(env.actions, [...seven, ...seven, 7, 5]);
});

Deno.test("masks: random, greedy and Boltzmann actions are allowed ones, and all of these come", async () => {
  const configs: DQNConfig[] = [
    { learningStarts: 400 },
    { exploration: "boltzmann", temperature: 5 },
    { explorationInitialEps: 0.5 },
    { target: "sarsa" },
    { target: "sarsa", exploration: "boltzmann", temperature: 5, nSteps: 2 },
  ];
  for (const config of configs) {
    // MaskedEnv throws at a forbidden action.
    const env = new MaskedEnv(turning, ({ step }) => ({
      terminated: step === 9,
      truncated: step === 6,
    }));
    using agent = await smallAgent(env, { ...MASKED, learningStarts: 20, ...config });
    await agent.learn(120);
    assert.equal(new Set(env.actions).size, 3, JSON.stringify(config));
  }
});

for (const mode of ["next_step", "same_step", "disabled"] as const) {
  const vector = (envs: readonly Env[], autoresetMode: AutoresetMode = mode) =>
    new SyncVectorEnv(envs.map((env) => () => env), { autoresetMode });
  // Truncated after 3 steps in lane 0, terminated after 4 in lane 1: masks must not slip by one.
  const pair = () => [
    new MaskedEnv(turning, ({ step }) => ({ truncated: step === 3 })),
    new MaskedEnv((step) => turning(step + 1), ({ step }) => ({ terminated: step === 4 })),
  ];

  Deno.test(`masks: in a vector environment, ${mode}, each lane keeps to its own`, async () => {
    for (const config of [{}, { target: "sarsa" }] as const) {
      const envs = pair().map((env) => new Allowing(env));
      using agent = await opinionated(vector(envs), [1, 2, 3], config);
      await agent.learn(60);
      const best = [[2, 0, 1], [0, 1, 1, 2]];
      envs.forEach(({ taken }, lane) => {
        assert.ok(taken.length >= 27, `${taken.length}`);
        assert.deepEqual(taken, taken.map((_, i) => best[lane][i % best[lane].length]));
      });
    }
  });

  Deno.test(`masks: evaluation in a vector environment, ${mode}, keeps to them`, async () => {
    const envs = pair().map((env) => new Allowing(env));
    using agent = await opinionated(
      { observationSpace: envs[0].observationSpace, actionSpace: envs[0].actionSpace },
      [1, 2, 3],
    );
    const result = await evaluate(agent, vector(envs), { episodes: 6 });
    assert.deepEqual([...result.lengths].sort(), [3, 3, 3, 4, 4, 4]);
    await evaluate(agent, vector(envs), {
      episodes: 6,
      deterministic: false,
    });
  });
}

/** Remembers actions; those that a vector environment's reset swallows never come here. */
class Allowing extends Wrapper {
  readonly taken: number[] = [];

  override step(action: number): StepResult<Float32Array> {
    this.taken.push(action);
    return super.step(action);
  }
}

Deno.test("masks: several environments, the masks stored with each observation", async () => {
  const envs = [
    new MaskedEnv(turning, ({ step }) => ({ truncated: step === 3 })),
    new MaskedEnv((step) => turning(step + 1), ({ step }) => ({ terminated: step === 2 })),
  ];
  using agent = await smallAgent(envs, { ...MASKED, learningStarts: 100 });
  await agent.learn(12);
  const { actionMasks, nextActionMasks, terminated } = await agent.replay.transitions();
  const rows = (flat: Uint8Array) =>
    Array.from({ length: 12 }, (_, i) => [...flat.subarray(3 * i, 3 * i + 3)]);
  const steps = [0, 1, 2, 0, 1, 2];
  assert.deepEqual(rows(actionMasks!).slice(0, 6), steps.map(turning));
  assert.deepEqual(rows(nextActionMasks!).slice(0, 6), steps.map((step) => turning(step + 1)));
  const others = [0, 1, 0, 1, 0, 1];
  assert.deepEqual(rows(actionMasks!).slice(6), others.map((step) => turning(step + 1)));
  assert.deepEqual(
    rows(nextActionMasks!).slice(6),
    others.map((step) => step === 1 ? [1, 1, 1] : turning(step + 2)),
  );
  assert.deepEqual([...terminated], [0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 1]);
});

/** Throws at an action that Taxi says would change nothing. */
class Strict extends Wrapper<number> {
  #mask: Int8Array = new Int8Array();
  steps = 0;

  override reset(options?: ResetOptions) {
    const result = super.reset(options);
    this.#mask = result[1].action_mask as Int8Array;
    return result;
  }

  override step(action: number): StepResult<number> {
    assert.equal(this.#mask[action], 1, `action ${action}, and allowed is ${this.#mask}`);
    const result = super.step(action);
    this.#mask = result[4].action_mask as Int8Array;
    this.steps++;
    return result;
  }
}

Deno.test("masks: in Taxi no move against a wall is ever made, while learning and in evaluation", async () => {
  const taxi = () => new Strict(make<number>("Taxi-v3", { maxEpisodeSteps: 40 }));
  const inner = [taxi(), taxi()];
  using agent = await smallAgent(inner.map((env) => new OneHot(env)), {
    ...MASKED,
    bufferSize: 2000,
    explorationFinalEps: 0.3,
  });
  await agent.learn(300);
  assert.equal(inner[0].steps + inner[1].steps, 300);
  const apart = taxi();
  await evaluate(agent, new OneHot(apart), { episodes: 2, seed: 3 });
  await evaluate(agent, new OneHot(apart), { episodes: 2, seed: 3, deterministic: false });
  assert.ok(apart.steps > 40);
});

Deno.test("masks: Taxi as make makes it, copied for evaluation and as a vector environment", async () => {
  const spaces = { observationSpace: new Box(0, 1, [500]), actionSpace: new Discrete(6) };
  // To the south, and never anything else as long as it is allowed; then to the north.
  const south = [2, 1, 0, -1, -2, -3];
  using agent = await opinionated(spaces, south, {}, 500);
  const single = new OneHot(make<number>("Taxi-v3", { maxEpisodeSteps: 12 }));
  const alone = await evaluate(agent, single, { episodes: 3, seed: 5 });
  // No pick-up and no drop-off (−10 each) is tried: a reward of −1 a step.
  assert.deepEqual([...alone.returns], [-12, -12, -12]);
  const wrappers = [(env: Env<number>) => new OneHot(env)];
  const options = { envOptions: { maxEpisodeSteps: 12 }, wrappers };
  const several = makeVec("Taxi-v3", 3, options);
  const together = await evaluate(agent, several, { episodes: 3, seed: 5 });
  assert.deepEqual([...together.returns], [-12, -12, -12]);
  // Among the allowed moves are pick-ups and drop-offs; training in it is by masks as well.
  using learner = await smallAgent(makeVec("Taxi-v3", 2, options), { ...MASKED, bufferSize: 900 });
  await learner.learn(200);
  const { rewards } = await learner.replay.transitions();
  assert.equal(rewards.length, 200);
  assert.ok(!rewards.includes(-10));
});

Deno.test("masks: predict takes one for a single observation", async () => {
  const spaces = {
    observationSpace: new Box(-1, 1, [2]),
    actionSpace: new Discrete(3, { start: 5 }),
  };
  using agent = await opinionated(spaces, [1, 2, 3], { actionMasks: false });
  const seen = Float32Array.of(0, 0);
  assert.equal(await agent.predict(seen), 7);
  assert.equal(await agent.predict(seen, { mask: [1, 1, 0] }), 6);
  assert.equal(await agent.predict(seen, { mask: Int8Array.of(1, 0, 0) }), 5);
  assert.equal(await agent.predict(seen, { mask: [true, true, true] }), 7);
  await assert.rejects(agent.predict(seen, { mask: [1, 1] }), {
    name: "TypeError",
    message: /^predict: mask must be an array of 3 zeros and ones, .* got 2 entries$/,
  });
  await assert.rejects(agent.predict(seen, { mask: [0, 0, 0] }), {
    name: "RangeError",
    message: "predict: mask allows no action: at least one must be 1",
  });
  using random = await opinionated(spaces, [1, 2, 3], {
    exploration: "epsilon-greedy",
    explorationInitialEps: 1,
  });
  const drawn = new Set<number>();
  for (let i = 0; i < 60; i++) {
    drawn.add(await random.predict(seen, { deterministic: false, mask: [1, 0, 1] }));
  }
  assert.deepEqual([...drawn].sort(), [5, 7]);
});

Deno.test("masks: an environment without a mask, or with a wrong one, is named", async () => {
  const refused = async (env: StubEnv, message: RegExp) => {
    using agent = await smallAgent(env, MASKED);
    await assert.rejects(agent.learn(10), { message });
  };
  await refused(
    new StubEnv(),
    /^StubEnv\.reset: info\.action_mask must be an array of 2 zeros and ones, .* got none$/,
  );
  await refused(
    new MaskedEnv((step) => step < 3 ? [1, 1, 1] : [1, 1]),
    /^MaskedEnv\.step: info\.action_mask must be an array of 3 .* got 2 entries$/,
  );
  await refused(
    new MaskedEnv((step) => step < 3 ? [1, 1, 1] : [0, 0, 0]),
    /^MaskedEnv\.step: info\.action_mask allows no action/,
  );
  using agent = await opinionated(new MaskedEnv(turning), [1, 2, 3]);
  await assert.rejects(evaluate(agent, new StubEnv(undefined, { actions: 3 }), { episodes: 1 }), {
    message: /^StubEnv\.reset: info\.action_mask must be .* got none$/,
  });
  const vector = new SyncVectorEnv([() => new StubEnv()]);
  using other = await smallAgent(vector, MASKED);
  await assert.rejects(other.learn(10), {
    message: /environment 0\.reset: infos\.action_mask must be .* got none$/,
  });
  // Without the option nobody looks.
  using free = await smallAgent(new MaskedEnv(() => [1, 1, 1]), {});
  await free.learn(10);
});

Deno.test("masks: more than 32 actions are refused before anything is allocated", async () => {
  const spaces = (actions: number) => ({
    observationSpace: new Box(-1, 1, [2]),
    actionSpace: new Discrete(actions),
  });
  const broken = new Proxy({} as GPUDevice, {
    get: (_, name) => {
      throw new Error(`the device was asked for ${String(name)}`);
    },
  });
  await assert.rejects(DQN.create(spaces(33), { ...MASKED, device: broken }), {
    name: "RangeError",
    message: "actionMasks work with at most 32 actions, and the environment has 33",
  });
  const qValues = Array.from({ length: 32 }, (_, i) => i);
  using agent = await opinionated(spaces(32), qValues);
  const mask = qValues.map((q) => Number(q < 31));
  assert.equal(await agent.predict(Float32Array.of(0, 0), { mask }), 30);
});

Deno.test("masks: a resumed run goes on bit for bit, in mid-episode", async () => {
  const env = () => new MaskedEnv(turning, ({ step }) => ({ truncated: step === 11 }));
  const config = { ...MASKED, explorationInitialEps: 0.5, learningStarts: 10 };
  using whole = await smallAgent(env(), config);
  await whole.learn(60, { horizon: 60 });
  const begun = env();
  using agent = await smallAgent(begun, config);
  // After 30 steps the running episode is 8 steps old: only 1 and 2 are allowed.
  await agent.learn(30, { horizon: 60 });
  const bytes = await checkpointOf(agent);
  const later = env();
  using resumed = await DQN.load(bytes, later, { device });
  await resumed.learn(30);
  assert.equal(await fingerprint(resumed), await fingerprint(whole));
  // And loaded without an environment, saved again, it is the same run.
  using parked = await DQN.load(bytes, undefined, { device });
  assert.deepEqual(await checkpointOf(parked), bytes);
});

Deno.test("masks: a run without them goes on with them, in a new episode", async () => {
  const all = () => new MaskedEnv(() => [1, 1, 1]);
  using agent = await smallAgent(all(), { seed: 4 });
  await agent.learn(30);
  const bytes = await checkpointOf(agent);
  const env = new MaskedEnv(turning);
  const warnings = await warningsOf(async () => {
    using masked = await DQN.load(bytes, env, { ...SMALL, ...MASKED, seed: 4 });
    await masked.learn(30);
    const { actionMasks } = await masked.replay.transitions();
    assert.deepEqual([...actionMasks!.subarray(0, 90)], new Array(90).fill(1));
    assert.deepEqual([...actionMasks!.subarray(90, 96)], [...turning(0), ...turning(1)]);
  });
  assert.deepEqual(warnings, ["the saved run knew no action masks: a new episode begins"]);
  assert.equal(env.resets.length, 1);
});

Deno.test("masks: a forbidden next action is not bootstrapped from", async () => {
  // Action 1 is never allowed, so nobody ever learns that it is not worth the 100 that it starts with.
  const env = new MaskedEnv(() => [1, 0], ({ step }) => ({ truncated: step === 4 }), {
    actions: 2,
    size: 1,
  });
  env.observe = () => Float32Array.of(1);
  for (const doubleQ of [false, true]) {
    using agent = await DQN.create(env, {
      ...MASKED,
      doubleQ,
      hiddenLayers: [],
      gamma: 0.9,
      optimizer: "sgd",
      loss: "mse",
      learningRate: 0.2,
      maxGradNorm: null,
      learningStarts: 1000,
      targetUpdateInterval: { every: 1, unit: "update" },
      bufferSize: 1000,
      device,
    });
    await agent.setParameters({
      "q.0.weight": { shape: [2, 1], data: Float32Array.of(0, 0) },
      "q.0.bias": { shape: [2], data: Float32Array.of(0, 100) },
    });
    await agent.learn(40);
    await agent.train(600);
    const [allowed, forbidden] = await agent.qValues(Float32Array.of(1));
    assert.ok(Math.abs(allowed - 10) < 1e-2, `${allowed}, not 1 / (1 − γ)`);
    assert.equal(forbidden, 100);
  }
});
