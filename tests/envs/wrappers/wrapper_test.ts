import assert from "node:assert/strict";
import {
  CartPole,
  type JsonValue,
  make,
  RecordEpisodeStatistics,
  type StepResult,
  TimeLimit,
  Wrapper,
} from "../../../src/envs/mod.ts";
import { envName } from "../../../src/envs/wrappers/wrapper.ts";
import { StatefulStubEnv, StubEnv } from "../stub_env.ts";

class Counting extends Wrapper<number, number> {
  count = 0;

  override step(action: number): StepResult<number> {
    this.count++;
    return super.step(action);
  }

  protected override saveOwn(): JsonValue {
    return this.count;
  }

  protected override loadOwn(own: JsonValue): void {
    this.count = own as number;
  }
}

Deno.test("wrapper: forwards spaces, spec, reset, step and close", () => {
  const inner = new StubEnv(() => ({ reward: 5, truncated: true, info: { a: 1 } }));
  const env = new Wrapper(inner);
  assert.equal(env.observationSpace, inner.observationSpace);
  assert.equal(env.actionSpace, inner.actionSpace);
  assert.equal(env.spec, undefined);
  assert.deepEqual(env.reset({ seed: 3 }), [0, { fresh: true }]);
  assert.deepEqual(inner.resets, [{ seed: 3 }]);
  assert.deepEqual(env.step(1), [1, 5, false, true, { a: 1 }]);
  env.close();
  assert.equal(inner.closed, 1);
  const made = make("CartPole-v1");
  assert.equal(new Wrapper(made).spec, made.spec);
});

Deno.test("wrapper: the chain's state holds every wrapper's own", () => {
  const inner = new StatefulStubEnv();
  const env = new Counting(new TimeLimit(inner, 10));
  env.reset();
  env.step(0);
  env.step(0);
  const state = JSON.parse(JSON.stringify(env.getState!()));
  assert.deepEqual(state, {
    own: 2,
    env: { own: { elapsed: 2, phase: "running" }, env: 2 },
  });

  const copy = new Counting(new TimeLimit(new StatefulStubEnv(), 10));
  copy.setState!(state);
  assert.deepEqual(copy.getState!(), state);
  assert.deepEqual(copy.step(0), [3, 1, false, false, {}]);
  assert.equal(copy.count, 3);
});

Deno.test("wrapper: has no getState or setState where the environment inside has none", () => {
  const env = new Counting(new TimeLimit(new StubEnv(), 10));
  assert.equal(env.getState, undefined);
  assert.equal(env.setState, undefined);
});

Deno.test("wrapper: a state of another shape is refused", () => {
  const env = new Counting(new StatefulStubEnv());
  assert.throws(() => env.setState!(7), /the state of <Counting<StubEnv>> must be an object/);
  assert.throws(() => env.setState!({ own: 1 }), /must have "own" and "env", got own/);
});

Deno.test("wrapper: a bad state of its own leaves the environment inside as it was", () => {
  const inner = new StatefulStubEnv();
  const env = new TimeLimit(new TimeLimit(inner, 10), 10);
  env.reset();
  env.step(0);
  const before = env.getState!();
  const good = { own: { elapsed: 5, phase: "running" }, env: 5 };
  for (const own of [null, { elapsed: -1, phase: "running" }, { elapsed: 1, phase: "late" }]) {
    assert.throws(() => env.setState!({ own, env: good }), /TimeLimit must be/);
    assert.deepEqual(env.getState!(), before);
    assert.throws(() => env.setState!({ ...good, env: { own, env: 5 } }), /TimeLimit must be/);
    assert.deepEqual(env.getState!(), before);
  }
  env.setState!({ ...good, env: good });
  assert.equal(inner.steps, 5);
});

Deno.test("wrapper: toString shows the chain, unwrapped is its end", () => {
  const env = new RecordEpisodeStatistics(make("CartPole-v1"));
  assert.equal(`${env}`, "<RecordEpisodeStatistics<TimeLimit<CartPole<CartPole-v1>>>>");
  assert.ok(env.unwrapped instanceof CartPole);
  assert.equal(`${new TimeLimit(new CartPole(), 5)}`, "<TimeLimit<CartPole>>");
});

Deno.test("wrapper: errors call an environment by its id, else by its class", () => {
  assert.equal(envName(new Wrapper(make("CartPole-v0"))), "CartPole-v0");
  assert.equal(envName(new Wrapper(new Wrapper(new StubEnv()))), "StubEnv");
});
