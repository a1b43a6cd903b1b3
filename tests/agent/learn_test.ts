/** Tests of the training loop: what it does when, what it tells, when it stops. @module */

import assert from "node:assert/strict";
import { type DQN, type DQNConfig, type Episode, make, type Progress } from "../../mod.ts";
import { smallAgent } from "./support.ts";
import { ends, StubEnv } from "./stub_env.ts";

const cartPole = () => make("CartPole-v1", { maxEpisodeSteps: 20 });

/** One of an agent's two networks, as plain arrays. */
async function network(agent: DQN, prefix: "q" | "target"): Promise<number[][]> {
  const parameters = await agent.getParameters();
  return Object.keys(parameters).filter((name) => name.startsWith(`${prefix}.`))
    .map((name) => [...parameters[name].data]);
}

Deno.test("learn: in one step it stores, then syncs the target, then trains", async () => {
  const config: DQNConfig = {
    learningStarts: 0,
    trainFreq: 4,
    gradientSteps: 1,
    targetUpdateInterval: 4,
  };
  using agent = await smallAgent(cartPole(), config);
  const first = await network(agent, "q");
  await agent.learn(4, { horizon: 8 });
  const second = await network(agent, "q");
  assert.notDeepEqual(second, first);
  assert.deepEqual(await network(agent, "target"), first);
  // At step 8 the target takes over what the update of step 4 made, and not yet that of step 8.
  await agent.learn(4, { horizon: 8 });
  assert.deepEqual(await network(agent, "target"), second);
  assert.notDeepEqual(await network(agent, "q"), second);
});

Deno.test("learn: the newest transition can be drawn in the step that made it", async () => {
  // One step, one transition, one update: it is the only thing to learn from. Q(s) moves to its reward.
  const env = new StubEnv(() => ({ reward: 100, terminated: true }), { actions: 1 });
  using agent = await smallAgent(env, {
    learningStarts: 0,
    trainFreq: 1,
    gradientSteps: 1,
    loss: "mse",
    optimizer: "sgd",
    learningRate: 1e-2,
  });
  await agent.learn(1);
  const { tdError, loss } = await agent.diagnostics();
  assert.ok(tdError > 99 && tdError < 101 && Math.abs(loss / tdError ** 2 - 1) < 1e-4);
});

Deno.test("learn: the target follows updates, also in the middle of a burst", async () => {
  const config: DQNConfig = {
    learningStarts: 0,
    trainFreq: 4,
    gradientSteps: 5,
    targetUpdateInterval: { every: 3, unit: "update" },
  };
  // Made of five updates with a sync after the third: what the third made is the target.
  using whole = await smallAgent(cartPole(), config);
  await whole.learn(4);
  using other = await smallAgent(cartPole(), { ...config, gradientSteps: 3 });
  await other.learn(4);
  assert.deepEqual(await network(whole, "target"), await network(other, "q"));
  assert.deepEqual(await network(other, "target"), await network(other, "q"));
  assert.notDeepEqual(await network(whole, "q"), await network(other, "q"));
});

Deno.test("learn: every update draws a batch of its own", async () => {
  // With a learning rate of 0 nothing but the draw can make losses differ.
  using agent = await smallAgent(cartPole(), { learningRate: 0, trainFreq: 1000 });
  await agent.learn(100);
  const losses = new Set<number>();
  for (let i = 0; i < 20; i++) {
    await agent.train(1);
    losses.add((await agent.diagnostics()).loss);
  }
  assert.equal(losses.size, 20);
});

Deno.test("learn: actions are uniform before learningStarts, whatever ε is", async () => {
  const env = new StubEnv(undefined, { actions: 4 });
  using agent = await smallAgent(env, {
    exploration: "greedy",
    learningStarts: 400,
    trainFreq: 500,
  });
  await agent.learn(460);
  const random = env.actions.slice(0, 400);
  for (let action = 0; action < 4; action++) {
    const count = random.filter((each) => each === action).length;
    assert.ok(Math.abs(count - 100) < 5 * Math.sqrt(400 * 3 / 16), `${action}: ${count}`);
  }
  // From then on it does what the network says, which only changes with what it sees.
  for (let step = 400; step < 460; step++) {
    assert.equal(env.actions[step], await agent.predict(Float32Array.of(1, step)));
  }
});

