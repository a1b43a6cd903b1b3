/**
 * Tests of checkpoints that can't be read, don't fit or can't be written: a clear error each, and what
 * was on disk before is as it was.
 *
 * @module
 */

import assert from "node:assert/strict";
import { DQN, type DQNConfig, type Env, make } from "../../mod.ts";
import { decodeSafetensors, encodeSafetensors } from "../../src/io/safetensors.ts";
import { checkpointOf, device, inFolder, smallAgent, withSaved } from "./support.ts";
import { StubEnv } from "./stub_env.ts";

const cartPole = () => make("CartPole-v1", { maxEpisodeSteps: 20 });

Deno.test("damage: checkpoints that can't be read", async () => {
  await withSaved(async (agent, path, folder) => {
    const good = Deno.readFileSync(path);
    const load = (bytes: Uint8Array) => DQN.load(bytes, cartPole(), { device });
    await assert.rejects(load(good.subarray(0, 40)), /^Error: truncated safetensors file/);
    await assert.rejects(load(good.subarray(0, good.length - 1)), /^Error: truncated safetensors/);
    await assert.rejects(
      load(new TextEncoder().encode("PK\x03\x04 a zip file of weights")),
      /not a safetensors file/,
    );
    const { tensors, metadata } = decodeSafetensors(good);
    await assert.rejects(load(encodeSafetensors(tensors)), /is no DinoQ checkpoint/);
    const newer = encodeSafetensors(tensors, { ...metadata, version: "99" });
    await assert.rejects(load(newer), {
      message: "this checkpoint has format version 99, and this DinoQ reads 1",
    });
    const { "q.0.weight": _, ...others } = tensors;
    await assert.rejects(
      load(encodeSafetensors(others, metadata)),
      /"(q\.)?0\.weight" of shape \[8,4\] is missing/,
    );
    await assert.rejects(DQN.load(`${folder}/none`, cartPole()), {
      message: `cannot read "${folder}/none": there is no such file`,
    });
    // A stream that breaks off, by an error and by its end.
    const broken = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.error(new Error("connection reset"));
      },
    });
    await assert.rejects(DQN.load(broken, cartPole()), /connection reset/);
    const short = new Blob([good.slice(0, 1000)]).stream();
    await assert.rejects(DQN.load(short, cartPole(), { device }), /truncated safetensors file/);
    // The agent itself is not touched by any of it.
    assert.deepEqual(await checkpointOf(agent), good);
  });
});

Deno.test("damage: checkpoints that don't fit", async () => {
  await withSaved(async (_, path) => {
    const load = (env: Env | Env[] | undefined, overrides: DQNConfig = {}) =>
      DQN.load(path, env, { device, ...overrides });
    await assert.rejects(load(new StubEnv()), {
      message: "this checkpoint is for observations of 4 numbers and 2 actions; " +
        "the environment has 2 and 2",
    });
    await assert.rejects(load(new StubEnv(undefined, { size: 4, actions: 3 })), {
      message: "this checkpoint is for observations of 4 numbers and 2 actions; " +
        "the environment has 4 and 3",
    });
    await assert.rejects(load(cartPole(), { hiddenLayers: [8, 8] }), {
      message: "this checkpoint's network is 4-8-2, and hiddenLayers asks for 4-8-8-2: " +
        "leave hiddenLayers out when loading",
    });
    await assert.rejects(load(cartPole(), { init: "he" }), {
      message:
        "init says how parameters start, and this checkpoint's have learnt: leave init out when loading",
    });
    const changes: [option: string, has: string, change: DQNConfig, asks: string][] = [
      ["headLayers", "[]", { headLayers: [4] }, "[4]"],
      ["activation", '"relu"', { activation: "tanh" }, '"tanh"'],
      ["layerNorm", "false", { layerNorm: true }, "true"],
      ["dueling", "false", { dueling: true }, "true"],
      ["noisy", "false", { noisy: true }, "true"],
      ["distribution", '"none"', { distribution: "c51" }, '"c51"'],
      ["distribution", '"none"', { distribution: "iqn", cosines: 32 }, '"iqn"'],
    ];
    for (const [option, has, change, asks] of changes) {
      await assert.rejects(load(cartPole(), change), {
        message:
          `this checkpoint's network has ${option} ${has}, and ${option} asks for ${asks}: ` +
          `leave ${option} out when loading`,
      });
    }
    // What it already is may be said again.
    using same = await load(cartPole(), { hiddenLayers: [8], dueling: false, gamma: 0.5 });
    assert.equal(same.config.gamma, 0.5);
    await assert.rejects(load(cartPole(), { optimizer: "rmsprop" }), {
      message: /^rmsprop needs .*"square_avg", and the saved ones are exp_avg, exp_avg_sq: /,
    });
    await assert.rejects(load([cartPole(), cartPole()]), {
      message: "the saved replay buffer was fed by 1 environments, this one by 2",
    });
    await assert.rejects(load(cartPole(), { bufferSize: 30 }), {
      message: /holds (5\d) rows .* room for 30: set bufferSize to at least \1$/,
    });
  });
});

Deno.test("damage: a learning rate that is a function must be given again", async () => {
  await inFolder(async (folder) => {
    using agent = await smallAgent(cartPole(), {
      learningRate: (progress) => 1e-3 * (1 - progress),
    });
    await agent.learn(40);
    await agent.save(`${folder}/agent`);
    await assert.rejects(DQN.load(`${folder}/agent`, cartPole(), { device }), {
      message: "the saved run's learningRate was a function, which no file holds: give it again, " +
        "as in DQN.load(source, env, { learningRate })",
    });
  });
});

Deno.test("damage: a save that can't begin", async () => {
  await withSaved(async (agent, path, folder) => {
    await assert.rejects(agent.save(`${folder}/no/such/folder.safetensors`), {
      message: `cannot write "${folder}/no/such/folder.safetensors": ` +
        `the folder "${folder}/no/such" does not exist`,
    });
    await assert.rejects(agent.save(folder), /it is a folder/);
    await assert.rejects(agent.save(`${path}/below`), /a part of the path is a file/);
    const evaluation = {
      every: 10,
      episodes: 1,
      env: cartPole(),
      saveBest: `${folder}/no/best.safetensors`,
    };
    await assert.rejects(agent.learn(20, { evaluation }), /the folder ".*\/no" does not exist/);
    assert.equal((await agent.learn(20)).steps, 20);
  });
});

Deno.test("damage: a save that breaks off half-way leaves the old file", async () => {
  await withSaved(async (agent, path) => {
    await agent.learn(30);
    const { write } = Deno.FsFile.prototype;
    let calls = 0;
    Deno.FsFile.prototype.write = function (bytes) {
      if (calls++ > 0) return Promise.reject(new Error("no space left on device"));
      return write.call(this, bytes.subarray(0, 1000));
    };
    try {
      await assert.rejects(agent.save(path), {
        message: `cannot write "${path}": no space left on device`,
      });
    } finally {
      Deno.FsFile.prototype.write = write;
    }
    assert.equal(calls, 2);
    using old = await DQN.load(path, cartPole(), { device });
    assert.equal(old.steps, 50);
  });
});

Deno.test("damage: a stream that refuses what is saved", async () => {
  using agent = await smallAgent(cartPole());
  await agent.learn(30);
  const refusing = new WritableStream<Uint8Array>({
    write() {
      throw new Error("quota exceeded");
    },
  });
  await assert.rejects(agent.save(refusing), /quota exceeded/);
  assert.equal((await agent.learn(10)).steps, 10);
});
