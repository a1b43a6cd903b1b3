import assert from "node:assert/strict";
import {
  Box,
  CartPole,
  Discrete,
  type Env,
  type JsonValue,
  make,
  makeVec,
  SyncVectorEnv,
  TimeLimit,
} from "../../../src/envs/mod.ts";
import cartpole from "../../fixtures/vector/cartpole.json" with { type: "json" };
import recorded from "../../fixtures/vector/infos.json" with { type: "json" };
import { StatefulStubEnv, StubEnv } from "../stub_env.ts";
import { InfoEnv } from "./info_env.ts";
import { plain, playTrace, type Trace } from "./trace.ts";

const MODES = ["next_step", "same_step", "disabled"] as const;

Deno.test("sync_vector_env: CartPole in all modes as Gymnasium's SyncVectorEnv, bit for bit", async () => {
  assert.equal(cartpole.traces.length, 12);
  for (const trace of cartpole.traces as unknown as (Trace & { seed: number })[]) {
    const { mode, n } = trace;
    const env = makeVec("CartPole-v1", n, {
      autoresetMode: mode,
      envOptions: { maxEpisodeSteps: 20 },
    });
    await playTrace(env, trace, `${mode}, ${n} environments, seed ${trace.seed}`);
  }
});

Deno.test("sync_vector_env: infos of every kind, and Discrete observations, as Gymnasium's", async () => {
  const traces = recorded.traces as unknown as (Trace & { discrete: boolean })[];
  assert.equal(traces.length, 6);
  for (const trace of traces) {
    const { mode, discrete } = trace;
    const makers = new Array(3).fill(() => new InfoEnv(discrete));
    const env = new SyncVectorEnv(makers, { autoresetMode: mode });
    const name = `${mode}, ${discrete ? "Discrete" : "Box"}`;
    await playTrace(env, { ...trace, n: 3 }, name);
    const [observations] = env.reset();
    assert.ok(observations instanceof (discrete ? Int32Array : Float32Array), name);
  }
});

Deno.test("sync_vector_env: reset options other than the mask go to every environment", () => {
  const env = new SyncVectorEnv([() => new InfoEnv(false), () => new InfoEnv(false)]);
  const options = { level: 2, name: "hard" };
  const [, infos] = env.reset({ seed: 1, options });
  assert.deepEqual(plain(infos), recorded.options);
  assert.deepEqual(options, { level: 2, name: "hard" });
  const withMask = { ...options, resetMask: [false, true] };
  const [, masked] = env.reset({ options: withMask });
  const { options: told, _options: mask } = masked as Record<string, Record<string, unknown>>;
  assert.deepEqual(mask, [false, true]);
  assert.deepEqual(Object.keys(told).sort(), ["_level", "_name", "level", "name"]);
  assert.deepEqual(withMask.resetMask, [false, true]);
});

Deno.test("sync_vector_env: what is returned is fresh each time", () => {
  const env = makeVec("CartPole-v1", 3);
  const kept: [ArrayLike<unknown>, unknown[]][] = [];
  const keep = (array: ArrayLike<unknown>) => kept.push([array, Array.from(array)]);
  keep(env.reset({ seed: 1 })[0]);
  for (let i = 0; i < 150; i++) {
    const [observations, rewards, terminated, truncated] = env.step([0, 1, i % 2]);
    [observations, rewards, terminated, truncated].forEach(keep);
  }
  for (const [array, copy] of kept) assert.deepEqual(Array.from(array), copy);
});

Deno.test("sync_vector_env: observations of other spaces are a plain array, large Discrete ones doubles", () => {
  const space = new Discrete(2 ** 40);
  class Other extends StubEnv {
    override readonly observationSpace = space;
  }
  assert.ok(new SyncVectorEnv([() => new Other()]).reset()[0] instanceof Float64Array);

  const custom = {
    sample: () => "a",
    seed: () => {},
    contains: (x: unknown): x is string => typeof x === "string",
    equals: (other: unknown) => other === custom,
    getState: () => null,
    setState: () => {},
  };
  const text = (): Env<string, number> => ({
    observationSpace: custom,
    actionSpace: new Discrete(2),
    reset: () => ["start", {}],
    step: () => ["next", 0, false, false, {}],
    close: () => {},
  });
  const env = new SyncVectorEnv([text, text]);
  assert.deepEqual(env.reset()[0], ["start", "start"]);
  assert.deepEqual(env.step([0, 1])[0], ["next", "next"]);
});

