/**
 * Tests that a run that is saved and loaded goes on bit for bit as if it had never stopped: everything
 * that an agent is stands in its checkpoint, so equal checkpoints at the end mean equal runs.
 *
 * @module
 */

import assert from "node:assert/strict";
import { type AgentEnv, DQN, type DQNConfig, make, makeVec } from "../../mod.ts";
import { decodeCheckpoint } from "../../src/agent/checkpoint.ts";
import {
  checkpointOf,
  device,
  digest,
  fingerprint,
  inFolder,
  SMALL,
  smallAgent,
  warningsOf,
  withSubmitsOf,
} from "./support.ts";
import { ends, StatefulStubEnv, StubEnv } from "./stub_env.ts";
import { type Outcome, type Part, runPart } from "./resume_run.ts";

/** Goes on in a new process. */
async function runElsewhere(part: Part): Promise<Outcome> {
  const script = new URL("resume_run.ts", import.meta.url).pathname;
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-read", "--allow-write", script, JSON.stringify(part)],
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  assert.ok(success, text(stderr));
  return JSON.parse(text(stdout));
}

/** Learns in one go and in two processes, and compares everything. */
async function assertResumes(
  config: DQNConfig,
  { steps, cut, lanes = 1 }: { steps: number; cut: number; lanes?: number },
): Promise<void> {
  await inFolder(async (folder) => {
    const common = { lanes, maxEpisodeSteps: 40, horizon: steps };
    const [whole, half, resumed] = ["whole", "half", "resumed"].map((name) => `${folder}/${name}`);
    const expected = await runPart({ ...common, config, steps, save: whole }, device);
    const first = await runPart({ ...common, config, steps: cut, save: half }, device);
    // With lanes, a part may end a step late.
    const rest = steps - first.steps;
    const second = await runElsewhere({ ...common, load: half, steps: rest, save: resumed });
    const actions = first.actions.map((taken, lane) => [...taken, ...second.actions[lane]]);
    assert.deepEqual({ ...second, actions }, expected);
    assert.ok(expected.updates > first.updates && first.updates > 0, "a part made no updates");
    const [a, b] = await Promise.all([whole, resumed].map((path) => Deno.readFile(path)));
    const { tensors, ring, clock } = decodeCheckpoint(b);
    const wanted = decodeCheckpoint(a);
    assert.deepEqual(clock, wanted.clock);
    assert.deepEqual(tensors, wanted.tensors);
    assert.deepEqual(ring, wanted.ring);
    assert.equal(await digest(b), await digest(a));
  });
}

Deno.test("resume: 10,000 steps are 6,000, a new process, and 4,000", async () => {
  const config: DQNConfig = {
    hiddenLayers: [16, 16],
    batchSize: 16,
    bufferSize: 5_000,
    learningRate: 2e-3,
    learningStarts: 1_000,
    trainFreq: 256,
    gradientSteps: 128,
    targetUpdateInterval: 10,
    explorationFraction: 0.16,
    explorationFinalEps: 0.04,
    seed: 1,
  };
  // 6,000 is no multiple of 256, so the cut falls in mid-cycle; the buffer has wrapped by then.
  await assertResumes(config, { steps: 10_000, cut: 6_000 });
});

Deno.test("resume: several lanes, 3-step returns, a target that follows episodes", async () => {
  const config: DQNConfig = {
    ...SMALL,
    device: undefined,
    bufferSize: 300,
    nSteps: 3,
    doubleQ: true,
    targetUpdateInterval: { every: 3, unit: "episode" },
    tau: 0.4,
  };
  await assertResumes(config, { steps: 600, cut: 250, lanes: 3 });
});

/** An agent that goes on from a checkpoint. */
function loaded(bytes: Uint8Array, env?: AgentEnv, overrides: DQNConfig = {}): Promise<DQN> {
  return DQN.load(bytes, env, { device, ...overrides });
}

/** What a run in one go comes to, and runs that are cut after each of some steps. */
async function assertCuts(
  makeEnv: () => AgentEnv,
  config: DQNConfig,
  steps: number,
  cuts: readonly number[],
): Promise<void> {
  const horizon = steps;
  using whole = await smallAgent(makeEnv(), config);
  await whole.learn(steps, { horizon });
  const expected = await fingerprint(whole);
  for (const cut of cuts) {
    using first = await smallAgent(makeEnv(), config);
    await first.learn(cut, { horizon });
    using second = await loaded(await checkpointOf(first), makeEnv());
    assert.deepEqual(
      [second.steps, second.episodes, second.updates, second.epsilon],
      [first.steps, first.episodes, first.updates, first.epsilon],
    );
    await second.learn(steps - second.steps, { horizon });
    assert.equal(await fingerprint(second), expected, `cut after ${cut} steps`);
  }
}

