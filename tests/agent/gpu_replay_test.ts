/**
 * Tests of what an agent in environments on the GPU has stored: just what has happened there, which an agent
 * on the host learns from as this one does.
 *
 * @module
 */

import assert from "node:assert/strict";
import { DQN, make, makeGpu } from "../../mod.ts";
import { ladder, playLadder, seenAt, startsTransition } from "../dqn/gpu_toys.ts";
import { KIND } from "../../src/replay/lanes.ts";
import { checkpointOf, device, networkFingerprint, smallAgent, warningsOf } from "./support.ts";
import { ladders, LANES, WAYS } from "./gpu_support.ts";

Deno.test("GPU replay: transitions are the episodes', with true last observations where they were truncated", async () => {
  for (const [lanes, steps, rows] of [[1, 70, 500], [LANES, 90, 31]] as const) {
    using agent = await smallAgent(makeGpu(ladder(), lanes), {
      ...{ bufferSize: rows * lanes, learningStarts: rows * lanes },
      ...{ trainFreq: 10 ** 6, explorationInitialEps: 1, explorationFinalEps: 1 },
    });
    await agent.learn(lanes * steps);
    const stored = await agent.replay.transitions();
    const played = playLadder({ lanes, steps, seed: 11 });
    const found = Array.from(stored.actions, (action, i) => [
      [...stored.observations.subarray(5 * i, 5 * i + 5)],
      action,
      stored.rewards[i],
      stored.terminated[i],
      stored.truncated[i],
      [...stored.nextObservations.subarray(5 * i, 5 * i + 5)],
    ]);
    const wanted = played.rows.flatMap((own) => {
      // No lane's last step truncates an episode: of that the buffer learns with the next.
      assert.ok(!own.at(-2)!.truncates);
      const from = Math.max(0, own.length - rows);
      return own.map((row, i) => ({ row, i }))
        .filter(({ row, i }) => i >= from && startsTransition(row))
        .map(({ row, i }) => [
          seenAt(row),
          row.action,
          row.reward,
          Number(row.kind === KIND.terminates),
          Number(row.truncates),
          seenAt(own[i + 1]),
        ]);
    });
    assert.deepEqual(found, wanted);
    assert.ok(stored.truncated.some((flag) => flag === 1));
    assert.ok(agent.replay.size > 0 && agent.replay.size <= wanted.length);
  }
});

Deno.test("GPU replay: a truncation by a lane's last step is told as well", async () => {
  const [lanes, steps] = [30, 5];
  using agent = await smallAgent(makeGpu(ladder(), lanes), { learningStarts: 400 });
  await agent.learn(lanes * steps);
  const { truncated } = await agent.replay.transitions();
  const { rows } = playLadder({ lanes, steps, seed: 11 });
  const wanted = rows.flat().filter((row) => row.truncates && startsTransition(row)).length;
  assert.ok(rows.some((own) => own.at(-2)!.truncates));
  assert.equal(truncated.reduce((sum, flag) => sum + flag, 0), wanted);
});

for (const [name, [env, config]] of Object.entries(WAYS)) {
  Deno.test(`GPU replay: an agent on the host makes the same updates of the same rows (${name})`, async () => {
    using agent = await smallAgent(env(), config);
    await agent.learn(LANES * 80);
    assert.ok(agent.updates > 20);
    // Without environments: its replay buffer is one that is written from the host.
    using other = await DQN.load(await checkpointOf(agent), undefined, { device });
    await warningsOf(async () => {
      for (const each of [agent, other]) await each.train(30);
    });
    assert.equal(await networkFingerprint(other), await networkFingerprint(agent));
    const [one, two] = [await agent.replay.transitions(), await other.replay.transitions()];
    assert.deepEqual(two, one);
  });
}

Deno.test("GPU replay: an agent goes from the GPU to the host and back", async () => {
  const options = { maxEpisodeSteps: 14 };
  using agent = await smallAgent(makeGpu("CartPole-v1", 1, options));
  await agent.learn(100);
  const warnings = await warningsOf(async () => {
    const bytes = await checkpointOf(agent);
    using host = await DQN.load(bytes, make("CartPole-v1", options), { device });
    await host.learn(60);
    const again = await checkpointOf(host);
    using back = await DQN.load(again, makeGpu("CartPole-v1", 1, options), { device });
    await back.learn(60);
    assert.equal(back.steps, 220);
    assert.ok(back.updates > host.updates);
  });
  assert.equal(warnings.length, 2);
  for (const warning of warnings) assert.match(warning, /a new episode begins/);
});

Deno.test("GPU replay: lanes that are not in step are refused", async () => {
  using host = await smallAgent([1, 2].map(() => make("CartPole-v1")));
  await host.learn(60);
  const bytes = await checkpointOf(host);
  for (const [lanes, message] of [[2, /not in lockstep/], [3, /fed by 2 environments/]] as const) {
    const env = makeGpu("CartPole-v1", lanes);
    await assert.rejects(DQN.load(bytes, env, { device }), { name: "RangeError", message });
  }
});

Deno.test("GPU replay: emptied, it fills up anew; nothing can be added", async () => {
  using agent = await smallAgent(ladders());
  await agent.learn(LANES * 50);
  const before = await agent.replay.transitions();
  await assert.rejects(agent.replay.add(before), /fill this replay buffer by themselves/);
  await assert.rejects(agent.replay.load(new Uint8Array()), Error);
  await agent.replay.clear();
  assert.equal(agent.replay.size, 0);
  assert.equal((await agent.replay.transitions()).actions.length, 0);
  await assert.rejects(agent.train(1), /holds no transition yet/);
  const { updates } = agent;
  await agent.learn(LANES * 20);
  assert.ok(agent.updates > updates);
  const { observations, nextObservations, terminated } = await agent.replay.transitions();
  // Each lane begins with an episode's beginning, and each step of time follows the last.
  assert.equal(observations[1], 0);
  for (let i = 0; i < terminated.length; i++) {
    assert.equal(nextObservations[5 * i], observations[5 * i]);
    assert.equal(nextObservations[5 * i + 1], observations[5 * i + 1] + 0.25);
  }
});