Deno.test("sync_vector_env: Box actions and images", () => {
  const seen: unknown[] = [];
  const image = (value: number): Env<Uint8Array, Float32Array> => ({
    observationSpace: new Box(0, 255, [10, 10], "uint8"),
    actionSpace: new Box(-1, 1, [2]),
    reset: () => [new Uint8Array(100).fill(value), {}],
    step: (action) => {
      seen.push(action);
      return [new Uint8Array(100).fill(value + 1), 0, false, false, {}];
    },
    close: () => {},
  });
  const env = new SyncVectorEnv([() => image(1), () => image(7)]);
  const [first] = env.reset();
  assert.ok(first instanceof Uint8Array && first.length === 200);
  assert.deepEqual([first[99], first[100]], [1, 7]);
  // Beyond the bounds is the environment's business.
  const actions = [Float32Array.of(0, 5), Float32Array.of(-1, 1)];
  assert.equal(env.step(actions)[0][199], 8);
  assert.deepEqual(seen, actions);
  for (const bad of [[0, 0], Float32Array.of(1), new Float64Array(2), 3]) {
    assert.throws(() => env.step([actions[0], bad as Float32Array]), {
      name: "TypeError",
      message: /^Object, lane 1: action must be a Float32Array of 2, got /,
    });
  }
  assert.equal(seen.length, 2);
});

Deno.test("sync_vector_env: NaN is passed on, a wrong observation is not", () => {
  let observation: unknown = Float32Array.of(NaN, 1);
  const odd = (): Env<Float32Array, number> => ({
    observationSpace: new Box(-1, 1, [2]),
    actionSpace: new Discrete(2),
    reset: () => [observation as Float32Array, {}],
    step: () => [observation as Float32Array, NaN, false, false, { x: NaN }],
    close: () => {},
  });
  const env = new SyncVectorEnv([odd, odd]);
  assert.deepEqual([...env.reset()[0]], [NaN, 1, NaN, 1]);
  const [observations, rewards, , , infos] = env.step([0, 0]);
  assert.deepEqual([...observations, ...rewards], [NaN, 1, NaN, 1, NaN, NaN]);
  assert.deepEqual(infos.x, Float64Array.of(NaN, NaN));
  for (
    const [wrong, got] of [
      [Float32Array.of(1), "a Float32Array of 1"],
      [Float64Array.of(1, 2), "a Float64Array of 2"],
      [[1, 2], "a plain array of 2"],
      [undefined, "undefined"],
    ] as const
  ) {
    env.reset({ seed: 0, options: {} });
    observation = wrong;
    assert.throws(() => env.step([0, 0]), {
      message: `Object, lane 0: the observation must be a Float32Array of 2, got ${got}`,
    });
    observation = Float32Array.of(NaN, 1);
  }
});

Deno.test("sync_vector_env: bad actions name lane and environment and change nothing", () => {
  const env = makeVec("CartPole-v1", 3), same = makeVec("CartPole-v1", 3);
  assert.throws(() => env.step([0, 0, 0]), {
    message:
      "SyncVectorEnv(CartPole-v1, numEnvs=3): step() before the first reset(); call reset() to start the episodes",
  });
  env.reset({ seed: 1 });
  same.reset({ seed: 1 });
  for (const bad of [2, -1, 0.5, NaN, "0", null, undefined]) {
    assert.throws(() => env.step([0, 1, bad as number]), {
      name: "RangeError",
      message: `CartPole-v1, lane 2: action must be in Discrete(2), got ${bad}`,
    });
  }
  for (const [bad, got] of [[[0, 1], 2], [[0, 0, 0, 0], 4], [undefined, undefined], [1, 1]]) {
    const message =
      `SyncVectorEnv(CartPole-v1, numEnvs=3): step() takes an array of 3 actions, got ${got}`;
    assert.throws(() => env.step(bad as unknown as number[]), { name: "RangeError", message });
  }
  assert.deepEqual(env.step(new Int32Array([0, 1, 1])), same.step([0, 1, 1]));
});

