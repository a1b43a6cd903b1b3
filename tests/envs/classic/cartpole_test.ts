import assert from "node:assert/strict";
import recorded from "../../fixtures/gymnasium/cartpole.json" with { type: "json" };
import { CartPole, type Env, type JsonValue, make } from "../../../src/envs/mod.ts";
import { assertSameBits, bytesFrom, number, sha256 } from "../fixture.ts";

/** The exact state inside, from `getState` through the TimeLimit. */
function exactState(env: Env): number[] {
  return (env.getState!() as { env: { state: number[] } }).env.state;
}

/** Plays recorded actions; returns all observations and exact states in a row, return and end. */
function play(env: Env, first: Float32Array, actions: string) {
  const observations = new Float32Array(4 * (actions.length + 1));
  const states = new Float64Array(observations.length);
  observations.set(first);
  states.set(exactState(env));
  let sum = 0, end = "";
  for (let i = 0; i < actions.length; i++) {
    assert.equal(end, "", `the episode ended before step ${i + 1}`);
    const [observation, reward, terminated, truncated, info] = env.step(Number(actions[i]));
    observations.set(observation, 4 * (i + 1));
    states.set(exactState(env), 4 * (i + 1));
    assert.deepEqual(info, {});
    sum += reward;
    end = (terminated ? "terminated" : "") + (truncated ? "truncated" : "");
  }
  return { observations, states, sum, end };
}

Deno.test("cartpole: episodes of random actions are Gymnasium's, over seeded and unseeded resets", () => {
  let episodes = 0;
  for (const { id, seed, episodes: group } of recorded.random) {
    const env = make(id);
    env.actionSpace.seed(seed);
    for (const [index, record] of group.entries()) {
      const name = `${id}, seed ${seed}, episode ${index}`;
      const [first, info] = index === 0 ? env.reset({ seed }) : env.reset();
      assert.deepEqual(info, {});
      const wanted = new Float32Array(bytesFrom(record.observations));
      assertSameBits(first, wanted.slice(0, 4), name);
      for (let step = 1; step <= record.actions.length; step++) {
        const action = env.actionSpace.sample();
        assert.equal(action, Number(record.actions[step - 1]), `${name}, action ${step}`);
        const [observation, reward, terminated, truncated] = env.step(action);
        assertSameBits(observation, wanted.slice(4 * step, 4 * step + 4), `${name}, step ${step}`);
        assert.equal(reward, 1);
        assert.equal(terminated, step === record.actions.length, `${name}, step ${step}`);
        assert.equal(truncated, false);
      }
      assert.equal(record.return, record.actions.length);
      episodes++;
    }
  }
  assert.equal(episodes, 150);
});

Deno.test("cartpole: long episodes are Gymnasium's, to the last bit of the exact states", async () => {
  const ends = new Map<string, number>();
  for (const record of recorded.long) {
    const name = `${record.id}, seed ${record.seed}`;
    const env = make(record.id);
    const [first] = env.reset({ seed: record.seed });
    const { observations, states, sum, end } = play(env, first, record.actions);
    const rows = Array.from(
      { length: record.every100th.length },
      (_, i) => [...observations.subarray(400 * i, 400 * i + 4)],
    );
    assert.deepEqual(rows, record.every100th.map((row) => row.map(Math.fround)), name);
    assert.deepEqual([...observations.slice(-4)], record.last.map(Math.fround), name);
    assert.equal(await sha256(observations), record.sha256, name);
    assert.equal(await sha256(states), record.sha256States, name);
    assert.equal(sum, record.return, name);
    assert.equal(end, record.end, name);
    const how = end === "terminated"
      ? Math.abs(record.last[0]) > 2.4 ? "by position" : "by angle"
      : `${end} at ${record.actions.length}`;
    ends.set(how, (ends.get(how) ?? 0) + 1);
  }
  // All four ways for an episode to end were among them.
  const ways = [...ends.keys()].sort();
  assert.deepEqual(ways, ["by angle", "by position", "truncated at 200", "truncated at 500"]);
});