Deno.test("resume: SARSA with Boltzmann exploration and epochs, cut anywhere", async () => {
  const config: DQNConfig = {
    target: "sarsa",
    exploration: "boltzmann",
    temperature: 0.7,
    trainFreq: { every: 5, unit: "episode" },
    gradientSteps: { epochs: 2 },
    targetUpdateInterval: { every: 5, unit: "update" },
  };
  const makeEnv = () => make("CartPole-v1", { maxEpisodeSteps: 15 });
  await assertCuts(makeEnv, config, 300, [40, 131, 250]);
});

Deno.test("resume: vector environments in each autoreset mode, cut anywhere", async () => {
  for (const autoresetMode of ["next_step", "same_step", "disabled"] as const) {
    const envOptions = { maxEpisodeSteps: 15 };
    const makeEnv = () => makeVec("CartPole-v1", 3, { autoresetMode, envOptions });
    await assertCuts(makeEnv, { target: "sarsa" }, 300, [45, 129, 250]);
  }
});

const cartPole = () => make("CartPole-v1", { maxEpisodeSteps: 12 });

Deno.test("resume: at each step of a cycle", async () => {
  const config: DQNConfig = { trainFreq: 8, gradientSteps: 3, targetUpdateInterval: 6, tau: 0.5 };
  await assertCuts(cartPole, config, 80, [40, 41, 42, 43, 44, 45, 46, 47, 48]);
});

Deno.test("resume: training and target that follow episodes", async () => {
  const config: DQNConfig = {
    trainFreq: { every: 2, unit: "episode" },
    gradientSteps: -1,
    targetUpdateInterval: { every: 3, unit: "episode" },
  };
  await assertCuts(cartPole, config, 150, [30, 61, 92, 123]);
});

Deno.test("resume: a target that follows updates", async () => {
  const config: DQNConfig = { targetUpdateInterval: { every: 7, unit: "update" }, tau: 0.7 };
  await assertCuts(cartPole, config, 120, [50, 79, 101]);
});

Deno.test("resume: a tiny buffer, at every step", async () => {
  // Rows are sent to the GPU in mid-cycle here, also just when an episode ends.
  const env = () => new StatefulStubEnv(ends(3, "truncated"));
  const config: DQNConfig = { bufferSize: 10, learningStarts: 3, trainFreq: 20, nSteps: 2 };
  await assertCuts(env, config, 60, Array.from({ length: 24 }, (_, i) => 20 + i));
});

Deno.test("resume: lanes of different episodes", async () => {
  const envs = () => [
    new StatefulStubEnv(ends(3, "terminated")),
    new StatefulStubEnv(ends(7, "truncated")),
  ];
  const config: DQNConfig = { bufferSize: 40, trainFreq: 6 };
  await assertCuts(envs, config, 96, [22, 24, 26, 28, 30, 32, 34]);
});

Deno.test("resume: every optimizer's averages", async () => {
  const optimizers: DQNConfig[] = [
    { optimizer: "adamw" },
    { optimizer: "rmsprop", rmspropCentered: true, momentum: 0.5 },
    { optimizer: "adagrad" },
    { optimizer: "sgd", momentum: 0.9 },
  ];
  for (const config of optimizers) await assertCuts(cartPole, config, 60, [33]);
});

Deno.test("resume: before anything was learnt, and before anything was done", async () => {
  await assertCuts(cartPole, { learningStarts: 30 }, 60, [5]);
  using fresh = await smallAgent(cartPole());
  using again = await loaded(await checkpointOf(fresh), cartPole());
  await Promise.all([fresh, again].map((agent) => agent.learn(60)));
  assert.equal(await fingerprint(again), await fingerprint(fresh));
});

Deno.test("resume: after a signal that came in the middle of a burst", async () => {
  const config: DQNConfig = { trainFreq: 64, gradientSteps: 100, targetUpdateInterval: 60 };
  const steps = 200;
  const horizon = steps;
  using whole = await smallAgent(cartPole(), config);
  await whole.learn(steps, { horizon });
  assert.equal(whole.updates, 300);
  const expected = await fingerprint(whole);

  using first = await smallAgent(cartPole(), config);
  const controller = new AbortController();
  const learn = () => first.learn(steps, { horizon, signal: controller.signal });
  const result = await withSubmitsOf(7, learn, () => first.updates > 130 && controller.abort());
  assert.equal(result.stoppedBy, "signal");
  // The second burst of 100 was under way: five submits of it were made.
  assert.equal(first.updates, 135);
  const bytes = await checkpointOf(first);
  const { owed } = decodeCheckpoint(bytes).clock;
  assert.equal(owed, 65);

  using elsewhere = await loaded(bytes, cartPole());
  for (const agent of [first, elsewhere]) {
    await agent.learn(steps - agent.steps, { horizon });
    assert.equal(await fingerprint(agent), expected);
  }
});