Deno.test("sync_vector_env: in mode next_step the action of a reset is ignored, whatever it is", () => {
  const env = makeVec("CartPole-v1", 2, { envOptions: { maxEpisodeSteps: 3 } });
  env.reset({ seed: 1 });
  env.step([0, 0]);
  env.reset({ options: { resetMask: [false, true] } });
  env.step([0, 0]);
  assert.deepEqual(env.step([0, 0]).slice(2, 4), [[false, false], [true, false]]);
  const [, rewards, terminated, truncated] = env.step([99, 0]);
  assert.deepEqual([...rewards], [0, 1]);
  assert.deepEqual([terminated, truncated], [[false, false], [false, true]]);
  assert.throws(() => env.step([99, 0]), /lane 0: action must be in Discrete\(2\), got 99/);
});

Deno.test("sync_vector_env: in mode disabled an ended environment has to be reset", () => {
  const env = makeVec("CartPole-v1", 3, {
    autoresetMode: "disabled",
    envOptions: { maxEpisodeSteps: 2 },
  });
  env.reset({ seed: 1 });
  env.step([0, 0, 0]);
  env.reset({ options: { resetMask: [false, true, false] } });
  assert.deepEqual(env.step([0, 0, 0])[3], [true, false, true]);
  const before = env.getState!();
  assert.throws(() => env.step([0, 0, 0]), {
    message:
      "SyncVectorEnv(CartPole-v1, numEnvs=3): the episodes of lanes 0, 2 have ended, and autoresetMode is " +
      '"disabled": call reset({ options: { resetMask } }) for them before the next step()',
  });
  assert.deepEqual(env.getState!(), before);
  env.reset({ options: { resetMask: [true, false, false] } });
  assert.throws(() => env.step([0, 0, 0]), /lanes 2 have ended/);
  env.reset({ options: { resetMask: [false, false, true] } });
  assert.deepEqual(env.step([0, 0, 0])[3], [false, true, false]);
});

Deno.test("sync_vector_env: seeds and masks are checked before anything is reset", () => {
  const env = makeVec("CartPole-v1", 2);
  const name = "SyncVectorEnv(CartPole-v1, numEnvs=2)";
  const reset = (options: unknown) => () => env.reset(options as { seed: number });
  const masks = (mask: unknown) => reset({ options: { resetMask: mask } });
  assert.throws(masks([true, false]), {
    message: `${name}: the first reset() must be of all environments, got resetMask [true,false]`,
  });
  env.reset({ seed: 1 });
  const before = env.getState!();
  for (const [seed, got] of [[[1], "a list of 1"], [[1, 2, 3], "a list of 3"], ["1", "1"]]) {
    assert.throws(reset({ seed }), {
      name: "RangeError",
      message: `${name}: seed must be an integer or a list of 2, got ${got}`,
    });
  }
  for (const [seed, got] of [[-1, "-1 for lane 0"], [[1, 0.5], "0.5 for lane 1"]]) {
    assert.throws(reset({ seed }), {
      name: "RangeError",
      message: `${name}: seed must be an integer from 0 to 2^53 - 1, got ${got}`,
    });
  }
  for (const mask of [[true], [false, false], [1, 0], "ab", null]) {
    assert.throws(masks(mask), {
      name: "RangeError",
      message:
        `${name}: options.resetMask must be a list of 2 booleans, at least one of them true, got ${
          JSON.stringify(mask)
        }`,
    });
  }
  assert.deepEqual(env.getState!(), before);
  const [observations] = env.reset({ seed: [5, null] });
  assert.deepEqual(observations.subarray(0, 4), make("CartPole-v1").reset({ seed: 5 })[0]);
  const again = makeVec("CartPole-v1", 2);
  again.setState!(before);
  assert.deepEqual(observations.subarray(4), again.reset()[0].subarray(4));
});

