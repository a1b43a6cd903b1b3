import assert from "node:assert/strict";
import { Discrete, NoopReset } from "../../../src/envs/mod.ts";
import { ReplayEnv, savedState } from "./replay_env.ts";

/** An environment that observes how many calls it has had. */
function counting(ends: readonly number[] = []): ReplayEnv<number> {
  return new ReplayEnv(new Discrete(1000), Array.from({ length: 1000 }, (_, i) => i), { ends });
}

Deno.test("noop_reset: 1 to noopMax no-ops, each number as often as another", () => {
  const inner = counting();
  const env = new NoopReset(inner, { noopMax: 3 });
  const seen = [0, 0, 0, 0];
  env.reset({ seed: 1 });
  for (let i = 0; i < 300; i++) {
    inner.at = -1;
    inner.taken.length = 0;
    const [observation] = env.reset();
    assert.deepEqual(inner.taken, new Array(observation).fill(0));
    seen[observation]++;
  }
  assert.equal(seen[0], 0);
  // Four standard deviations of a binomial of 300 thirds.
  for (const count of seen.slice(1)) assert.ok(Math.abs(count - 100) < 33, `${seen}`);
});

Deno.test("noop_reset: the seed decides, for the resets that follow too; the state keeps it", () => {
  const numbers = (env: NoopReset<number>, count: number) =>
    Array.from({ length: count }, () => env.reset()[0]);
  const env = new NoopReset(counting()), same = new NoopReset(counting());
  env.reset({ seed: 5 });
  same.reset({ seed: 5 });
  const state = savedState(env);
  const first = numbers(env, 12);
  assert.deepEqual(numbers(same, 12), first);
  const copy = new NoopReset(counting());
  copy.setState!(state);
  assert.deepEqual(numbers(copy, 12), first);
  assert.throws(
    () => copy.setState!({ own: 3, env: 1 }),
    /the state of NoopReset must be an object/,
  );
});

Deno.test("noop_reset: an episode that ends meanwhile is reset, with the same options, and no-ops go on", () => {
  const inner = counting([2, 5]);
  const env = new NoopReset(inner, { noopMax: 8 });
  let seed = 0;
  // A seed with more than five no-ops, so that both ends are met.
  do {
    inner.at = -1;
    inner.resets.length = inner.taken.length = 0;
    env.reset({ seed: ++seed });
  } while (inner.taken.length < 6);
  assert.deepEqual(inner.resets, [{ seed }, { seed }, { seed }]);
});

Deno.test("noop_reset: bad options are refused", () => {
  for (const noopMax of [0, -1, 1.5, NaN]) {
    assert.throws(() => new NoopReset(counting(), { noopMax }), {
      name: "RangeError",
      message: `NoopReset: noopMax must be an integer of at least 1, got ${noopMax}`,
    });
  }
});
