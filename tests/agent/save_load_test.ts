/** Tests of saving and loading, by every way and with every change that is allowed. @module */

import assert from "node:assert/strict";
import { DQN, type DQNConfig, make } from "../../mod.ts";
import { decodeCheckpoint } from "../../src/agent/checkpoint.ts";
import { decodeSafetensors } from "../../src/io/safetensors.ts";
import {
  checkpointOf,
  device,
  fingerprint,
  inFolder,
  namesIn,
  smallAgent,
  warningsOf,
} from "./support.ts";
import { ends, StatefulStubEnv } from "./stub_env.ts";

const cartPole = () => make("CartPole-v1", { maxEpisodeSteps: 20 });

Deno.test("save and load: by path, bytes and streams", async () => {
  await inFolder(async (folder) => {
    using agent = await smallAgent(cartPole());
    await agent.learn(60);
    const path = `${folder}/agent.safetensors`;
    await agent.save(path);
    assert.deepEqual(namesIn(folder), ["agent.safetensors"]);
    const bytes = Deno.readFileSync(path);
    assert.deepEqual(await checkpointOf(agent), bytes);
    // To a file's own stream, which is closed.
    await agent.save((await Deno.open(`${folder}/b`, { write: true, create: true })).writable);
    assert.deepEqual(Deno.readFileSync(`${folder}/b`), bytes);
    const sources = {
      path,
      bytes,
      "part of a larger buffer": new Uint8Array([1, 2, 3, ...bytes, 4]).subarray(3, -1),
      "a file's stream": (await Deno.open(path)).readable,
      "a stream of small pieces": ReadableStream.from(
        Array.from(
          { length: Math.ceil(bytes.length / 100) },
          (_, i) => bytes.slice(100 * i, 100 * (i + 1)),
        ),
      ),
    };
    for (const [what, source] of Object.entries(sources)) {
      using same = await DQN.load(source, cartPole(), { device });
      assert.deepEqual(await checkpointOf(same), bytes, what);
    }
  });
});

Deno.test("save and load: saving over a file replaces it", async () => {
  await inFolder(async (folder) => {
    using agent = await smallAgent(cartPole());
    const path = `${folder}/agent`;
    await agent.save(path);
    await agent.learn(40);
    await agent.save(path);
    using same = await DQN.load(path, cartPole(), { device });
    assert.equal(same.steps, 40);
  });
});

Deno.test("save and load: a checkpoint's tensors are the parameters, as PyTorch would read them", async () => {
  using agent = await smallAgent(cartPole());
  await agent.learn(60);
  const { tensors } = decodeSafetensors(await checkpointOf(agent));
  for (const [name, { shape, data }] of Object.entries(await agent.getParameters())) {
    assert.deepEqual([tensors[name].shape, tensors[name].data], [shape, data]);
  }
});

Deno.test("save and load: loaded without an environment, an agent acts, trains and is saved", async () => {
  using agent = await smallAgent(new StatefulStubEnv(ends(9, "terminated"), { firstAction: 4 }));
  await agent.learn(60);
  const bytes = await checkpointOf(agent);
  using alone = await DQN.load(bytes, undefined, { device });
  assert.deepEqual([alone.steps, alone.episodes, alone.updates], [60, 6, agent.updates]);
  assert.equal(alone.epsilon, agent.epsilon);
  const place = Float32Array.of(1, 3);
  assert.equal(await alone.predict(place), await agent.predict(place));
  assert.ok(await alone.predict(place) >= 4);
  assert.deepEqual(await checkpointOf(alone), bytes);
  await alone.train(3);
  assert.equal(alone.updates, agent.updates + 3);
});

Deno.test("save and load: options can be changed on loading, others stay", async () => {
  using agent = await smallAgent(cartPole(), { gamma: 0.8, hiddenLayers: [6], trainFreq: 4 });
  await agent.learn(60);
  const bytes = await checkpointOf(agent);
  const overrides: DQNConfig = {
    learningRate: 0.5,
    trainFreq: { every: 1, unit: "episode" },
    batchSize: undefined,
    device,
  };
  using changed = await DQN.load(bytes, cartPole(), overrides);
  assert.deepEqual(
    [changed.config.learningRate, changed.config.trainFreq, changed.config.batchSize],
    [0.5, { every: 1, unit: "episode" }, 8],
  );
  assert.deepEqual([changed.config.gamma, changed.config.hiddenLayers], [0.8, [6]]);
  assert.deepEqual(await changed.getParameters(), await agent.getParameters());
  await changed.learn(40);
  assert.equal(changed.steps, 100);
});

Deno.test("save and load: a larger replay buffer on loading keeps every transition", async () => {
  for (const steps of [30, 100]) {
    // The saved buffer is half full, or has wrapped; either way each row's next row stays its next.
    const env = () => new StatefulStubEnv(ends(7, "truncated"));
    using agent = await smallAgent(env(), { bufferSize: 60, trainFreq: 1000 });
    await agent.learn(steps);
    using larger = await DQN.load(await checkpointOf(agent), env(), { device, bufferSize: 90 });
    await larger.learn(5);
    const ring = decodeCheckpoint(await checkpointOf(larger)).ring!;
    const [{ head, size }] = ring.lanes;
    const seen = Array.from({ length: size }, (_, i) => {
      const row = (head + 1 + i + (ring.filled - size)) % ring.filled;
      return [ring.observations[2 * row + 1], ring.kinds[row]];
    });
    for (const [i, [step, kind]] of seen.entries()) {
      // 0 … 6 start a transition to the next number; 7, and the open row, start none.
      const open = i === seen.length - 1;
      assert.equal(kind, step === 7 || open ? 0 : 2, `${steps} steps, row ${i}`);
      if (!open) assert.equal(seen[i + 1][0], step === 7 ? 0 : step + 1);
    }
    // Five more steps and, since the last of them ends an episode, one more first row.
    assert.equal(size, Math.min(60, steps + Math.floor(steps / 7) + 1) + 6);
    await larger.train(50);
    await larger.learn(60);
  }
});

Deno.test("save and load: a learning rate that was a function is taken from the caller", async () => {
  const learningRate = (progress: number) => 1e-2 * (1 - progress);
  using whole = await smallAgent(cartPole(), { learningRate });
  await whole.learn(100, { horizon: 100 });
  using first = await smallAgent(cartPole(), { learningRate });
  await first.learn(55, { horizon: 100 });
  const bytes = await checkpointOf(first);
  using second = await DQN.load(bytes, cartPole(), { device, learningRate });
  await second.learn(45, { horizon: 100 });
  assert.equal(await fingerprint(second), await fingerprint(whole));
  using fixed = await DQN.load(bytes, cartPole(), { device, learningRate: 1e-3 });
  assert.equal(fixed.config.learningRate, 1e-3);
});

Deno.test("save and load: another environment than the saved run's begins a new episode, and it is said", async () => {
  using agent = await smallAgent(make("CartPole-v1"));
  await agent.learn(50);
  const bytes = await checkpointOf(agent);
  const warnings = await warningsOf(async () => {
    using other = await DQN.load(bytes, make("CartPole-v0"), { device });
    await other.learn(20);
  });
  assert.deepEqual(warnings, [
    "the saved run was in CartPole-v1, this one is in CartPole-v0: a new episode begins",
  ]);
});