Deno.test("sync_vector_env: an environment's error names it and its lane, and all must be reset", () => {
  class Failing extends StubEnv {
    fails = false;
    override step(action: number) {
      if (this.fails) throw new RangeError("StubEnv: out of luck");
      return super.step(action);
    }
    override reset(options?: unknown) {
      // deno-lint-ignore no-throw-literal
      if (this.fails) throw "no reset";
      return super.reset(options);
    }
  }
  // The class's name is what it has been called above all.
  Object.defineProperty(Failing, "name", { value: "StubEnv" });
  const envs = [new Failing(), new Failing(), new Failing()];
  const env = new SyncVectorEnv(envs.map((one) => () => one));
  env.reset();
  env.step([0, 0, 0]);
  envs[1].fails = true;
  assert.throws(() => env.step([0, 0, 0]), (error: Error) => {
    assert.ok(error instanceof RangeError);
    assert.equal(error.message, "StubEnv, lane 1: out of luck");
    assert.equal((error.cause as Error).message, "StubEnv: out of luck");
    return true;
  });
  assert.deepEqual(envs.map(({ steps }) => steps), [2, 1, 1]);
  assert.throws(() => env.step([0, 0, 0]), {
    message:
      "SyncVectorEnv(StubEnv, numEnvs=3): step() after an environment has failed; call reset() to start anew",
  });
  assert.throws(
    () => env.reset({ options: { resetMask: [false, true, false] } }),
    /an environment has failed, so reset\(\) must be of all, got resetMask \[false,true,false\]/,
  );
  assert.throws(() => env.reset(), { message: "StubEnv, lane 1: no reset" });
  envs[1].fails = false;
  env.reset();
  assert.deepEqual([...env.step([0, 0, 0])[0]], [1, 1, 1]);
});

Deno.test("sync_vector_env: infos that do not go together are refused with their key", () => {
  const answers: unknown[][] = [
    [1, "a"],
    [1, { b: 1 }],
    [{ b: 1 }, 1],
    [Float32Array.of(1), Float32Array.of(1, 2)],
    [{ b: true }, { b: null }],
  ];
  for (const [index, [first, second]] of answers.entries()) {
    const env = new SyncVectorEnv([
      () => new StubEnv(() => ({ info: { x: first } })),
      () => new StubEnv(() => ({ info: { x: second } })),
    ]);
    env.reset();
    assert.throws(() => env.step([0, 0]), {
      name: "TypeError",
      message: new RegExp(
        `^StubEnv, lane 1: info.x${index === 4 ? ".b" : ""} is .*, of another kind or length`,
      ),
    });
  }
  // As in NumPy, a boolean among numbers is 0 or 1.
  const env = new SyncVectorEnv([
    () => new StubEnv(() => ({ info: { x: 2, y: false } })),
    () => new StubEnv(() => ({ info: { x: true, y: 1 } })),
  ]);
  env.reset();
  const { x, y } = env.step([0, 0])[4];
  assert.deepEqual([x, y], [Float64Array.of(2, 1), [false, true]]);
});

Deno.test("sync_vector_env: environments that do not go together are refused and closed", () => {
  const open: StubEnv[] = [];
  const stub = () => {
    open.push(new StubEnv());
    return open.at(-1)!;
  };
  class OtherActions extends StubEnv {
    override readonly actionSpace = new Discrete(4);
  }
  assert.throws(() => new SyncVectorEnv([stub, stub, () => new OtherActions()]), {
    name: "TypeError",
    message:
      "SyncVectorEnv: all environments must have the same actionSpace: lane 0, <StubEnv>, has " +
      "Discrete(3), and lane 2, <StubEnv>, has Discrete(4)",
  });
  const cart = () => new CartPole() as unknown as StubEnv;
  assert.throws(() => new SyncVectorEnv([stub, cart]), /the same observationSpace: lane 0/);
  const one = stub();
  assert.throws(() => new SyncVectorEnv([() => one, () => one]), {
    message:
      "SyncVectorEnv: each lane needs an environment of its own, and lane 1 has that of lane 0, " +
      "<StubEnv>",
  });
  assert.deepEqual(open.map(({ closed }) => closed), [1, 1, 1, 1]);
  assert.throws(() => new SyncVectorEnv([]), /at least one function .* got an empty list/);
  assert.throws(
    () => new SyncVectorEnv([new StubEnv() as unknown as () => StubEnv]),
    /lane 0 must be a function that makes an environment, got <StubEnv>/,
  );
  assert.throws(
    () => new SyncVectorEnv([stub], { autoresetMode: "NextStep" as "next_step" }),
    /autoresetMode must be "next_step" or "same_step" or "disabled", got "NextStep"/,
  );
});

