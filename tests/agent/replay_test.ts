/** Tests of the replay buffer as a user sees it. @module */

import assert from "node:assert/strict";
import { Box, Discrete, DQN, type DQNConfig, make, SyncVectorEnv } from "../../mod.ts";
import type { StoredTransitions, TransitionData } from "../../src/agent/transitions.ts";
import { ends, StatefulStubEnv, StubEnv } from "./stub_env.ts";
import { checkpointOf, device, fingerprint, inFolder, namesIn, smallAgent } from "./support.ts";

const SPACES = { observationSpace: new Box(-9, 99, [2]), actionSpace: new Discrete(2) };

/** Steps (1, i) → (1, i + 1) from i = `from` on; those whose number is in `truncated` end episodes. */
function walk(count: number, { from = 0, truncated = [] as number[] } = {}): TransitionData {
  const steps = Array.from({ length: count }, (_, i) => from + i);
  return {
    observations: steps.flatMap((i) => [1, i]),
    nextObservations: steps.flatMap((i) => [1, i + 1]),
    actions: steps.map((i) => i % 2),
    rewards: steps.map((i) => i / 10),
    terminated: steps.map(() => false),
    truncated: steps.map((i) => truncated.includes(i)),
  };
}

/** The number that each transition's observation holds. */
function numbers({ observations }: StoredTransitions): number[] {
  return [...observations].filter((_, i) => i % 2 === 1);
}

async function bytesOf(agent: DQN): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  await agent.replay.save(new WritableStream({ write: (chunk) => void chunks.push(chunk) }));
  assert.equal(chunks.length, 1);
  return chunks[0];
}

Deno.test("replay: transitions are those that were made, in the order of time", async () => {
  const env = new StubEnv(
    ({ step, episode, total }) => ({
      reward: total,
      terminated: episode === 2 && step === 3,
      truncated: episode === 1 && step === 2,
    }),
    { firstAction: 7 },
  );
  using agent = await smallAgent(env);
  await agent.learn(7);
  assert.equal(agent.replay.size, 7);
  const made = await agent.replay.transitions();
  assert.deepEqual([...made.rewards], [1, 2, 3, 4, 5, 6, 7]);
  assert.deepEqual([...made.actions], env.actions);
  assert.deepEqual([...made.observations], [1, 0, 1, 1, 1, 0, 1, 1, 1, 2, 1, 0, 1, 1]);
  assert.deepEqual([...made.nextObservations], [1, 1, 1, 2, 1, 1, 1, 2, 1, 3, 1, 1, 1, 2]);
  assert.deepEqual([...made.truncated], [0, 1, 0, 0, 0, 0, 0]);
  assert.deepEqual([...made.terminated], [0, 0, 0, 0, 1, 0, 0]);
  assert.deepEqual(Object.keys(made).includes("actionMasks"), false);
  assert.deepEqual(Object.keys(made).includes("nextActions"), false);
});

Deno.test("replay: transitions of a ring that has gone round, lane by lane", async () => {
  const envs = [1, 2].map((lane) =>
    new StubEnv(({ total }) => ({ reward: 100 * lane + total, truncated: total % 5 === 0 }))
  );
  using agent = await smallAgent(envs, { bufferSize: 20, learningStarts: 20 });
  await agent.learn(58);
  const { rewards, observations, nextObservations, truncated } = await agent.replay.transitions();
  // Ten rows a lane: the newest 29 steps' last, five steps and an end's row each.
  const newest = [21, 22, 23, 24, 25, 26, 27, 28, 29];
  const stored = newest.slice(-8);
  assert.deepEqual([...rewards], [1, 2].flatMap((lane) => stored.map((i) => 100 * lane + i)));
  for (let i = 0; i < rewards.length; i++) {
    assert.equal(nextObservations[2 * i + 1], observations[2 * i + 1] + 1);
    assert.equal(truncated[i], Number(rewards[i] % 5 === 0));
  }
});

Deno.test("replay: clear forgets everything but where the episode stands", async () => {
  const env = new StatefulStubEnv(ends(10, "truncated"));
  using agent = await smallAgent(env, { nSteps: 3 });
  await agent.learn(24);
  await agent.replay.clear();
  assert.equal(agent.replay.size, 0);
  assert.equal((await agent.replay.transitions()).actions.length, 0);
  await assert.rejects(agent.train(1), { message: /the replay buffer holds no transition yet/ });
  await agent.learn(3);
  // The running episode went on: it was four steps old.
  assert.equal(env.resets.length, 3);
  assert.deepEqual(numbers(await agent.replay.transitions()), [4, 5, 6]);
  assert.equal(agent.replay.size, 3);
});

Deno.test("replay: clear works on an agent that has nothing, and on a closed one it does not", async () => {
  const agent = await smallAgent(SPACES);
  await agent.replay.clear();
  assert.equal(agent.replay.size, 0);
  agent.close();
  await assert.rejects(agent.replay.clear(), { message: "this agent has been closed" });
  await assert.rejects(agent.replay.add(walk(3)), { message: "this agent has been closed" });
});

