/** Tests of what `learn` and the agent's other calls do where environments are on the GPU. @module */

import assert from "node:assert/strict";
import { type Episode, evaluate, type Progress } from "../../mod.ts";
import { Gpu } from "../../src/gpu/gpu.ts";
import { playLadder } from "../dqn/gpu_toys.ts";
import { device, networkFingerprint, smallAgent, withSubmitsOf } from "./support.ts";
import { cartPoles, ladders, LANES } from "./gpu_support.ts";

Deno.test("GPU learn: onEpisode is told of every episode, in order, as it was", async () => {
  const told: Episode[] = [];
  using agent = await smallAgent(ladders(), {
    ...{ explorationInitialEps: 1, explorationFinalEps: 1 },
  });
  const steps = 150;
  // Two calls: an episode that goes on from the one to the other is told once.
  const onEpisode = (episode: Episode) => told.push(episode);
  const first = await agent.learn(LANES * 71, { onEpisode, horizon: LANES * steps });
  const second = await agent.learn(LANES * (steps - 71), { onEpisode });
  const { episodes } = playLadder({ lanes: LANES, steps, seed: 11 });
  assert.deepEqual(
    told,
    episodes.map(({ step, ...episode }, i) => ({
      ...episode,
      steps: LANES * (step + 1),
      episode: i + 1,
      epsilon: 1,
    })),
  );
  assert.equal(agent.episodes, episodes.length);
  assert.equal(first.episodes + second.episodes, episodes.length);
  assert.equal(first.steps + second.steps, LANES * steps);
  assert.equal(first.stoppedBy, "steps");
});

Deno.test("GPU learn: steps, updates and learningStarts are those that were asked for", async () => {
  using agent = await smallAgent(ladders(), {
    ...{ trainFreq: 3 * LANES, gradientSteps: 5, learningStarts: 50 },
  });
  const result = await agent.learn(LANES * 40);
  assert.equal(agent.steps, LANES * 40);
  // Every third step of the environments, those after the fiftieth of all lanes together.
  const bursts = [...Array(41).keys()].filter((n) => n > 0 && n % 3 === 0 && n * LANES > 50).length;
  assert.equal(agent.updates, 5 * bursts);
  assert.equal(result.updates, agent.updates);
  // Steps are of all lanes: what is asked for in between is rounded up.
  await agent.learn(1);
  assert.equal(agent.steps, LANES * 41);
});

Deno.test("GPU learn: a signal stops it after the submit that is under way, and it can go on", async () => {
  const whole = await smallAgent(ladders());
  await whole.learn(LANES * 100);
  using agent = await smallAgent(ladders());
  const abort = new AbortController();
  const result = await withSubmitsOf(7, () =>
    agent.learn(LANES * 100, {
      signal: abort.signal,
      progressInterval: 0,
      onProgress: ({ steps }) => {
        if (steps >= 200) abort.abort();
      },
    }));
  assert.equal(result.stoppedBy, "signal");
  assert.ok(agent.steps >= 200 && agent.steps < 200 + 7 * LANES, `${agent.steps}`);
  await agent.learn(LANES * 100 - agent.steps, { horizon: LANES * 100 });
  assert.equal(await networkFingerprint(agent), await networkFingerprint(whole));
  whole.close();
  const none = await agent.learn(100, { signal: AbortSignal.abort() });
  assert.deepEqual([none.steps, none.stoppedBy], [0, "signal"]);
});

Deno.test("GPU learn: a signal is heard soon, however many steps were asked for", async () => {
  using agent = await smallAgent(cartPoles());
  await agent.learn(400);
  const abort = new AbortController();
  let aborted = 0;
  setTimeout(() => {
    aborted = performance.now();
    abort.abort();
  }, 150);
  const { stoppedBy } = await agent.learn(10 ** 9, { signal: abort.signal });
  assert.equal(stoppedBy, "signal");
  // A submit is of 50 ms; the machine may be busy.
  assert.ok(performance.now() - aborted < 1000, `${performance.now() - aborted} ms`);
});

Deno.test("GPU learn: it ends after so many episodes, with the submit in which the last of them ended", async () => {
  using agent = await smallAgent(ladders());
  const result = await withSubmitsOf(6, () => agent.learn(LANES * 10_000, { episodes: 12 }));
  assert.equal(result.stoppedBy, "episodes");
  assert.ok(result.episodes >= 12 && result.episodes <= 12 + 6 * LANES, `${result.episodes}`);
});

