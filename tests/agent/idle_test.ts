/** Tests of what does nothing, or can't be done yet: it is said, and leaves no trace. @module */

import assert from "node:assert/strict";
import { DQN, make, makeGpu } from "../../mod.ts";
import { decodeSafetensors, encodeSafetensors } from "../../src/io/safetensors.ts";
import { cartPoles } from "./gpu_support.ts";
import { checkpointOf, device, fingerprint, smallAgent, warningsOf } from "./support.ts";

const cartPole = () => make("CartPole-v1", { maxEpisodeSteps: 20 });

Deno.test("idle: a profile where nothing can be timed makes no step and no update", async () => {
  for (const env of [cartPole(), cartPoles()]) {
    using agent = await smallAgent(env);
    assert.ok(!device.features.has("timestamp-query"));
    await agent.learn(60);
    const before = await fingerprint(agent);
    assert.deepEqual(await agent.profile(), []);
    assert.equal(await fingerprint(agent), before);
  }
});

Deno.test("idle: updates that can never be made are said to be so, once", async () => {
  // The last row of each of so short episodes starts no transition.
  using agent = await smallAgent(make("CartPole-v1", { maxEpisodeSteps: 7 }), {
    ...{ sampling: "sequential", bufferSize: 30, batchSize: 28, learningStarts: 5 },
  });
  const warnings = await warningsOf(async () => {
    const { updates } = await agent.learn(300);
    assert.equal(updates, 0);
  });
  assert.equal(warnings.length, 1);
  assert.match(
    warnings[0],
    /^no updates are made, though the replay buffer of 1 × 30 rows is full: a batch of 28 consecutive .* Make bufferSize larger, or batchSize or nSteps smaller$/,
  );
});

Deno.test("idle: on the GPU a large batch without replacement is drawn from a buffer that has it", async () => {
  using agent = await smallAgent(makeGpu("CartPole-v1", 2), {
    ...{ replacement: false, bufferSize: 100, batchSize: 64, learningStarts: 10 },
  });
  const warnings = await warningsOf(async () => {
    const { updates } = await agent.learn(300);
    assert.ok(updates > 50, `${updates}`);
  });
  assert.deepEqual(warnings, []);
});

Deno.test("idle: while hardly any row starts a transition, updates wait", async () => {
  using agent = await smallAgent(make("MountainCar-v0"), {
    ...{ target: "sarsa", nSteps: 50, learningStarts: 0, trainFreq: 1, gradientSteps: 1 },
  });
  const { updates } = await agent.learn(120);
  assert.ok(updates > 50 && updates < 70, `${updates}`);
});

Deno.test("idle: exploring actions that a user asks for go on where they were", async () => {
  using agent = await smallAgent(cartPole(), { noisy: true });
  const seen = Float32Array.of(0, 0.1, 0, -0.1);
  const actions = async (one: DQN) => {
    const taken: number[] = [];
    for (let i = 0; i < 40; i++) taken.push(await one.predict(seen, { deterministic: false }));
    return taken;
  };
  const first = await actions(agent);
  using loaded = await DQN.load(await checkpointOf(agent), cartPole(), { device });
  const next = await actions(agent);
  assert.deepEqual(await actions(loaded), next);
  assert.notDeepEqual(first, next);
});

Deno.test("idle: a file of before, with options that play no part, is read", async () => {
  using agent = await smallAgent(cartPole(), { noisy: true });
  await agent.learn(30);
  const { tensors, metadata } = decodeSafetensors(await checkpointOf(agent));
  const config = { ...JSON.parse(metadata.config), explorationFinalEps: 0.04, temperature: 0.5 };
  const old = encodeSafetensors(tensors, { ...metadata, config: JSON.stringify(config) });
  using loaded = await DQN.load(old, cartPole(), { device });
  assert.equal(loaded.steps, 30);
  assert.equal(loaded.config.exploration, "greedy");
});

Deno.test("save: texts of one's own are in the metadata, and the checkpoint's own names are refused", async () => {
  using agent = await smallAgent(cartPole());
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  const stream = () =>
    new WritableStream<Uint8Array>({ write: (chunk) => void chunks.push(chunk.slice()) });
  await agent.save(stream(), { metadata: { note: "second try" } });
  const { metadata } = decodeSafetensors(new Uint8Array(await new Blob(chunks).arrayBuffer()));
  assert.deepEqual([metadata.note, metadata.format], ["second try", "dinoq"]);
  await assert.rejects(agent.save(stream(), { metadata: { state: "" } }), {
    name: "RangeError",
    message: 'save: metadata "state" is the checkpoint\'s own, as are format, version, config, ' +
      "state: choose another name",
  });
  await assert.rejects(agent.save(stream(), { metadata: { n: 3 as unknown as string } }), {
    name: "TypeError",
    message: 'metadata "n" must be a string, got number',
  });
});