Deno.test("replay: add stores what transitions gives, episodes put together again", async () => {
  using agent = await smallAgent(SPACES);
  assert.equal(await agent.replay.add(walk(9, { truncated: [3] })), 9);
  assert.equal(agent.replay.size, 9);
  const stored = await agent.replay.transitions();
  assert.deepEqual(numbers(stored), [0, 1, 2, 3, 4, 5, 6, 7, 8]);
  // The last one ends there, for nobody knows what came next.
  assert.deepEqual([...stored.truncated], [0, 0, 0, 1, 0, 0, 0, 0, 1]);
  using other = await smallAgent(SPACES);
  await other.replay.add(stored);
  assert.deepEqual(await other.replay.transitions(), stored);
  assert.equal(await other.replay.add(walk(0)), 0);
});

Deno.test("replay: adding more than fits keeps the newest", async () => {
  using agent = await smallAgent(SPACES, { bufferSize: 20, learningStarts: 20 });
  assert.equal(await agent.replay.add(walk(50, { truncated: [44] })), 18);
  // Twenty rows: two of them are ends.
  assert.deepEqual(
    numbers(await agent.replay.transitions()),
    Array.from({ length: 18 }, (_, i) => 32 + i),
  );
  assert.equal(await agent.replay.add(walk(4, { from: 70 })), 4);
  const after = numbers(await agent.replay.transitions());
  assert.deepEqual(after.slice(-4), [70, 71, 72, 73]);
  assert.deepEqual(after.slice(0, -4), [37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49]);
});