Deno.test("cartpole: single steps are Gymnasium's, at the limits and from states all over", () => {
  const env = new CartPole();
  env.reset({ seed: 1 });
  const running = env.getState() as Record<string, JsonValue>;
  for (const { state, action, next, terminated } of recorded.steps) {
    env.setState({ ...running, state });
    const [observation, , ended] = env.step(action);
    assert.deepEqual((env.getState() as typeof running).state, next, `from ${state}`);
    assertSameBits(observation, Float32Array.from(next), `from ${state}`);
    assert.equal(ended, terminated, `from ${state}`);
  }
  // At a limit, and an ulp either side of it: the episode ends only beyond.
  const limits = recorded.steps.slice(0, 16).map((step) => step.terminated);
  assert.equal(limits.filter((ended) => ended).length, 4);
});

Deno.test("cartpole: suttonBartoReward is 0 a step and -1 at the end", () => {
  for (const { seed, actions, rewards, end } of recorded.suttonBarto) {
    const env = make("CartPole-v1", { suttonBartoReward: true });
    env.reset({ seed });
    const steps = Array.from(actions, (action) => env.step(Number(action)));
    assert.deepEqual(steps.map((step) => step[1]), rewards);
    assert.equal(rewards.at(-1), -1);
    assert.equal(steps.at(-1)![2] ? "terminated" : "", end);
  }
});

Deno.test("cartpole: reset bounds", () => {
  for (const { seed, options, observation } of recorded.resetBounds) {
    const [actual] = make("CartPole-v1").reset({ seed, options });
    const wanted = new Float32Array(bytesFrom(observation));
    assertSameBits(actual, wanted, JSON.stringify(options));
  }
  const env = make("CartPole-v1");
  const reset = (options: Record<string, unknown>) => () => env.reset({ options });
  const message = /CartPole-v1: the reset options low and high must be numbers with low <= high/;
  assert.throws(reset({ low: 1, high: 0 }), message);
  assert.throws(reset({ low: "0" }), message);
  assert.throws(reset({ high: Infinity }), message);
  assert.throws(
    reset({ hihg: 1 }),
    /CartPole-v1: unknown reset option "hihg"; it takes low and high/,
  );
});

Deno.test("cartpole: spaces are Gymnasium's", () => {
  const { observationSpace, actionSpace } = new CartPole();
  assert.deepEqual([...observationSpace.low], recorded.low.map(number).map(Math.fround));
  assert.deepEqual([...observationSpace.high], recorded.high.map(number).map(Math.fround));
  assert.deepEqual(observationSpace.shape, [4]);
  assert.equal(actionSpace.n, 2);
  assert.equal(actionSpace.start, 0);
});

Deno.test("cartpole: observations are never changed later", () => {
  const env = make("CartPole-v1");
  const kept: [Float32Array, number[]][] = [];
  for (let i = 0; i < 200; i++) {
    if (i % 8 === 0) {
      const [first] = env.reset(i === 0 ? { seed: 1 } : {});
      kept.push([first, [...first]]);
    }
    const [observation] = env.step(i % 2);
    kept.push([observation, [...observation]]);
  }
  for (const [observation, copy] of kept) assert.deepEqual([...observation], copy);
});

Deno.test("cartpole: stepping before a reset, after the end or outside the space is an error", () => {
  for (
    const [env, name] of [[make("CartPole-v1"), "CartPole-v1"], [
      new CartPole(),
      "CartPole",
    ]] as const
  ) {
    assert.throws(() => env.step(0), {
      message: `${name}: step() before the first reset(); call reset() to start an episode`,
    });
    env.reset({ seed: 1 });
    for (const action of [2, -1, 0.5, NaN, "0", 0n, true, null, undefined]) {
      assert.throws(() => env.step(action as number), {
        name: "RangeError",
        message: `${name}: action must be in Discrete(2), that is 0 or 1, got ${action}`,
      });
    }
    // A refused action has changed nothing.
    const [observation] = env.step(0);
    const fresh = new CartPole();
    fresh.reset({ seed: 1 });
    assertSameBits(observation, fresh.step(0)[0], name);

    while (!env.step(0)[2]);
    assert.throws(() => env.step(0), {
      message:
        `${name}: step() after the episode was terminated; call reset() to start the next one`,
    });
    env.reset();
    env.step(0);
  }
});

