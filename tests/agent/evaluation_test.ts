/** Tests of evaluation, with policies that need no GPU, and with an agent. @module */

import assert from "node:assert/strict";
import { evaluate, make, type Policy, register, type StepResult, Wrapper } from "../../mod.ts";
import { CartPole } from "../../src/envs/classic/cartpole.ts";
import { SMALL, smallAgent } from "./support.ts";
import { ends, StubEnv } from "./stub_env.ts";

/** A policy whose Q-values are a function of the observation; it remembers how it was asked. */
class StubPolicy implements Policy {
  epsilon = 0;
  readonly temperature = null;
  readonly batches: number[] = [];
  readonly #q: (observation: Float32Array) => readonly number[];

  constructor(q: (observation: Float32Array) => readonly number[]) {
    this.#q = q;
  }

  owns(): boolean {
    return false;
  }

  qValuesOf(observations: readonly Float32Array[]): Promise<Float32Array> {
    this.batches.push(observations.length);
    return Promise.resolve(Float32Array.from(observations.flatMap((each) => [...this.#q(each)])));
  }
}

/** Pushes the cart to where the pole falls: some hundred steps. */
const balancing = () => new StubPolicy(([, , angle, speed]) => [0, angle + 0.3 * speed]);
/** Pushes after the pole, never ahead of it: episodes of many lengths. */
const wobbling = () => new StubPolicy(([, , angle]) => [0, angle]);
/** Always pushes left: about ten steps. */
const falling = () => new StubPolicy(() => [1, 0]);

/** CartPole that make did not make: it can't be copied. */
const single = () => new CartPole({});

Deno.test("evaluation: sums up returns as NumPy does", async () => {
  // Episode i gives reward i for each of three steps.
  const env = new StubEnv(({ step, episode }) => ({ reward: episode, terminated: step === 3 }));
  const result = await evaluate(new StubPolicy(() => [0, 1]), env, { episodes: 4 });
  assert.deepEqual(result, {
    episodes: 4,
    mean: 7.5,
    std: Math.sqrt(11.25),
    min: 3,
    max: 12,
    returns: [3, 6, 9, 12],
    lengths: [3, 3, 3, 3],
  });
  assert.ok(env.actions.every((action) => action === 1));
});

Deno.test("evaluation: episode i is reset with seed + i; 20 episodes from seed 0 when left out", async () => {
  const env = new StubEnv(ends(1, "truncated"));
  await evaluate(falling(), env, { episodes: 3, seed: 40 });
  assert.deepEqual(env.resets, [{ seed: 40 }, { seed: 41 }, { seed: 42 }]);
  const other = new StubEnv(ends(1, "terminated"));
  assert.equal((await evaluate(falling(), other)).episodes, 20);
  assert.deepEqual(other.resets.map((options) => options?.seed), [...Array(20).keys()]);
});

Deno.test("evaluation: copies side by side and one environment alone give the same episodes", async () => {
  const options = { episodes: 12, seed: 3 };
  // Each episode's actions depend on what it sees, and episodes end one by one.
  const side = wobbling();
  const together = await evaluate(side, make("CartPole-v1"), options);
  assert.deepEqual(new Set(side.batches), new Set([12]));
  const alone = wobbling();
  assert.deepEqual(await evaluate(alone, single(), options), together);
  assert.deepEqual(new Set(alone.batches), new Set([1]));
  assert.ok(new Set(together.lengths).size > 5, "too many episodes were alike");
});

Deno.test("evaluation: an agent's greedy episodes are the same either way", async () => {
  using agent = await smallAgent(make("CartPole-v1"));
  await agent.learn(60);
  const options = { episodes: 7, seed: 3 };
  const together = await evaluate(agent, make("CartPole-v1"), options);
  assert.deepEqual(await evaluate(agent, single(), options), together);
});

Deno.test("evaluation: more episodes than are played side by side", async () => {
  const policy = falling();
  const many = await evaluate(policy, make("CartPole-v1"), { episodes: 150, seed: 1000 });
  assert.equal(many.returns.length, 150);
  assert.deepEqual(new Set(policy.batches), new Set([128]));
  const last = await evaluate(falling(), single(), { episodes: 10, seed: 1140 });
  assert.deepEqual(many.returns.slice(140), last.returns);
});

Deno.test("evaluation: an episode that is truncated counts as one that ends", async () => {
  const env = make("CartPole-v1", { maxEpisodeSteps: 9 });
  const { lengths } = await evaluate(balancing(), env, { episodes: 5 });
  assert.deepEqual(lengths, [9, 9, 9, 9, 9]);
});

Deno.test("evaluation: copies have the options that the environment was made with", async () => {
  const env = make("CartPole-v1", { suttonBartoReward: true, maxEpisodeSteps: 50 });
  // This reward is 0 for each step and −1 at the end.
  assert.equal((await evaluate(falling(), env, { episodes: 5 })).mean, -1);
});

Deno.test("evaluation: a wrapper around an environment that make made stays around it", async () => {
  class Tenfold extends Wrapper {
    override step(action: number): StepResult<Float32Array> {
      const [observation, reward, ...rest] = super.step(action);
      return [observation, 10 * reward, ...rest];
    }
  }
  const options = { episodes: 4, seed: 8 };
  const plain = await evaluate(falling(), make("CartPole-v1"), options);
  const wrapped = await evaluate(falling(), new Tenfold(make("CartPole-v1")), options);
  assert.deepEqual(wrapped.returns, plain.returns.map((value) => 10 * value));
});

Deno.test("evaluation: actions are the space's, from its first on", async () => {
  const env = new StubEnv(ends(2, "terminated"), { actions: 3, firstAction: 5 });
  await evaluate(new StubPolicy(() => [0, 0, 1]), env, { episodes: 2 });
  assert.deepEqual(env.actions, [7, 7, 7, 7]);
});

Deno.test("evaluation: not deterministic takes random actions as often as ε, the same each time", async () => {
  const play = async (epsilon: number, deterministic: boolean) => {
    const policy = new StubPolicy(() => [1, 0]);
    policy.epsilon = epsilon;
    const env = new StubEnv(ends(500, "truncated"));
    await evaluate(policy, env, { episodes: 4, seed: 2, deterministic });
    return env.actions;
  };
  const some = await play(0.4, false);
  const pushedRight = some.filter((action) => action === 1).length;
  // Half of the random ones: 0.2 · 2000, within five standard deviations.
  assert.ok(Math.abs(pushedRight - 400) < 5 * Math.sqrt(2000 * 0.2 * 0.8), `${pushedRight}`);
  assert.deepEqual(await play(0.4, false), some);
  assert.notDeepEqual(some.slice(0, 500), some.slice(500, 1000));
  assert.ok((await play(0.4, true)).every((action) => action === 0));
});

Deno.test("evaluation: onEpisode hears of each episode as it ends", async () => {
  const heard: { index: number; return: number; length: number }[] = [];
  const onEpisode = (episode: typeof heard[number]) => heard.push(episode);
  const { returns, lengths } = await evaluate(falling(), make("CartPole-v1"), {
    episodes: 9,
    seed: 5,
    onEpisode,
  });
  assert.equal(heard.length, 9);
  for (const { index, return: value, length } of heard) {
    assert.deepEqual([value, length], [returns[index], lengths[index]]);
  }
  // Side by side, shorter episodes end earlier.
  const order = heard.map(({ length }) => length);
  assert.deepEqual(order, order.toSorted((a, b) => a - b));
  assert.notDeepEqual(heard.map(({ index }) => index), [...Array(9).keys()]);
});

Deno.test("evaluation: a signal stops it, and what was finished is summed up", async () => {
  const controller = new AbortController();
  const env = new StubEnv(ends(3, "terminated"));
  const result = await evaluate(falling(), env, {
    episodes: 10,
    signal: controller.signal,
    onEpisode: ({ index }) => index === 3 && controller.abort(),
  });
  assert.deepEqual([result.episodes, result.returns], [4, [3, 3, 3, 3]]);
});

Deno.test("evaluation: a signal reaches it between steps of an episode without end", async () => {
  const result = await evaluate(falling(), new StubEnv(), { signal: AbortSignal.timeout(60) });
  assert.equal(result.episodes, 0);
  assert.ok(Number.isNaN(result.mean));
});

let closed = 0;
register({
  id: "ClosingStub-v0",
  entryPoint: () =>
    new class ClosingStub extends StubEnv {
      override close() {
        closed++;
      }
    }(({ step }) => ({
      terminated: step >= 3,
      observation: step === 2 && breaking ? Float32Array.of(NaN, 0) : undefined,
    })),
});
let breaking = false;

Deno.test("evaluation: copies are closed, the environment that was passed is not", async () => {
  closed = 0;
  await evaluate(falling(), make("ClosingStub-v0"), { episodes: 6 });
  assert.equal(closed, 6);
  const env = new StubEnv(ends(3, "terminated"));
  await evaluate(falling(), env, { episodes: 6 });
  assert.equal(env.closed, 0);
});

Deno.test("evaluation: copies are closed when an episode fails, too", async () => {
  closed = 0;
  breaking = true;
  try {
    await assert.rejects(evaluate(falling(), make("ClosingStub-v0"), { episodes: 6 }), {
      name: "RangeError",
      message: "ClosingStub-v0.step: number 0 of the observation is NaN",
    });
  } finally {
    breaking = false;
  }
  assert.equal(closed, 6);
});

Deno.test("evaluation: what is wrong is said", async () => {
  const env = new StubEnv(ends(3, "terminated"));
  for (const episodes of [0, -1, 2.5, NaN]) {
    await assert.rejects(evaluate(falling(), env, { episodes }), {
      name: "RangeError",
      message: `episodes must be an integer of at least 1, got ${episodes}`,
    });
  }
  const short = new StubEnv(() => ({ observation: new Float32Array(1) }));
  await assert.rejects(evaluate(falling(), short), {
    name: "TypeError",
    message: "StubEnv.step: wanted a typed array of 2 numbers, got 1 numbers",
  });
  const unrewarding = new StubEnv(() => ({ reward: NaN, terminated: true }));
  await assert.rejects(evaluate(falling(), unrewarding), {
    name: "RangeError",
    message: "StubEnv.step: the reward must be a finite number, got NaN",
  });
});

Deno.test("evaluation: an environment of other spaces than the agent's is refused", async () => {
  using agent = await smallAgent(make("CartPole-v1"));
  await assert.rejects(evaluate(agent, new StubEnv()), {
    name: "TypeError",
    message:
      "StubEnv has 2 numbers and 2 actions from 0 on, and the agent was created for 4 numbers " +
      "and 2 actions from 0 on",
  });
  await assert.rejects(evaluate(agent, new StubEnv(undefined, { size: 4, actions: 3 })), {
    name: "TypeError",
    message:
      "StubEnv has 4 numbers and 3 actions from 0 on, and the agent was created for 4 numbers " +
      "and 2 actions from 0 on",
  });
});

Deno.test("evaluation: an agent is not evaluated in the very environment that it trains in", async () => {
  const own = new StubEnv(ends(3, "terminated"));
  using agent = await smallAgent(own);
  await assert.rejects(
    evaluate(agent, own),
    /^Error: StubEnv is the environment that the agent trains in.*: pass another one$/,
  );
  // One that can be copied is left alone.
  const copied = make("CartPole-v1");
  using other = await smallAgent(copied, { ...SMALL, trainFreq: 1000 });
  await other.learn(3);
  const before = JSON.stringify(copied.getState!());
  await evaluate(other, copied, { episodes: 2 });
  assert.equal(JSON.stringify(copied.getState!()), before);
});
