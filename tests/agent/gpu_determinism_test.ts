/**
 * Tests that a run in environments on the GPU follows from its seed alone: however it is split into submits,
 * whoever watches, and when it is saved and loaded in the middle.
 *
 * @module
 */

import assert from "node:assert/strict";
import { DQN, evaluate, type LearnOptions } from "../../mod.ts";
import {
  checkpointOf,
  device,
  fingerprint,
  networkFingerprint,
  smallAgent,
  warningsOf,
  withSubmitsOf,
} from "./support.ts";
import { ladders, LANES, runOf, WAYS } from "./gpu_support.ts";

const STEPS = LANES * 60;
/** Where runs are parted: in the middle of a cycle of steps and updates. */
const PART = LANES * 31;

for (const [name, way] of Object.entries(WAYS)) {
  Deno.test(`GPU determinism: the same bits in submits of any size, watched, evaluated and resumed (${name})`, async () => {
    const env = way[0]();
    const plain = (options: LearnOptions = {}) => (agent: DQN) => agent.learn(STEPS, options);
    const first = await runOf(way, plain());
    assert.equal(await runOf(way, plain()), first, "run again");
    for (const size of [1, 13]) {
      const other = await withSubmitsOf(size, () => runOf(way, plain()));
      assert.equal(other, first, `submits of ${size}`);
    }
    let told = 0;
    const watched = await withSubmitsOf(9, () =>
      runOf(
        way,
        plain({
          progressInterval: 0,
          onProgress: () => told++,
          evaluation: { every: 60, episodes: LANES, env, onEvaluation: () => told++ },
        }),
      ));
    assert.equal(watched, first, "with progress and evaluations");
    assert.ok(told > 5);
    // What reads does not change either.
    const parted = await runOf(way, async (agent) => {
      await agent.learn(PART, { horizon: STEPS });
      await agent.diagnostics();
      await agent.getParameters();
      await evaluate(agent, env, { episodes: 3, seed: 4, deterministic: false });
      await agent.learn(STEPS - PART, { horizon: STEPS });
    });
    assert.equal(parted, first, "in two parts");
    using half = await smallAgent(env, way[1]);
    await half.learn(PART, { horizon: STEPS });
    const warnings = await warningsOf(async () => {
      using resumed = await DQN.load(await checkpointOf(half), way[0](), { device });
      assert.equal(await fingerprint(resumed), await fingerprint(half));
      await resumed.learn(STEPS - PART, { horizon: STEPS });
      assert.equal(await fingerprint(resumed), first, "saved and loaded");
    });
    assert.deepEqual(warnings, []);
  });
}

Deno.test("GPU determinism: another seed gives another run, of the same first weights too", async () => {
  using first = await smallAgent(ladders(), { seed: 11 });
  using second = await smallAgent(ladders(), { seed: 12 });
  await second.setParameters(await first.getParameters());
  for (const agent of [first, second]) await agent.learn(STEPS);
  assert.notEqual(await networkFingerprint(first), await networkFingerprint(second));
  const [one, two] = [await first.replay.transitions(), await second.replay.transitions()];
  assert.notDeepEqual(one.observations, two.observations);
});

Deno.test("GPU determinism: saved before the first step, it is as if it had not been", async () => {
  const whole = await runOf(WAYS.uniform, (agent) => agent.learn(STEPS));
  using fresh = await smallAgent(ladders());
  const warnings = await warningsOf(async () => {
    using loaded = await DQN.load(await checkpointOf(fresh), ladders(), { device });
    await loaded.learn(STEPS);
    assert.equal(await fingerprint(loaded), whole);
  });
  assert.deepEqual(warnings, []);
});

Deno.test("GPU determinism: a checkpoint made while it learns has all episodes that have ended by then", async () => {
  let saved: Promise<Uint8Array> | undefined;
  using agent = await smallAgent(ladders());
  await withSubmitsOf(5, () =>
    agent.learn(STEPS, {
      progressInterval: 0,
      onProgress: ({ steps }) => {
        if (steps >= PART) saved ??= checkpointOf(agent);
      },
    }));
  using resumed = await DQN.load(await saved!, ladders(), { device });
  assert.ok(resumed.steps < STEPS);
  await resumed.learn(STEPS - resumed.steps);
  assert.equal(resumed.episodes, agent.episodes);
  assert.equal(await networkFingerprint(resumed), await networkFingerprint(agent));
});

Deno.test("GPU determinism: without the replay buffer or for other environments new episodes begin", async () => {
  using agent = await smallAgent(ladders());
  await agent.learn(PART);
  const bytes = await checkpointOf(agent);
  const warnings = await warningsOf(async () => {
    using bare = await DQN.load(bytes, ladders(), { device }, { replay: false });
    assert.equal(bare.replay.size, 0);
    const { updates } = bare;
    await bare.learn(PART);
    assert.ok(bare.updates > updates);
  });
  assert.equal(warnings.length, 1);
  assert.match(warnings[0], /without its replay buffer/);
  await assert.rejects(DQN.load(bytes, ladders(LANES + 1), { device }), /fed by 4 environments/);
});
