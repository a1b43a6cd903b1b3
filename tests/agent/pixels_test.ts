/** Tests of agents that see pictures: stacks in acting, learning and evaluation, and checkpoints of bytes. */

import assert from "node:assert/strict";
import { DQN, type DQNConfig, evaluate, FrameStack, type Policy } from "../../mod.ts";
import { PICTURE, PictureEnv } from "./picture_env.ts";
import { checkpointOf, device, digest, warningsOf } from "./support.ts";

const SIZE = PICTURE[0] * PICTURE[1];

const PIXELS: DQNConfig = {
  device,
  network: [{ kind: "conv", channels: 5, kernel: 3, stride: 2, padding: 1 }],
  hiddenLayers: [7],
  frameStack: 3,
  batchSize: 8,
  bufferSize: 400,
  learningStarts: 20,
  learningRate: 1e-2,
  trainFreq: 4,
  gradientSteps: 2,
  targetUpdateInterval: 30,
  explorationFraction: 0.5,
  seed: 5,
};

async function weightsOf(agent: DQN): Promise<Record<string, number[]>> {
  const parameters = await agent.getParameters();
  return Object.fromEntries(
    Object.entries(parameters).map(([name, { data }]) => [name, [...data]]),
  );
}

Deno.test("pixels: stacks from the replay buffer teach what stacked observations teach", async () => {
  using shared = await DQN.create(new PictureEnv(), PIXELS);
  const stacked = new FrameStack<Uint8Array>(new PictureEnv(), 3);
  using plain = await DQN.create(stacked, { ...PIXELS, frameStack: 1 });
  await shared.learn(200);
  await plain.learn(200);
  assert.equal(shared.updates, plain.updates);
  assert.ok(shared.updates > 50);
  assert.deepEqual(await weightsOf(shared), await weightsOf(plain));
});

for (
  const [name, config] of Object.entries<DQNConfig>({
    "with convolutions": {},
    "with an MLP": { network: "mlp", hiddenLayers: [9] },
    "prioritised, dueling, 3-step": { sampling: "prioritized", dueling: true, nSteps: 3 },
    "noisy quantiles": { noisy: true, distribution: "qr", quantiles: 5 },
    "SARSA": { target: "sarsa" },
    "a full ring": { bufferSize: 60 },
  })
) {
  Deno.test(`pixels: a run that is saved and loaded goes on as if it had not been: ${name}`, async () => {
    const all = { ...PIXELS, ...config };
    using whole = await DQN.create(new PictureEnv(), all);
    await whole.learn(150, { horizon: 150 });
    using first = await DQN.create(new PictureEnv(), all);
    await first.learn(90, { horizon: 150 });
    const half = await checkpointOf(first);
    using second = await DQN.load(half, new PictureEnv(), { device });
    await second.learn(60, { horizon: 150 });
    assert.ok(second.updates > 40);
    assert.equal(await digest(await checkpointOf(second)), await digest(await checkpointOf(whole)));
  });
}

Deno.test("pixels: without the replay buffer a checkpoint is small, and a loaded run begins anew", async () => {
  using agent = await DQN.create(new PictureEnv(), PIXELS);
  await agent.learn(100);
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  const target = () =>
    new WritableStream<Uint8Array>({ write: (chunk) => void chunks.push(chunk.slice()) });
  await agent.save(target(), { replay: false });
  const small = chunks[0];
  assert.ok(small.length + 100 * SIZE < (await checkpointOf(agent)).length);
  let loaded!: DQN;
  await warningsOf(async () => {
    loaded = await DQN.load(small, new PictureEnv(), { device });
  });
  assert.equal(loaded.steps, 100);
  assert.equal(loaded.updates, agent.updates);
  assert.equal(loaded.replay.size, 0);
  assert.deepEqual(await weightsOf(loaded), await weightsOf(agent));
  // First the buffer fills up, as at the start.
  await loaded.learn(20);
  assert.equal(loaded.updates, agent.updates);
  await loaded.learn(40);
  assert.ok(loaded.updates > agent.updates);
  assert.ok(loaded.replay.size > 40);
  loaded.close();
});

Deno.test("pixels: evaluation shows a policy the stacks of its episode", async () => {
  const seen: number[][] = [];
  const policy: Policy = {
    epsilon: 0,
    temperature: null,
    config: { frameStack: 3 },
    owns: () => false,
    qValuesOf: (observations) => {
      seen.push([...observations[0]]);
      return Promise.resolve(new Float32Array(2 * observations.length));
    },
  };
  await evaluate(policy, new PictureEnv(), { episodes: 2 });
  const wanted: number[][] = [];
  const env = new FrameStack<Uint8Array>(new PictureEnv(), 3);
  for (let episode = 0; episode < 2; episode++) {
    let [observation] = env.reset();
    for (let over = false; !over;) {
      wanted.push([...observation]);
      const [next, , terminated, truncated] = env.step(0);
      observation = next;
      over = terminated || truncated;
    }
  }
  assert.ok(seen.length > 10);
  assert.deepEqual(seen, wanted);
});

Deno.test("pixels: stored transitions are bytes, one frame each, and may come from elsewhere", async () => {
  using agent = await DQN.create(new PictureEnv(), PIXELS);
  await agent.learn(60);
  const transitions = await agent.replay.transitions();
  assert.ok(transitions.observations instanceof Uint8Array);
  assert.equal(transitions.observations.length, transitions.actions.length * SIZE);
  const { observationSpace, actionSpace } = new PictureEnv();
  using other = await DQN.create({ observationSpace, actionSpace }, {
    ...PIXELS,
    targetUpdateInterval: { every: 20, unit: "update" },
  });
  assert.equal(await other.replay.add(transitions), transitions.actions.length);
  await other.train(5);
  assert.equal(other.updates, 5);
  const floats = { ...transitions, observations: Float32Array.from(transitions.observations) };
  floats.observations[3] = 0.5;
  await assert.rejects(other.replay.add(floats), /observations\[3\] must be a byte.*got 0\.5/);
});

Deno.test("pixels: one frame where a stack is wanted is refused, and so are floats for bytes", async () => {
  using agent = await DQN.create(new PictureEnv(), PIXELS);
  const env = new PictureEnv();
  const [frame] = env.reset();
  await assert.rejects(agent.predict(frame), /sees 3 observations at once.*FrameStack/);
  const stack = new Uint8Array([...frame, ...frame, ...frame]);
  assert.equal((await agent.qValues(stack)).length, 2);
  class Liar extends PictureEnv {
    override reset(): ReturnType<PictureEnv["reset"]> {
      return [Float32Array.from(super.reset()[0]) as unknown as Uint8Array, {}];
    }
  }
  using deceived = await DQN.create(new Liar(), PIXELS);
  await assert.rejects(deceived.learn(1), /uint8.*Float32Array/);
});