Deno.test("resume: again and again", async () => {
  const horizon = 100;
  using whole = await smallAgent(cartPole());
  await whole.learn(100, { horizon });
  let bytes: Uint8Array | undefined;
  for (const steps of [10, 21, 32, 30, 7]) {
    using agent = bytes ? await loaded(bytes, cartPole()) : await smallAgent(cartPole());
    await agent.learn(steps, { horizon });
    bytes = await checkpointOf(agent);
  }
  assert.equal(await digest(bytes as Uint8Array<ArrayBuffer>), await fingerprint(whole));
});

Deno.test("resume: loading and saving at once gives the same bytes", async () => {
  using agent = await smallAgent(cartPole());
  await agent.learn(77);
  const bytes = await checkpointOf(agent);
  using same = await loaded(bytes, cartPole());
  assert.deepEqual(await checkpointOf(same), bytes);
});

Deno.test("resume: training from the buffer alone goes on, too, without the environment", async () => {
  using whole = await smallAgent(cartPole());
  await whole.learn(77);
  const bytes = await checkpointOf(whole);
  using offline = await loaded(bytes);
  for (const agent of [whole, offline]) await agent.train(50);
  assert.deepEqual(await offline.getParameters(), await whole.getParameters());
  // And when the environment is there again, it goes on where it was.
  using back = await loaded(await checkpointOf(offline), cartPole());
  for (const agent of [whole, back]) await agent.learn(30);
  assert.equal(await fingerprint(back), await fingerprint(whole));
});

Deno.test("resume: lanes without their environments", async () => {
  const envs = () => [cartPole(), cartPole(), cartPole()];
  using whole = await smallAgent(envs());
  await whole.learn(90);
  using offline = await loaded(await checkpointOf(whole));
  const observation = Float32Array.of(0.1, 0, -0.1, 0);
  assert.deepEqual(await offline.qValues(observation), await whole.qValues(observation));
  for (const agent of [whole, offline]) await agent.train(20);
  assert.deepEqual(await offline.getParameters(), await whole.getParameters());
});

Deno.test("resume: an environment that can't tell its state begins a new episode, and it is said", async () => {
  const env = () => new StubEnv(ends(10, "terminated"));
  using first = await smallAgent(env());
  assert.deepEqual(
    await warningsOf(async () => {
      await first.learn(45);
    }),
    [],
  );
  const bytes = await checkpointOf(first);
  const later = env();
  let second: DQN | undefined;
  const warnings = await warningsOf(async () => {
    second = await loaded(bytes, later);
  });
  using agent = second!;
  assert.deepEqual(warnings, [
    "the environment can't be put back where the saved run left it (it has no getState and " +
    "setState, or one of the two runs is on the GPU and the other on the host): a new episode begins",
  ]);
  assert.deepEqual([agent.steps, agent.episodes, agent.updates], [45, 4, first.updates]);
  const ended: number[][] = [];
  await agent.learn(20, {
    onEpisode: ({ episode, length, return: value }) => ended.push([episode, length, value]),
  });
  // Whole episodes: nothing is left of the one that was cut.
  assert.deepEqual(ended, [[5, 10, 10], [6, 10, 10]]);
  assert.equal(later.resets.length, 3);
  // The cut episode's last row starts no transition.
  const ring = decodeCheckpoint(await checkpointOf(agent)).ring!;
  const seen = Array.from(
    ring.actions,
    (_, row) => `${ring.observations[2 * row + 1]}:${ring.kinds[row]}`,
  );
  assert.deepEqual(seen.slice(48, 52), ["4:2", "5:0", "0:2", "1:2"]);
});

Deno.test("resume: with a state there is no warning", async () => {
  using first = await smallAgent(cartPole());
  await first.learn(30);
  const bytes = await checkpointOf(first);
  const warnings = await warningsOf(async () => {
    (await loaded(bytes, cartPole())).close();
    (await loaded(bytes)).close();
  });
  assert.deepEqual(warnings, []);
});
