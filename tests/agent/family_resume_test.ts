/**
 * Tests that a run of any part of the family goes on bit for bit when it is saved in the middle and loaded:
 * noise, priorities, schedules and quantile samples follow from counters and from what the file holds.
 *
 * @module
 */

import assert from "node:assert/strict";
import { DQN, type DQNConfig, make } from "../../mod.ts";
import type { UpdatePath } from "../../src/dqn/update.ts";
import { openDevice, withPath } from "../dqn/update_path.ts";
import { agentOn, checkpointOf, device, fingerprint, smallAgent } from "./support.ts";

/** Parts, alone and together; every option that a file must hold is in one of them. */
const RUNS: Record<string, DQNConfig> = {
  "prioritised, dueling, n-step": {
    sampling: "prioritized",
    priorityBeta: 0.5,
    dueling: true,
    headLayers: [6],
    nSteps: 3,
  },
  "noisy C51, LayerNorm, Double DQN": {
    noisy: true,
    distribution: "c51",
    atoms: 11,
    vMin: 0,
    vMax: 20,
    layerNorm: true,
    doubleQ: true,
  },
  "noisy SARSA, quantiles": { noisy: true, target: "sarsa", distribution: "qr", quantiles: 7 },
  "IQN, Munchausen, rate schedule": {
    distribution: "iqn",
    cosines: 8,
    actingTaus: 4,
    target: "munchausen",
    learningRateSchedule: "linear",
  },
  "Boltzmann with a falling temperature, sequential": {
    exploration: "boltzmann",
    explorationInitialEps: 0.5,
    temperature: 2,
    temperatureFinal: 0.1,
    sampling: "sequential",
    batchSize: 4,
  },
};

/** Runs and how their updates are made: what can be fused is, as agents do by themselves, and not. */
const WAYS: readonly (readonly [name: string, path: UpdatePath])[] = [
  ...Object.keys(RUNS).map((name) => [name, "layered"] as const),
  ["prioritised, dueling, n-step", "fused"],
];

for (const [name, path] of WAYS) {
  Deno.test(`family: a run in two parts is the run in one, ${name}, ${path}`, async () => {
    const config = RUNS[name];
    const own = await openDevice(path);
    const env = () => make("CartPole-v1", { maxEpisodeSteps: 15 });
    using whole = await agentOn(path, env(), config);
    await whole.learn(70, { horizon: 100 });
    using first = await agentOn(path, env(), config);
    await first.learn(41, { horizon: 100 });
    const bytes = await checkpointOf(first);
    using second = await withPath(path, () => DQN.load(bytes, env(), { device: own }));
    assert.deepEqual(second.config, first.config);
    assert.deepEqual(await checkpointOf(second), bytes);
    await second.learn(29);
    assert.equal(await fingerprint(second), await fingerprint(whole));
    assert.ok(second.updates > 20);
  });
}

Deno.test("family: options of a part may be changed when loading, those of the network may not", async () => {
  using agent = await smallAgent(make("CartPole-v1"), RUNS["noisy C51, LayerNorm, Double DQN"]);
  await agent.learn(30);
  const bytes = await checkpointOf(agent);
  const load = (overrides: DQNConfig) => DQN.load(bytes, undefined, { device, ...overrides });
  using changed = await load({ doubleQ: false, target: "munchausen", sampling: "prioritized" });
  await changed.train(3);
  assert.equal(changed.updates, agent.updates + 3);
  const refused: [DQNConfig, string][] = [
    [{ atoms: 21 }, "has atoms 11, and atoms asks for 21: leave atoms out when loading"],
    [{ vMax: 10 }, "has vMax 20, and vMax asks for 10: leave vMax out when loading"],
    [
      { distribution: "qr", quantiles: 9 },
      'has distribution "c51", and distribution asks for "qr": leave distribution out when loading',
    ],
    [{ noisy: false }, "has noisy true, and noisy asks for false: leave noisy out when loading"],
    [
      { layerNorm: false },
      "has layerNorm true, and layerNorm asks for false: leave layerNorm out when loading",
    ],
  ];
  for (const [overrides, message] of refused) {
    await assert.rejects(load(overrides), { message: `this checkpoint's network ${message}` });
  }
});

Deno.test("family: no batch is drawn before there are transitions enough for one", async () => {
  for (const config of [{ sampling: "sequential" }, { replacement: false }] as const) {
    using agent = await smallAgent(make("CartPole-v1"), {
      ...config,
      learningStarts: 0,
      trainFreq: 1,
      gradientSteps: 1,
    });
    await agent.learn(7);
    assert.equal(agent.updates, 0);
    await agent.learn(13);
    assert.equal(agent.updates, 13);
    await assert.rejects(async () => {
      await agent.replay.clear();
      await agent.train(1);
    }, { message: /holds no transition yet/ });
    await agent.learn(5);
    assert.equal(agent.updates, 13);
  }
});
