/** Tests of agents that see pictures: stacks in acting, learning and evaluation, and checkpoints of bytes. */

import assert from "node:assert/strict";
import {
  Box,
  DQN,
  type DQNConfig,
  type Env,
  evaluate,
  FrameStack,
  type ParallelEnv,
  type PictureLayerOption,
  type Policy,
  type ResetOptions,
  type ResetResult,
  type StepResult,
  SyncVectorEnv,
} from "../../mod.ts";
import { layered } from "../../src/dqn/combinations.ts";
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

Deno.test("pixels: to an MLP shades are numbers from 0 to 1, on their way out of the replay buffer too", async () => {
  class FloatEnv implements Env<Float32Array, number> {
    readonly #env = new PictureEnv();
    readonly observationSpace: Box = new Box(0, 1, [SIZE]);
    readonly actionSpace = this.#env.actionSpace;
    #scaled = (picture: Uint8Array) => Float32Array.from(picture, (x) => x / 255);
    reset(): ResetResult<Float32Array> {
      const [picture, info] = this.#env.reset();
      return [this.#scaled(picture), info];
    }
    step(action: number): StepResult<Float32Array> {
      const [picture, reward, terminated, truncated, info] = this.#env.step(action);
      return [this.#scaled(picture), reward, terminated, truncated, info];
    }
    close(): void {}
  }
  const config: DQNConfig = { ...PIXELS, network: "mlp", frameStack: 1, learningRate: 1e-3 };
  using bytes = await DQN.create(new PictureEnv(), config);
  using floats = await DQN.create(new FloatEnv(), config);
  await bytes.learn(60);
  await floats.learn(60);
  assert.ok(bytes.updates > 10);
  const wanted = await weightsOf(floats);
  for (const [name, values] of Object.entries(await weightsOf(bytes))) {
    values.forEach((value, i) => assert.ok(Math.abs(value - wanted[name][i]) < 1e-5, name));
  }
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
    const all = layered(PIXELS, config);
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

/** The same pictures with other extents, or as other numbers. */
class OtherEnv extends PictureEnv {
  override readonly observationSpace: Box<"uint8">;

  constructor(space: Box<"uint8">) {
    super();
    this.observationSpace = space;
  }
}

Deno.test("pixels: environments whose pictures mean something else are refused", async () => {
  using agent = await DQN.create(new PictureEnv(), PIXELS);
  await agent.learn(30);
  const saved = await checkpointOf(agent);
  const turned = () => new OtherEnv(new Box(0, 255, [5, 6], "uint8"));
  const dark = () => new OtherEnv(new Box(0, 1, PICTURE, "uint8"));
  const floats = () => new OtherEnv(new Box(0, 1, PICTURE) as unknown as Box<"uint8">);
  for (
    const [env, given] of [
      [turned, /pictures of shape \[5, 6\] \(bytes from 0 to 255\)/],
      [dark, /pictures of shape \[6, 5\] \(bytes below 255\)/],
      [floats, /pictures of shape \[6, 5\] and 2 actions/],
    ] as const
  ) {
    await assert.rejects(evaluate(agent, env()), given);
    await assert.rejects(DQN.load(saved, env(), { device }), given);
    const evaluation = { env: env(), every: 10, episodes: 1 };
    await assert.rejects(agent.learn(10, { evaluation }), given);
  }
  const stacked = new FrameStack<Uint8Array>(new PictureEnv(), 3);
  await assert.rejects(
    evaluate(agent, stacked),
    /leave FrameStack out, the agent stacks by itself/,
  );
  const { network } = PIXELS;
  const layers = (network as PictureLayerOption[]).map((layer) => ({
    ...layer,
    kernel: [3, 3] as const,
    stride: [2, 2] as const,
  }));
  using same = await DQN.load(saved, new PictureEnv(), { device, network: layers });
  assert.equal(same.updates, agent.updates);
});

Deno.test("pixels: a run without its replay buffer goes on in new episodes, not in its first again", async () => {
  const resets: (ResetOptions | undefined)[] = [];
  class Watched extends PictureEnv {
    override reset(options?: ResetOptions): ReturnType<PictureEnv["reset"]> {
      resets.push(options);
      return super.reset(options);
    }
  }
  const small = async (agent: DQN) => {
    const chunks: Uint8Array<ArrayBuffer>[] = [];
    const target = new WritableStream<Uint8Array>({ write: (c) => void chunks.push(c.slice()) });
    await agent.save(target, { replay: false });
    return chunks[0];
  };
  using agent = await DQN.create(new Watched(), PIXELS);
  await agent.learn(40);
  assert.deepEqual(resets[0], { seed: 5 });
  resets.length = 0;
  const warnings = await warningsOf(async () => {
    using loaded = await DQN.load(await small(agent), new Watched(), { device });
    await loaded.learn(30);
    assert.ok(resets.length > 0 && resets.every((options) => options?.seed === undefined));
  });
  assert.match(warnings.join(), /without its replay buffer: new episodes begin/);

  // Nothing is left of where the environments stood, once a load has had none.
  using parked = await DQN.load(await small(agent), undefined, { device });
  const again = await checkpointOf(parked);
  const unknown = await warningsOf(async () => {
    const vector = new SyncVectorEnv([() => new PictureEnv() as unknown as Env]);
    using loaded = await DQN.load(again, vector as unknown as ParallelEnv, { device });
    await loaded.learn(30);
    assert.equal(loaded.steps, 70);
  });
  assert.match(unknown.join(), /does not say where the environments stood|this one is in/);
});

Deno.test("pixels: an agent that is only to play needs no replay buffer", async () => {
  using agent = await DQN.create(new PictureEnv(), PIXELS);
  await agent.learn(100);
  const saved = await checkpointOf(agent);
  const { observationSpace, actionSpace } = agent;
  const overrides = { device, bufferSize: 50, learningStarts: 0 };
  using player = await DQN.load(saved, { observationSpace, actionSpace }, overrides, {
    replay: false,
  });
  assert.ok(player.gpuBytes < agent.gpuBytes);
  const stack = new Uint8Array(3 * SIZE).fill(7);
  assert.deepEqual(await player.qValues(stack), await agent.qValues(stack));
});

Deno.test("pixels: a loaded run that is given another ε explores from there on", async () => {
  using agent = await DQN.create(new PictureEnv(), { ...PIXELS, explorationFinalEps: 0.01 });
  await agent.learn(100, { horizon: 100 });
  assert.equal(agent.epsilon, 0.01);
  const saved = await checkpointOf(agent);
  using plain = await DQN.load(saved, new PictureEnv(), { device });
  assert.equal(plain.epsilon, 0.01);
  using fresh = await DQN.load(saved, new PictureEnv(), { device, explorationInitialEps: 0.5 });
  assert.equal(fresh.epsilon, 0.5);
  await fresh.learn(20, { horizon: 200 });
  // From 0.5 to 0.01 over half of the steps that remain.
  assert.ok(Math.abs(fresh.epsilon - (0.5 - 0.49 * 20 / 50)) < 1e-9);
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
  // The buffer goes round, and ends up with the later part of an episode in front.
  using agent = await DQN.create(new PictureEnv(), { ...PIXELS, bufferSize: 60 });
  await agent.learn(145);
  const transitions = await agent.replay.transitions();
  const count = transitions.actions.length;
  assert.ok(count > 40 && count < 60);
  assert.ok(transitions.observations instanceof Uint8Array);
  assert.equal(transitions.observations.length, count * SIZE);
  // The stacks of the oldest two are not known.
  assert.equal(agent.replay.size, count - 2);
  const { observationSpace, actionSpace } = new PictureEnv();
  using other = await DQN.create({ observationSpace, actionSpace }, {
    ...PIXELS,
    targetUpdateInterval: { every: 20, unit: "update" },
  });
  const chunks: Uint8Array[] = [];
  await agent.replay.save(new WritableStream({ write: (chunk) => void chunks.push(chunk) }));
  assert.equal(await other.replay.load(chunks[0]), count);
  assert.equal(other.replay.size, count);
  // All that was stored is there again; the last episode ends with what is known of it.
  transitions.truncated[count - 1] = 1 - transitions.terminated[count - 1];
  assert.deepEqual(await other.replay.transitions(), transitions);
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
  const values = await agent.qValues(stack);
  assert.deepEqual(await agent.qValues(Float32Array.from(stack)), values);
  const scaled = Float32Array.from(stack, (x) => x / 255);
  await assert.rejects(agent.qValues(scaled), /sees bytes.*an integer from 0 to 255 is wanted/);
  class Liar extends PictureEnv {
    override reset(): ReturnType<PictureEnv["reset"]> {
      return [Float32Array.from(super.reset()[0]) as unknown as Uint8Array, {}];
    }
  }
  using deceived = await DQN.create(new Liar(), PIXELS);
  await assert.rejects(deceived.learn(1), /uint8.*Float32Array/);
});