Deno.test("learn: the result says what this call did", async () => {
  using agent = await smallAgent(new StubEnv(ends(10, "terminated")));
  const first = await agent.learn(45);
  assert.deepEqual([first.steps, first.episodes, first.updates], [45, 4, 12]);
  assert.equal(first.stoppedBy, "steps");
  assert.equal("best" in first, false);
  assert.ok(first.seconds > 0);
  assert.equal(first.stepsPerSecond, 45 / first.seconds);
  assert.equal(first.updatesPerSecond, 12 / first.seconds);
  // Steps 48 and 52: two updates each.
  const second = await agent.learn(10);
  assert.deepEqual([second.steps, second.episodes, second.updates], [10, 1, 4]);
  assert.deepEqual([agent.steps, agent.episodes, agent.updates], [55, 5, 16]);
});

Deno.test("learn: onEpisode hears of each episode with its own numbers", async () => {
  // Episode e has e steps with reward e each; even ones are truncated.
  const env = new StubEnv(({ step, episode }) => ({
    reward: episode,
    terminated: episode % 2 === 1 && step === episode,
    truncated: episode % 2 === 0 && step === episode,
  }));
  using agent = await smallAgent(env, { explorationFraction: 1, explorationFinalEps: 0 });
  const heard: Episode[] = [];
  await agent.learn(20, { onEpisode: (episode) => heard.push(episode) });
  const wanted = [1, 2, 3, 4, 5].map((e) => {
    const steps = e * (e + 1) / 2;
    return {
      episode: e,
      return: e * e,
      length: e,
      steps,
      epsilon: 1 - steps / 20,
      lane: 0,
      terminated: e % 2 === 1,
    };
  });
  heard.forEach(({ epsilon }, i) => assert.ok(Math.abs(epsilon - wanted[i].epsilon) < 1e-12));
  assert.deepEqual(
    heard.map((each, i) => ({ ...each, epsilon: wanted[i].epsilon })),
    wanted,
  );
});

Deno.test("learn: with several lanes, episodes are numbered in the order in which they end", async () => {
  const envs = [3, 2, 6].map((length) => new StubEnv(ends(length, "terminated")));
  using agent = await smallAgent(envs);
  const heard: number[][] = [];
  await agent.learn(18, {
    onEpisode: ({ episode, lane, steps, length }) => heard.push([episode, lane, steps, length]),
  });
  assert.deepEqual(heard, [
    [1, 1, 6, 2],
    [2, 0, 9, 3],
    [3, 1, 12, 2],
    [4, 0, 18, 3],
    [5, 1, 18, 2],
    [6, 2, 18, 6],
  ]);
});

Deno.test("learn: ends after so many episodes if they end before the steps do", async () => {
  using agent = await smallAgent(new StubEnv(ends(10, "terminated")));
  const first = await agent.learn(1000, { episodes: 3 });
  assert.deepEqual([first.stoppedBy, first.episodes, first.steps], ["episodes", 3, 30]);
  const second = await agent.learn(1000, { episodes: 2 });
  assert.deepEqual([second.stoppedBy, agent.episodes, agent.steps], ["episodes", 5, 50]);
  const third = await agent.learn(15, { episodes: 2 });
  assert.deepEqual([third.stoppedBy, third.episodes, agent.steps], ["steps", 1, 65]);
});

