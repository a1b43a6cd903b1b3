/** Tests of how often the host speaks to the GPU while an agent learns: as good as never. @module */

import assert from "node:assert/strict";
import { type DQN, type DQNConfig, make, makeGpu } from "../../mod.ts";
import type { UpdatePath } from "../../src/dqn/update.ts";
import { Gpu, type Traffic } from "../../src/gpu/gpu.ts";
import { openDevice, PATHS } from "../dqn/update_path.ts";
import { agentOn, withSubmitsOf } from "./support.ts";

const UPDATES = 10_000;
/** Rows of the table, so updates that one submit holds at most. */
const MOST = 512;

/** How updates are made, and how their batches are drawn. */
const WAYS: readonly [path: UpdatePath, sampling: DQNConfig["sampling"]][] = [
  ["layered", "uniform"],
  ["fused", "prioritized"],
];

/** An agent with a replay buffer to learn from, and a target network that follows. */
async function filledAgent([path, sampling]: typeof WAYS[number]): Promise<DQN> {
  const agent = await agentOn(path, make("CartPole-v1"), {
    ...{ hiddenLayers: [4], batchSize: 4, sampling },
    targetUpdateInterval: { every: 100, unit: "update" },
  });
  await agent.learn(100);
  await agent.train(100);
  return agent;
}

/** What some work takes of submits, uploads and readbacks. */
async function trafficOf(path: UpdatePath, work: () => Promise<unknown>): Promise<Traffic> {
  const { traffic } = await Gpu.open({ device: await openDevice(path) });
  const before = { ...traffic };
  await work();
  return {
    submits: traffic.submits - before.submits,
    uploads: traffic.uploads - before.uploads,
    readbacks: traffic.readbacks - before.readbacks,
  };
}

for (const way of WAYS) {
  const name = way.join(", ");
  Deno.test(`traffic: over 10,000 updates the host uploads a table and reads a word per submit, no more, ${name}`, async () => {
    using agent = await filledAgent(way);
    const { updates } = agent;
    const traffic = await withSubmitsOf(MOST, () => trafficOf(way[0], () => agent.train(UPDATES)));
    assert.equal(agent.updates - updates, UPDATES);
    const submits = Math.ceil(UPDATES / MOST);
    // A submit's readback is a submit too; one more waits for the last updates.
    const readbacks = submits + 1;
    assert.ok(traffic.readbacks >= 1 && traffic.readbacks <= readbacks, JSON.stringify(traffic));
    assert.equal(traffic.uploads, submits);
    assert.equal(traffic.submits, submits + traffic.readbacks);
  });

  Deno.test(`traffic: left to itself it speaks about as often as a person looks, ${name}`, async () => {
    using agent = await filledAgent(way);
    const started = performance.now();
    const { uploads, readbacks } = await trafficOf(way[0], () => agent.train(UPDATES));
    const milliseconds = performance.now() - started;
    // Submits are of 50 ms, or as long as the table is; the first few are short.
    const most = Math.ceil(UPDATES / MOST) + 10 + milliseconds / 10;
    assert.ok(uploads <= most, `${uploads} uploads in ${milliseconds} ms`);
    assert.ok(readbacks <= most, `${readbacks} readbacks in ${milliseconds} ms`);
  });
}

for (const path of PATHS) {
  Deno.test(`traffic: with environments on the GPU too, steps add next to nothing, ${path}`, async () => {
    const lanes = 8;
    using agent = await agentOn(path, makeGpu("CartPole-v1", lanes), {
      ...{ hiddenLayers: [4], batchSize: 4, trainFreq: lanes, gradientSteps: lanes },
    });
    await agent.learn(20 * lanes);
    const { updates } = agent;
    const started = performance.now();
    // An update for each step.
    const { submits, uploads, readbacks } = await withSubmitsOf(
      MOST,
      () => trafficOf(path, () => agent.learn(UPDATES)),
    );
    const milliseconds = performance.now() - started;
    assert.equal(agent.updates - updates, UPDATES);
    const wanted = Math.ceil(UPDATES * (1 + 1 / lanes) / MOST);
    assert.ok(uploads <= wanted + 2, `${uploads} uploads, ${wanted} tables`);
    // A word for each submit; besides episodes and diagnostics, a few times a second.
    const looks = 10 + milliseconds / 20;
    assert.ok(readbacks <= 2 * wanted + looks, `${readbacks} readbacks in ${milliseconds} ms`);
    assert.ok(submits <= 3 * wanted + 2 * looks, `${submits} submits in ${milliseconds} ms`);
  });
}
