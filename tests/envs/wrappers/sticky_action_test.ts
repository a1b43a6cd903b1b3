import assert from "node:assert/strict";
import recorded from "../../fixtures/wrappers/wrappers.json" with { type: "json" };
import {
  Box,
  Discrete,
  type JsonValue,
  make,
  MultiDiscrete,
  StickyAction,
  Tuple,
} from "../../../src/envs/mod.ts";
import { assertSameBits, bytesFrom } from "../fixture.ts";
import { ReplayEnv, savedState } from "./replay_env.ts";

type Duration = number | readonly [number, number];

Deno.test("sticky_action: actions taken are Gymnasium's where the environment draws nothing", () => {
  for (const record of recorded.sticky) {
    const inner = new ReplayEnv(new Discrete(2), [0]);
    const env = new StickyAction(inner, {
      repeatActionProbability: record.probability,
      repeatActionDuration: record.duration as Duration,
    });
    env.reset({ seed: record.seed });
    for (const [at, action] of [...record.actions].entries()) {
      if (record.resets.includes(at)) env.reset();
      env.step(Number(action));
      assert.equal(env.lastAction, inner.taken.at(-1));
    }
    assert.equal(inner.taken.join(""), record.taken, `seed ${record.seed}`);
  }
});

Deno.test("sticky_action: with the environment's generator, Gymnasium's CartPole exactly", () => {
  for (const { seed, actions, rng, observations } of recorded.stickyCartPole) {
    const env = new StickyAction(make("CartPole-v1"), {
      repeatActionProbability: 0.4,
      repeatActionDuration: [1, 4],
    });
    const wanted = new Float32Array(bytesFrom(observations));
    assertSameBits(env.reset({ seed })[0], wanted.slice(0, 4), "reset");
    // What Gymnasium draws from next: the environment's generator, which the reset has used.
    const state = env.getState!() as { own: Record<string, JsonValue>; env: JsonValue };
    assert.deepEqual((state.env as { env: { rng: JsonValue } }).env.rng, rng);
    env.setState!({ own: { ...state.own, rng }, env: state.env });
    for (const [i, action] of [...actions].entries()) {
      const [observation] = env.step(Number(action));
      assertSameBits(observation, wanted.slice(4 * i + 4, 4 * i + 8), `seed ${seed}, step ${i}`);
    }
  }
});

Deno.test("sticky_action: the state keeps what sticks", () => {
  const fresh = () =>
    new StickyAction(new ReplayEnv(new Discrete(2), [0]), {
      repeatActionProbability: 0.5,
      repeatActionDuration: [2, 5],
    });
  const env = fresh();
  env.reset({ seed: 1 });
  for (let i = 0; i < 50; i++) {
    const copy = fresh();
    copy.setState!(savedState(env));
    for (let k = 0; k < 12; k++) copy.step(k % 5);
    const state = savedState(env);
    for (let k = 0; k < 12; k++) env.step(k % 5);
    assert.deepEqual(
      (copy.env as ReplayEnv<number>).taken,
      (env.env as ReplayEnv<number>).taken.slice(-12),
    );
    env.setState!(state);
    env.step(i % 5);
  }
});

Deno.test("sticky_action: arrays stick too, as they were given", () => {
  const spaces = [
    [new Box(-1, 1, [2]), Float32Array],
    [new MultiDiscrete([3, 3]), Int32Array],
  ] as const;
  for (const [actionSpace, View] of spaces) {
    const fresh = () =>
      new StickyAction(
        new ReplayEnv<number, Float32Array | Int32Array>(new Discrete(2), [0], {
          actionSpace: actionSpace as never,
        }),
        { repeatActionProbability: 0.999, repeatActionDuration: 1 },
      );
    const env = fresh(), copy = fresh();
    env.reset({ seed: 1 });
    const action = View.of(1, 0);
    env.step(action);
    action.fill(0);
    env.step(action);
    assert.deepEqual(env.lastAction, View.of(1, 0));
    copy.setState!(savedState(env));
    assert.deepEqual(copy.lastAction, View.of(1, 0));
  }
});

Deno.test("sticky_action: bad options, spaces and states are refused", () => {
  const inner = new ReplayEnv(new Discrete(2), [0]);
  for (const repeatActionProbability of [-0.1, 1, NaN, "0.5" as never, undefined as never]) {
    assert.throws(() => new StickyAction(inner, { repeatActionProbability }), {
      name: "RangeError",
      message:
        `StickyAction: repeatActionProbability must be in [0, 1), got ${repeatActionProbability}`,
    });
  }
  for (const repeatActionDuration of [0, 1.5, [2, 1], [0, 2], [1], [1, 2, 3], null, "1"]) {
    assert.throws(
      () =>
        new StickyAction(inner, {
          repeatActionProbability: 0.5,
          repeatActionDuration: repeatActionDuration as never,
        }),
      /StickyAction: repeatActionDuration must be an integer of at least 1 or two such/,
    );
  }
  const pairs = new ReplayEnv(new Discrete(2), [0], {
    actionSpace: new Tuple([new Discrete(2)]),
  });
  assert.throws(
    () => new StickyAction(pairs, { repeatActionProbability: 0.5 }),
    /StickyAction: actions must be numbers or arrays, got Tuple\(Discrete\(2\)\)/,
  );
  const env = new StickyAction(inner, { repeatActionProbability: 0.5 });
  env.reset({ seed: 1 });
  const before = savedState(env) as { own: Record<string, JsonValue>; env: JsonValue };
  for (
    const [change, message] of [
      [{ repeats: 2 }, /must have taken < repeats, got 0 and 2/],
      [{ taken: 1 }, /must have taken < repeats, got 1 and 0/],
      [{ last: "left" }, /last in the state of StickyAction must be a number, got "left"/],
      [{ rng: 3 }, /must be an object made by getState/],
    ] as const
  ) {
    assert.throws(() => env.setState!({ own: { ...before.own, ...change }, env: 9 }), message);
    assert.deepEqual(savedState(env), before);
  }
  assert.equal(`${env}`, "<StickyAction<ReplayEnv>>");
});