Deno.test("sync_vector_env: close closes every environment once, also when one fails", () => {
  class FailingClose extends StubEnv {
    override close(): void {
      super.close();
      throw new Error("stuck");
    }
  }
  const envs = [new StubEnv(), new FailingClose(), new StubEnv()];
  Object.defineProperty(FailingClose, "name", { value: "StubEnv" });
  const env = new SyncVectorEnv(envs.map((one) => () => one));
  env.reset();
  assert.throws(() => env.close(), { message: "StubEnv, lane 1: stuck" });
  env.close();
  assert.deepEqual(envs.map(({ closed }) => closed), [1, 1, 1]);
  for (const call of ["step", "reset"] as const) {
    assert.throws(() => call === "step" ? env.step([0, 0, 0]) : env.reset(), {
      message: `SyncVectorEnv(StubEnv, numEnvs=3): ${call}() after close()`,
    });
  }
  const stub = new StubEnv();
  {
    using disposed = new SyncVectorEnv([() => stub]);
    disposed.reset();
  }
  assert.equal(stub.closed, 1);
});

Deno.test("sync_vector_env: the state survives JSON and goes on bit for bit, in every mode", () => {
  for (const autoresetMode of MODES) {
    const options = { autoresetMode, envOptions: { maxEpisodeSteps: 15 } };
    const env = makeVec("CartPole-v1", 3, options), copy = makeVec("CartPole-v1", 3, options);
    copy.reset({ seed: 99 });
    env.reset({ seed: 3 });
    env.singleActionSpace.seed(4);
    const actions = () => [0, 1, 2].map(() => env.singleActionSpace.sample());
    const play = (one: typeof env, given: number[]) => {
      const result = one.step(given);
      const resetMask = result[2].map((terminated, lane) => terminated || result[3][lane]);
      if (autoresetMode !== "disabled" || !resetMask.includes(true)) return result;
      return [result, one.reset({ options: { resetMask } })];
    };
    for (let i = 0; i < 200; i++) {
      if (i % 20 < 3) {
        copy.setState!(JSON.parse(JSON.stringify(env.getState!())));
        assert.deepEqual(copy.getState!(), env.getState!());
      }
      const given = actions();
      if (i % 20 < 3) given.forEach((one) => assert.equal(copy.singleActionSpace.sample(), one));
      assert.deepEqual(play(copy, given), play(env, given), `${autoresetMode}, step ${i}`);
    }
  }
});

Deno.test("sync_vector_env: a state knows ended lanes, the last observations and that nothing began", () => {
  const options = { autoresetMode: "disabled", envOptions: { maxEpisodeSteps: 2 } } as const;
  const env = makeVec("CartPole-v1", 2, options), copy = makeVec("CartPole-v1", 2, options);
  const before = env.getState!();
  env.reset({ seed: 1 });
  env.step([0, 1]);
  env.reset({ options: { resetMask: [true, false] } });
  const [observations] = env.step([0, 1]);
  copy.setState!(env.getState!());
  assert.throws(() => copy.step([0, 0]), /lanes 1 have ended/);
  const [after] = copy.reset({ options: { resetMask: [false, true] } });
  assert.deepEqual(after.subarray(0, 4), observations.subarray(0, 4));
  copy.setState!(before);
  assert.throws(() => copy.step([0, 0]), /before the first reset/);
});