Deno.test("cartpole: the state survives JSON and goes on bit for bit, generators included", () => {
  const env = make("CartPole-v1"), copy = make("CartPole-v1");
  env.reset({ seed: 3 });
  env.actionSpace.seed(4);
  env.observationSpace.seed(5);
  env.observationSpace.sample();
  for (let i = 0; i < 7; i++) env.step(env.actionSpace.sample());
  copy.setState!(JSON.parse(JSON.stringify(env.getState!())));
  assert.deepEqual(copy.getState!(), env.getState!());
  for (let i = 0; i < 300; i++) {
    const action = env.actionSpace.sample();
    assert.equal(copy.actionSpace.sample(), action);
    const wanted = env.step(action), actual = copy.step(action);
    assert.deepEqual(actual, wanted);
    if (wanted[2]) assert.deepEqual(copy.reset(), env.reset());
  }
  assertSameBits(
    copy.observationSpace.sample(),
    env.observationSpace.sample(),
    "an observation's sample",
  );
  assert.deepEqual(copy.getState!(), env.getState!());
});

Deno.test("cartpole: states from before a reset and after an end are kept as such", () => {
  const env = new CartPole(), copy = new CartPole();
  const before = JSON.parse(JSON.stringify(env.getState()));
  env.reset({ seed: 1 });
  while (!env.step(1)[2]);
  copy.setState(JSON.parse(JSON.stringify(env.getState())));
  assert.throws(() => copy.step(0), /after the episode was terminated/);
  assert.deepEqual(copy.reset(), env.reset());
  copy.setState(before);
  assert.throws(() => copy.step(0), /before the first reset/);
});

Deno.test("cartpole: a state that is none is refused and changes nothing", () => {
  const env = new CartPole();
  env.reset({ seed: 1 });
  env.actionSpace.seed(1);
  const before = env.getState() as Record<string, JsonValue>;
  const cases: [JsonValue, RegExp][] = [
    [null, /the state of CartPole must be an object made by getState\(\), got null/],
    [{ ...before, state: [1, 2] }, /must hold 4 numbers, got 2/],
    [{ ...before, state: [1, 2, 3, "x"] }, /a number in the state of CartPole must be .* got "x"/],
    [{ ...before, phase: "done" }, /phase in the state of CartPole must be .* got "done"/],
    [{ ...before, rng: 5 }, /the state of a random generator must be an object/],
    [
      { ...before, actionSpace: null, observationSpace: 5 },
      /the state of a random generator must be an object/,
    ],
    [{ ...before, actionSpace: 5 }, /the state of a random generator must be an object/],
  ];
  for (const [state, message] of cases) {
    assert.throws(() => env.setState(state), message);
    assert.deepEqual(env.getState(), before);
  }
});

Deno.test("cartpole: nobody's seed is not always the same, and a seed starts the generator again", () => {
  const first = () => [...make("CartPole-v1").reset()[0]];
  assert.notDeepEqual(first(), first());
  const env = make("CartPole-v1");
  const [seeded] = env.reset({ seed: 9 });
  const [next] = env.reset();
  assert.notDeepEqual(next, seeded);
  assert.deepEqual(env.reset({ seed: 9 })[0], seeded);
  assert.deepEqual(env.reset()[0], next);
  assert.throws(() => env.reset({ seed: -1 }), /seed must be an integer from 0 .* got -1/);
});

Deno.test("cartpole: a bad option is refused, and toString tells how it was made", () => {
  assert.throws(
    () => new CartPole({ suttonBartoReward: 1 as unknown as boolean }),
    /CartPole: suttonBartoReward must be a boolean, got 1/,
  );
  assert.equal(`${new CartPole()}`, "<CartPole>");
  assert.equal(`${make("CartPole-v1")}`, "<TimeLimit<CartPole<CartPole-v1>>>");
  make("CartPole-v1").close();
});