Deno.test("replay: several lanes share what is added, in stretches", async () => {
  const envs = [1, 2, 3].map(() => new StubEnv());
  using agent = await smallAgent(envs);
  assert.equal(await agent.replay.add(walk(11)), 11);
  assert.equal(agent.replay.size, 11);
  const stored = await agent.replay.transitions();
  assert.deepEqual(numbers(stored), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  assert.deepEqual([...stored.truncated], [0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1]);
  using vector = await smallAgent(new SyncVectorEnv(envs.map((env) => () => env)), {
    bufferSize: 30,
    learningStarts: 20,
  });
  await vector.learn(6);
  // Ten rows a lane, one of them for the running episode, and one for each stretch's end.
  assert.equal(await vector.replay.add(walk(60)), 24);
  const newest = numbers(await vector.replay.transitions());
  assert.deepEqual(newest, Array.from({ length: 24 }, (_, i) => 36 + i));
});

Deno.test("replay: a running episode goes on behind what was added", async () => {
  const env = new StatefulStubEnv(ends(10, "terminated"));
  using agent = await smallAgent(env);
  await agent.learn(4);
  await agent.replay.add(walk(2, { from: 50 }));
  await agent.learn(8);
  assert.equal(env.resets.length, 2);
  const { terminated, truncated, ...rest } = await agent.replay.transitions();
  assert.deepEqual(
    numbers({ terminated, truncated, ...rest }),
    [0, 1, 2, 3, 50, 51, 4, 5, 6, 7, 8, 9, 0, 1],
  );
  assert.deepEqual([...terminated].indexOf(1), 11);
  // Across the gap nothing goes on.
  assert.deepEqual([...truncated], [0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
  // And the checkpoint is that of an agent that goes on from there.
  const bytes = await checkpointOf(agent);
  await agent.learn(20, { horizon: 32 });
  using resumed = await DQN.load(bytes, new StatefulStubEnv(ends(10, "terminated")), { device });
  await resumed.learn(20, { horizon: 32 });
  assert.equal(await fingerprint(resumed), await fingerprint(agent));
});

Deno.test("replay: an agent without its environment keeps the running episode's place, too", async () => {
  using agent = await smallAgent(new StatefulStubEnv());
  await agent.learn(5);
  using parked = await DQN.load(await checkpointOf(agent), undefined, { device });
  await parked.replay.clear();
  await parked.replay.add(walk(2, { from: 50 }));
  const env = new StatefulStubEnv();
  using resumed = await DQN.load(await checkpointOf(parked), env, { device });
  // StubEnvs have no id, so that a new episode begins at once where anything differs.
  await resumed.learn(2);
  assert.equal(env.resets.length, 0);
  assert.deepEqual(numbers(await resumed.replay.transitions()), [50, 51, 5, 6]);
});

Deno.test("replay: what can't be stored is refused before anything is", async () => {
  using agent = await smallAgent(SPACES);
  await agent.replay.add(walk(3));
  const before = await checkpointOf(agent);
  const refused = (change: Partial<TransitionData>, message: string | RegExp) =>
    assert.rejects(agent.replay.add({ ...walk(4), ...change }), { name: "RangeError", message });
  await refused({ rewards: [0, 1, NaN, 2] }, /^rewards\[2\] must be a finite number/);
  await refused({ actions: [0, 1, 2, 0] }, "actions[2] must be an integer from 0 to 1, got 2");
  await refused({ observations: [1, 2] }, /^observations must have 8 entries for 4 actions, got 2/);
  await assert.rejects(agent.replay.load(new Uint8Array(4)), { message: /not a safetensors file/ });
  await assert.rejects(agent.replay.load(before), { message: /is a whole agent, not transitions/ });
  assert.deepEqual(await checkpointOf(agent), before);
});

Deno.test("replay: save and load by path, bytes and stream", async () => {
  using agent = await smallAgent(make("CartPole-v1", { maxEpisodeSteps: 20 }));
  await agent.learn(90);
  const made = await agent.replay.transitions();
  // The open episode's newest transition, too, is an end once it is loaded.
  const wanted = { ...made, truncated: made.truncated.map((x, i) => i === 89 ? 1 : x) };
  if (made.terminated[89]) wanted.truncated[89] = 0;
  const spaces = { observationSpace: new Box(-9, 9, [4]), actionSpace: new Discrete(2) };
  await inFolder(async (folder) => {
    const path = `${folder}/transitions.safetensors`;
    await agent.replay.save(path);
    assert.deepEqual(namesIn(folder), ["transitions.safetensors"]);
    const bytes = await bytesOf(agent);
    assert.deepEqual(Deno.readFileSync(path), bytes);
    const stream = new Blob([new Uint8Array(bytes)]).stream();
    for (const source of [path, bytes, stream]) {
      using other = await smallAgent(spaces);
      assert.equal(await other.replay.load(source), 90);
      assert.deepEqual(await other.replay.transitions(), wanted);
    }
    await assert.rejects(agent.replay.load(`${folder}/none`), { message: /no such file/ });
    using small = await smallAgent(SPACES);
    await assert.rejects(small.replay.load(path), {
      message: '"observations" must have shape [90, 2] for 90 actions, got [90, 4]',
    });
  });
});

Deno.test("replay: with SARSA, next actions come along, also at truncations", async () => {
  const config: DQNConfig = { target: "sarsa" };
  const env = new StubEnv(({ step, episode }) => ({
    truncated: step === 4,
    terminated: episode === 2 && step === 4,
  }), { firstAction: 3 });
  using agent = await smallAgent(env, config);
  await agent.learn(10);
  const { nextActions, ...made } = await agent.replay.transitions();
  // The newest of ten awaits its next action.
  assert.equal(agent.replay.size, 9);
  assert.equal(made.actions.length, 9);
  for (const i of [0, 1, 2, 4, 5, 6]) assert.equal(nextActions![i], made.actions[i + 1], `${i}`);
  assert.ok([3, 4].includes(nextActions![3]));
  assert.equal(nextActions![7], 3);
  assert.equal(nextActions![8], env.actions[9]);
  const spaces = { observationSpace: env.observationSpace, actionSpace: env.actionSpace };
  using other = await smallAgent(spaces, config);
  assert.equal(await other.replay.add({ ...made, nextActions }), 9);
  assert.equal(other.replay.size, 9);
  const again = await other.replay.transitions();
  assert.deepEqual(again.nextActions, nextActions);
  // Without them, what an episode was truncated behind has no next action.
  using bare = await smallAgent(spaces, config);
  assert.equal(await bare.replay.add(made), 9);
  assert.equal(bare.replay.size, 7);
  // And a stretch that ends where its episode goes on knows what was done next.
  using pair = await smallAgent([new StubEnv(undefined, { firstAction: 3 }), env], config);
  await pair.replay.add({ ...made, nextActions });
  assert.equal(pair.replay.size, 9);
});

Deno.test("replay: masks come along, and are needed where the agent keeps to them", async () => {
  const masks = {
    actionMasks: [1, 1, 0, 1, 1, 0],
    nextActionMasks: [0, 1, 1, 0, 1, 1],
  };
  using agent = await smallAgent(SPACES, { actionMasks: true });
  await agent.replay.add({ ...walk(3), ...masks });
  const stored = await agent.replay.transitions();
  assert.deepEqual([...stored.actionMasks!], masks.actionMasks);
  assert.deepEqual([...stored.nextActionMasks!], masks.nextActionMasks);
  assert.deepEqual([...stored.truncated], [0, 0, 1]);
  await assert.rejects(agent.replay.add(walk(3)), {
    name: "TypeError",
    message: /^transitions lack actionMasks, which the option actionMasks needs/,
  });
  using free = await smallAgent(SPACES);
  await free.replay.load(await bytesOf(agent));
  assert.deepEqual(numbers(await free.replay.transitions()), [0, 1, 2]);
  assert.equal((await free.replay.transitions()).actionMasks, undefined);
});

Deno.test("replay: what is asked for while the agent learns is done between two steps", async () => {
  using agent = await smallAgent(make("CartPole-v1", { maxEpisodeSteps: 20 }));
  const learning = agent.learn(60);
  const [stored] = await Promise.all([
    agent.replay.transitions(),
    agent.replay.clear(),
    agent.replay.add({
      ...walk(2),
      observations: new Float32Array(8),
      nextObservations: new Float32Array(8).fill(1),
    }),
  ]);
  await learning;
  assert.ok(stored.actions.length < 60);
  assert.equal(agent.steps, 60);
  assert.ok(agent.replay.size >= 2);
});