Deno.test("sync_vector_env: a state that is none is refused and changes nothing", () => {
  const env = makeVec("CartPole-v1", 2);
  env.reset({ seed: 1 });
  env.singleActionSpace.seed(1);
  env.step([0, 1]);
  const before = env.getState!() as Record<string, JsonValue>;
  const [first, second] = before.lanes as Record<string, JsonValue>[];
  const name = "the state of SyncVectorEnv\\(CartPole-v1, numEnvs=2\\)";
  const cases: [JsonValue, RegExp][] = [
    [null, new RegExp(`${name} must be an object made by getState\\(\\), got null`)],
    [{ ...before, autoresetMode: "same_step" }, /must be of autoresetMode "next_step", got "same/],
    [{ ...before, phase: "closed" }, /must be "unreset", "running" or "failed", got "closed"/],
    [{ ...before, lanes: [first] }, /must hold 2 lanes, got 1/],
    [
      { ...before, lanes: [first, {}] },
      /a lane in .* must have env, observation and ended, got \{\}/,
    ],
    [{ ...before, lanes: [first, { ...second, observation: 3 }] }, /an observation in the state/],
    [
      { ...before, lanes: [first, { ...second, observation: null }] },
      /CartPole-v1, lane 1: the observation must be a Float32Array of 4, got null/,
    ],
    [
      { ...before, lanes: [first, { ...second, env: 3 }] },
      /^TypeError: CartPole-v1, lane 1: the state/,
    ],
    [{ ...before, actionSpace: 5 }, /the state of a random generator must be an object/],
    [{ ...before, observationSpace: 5 }, /the state of a random generator must be an object/],
  ];
  for (const [state, message] of cases) {
    assert.throws(() => env.setState!(state), message);
    assert.deepEqual(env.getState!(), before);
  }
  // A bad second lane, when the first has already taken another state.
  const other = makeVec("CartPole-v1", 2);
  other.reset({ seed: 7 });
  const [otherFirst] = (other.getState!() as Record<string, JsonValue[]>).lanes;
  assert.throws(() =>
    env.setState!({ ...before, lanes: [otherFirst, { ...second, env: { own: 1, env: 2 } }] })
  );
  assert.deepEqual(env.getState!(), before);
});

Deno.test("sync_vector_env: there is a state only where every environment has one", () => {
  const stateful = new SyncVectorEnv([() => new StatefulStubEnv(), () => new StatefulStubEnv()]);
  assert.ok(stateful.getState && stateful.setState);
  const mixed = new SyncVectorEnv<number, number>([
    () => new StatefulStubEnv(),
    () => new StubEnv(),
  ]);
  assert.equal(mixed.getState, undefined);
  assert.equal(mixed.setState, undefined);
});

Deno.test("sync_vector_env: spec, name, environments and pictures", () => {
  const env = makeVec("CartPole-v1", 2, { envOptions: { maxEpisodeSteps: 7 } });
  assert.equal(env.spec?.id, "CartPole-v1");
  assert.equal(env.spec?.maxEpisodeSteps, 7);
  assert.equal(`${env}`, "SyncVectorEnv(CartPole-v1, numEnvs=2)");
  assert.equal(env.envs.length, 2);
  assert.equal(env.singleActionSpace, env.envs[0].actionSpace);
  assert.equal(env.singleObservationSpace, env.envs[0].observationSpace);
  const bare = new SyncVectorEnv([() => new TimeLimit(new CartPole(), 5)]);
  assert.equal(bare.spec, undefined);
  assert.equal(`${bare}`, "SyncVectorEnv(CartPole, numEnvs=1)");
  const mixed = new SyncVectorEnv([() => make("CartPole-v0"), () => make("CartPole-v1")]);
  assert.equal(mixed.spec, undefined);
  const blind = new SyncVectorEnv([() => new StubEnv()]);
  assert.throws(() => blind.render(), /StubEnv, lane 0: it has no picture to render/);
  const image = { width: 1, height: 1, data: new Uint8Array(3) };
  const drawn = () => Object.assign(new StubEnv(), { render: () => image as never });
  assert.deepEqual(new SyncVectorEnv([drawn, drawn]).render(), [image, image]);
});
