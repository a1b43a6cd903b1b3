import assert from "node:assert/strict";
import { type Env, make, makeVec, TimeLimit } from "../../../src/envs/mod.ts";

Deno.test("make_vec: environments are made with their options and wrapped in order", () => {
  const env = makeVec("CartPole-v1", 2, {
    envOptions: { suttonBartoReward: true, maxEpisodeSteps: 9 },
    wrappers: [(one: Env) => new TimeLimit(one, 5), (one: Env) => new TimeLimit(one, 3)],
  });
  assert.deepEqual(env.envs.map(String), [
    "<TimeLimit<TimeLimit<TimeLimit<CartPole<CartPole-v1>>>>>",
    "<TimeLimit<TimeLimit<TimeLimit<CartPole<CartPole-v1>>>>>",
  ]);
  assert.equal(env.autoresetMode, "next_step");
  const single = make("CartPole-v1", { suttonBartoReward: true });
  const [first] = single.reset({ seed: 8 });
  assert.deepEqual(env.reset({ seed: [8, 9] })[0].subarray(0, 4), first);
  assert.deepEqual([...env.step([0, 0])[1]], [0, 0]);
  env.step([0, 0]);
  assert.deepEqual(env.step([0, 0])[3], [true, true]);
  assert.equal(makeVec("CartPole-v1", 1, { vectorizationMode: "sync" }).numEnvs, 1);
});

Deno.test("make_vec: a bad count, id, mode or option is refused by name", () => {
  const make = (id: string, n: unknown, options: unknown = {}) => () =>
    makeVec(id, n as number, options as { autoresetMode: "next_step" });
  for (const n of [0, -1, 1.5, NaN, "2", undefined]) {
    assert.throws(make("CartPole-v1", n), {
      name: "RangeError",
      message: `makeVec CartPole-v1: numEnvs must be an integer of at least 1, got ${n}`,
    });
  }
  assert.throws(
    make("CartPole-v7", 2),
    /unknown environment "CartPole-v7" \(did you mean "CartPole/,
  );
  assert.throws(
    make("CartPole-v1", 2, { vectorizationMode: "async" }),
    /makeVec CartPole-v1: vectorizationMode must be "sync" or "worker", got "async"/,
  );
  assert.throws(
    make("CartPole-v1", 2, { autoresetMode: null }),
    /autoresetMode must be "next_step" or "same_step" or "disabled", got null/,
  );
  const cases: [options: Record<string, unknown>, message: RegExp][] = [
    [{ autoReset: true }, /unknown option "autoReset" \(did you mean "autoresetMode"\?\)/],
    [{ maxEpisodeSteps: 5 }, /it is the environment's: \{ envOptions: \{ maxEpisodeSteps: /],
    [{ suttonBartoReward: true }, /it is the environment's: \{ envOptions: \{ suttonBartoReward: /],
    [{ workers: 2 }, /unknown option "workers"; it goes with vectorizationMode "worker"/],
    [
      { vectorizationMode: "worker", wrappers: [] },
      /functions can't be sent to workers; register the wrapped environment in a module/,
    ],
    [{ envOptions: { poles: 2 } }, /make CartPole-v1: unknown option "poles"/],
  ];
  for (const [options, message] of cases) {
    assert.throws(make("CartPole-v1", 2, options), { name: "RangeError", message });
  }
});
