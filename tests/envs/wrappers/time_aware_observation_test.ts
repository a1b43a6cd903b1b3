import assert from "node:assert/strict";
import recorded from "../../fixtures/wrappers/wrappers.json" with { type: "json" };
import {
  Box,
  Dict,
  Discrete,
  make,
  type Space,
  TimeAwareObservation,
  TimeLimit,
  Tuple,
} from "../../../src/envs/mod.ts";
import { assertSameBits, number } from "../fixture.ts";
import { arraysFrom, ReplayEnv, savedState } from "./replay_env.ts";

Deno.test("time_aware_observation: flattened observations hold Gymnasium's numbers, as float32", () => {
  let checked = 0;
  for (const record of recorded.timeAware) {
    if (!record.flatten || record.out === undefined) continue;
    const inner = new ReplayEnv(
      new Box(-Infinity, Infinity, [4]) as Space<Float32Array>,
      arraysFrom(record.observations!, "float32", 4) as Float32Array[],
    );
    const env = new TimeAwareObservation(new TimeLimit(inner, record.limit!), {
      normalizeTime: record.normalizeTime,
    });
    assert.equal(env.maxTimesteps, 7);
    const space = env.observationSpace as Box;
    assert.equal(space.dtype, "float32");
    assert.deepEqual(Array.from(space.low), record.low!.map(number));
    assert.deepEqual(Array.from(space.high), record.high!.map(number));
    for (const [at, wanted] of arraysFrom(record.out, "float64", 5).entries()) {
      const isReset: boolean = at === 0 || record.resets!.includes(at);
      const observation: Float32Array = isReset ? env.reset()[0] : env.step(0)[0];
      assert.equal(observation.constructor, Float32Array);
      assert.deepEqual(Array.from(observation), Array.from(wanted), `at ${at}`);
      checked++;
    }
  }
  assert.equal(checked, 24);
});

type Timed = { obs: Float32Array; time: Float32Array | Int32Array };

Deno.test("time_aware_observation: not flattened, a record with Gymnasium's times", () => {
  let checked = 0;
  for (const record of recorded.timeAware) {
    if (record.times === undefined) continue;
    const observations = arraysFrom(record.observations!, "float32", 4) as Float32Array[];
    const inner = new ReplayEnv(new Box(-Infinity, Infinity, [4]), observations);
    const env = new TimeAwareObservation<Timed>(new TimeLimit(inner, 7), {
      flatten: false,
      normalizeTime: record.normalizeTime,
    });
    for (const [at, [dtype, time]] of record.times.entries()) {
      const isReset: boolean = at === 0 || record.resets!.includes(at);
      const observation: Timed = isReset ? env.reset()[0] : env.step(0)[0];
      assert.deepEqual(Object.keys(observation), ["obs", "time"]);
      assert.equal(observation.obs, observations[at]);
      const View = dtype === "int32" ? Int32Array : Float32Array;
      assert.deepEqual(observation.time, View.of(time as number));
      assert.equal(env.observationSpace.contains(observation), true);
      checked++;
    }
  }
  assert.equal(checked, 24);
});

Deno.test("time_aware_observation: in records, lists and beside numbers the time lies where Gymnasium puts it", () => {
  const at = Float32Array.of(0.25, -0.5);
  const zoom = new Discrete(3), place = new Box(-1, 1, [2]);
  const inner: Record<string, readonly [Space<unknown>, unknown]> = {
    Dict: [new Dict({ zoom, at: place }), { at, zoom: 2 }],
    Tuple: [new Tuple([zoom, place]), [2, at]],
    Discrete: [new Discrete(4), 3],
  };
  let checked = 0;
  for (const record of recorded.timeAware) {
    if (record.kind === undefined) continue;
    const [space, value] = inner[record.kind];
    const env = new TimeAwareObservation<Float32Array, number, unknown>(
      new TimeLimit(new ReplayEnv(space, [value]), 9),
      { dictTimeKey: record.dictTimeKey },
    );
    const all = [env.reset()[0], env.step(0)[0], env.step(0)[0]].flatMap((o) => Array.from(o));
    assert.deepEqual(all, Array.from(arraysFrom(record.out!, "float64", all.length)[0]));
    checked++;
  }
  assert.equal(checked, 6);
});

Deno.test("time_aware_observation: the limit is the outermost TimeLimit's, else the spec's", () => {
  assert.equal(new TimeAwareObservation(make("CartPole-v1")).maxTimesteps, 500);
  const outer = new TimeLimit(make("CartPole-v1"), 50);
  assert.equal(new TimeAwareObservation(outer).maxTimesteps, 50);
  const bare = make("CartPole-v1", { maxEpisodeSteps: null });
  assert.throws(() => new TimeAwareObservation(bare), {
    name: "TypeError",
    message:
      "TimeAwareObservation: CartPole-v1 has no time limit; put a TimeLimit around it first, " +
      "or give make() maxEpisodeSteps",
  });
});

Deno.test("time_aware_observation: the state keeps the time", () => {
  const fresh = () => new TimeAwareObservation(make("CartPole-v1"), { normalizeTime: true });
  const env = fresh(), copy = fresh();
  assert.equal(`${env}`, "<TimeAwareObservation<TimeLimit<CartPole<CartPole-v1>>>>");
  env.reset({ seed: 1 });
  env.step(0);
  env.step(1);
  env.observationSpace.seed(3);
  copy.setState!(savedState(env));
  assert.equal(copy.timesteps, 2);
  assertSameBits(copy.step(0)[0], env.step(0)[0], "step");
  assertSameBits(copy.observationSpace.sample(), env.observationSpace.sample(), "sample");
  const before = savedState(env) as { own: Record<string, never>; env: never };
  assert.throws(
    () => env.setState!({ own: { ...before.own, timesteps: -1 }, env: before.env }),
    /timesteps of TimeAwareObservation must be an integer of at least 0, got -1/,
  );
  assert.deepEqual(savedState(env), before);
});

Deno.test("time_aware_observation: bad options are refused", () => {
  const env = make("CartPole-v1");
  assert.throws(
    () => new TimeAwareObservation(env, { flatten: "no" as never }),
    /TimeAwareObservation: flatten must be a boolean, got no/,
  );
  assert.throws(
    () => new TimeAwareObservation(env, { normalizeTime: 1 as never }),
    /TimeAwareObservation: normalizeTime must be a boolean, got 1/,
  );
  const timed = new ReplayEnv(new Dict({ time: new Discrete(2) }), [{ time: 0 }]);
  assert.throws(
    () => new TimeAwareObservation<Float32Array, number, unknown>(new TimeLimit(timed, 5)),
    /the observation has a key "time" already; give another dictTimeKey/,
  );
});