Deno.test("learn: progress tells sane numbers, and once more at the end", async () => {
  using agent = await smallAgent(new StubEnv(ends(10, "terminated")));
  await agent.learn(30, { horizon: 130 });
  const reports: Progress[] = [];
  const result = await agent.learn(100, {
    horizon: 130,
    progressInterval: 0,
    onProgress: (progress) => reports.push(progress),
  });
  assert.ok(reports.length > 50, `${reports.length} reports`);
  for (const [i, now] of reports.entries()) {
    const before = reports[i - 1];
    assert.ok(now.steps > 30 && now.steps <= 130);
    if (before) {
      assert.ok(now.steps >= before.steps && now.seconds >= before.seconds);
      assert.ok(now.updates >= before.updates && now.episodes >= before.episodes);
      assert.ok(now.epsilon <= before.epsilon);
    }
    assert.equal(now.totalSteps, 130);
    assert.equal(now.episodes, Math.floor(now.steps / 10));
    assert.equal(now.meanReturn, 10);
    assert.ok(now.seconds > 0 && now.stepsPerSecond > 0);
    assert.ok(Math.abs(now.stepsPerSecond * now.seconds - (now.steps - 30)) < 1e-6);
    assert.ok(Math.abs(now.secondsLeft * now.stepsPerSecond - (130 - now.steps)) < 1e-6);
    // Means over the updates since the last report, if there were any.
    const learnt = before && now.updates > before.updates;
    if (before) assert.equal(Number.isFinite(now.loss), learnt);
    for (const value of [now.meanQ, now.gradNorm, now.tdError]) {
      assert.equal(Number.isNaN(value), Number.isNaN(now.loss));
    }
    if (learnt) assert.ok(now.loss >= 0 && now.gradNorm >= 0 && now.tdError >= 0);
  }
  const last = reports.at(-1)!;
  assert.deepEqual([last.steps, last.updates, last.secondsLeft], [130, agent.updates, 0]);
  assert.ok(last.seconds <= result.seconds);
});

Deno.test("learn: a run that is shorter than the interval reports once, at its end", async () => {
  using agent = await smallAgent(cartPole());
  const reports: Progress[] = [];
  const options = { progressInterval: 1e9, onProgress: (now: Progress) => reports.push(now) };
  await agent.learn(60, options);
  assert.deepEqual(reports.map(({ steps, updates }) => [steps, updates]), [[60, 20]]);
  await agent.learn(60, { ...options, signal: AbortSignal.abort() });
  assert.deepEqual([reports.length, reports[1].steps, reports[1].totalSteps], [2, 60, 120]);
});

Deno.test("learn: the mean return is of the last 100 episodes, NaN before the first", async () => {
  // Episode e is worth e: of 150 the last 100 average 100.5.
  const env = new StubEnv(({ episode, step }) => ({
    reward: episode === 1 ? 1 / 40 : episode,
    terminated: episode > 1 || step === 40,
  }));
  using agent = await smallAgent(env, { trainFreq: 1000 });
  const means: number[] = [];
  const options = {
    progressInterval: 0,
    onProgress: (now: Progress) => means.push(now.meanReturn),
  };
  await agent.learn(40, options);
  assert.ok(means.slice(0, 39).every(Number.isNaN));
  assert.ok(Math.abs(means[39] - 1) < 1e-12);
  await agent.learn(149, options);
  assert.equal(means.at(-1), 100.5);
  // And it is the agent's, not the call's.
  means.length = 0;
  await agent.learn(1, options);
  assert.equal(means[0], 101.5);
});

Deno.test("learn: progress comes about as often as asked", async () => {
  using agent = await smallAgent(cartPole(), { trainFreq: 1_000_000 });
  let reports = 0;
  const { seconds } = await agent.learn(1_000_000, {
    signal: AbortSignal.timeout(400),
    progressInterval: 100,
    onProgress: () => reports++,
  });
  // One for each whole interval at most, and the last.
  assert.ok(reports >= 2 && reports <= Math.floor(seconds * 10) + 1, `${reports} in ${seconds} s`);
});

Deno.test("learn: the event loop gets its turns", async () => {
  using agent = await smallAgent(cartPole(), { gradientSteps: 10 });
  await agent.learn(30);
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  const { seconds } = await agent.learn(10_000_000, { signal: AbortSignal.timeout(600) });
  clearInterval(timer);
  // One about every 50 ms; half of that on a busy machine.
  assert.ok(turns >= Math.floor(seconds / 0.1), `${turns} turns in ${seconds} s`);
});
