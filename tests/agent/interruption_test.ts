/**
 * Tests of what comes between: signals, closing, a lost device, other calls on an agent that learns.
 *
 * @module
 */

import assert from "node:assert/strict";
import { DQN, type DQNConfig, make } from "../../mod.ts";
import {
  checkpointOf,
  device,
  fingerprint,
  inFolder,
  namesIn,
  smallAgent,
  withSubmitsOf,
} from "./support.ts";

const cartPole = () => make("CartPole-v1", { maxEpisodeSteps: 20 });

Deno.test("interruption: every call after close says so", async () => {
  const agent = await smallAgent(cartPole());
  await agent.learn(30);
  const parameters = await agent.getParameters();
  agent.close();
  agent.close();
  const closed = { message: "this agent has been closed" };
  const batch = {
    observations: new Float32Array(4),
    nextObservations: new Float32Array(4),
    actions: Int32Array.of(0),
    rewards: Float32Array.of(1),
    terminated: [true],
  };
  await assert.rejects(agent.learn(1), closed);
  await assert.rejects(agent.train(1), closed);
  await assert.rejects(agent.trainOnBatch(batch), closed);
  await assert.rejects(agent.predict(new Float32Array(4)), closed);
  await assert.rejects(agent.qValues(new Float32Array(4)), closed);
  await assert.rejects(agent.updateTarget(), closed);
  await assert.rejects(agent.diagnostics(), closed);
  await assert.rejects(agent.profile(), closed);
  await assert.rejects(agent.getParameters(), closed);
  await assert.rejects(agent.setParameters(parameters), closed);
  await inFolder(async (folder) => {
    await assert.rejects(agent.save(`${folder}/late`), closed);
    assert.deepEqual(namesIn(folder), []);
  });
  // The device is the test's, and lives on.
  using other = await smallAgent(cartPole());
  await other.learn(30);
});

Deno.test("interruption: closing while the agent learns ends that run, and harms no other", async () => {
  for (
    const close of [
      (agent: DQN) => ({ onEpisode: () => agent.close() }),
      (agent: DQN) => {
        setTimeout(() => agent.close(), 20);
        return {};
      },
    ]
  ) {
    const agent = await smallAgent(cartPole());
    await assert.rejects(agent.learn(1_000_000, close(agent)), {
      message: "this agent has been closed",
    });
    using other = await smallAgent(cartPole());
    assert.equal((await other.learn(40)).steps, 40);
  }
});

Deno.test("interruption: a signal that was given before stops at once, and learning can go on", async () => {
  using agent = await smallAgent(cartPole());
  const options = { horizon: 60 };
  const none = await agent.learn(60, { ...options, signal: AbortSignal.abort() });
  assert.deepEqual([none.stoppedBy, none.steps, none.updates], ["signal", 0, 0]);
  const result = await agent.learn(60, options);
  assert.deepEqual([result.stoppedBy, result.steps], ["steps", 60]);
  using whole = await smallAgent(cartPole());
  await whole.learn(60, options);
  assert.equal(await fingerprint(agent), await fingerprint(whole));
});

Deno.test("interruption: a signal while learning stops between steps, and learning can go on", async () => {
  using whole = await smallAgent(cartPole());
  await whole.learn(400, { horizon: 400 });
  using agent = await smallAgent(cartPole());
  const controller = new AbortController();
  const result = await agent.learn(400, {
    horizon: 400,
    signal: controller.signal,
    onEpisode: ({ episode }) => episode === 5 && controller.abort(),
  });
  assert.deepEqual([result.stoppedBy, result.episodes], ["signal", 5]);
  assert.equal(result.steps, agent.steps);
  await agent.learn(400 - agent.steps, { horizon: 400 });
  assert.equal(await fingerprint(agent), await fingerprint(whole));
});

Deno.test("interruption: a timer's signal gets through, in acting and in a long burst", async () => {
  const configs: DQNConfig[] = [{ trainFreq: 1_000_000 }, { gradientSteps: 1_000_000 }];
  for (const config of configs) {
    using agent = await smallAgent(cartPole(), config);
    const started = performance.now();
    const result = await agent.learn(10_000_000, { signal: AbortSignal.timeout(150) });
    const seconds = (performance.now() - started) / 1000;
    assert.equal(result.stoppedBy, "signal");
    // Seconds more than asked for, so that a busy machine does not fail it; a run would take hours.
    assert.ok(seconds < 5, `took ${seconds} s`);
    assert.equal(agent.updates, result.updates);
  }
  using agent = await smallAgent(cartPole());
  await agent.learn(30);
  await agent.train(100_000_000, { signal: AbortSignal.timeout(100) });
  assert.ok(agent.updates > 4 && agent.updates < 1_000_000, `${agent.updates}`);
});

Deno.test("interruption: several calls at once take turns", async () => {
  // The first readbacks of an agent are the slow ones: nothing may come between them.
  using agent = await smallAgent(cartPole());
  const [a, b] = [Float32Array.of(0, 0.1, 0, 0), Float32Array.of(0.3, 0, 0.1, 0)];
  const [first, second, action, parameters, , , third] = await Promise.all([
    agent.qValues(a),
    agent.qValues(b),
    agent.predict(a),
    agent.getParameters(),
    agent.diagnostics(),
    checkpointOf(agent),
    agent.qValues(a),
  ]);
  assert.notDeepEqual(first, second);
  assert.deepEqual(third, first);
  assert.equal(action, first[1] > first[0] ? 1 : 0);
  assert.deepEqual(await agent.getParameters(), parameters);
});

Deno.test("interruption: a checkpoint that is made while the agent learns is of one moment", async () => {
  using whole = await smallAgent(cartPole());
  await whole.learn(200, { horizon: 200 });
  using agent = await smallAgent(cartPole());
  const saves: Promise<Uint8Array>[] = [];
  const looks: Promise<unknown>[] = [];
  await withSubmitsOf(3, () =>
    agent.learn(200, {
      horizon: 200,
      onEpisode({ episode }) {
        if (episode % 4 === 1) saves.push(checkpointOf(agent));
        looks.push(agent.qValues(new Float32Array(4)), agent.getParameters());
      },
    }));
  await Promise.all(looks);
  assert.ok(saves.length > 1);
  const steps = new Set<number>();
  for (const bytes of await Promise.all(saves)) {
    using resumed = await DQN.load(bytes, cartPole(), { device });
    steps.add(resumed.steps);
    await resumed.learn(200 - resumed.steps, { horizon: 200 });
    assert.equal(await fingerprint(resumed), await fingerprint(whole));
  }
  assert.equal(steps.size, saves.length);
});

Deno.test("interruption: a lost device ends the run with an error", async () => {
  const adapter = await navigator.gpu.requestAdapter();
  const lost = /^Error: the GPU device was lost \(destroyed\)/;
  // While it sets to work, and later; while acting, and in a long burst.
  for (const [gradientSteps, ms] of [[1, 1], [1, 80], [1_000_000, 10], [1_000_000, 80]]) {
    const own = await adapter!.requestDevice();
    using agent = await smallAgent(cartPole(), { gradientSteps, device: own });
    setTimeout(() => own.destroy(), ms);
    await assert.rejects(agent.learn(10_000_000), lost);
    await assert.rejects(agent.train(1), lost);
    await assert.rejects(agent.qValues(new Float32Array(4)), lost);
    await inFolder(async (folder) => {
      await assert.rejects(agent.save(`${folder}/agent`), lost);
      assert.deepEqual(namesIn(folder), []);
    });
    // And one that is lost before anything is made on it.
    await assert.rejects(smallAgent(cartPole(), { device: own }), lost);
  }
});