Deno.test("GPU learn: progress tells numbers that are true", async () => {
  const told: Progress[] = [];
  using agent = await smallAgent(ladders(), { explorationFinalEps: 0.1 });
  const total = LANES * 60;
  await withSubmitsOf(
    20,
    () =>
      agent.learn(total, { progressInterval: 0, onProgress: (progress) => told.push(progress) }),
  );
  assert.ok(told.length > 5);
  told.forEach((now, i) => {
    const before = told[i - 1] ?? { steps: 0, updates: 0, episodes: 0 };
    assert.ok(now.steps >= before.steps && now.updates >= before.updates);
    assert.ok(now.steps % LANES === 0 && now.totalSteps === total);
    assert.ok(now.epsilon >= 0.1 && now.epsilon <= 1);
    if (now.updates > before.updates) {
      const { loss, meanQ, gradNorm, tdError } = now;
      for (const number of [loss, meanQ, gradNorm, tdError]) assert.ok(Number.isFinite(number));
    }
  });
  const last = told.at(-1)!;
  assert.deepEqual([last.steps, last.updates], [total, agent.updates]);
  assert.equal(last.episodes, agent.episodes);
  assert.ok(last.meanReturn > 0 && last.meanReturn < 16);
});

Deno.test("GPU learn: evaluations are at their exact steps, with all updates made that were due before", async () => {
  for (const size of [3, 500]) {
    using agent = await smallAgent(ladders(), { trainFreq: 2 * LANES, gradientSteps: 8 });
    const at: [steps: number, updates: number][] = [];
    await withSubmitsOf(size, () =>
      agent.learn(LANES * 50, {
        evaluation: {
          ...{ every: 40, episodes: 3, env: ladders() },
          onEvaluation: ({ steps, returns }) => {
            assert.equal(returns.length, 3);
            at.push([steps, agent.updates]);
          },
        },
      }));
    const learnt = (steps: number) => 8 * (Math.floor(steps / 8) - Math.floor(20 / 8));
    assert.deepEqual(at, [40, 80, 120, 160, 200].map((steps) => [steps, learnt(steps)]));
  }
});

Deno.test("GPU learn: it stops when solved, and the best network is put back", async () => {
  using agent = await smallAgent(ladders());
  const results: { mean: number; steps: number; network: Promise<string> }[] = [];
  const evaluation = {
    ...{ every: 60, episodes: 8, env: ladders(), keepBest: true },
    onEvaluation: ({ mean, steps }: { mean: number; steps: number }) => {
      results.push({ mean, steps, network: networkFingerprint(agent) });
    },
  };
  const { best } = await agent.learn(LANES * 75, { evaluation });
  const wanted = results.reduce((a, b) => b.mean > a.mean ? b : a);
  assert.deepEqual(best, { mean: wanted.mean, steps: wanted.steps });
  const { mean } = await evaluate(agent, ladders(), { episodes: 8 });
  assert.equal(mean, wanted.mean);
  const solved = await agent.learn(LANES * 500, { evaluation: { ...evaluation, stopAt: -1 } });
  assert.equal(solved.stoppedBy, "solved");
  assert.ok(solved.steps <= 60);
});

Deno.test("GPU learn: train, diagnostics, profile, updateTarget and trainOnBatch work there too", async () => {
  using agent = await smallAgent(ladders(), { targetUpdateInterval: { every: 3, unit: "update" } });
  await agent.learn(LANES * 30);
  const { updates } = agent;
  await agent.train(10);
  assert.equal(agent.updates, updates + 10);
  assert.ok(Object.values(await agent.diagnostics()).every(Number.isFinite));
  const rows = await agent.profile();
  const { hasTimestamps } = await Gpu.open({ device });
  assert.equal(rows.length > 0, hasTimestamps);
  await agent.updateTarget();
  const { loss } = await agent.trainOnBatch({
    observations: new Float32Array(10),
    nextObservations: new Float32Array(10),
    actions: Int32Array.of(0, 2),
    rewards: Float32Array.of(1, 2),
    terminated: [true, false],
  });
  assert.ok(loss > 0);
  await agent.learn(LANES * 10);
});
