import assert from "node:assert/strict";
import recorded from "../../fixtures/wrappers/wrappers.json" with { type: "json" };
import { Discrete, make, NormalizeObservation } from "../../../src/envs/mod.ts";
import { assertSameBits, number } from "../fixture.ts";
import { arraysFrom, ReplayEnv, replayOf, savedState } from "./replay_env.ts";

Deno.test("normalize_observation: observations and statistics are Gymnasium's, bit for bit", () => {
  for (const [index, record] of recorded.normalize.entries()) {
    const inner = replayOf(record.space, record.observations);
    const env = new NormalizeObservation(inner, { epsilon: record.epsilon });
    const name = `case ${index}, ${inner.observationSpace}`;
    const size = env.observationSpace.size;
    const wanted = arraysFrom(record.normalized, "float32", size);
    assert.equal(wanted.length, inner.observations.length);
    for (const [at, normalized] of wanted.entries()) {
      env.updateRunningMean = at < record.frozenFrom;
      const [observation] = at % 25 === 0 ? env.reset() : env.step(0);
      assertSameBits(observation, normalized, `${name}, observation ${at}`);
    }
    const { mean, variance, count } = env.statistics;
    assert.deepEqual(Array.from(mean), record.mean.map(number), name);
    assert.deepEqual(Array.from(variance), record.variance.map(number), name);
    assert.equal(count, record.count, name);
  }
});

Deno.test("normalize_observation: over CartPole itself, the same as over its recording", () => {
  // The recording's first observations are those of this seed's episodes.
  const record = recorded.normalize[0];
  const inner = make("CartPole-v1");
  inner.actionSpace.seed(3);
  const env = new NormalizeObservation(inner);
  const wanted = arraysFrom(record.normalized, "float32", 4);
  assertSameBits(env.reset({ seed: 3 })[0], wanted[0] as Float32Array, "reset");
  for (let at = 1; at < 15; at++) {
    const [observation, , terminated] = env.step(inner.actionSpace.sample());
    assertSameBits(observation, wanted[at] as Float32Array, `step ${at}`);
    if (terminated) break;
  }
});

Deno.test("normalize_observation: the space has no bounds and is float32", () => {
  const env = new NormalizeObservation(make("CartPole-v1"));
  assert.equal(`${env.observationSpace}`, "Box(-Infinity, Infinity, [4], float32)");
  assert.equal(`${env}`, "<NormalizeObservation<TimeLimit<CartPole<CartPole-v1>>>>");
  const pictures = replayOf(recorded.normalize[6].space, recorded.normalize[6].observations);
  assert.deepEqual(new NormalizeObservation(pictures).observationSpace.shape, [2, 3]);
});

Deno.test("normalize_observation: the state keeps the statistics and the switch", () => {
  const fresh = () => new NormalizeObservation(make("CartPole-v1"));
  const env = fresh(), copy = fresh();
  env.reset({ seed: 1 });
  for (let i = 0; i < 9; i++) env.step(i % 2);
  env.updateRunningMean = false;
  env.observationSpace.seed(5);
  copy.setState!(savedState(env));
  assert.equal(copy.updateRunningMean, false);
  assertSameBits(copy.step(1)[0], env.step(1)[0], "frozen");
  copy.updateRunningMean = env.updateRunningMean = true;
  assertSameBits(copy.step(1)[0], env.step(1)[0], "counting");
  assertSameBits(copy.observationSpace.sample(), env.observationSpace.sample(), "sample");
});

Deno.test("normalize_observation: a bad state changes nothing", () => {
  const env = new NormalizeObservation(make("CartPole-v1"));
  env.reset({ seed: 1 });
  env.step(0);
  const before = savedState(env) as { own: Record<string, unknown>; env: unknown };
  const other = new NormalizeObservation(make("CartPole-v1"));
  other.reset({ seed: 2 });
  const good = savedState(other) as { own: Record<string, never>; env: never };
  const statistics = good.own.statistics as Record<string, never>;
  for (
    const [own, message] of [
      [{ ...good.own, updateRunningMean: 1 }, /updateRunningMean .* must be a boolean, got 1/],
      [{ ...good.own, statistics: { ...statistics, mean: [1] } }, /mean .* must have 4 elements/],
      [
        { ...good.own, statistics: { ...statistics, variance: [1, 1, 1, 0.1] } },
        /element 3 of variance .* must be a float32, got 0.1/,
      ],
      [{ ...good.own, statistics: { ...statistics, count: 0 } }, /count .* must be over 0, got 0/],
      [{ ...good.own, observationSpace: 3 }, /must be an object made by getState/],
      [null, /the state of NormalizeObservation must be an object/],
    ] as const
  ) {
    assert.throws(() => env.setState!({ own: own as never, env: good.env }), message);
    assert.deepEqual(savedState(env), before);
  }
});

Deno.test("normalize_observation: bad options and spaces are refused", () => {
  const cartpole = make("CartPole-v1");
  for (const epsilon of [0, -1, NaN]) {
    assert.throws(() => new NormalizeObservation(cartpole, { epsilon }), {
      name: "RangeError",
      message: `NormalizeObservation: epsilon must be over 0, got ${epsilon}`,
    });
  }
  assert.throws(
    () => new NormalizeObservation(cartpole, { updateRunningMean: 1 as never }),
    /NormalizeObservation: updateRunningMean must be a boolean, got 1/,
  );
  assert.throws(() => new NormalizeObservation(new ReplayEnv(new Discrete(3), [0]) as never), {
    name: "TypeError",
    message: "NormalizeObservation: the observations of ReplayEnv must lie in a Box, " +
      "got Discrete(3); wrap the environment in OneHot first",
  });
});
