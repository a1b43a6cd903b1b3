import assert from "node:assert/strict";
import { make, TimeLimit } from "../../../src/envs/mod.ts";
import { StatefulStubEnv, StubEnv } from "../stub_env.ts";

Deno.test("time_limit: truncates at the limit, not before", () => {
  const env = new TimeLimit(new StubEnv(), 3);
  for (let episode = 0; episode < 2; episode++) {
    env.reset();
    assert.deepEqual(env.step(0), [1, 1, false, false, {}]);
    assert.deepEqual(env.step(0), [2, 1, false, false, {}]);
    assert.equal(env.elapsedSteps, 2);
    assert.deepEqual(env.step(0), [3, 1, false, true, {}]);
  }
});

Deno.test("time_limit: an environment that terminates at the limit does both", () => {
  const env = new TimeLimit(new StubEnv((step) => ({ terminated: step === 2 })), 2);
  env.reset();
  env.step(0);
  assert.deepEqual(env.step(0), [2, 1, true, true, {}]);
  assert.throws(() => env.step(0), /StubEnv: step\(\) after the episode was terminated/);
});

Deno.test("time_limit: stepping where no episode runs is an error, whatever is inside", () => {
  const inner = new StubEnv((step) => ({ terminated: step === 2 }));
  const env = new TimeLimit(inner, 3);
  assert.throws(() => env.step(0), {
    message: "StubEnv: step() before the first reset(); call reset() to start an episode",
  });
  env.reset();
  env.step(0);
  env.step(0);
  assert.throws(() => env.step(0), {
    message: "StubEnv: step() after the episode was terminated; call reset() to start the next one",
  });
  assert.equal(inner.steps, 2);

  const made = make("CartPole-v1", { maxEpisodeSteps: 2 });
  made.reset({ seed: 1 });
  made.step(0);
  made.step(1);
  assert.throws(() => made.step(0), {
    message:
      "CartPole-v1: step() after the episode was truncated; call reset() to start the next one",
  });
});

Deno.test("time_limit: the state keeps the count and the end", () => {
  const env = new TimeLimit(new StatefulStubEnv(), 3);
  const copy = new TimeLimit(new StatefulStubEnv(), 3);
  env.reset();
  env.step(0);
  env.step(0);
  copy.setState!(JSON.parse(JSON.stringify(env.getState!())));
  assert.equal(copy.elapsedSteps, 2);
  assert.deepEqual(copy.step(0), [3, 1, false, true, {}]);
  env.setState!(JSON.parse(JSON.stringify(copy.getState!())));
  assert.throws(() => env.step(0), /after the episode was truncated/);
});

Deno.test("time_limit: bad limits and states are refused", () => {
  for (const limit of [0, -1, 1.5, NaN, Infinity]) {
    assert.throws(() => new TimeLimit(new StubEnv(), limit), {
      name: "RangeError",
      message: `TimeLimit: maxEpisodeSteps must be an integer of at least 1, got ${limit}`,
    });
  }
  const env = new TimeLimit(new StatefulStubEnv(), 3);
  const load = (own: null | Record<string, string | number>) => () =>
    env.setState!({ own, env: 0 });
  assert.throws(load(null), /the state of TimeLimit must be an object/);
  assert.throws(load({ elapsed: -1, phase: "running" }), /elapsed of TimeLimit must be an integer/);
  assert.throws(load({ elapsed: 1, phase: "over" }), /phase of TimeLimit must be .* got "over"/);
});
