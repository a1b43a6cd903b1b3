import assert from "node:assert/strict";
import { Box } from "../../../src/envs/spaces/box.ts";
import { ARRAYS, type BoxDtype } from "../../../src/envs/spaces/dtype.ts";
import { PythonError } from "../../../src/envs/python/python_error.ts";
import { alive, gone, HAS_PS, makeFake } from "./fake.ts";

const ids = (count: number, value = 0) => new Array<number>(count).fill(value);

Deno.test("PythonVectorEnv: what it is made of", async () => {
  const env = await makeFake({ size: 3 }, { numEnvs: 5, workers: 2, wrappers: "atari" });
  assert.equal(env.toString(), "PythonVectorEnv(Fake-v0, numEnvs=5)");
  assert.equal(env.numEnvs, 5);
  assert.equal(env.pids.length, 2);
  assert.equal(env.autoresetMode, "next_step");
  assert.equal(env.chain, "<Fake>");
  assert.equal(env.singleObservationSpace.toString(), new Box(0, 100, [3]).toString());
  assert.equal(env.singleActionSpace.toString(), "Discrete(3)");
  assert.deepEqual(env.spec, {
    id: "Fake-v0",
    options: { kwargs: { size: 3 }, wrappers: "atari" },
    maxEpisodeSteps: 77,
  });
  assert.equal(env.getState, undefined);
  assert.equal(env.setState, undefined);
  await env.close();
});

Deno.test("PythonVectorEnv: lanes of several workers side by side, seeds and infos too", async () => {
  const env = await makeFake({ info: { speed: 2.5, name: "x" } }, { numEnvs: 5, workers: 2 });
  const [first, resetInfos] = await env.reset({ seed: 10 });
  assert.deepEqual(first, Float32Array.of(10, 10, 11, 11, 12, 12, 13, 13, 14, 14));
  assert.deepEqual(resetInfos, {
    seed: Float64Array.of(10, 11, 12, 13, 14),
    _seed: new Array(5).fill(true),
  });
  const [next, rewards, terminated, truncated, infos] = await env.step([0, 1, 2, 1, 0]);
  assert.deepEqual(next, Float32Array.of(11, 11, 12, 12, 13, 13, 14, 14, 15, 15));
  assert.deepEqual(rewards, Float64Array.of(0, 1, 2, 1, 0));
  assert.deepEqual(terminated, new Array(5).fill(false));
  assert.deepEqual(truncated, new Array(5).fill(false));
  assert.deepEqual(infos.speed, new Float64Array(5).fill(2.5));
  assert.deepEqual(infos.name, new Array(5).fill("x"));
  await env.reset({ seed: [5, null, 7, 8, 9] });
  const [again] = await env.step(ids(5));
  assert.deepEqual(again, Float32Array.of(6, 6, 1, 1, 8, 8, 9, 9, 10, 10));
  // A batch is fresh: nothing has changed the first one.
  assert.deepEqual(first, Float32Array.of(10, 10, 11, 11, 12, 12, 13, 13, 14, 14));
  await env.close();
});

for (const dtype of Object.keys(ARRAYS) as BoxDtype[]) {
  Deno.test(`PythonVectorEnv: observations of ${dtype}`, async () => {
    const env = await makeFake({ dtype, size: 3, value: 7 }, { numEnvs: 2 });
    const [observations] = await env.reset();
    assert.deepEqual(observations, new ARRAYS[dtype](6).fill(7));
    assert.equal((env.singleObservationSpace as Box<BoxDtype>).dtype, dtype);
    await env.close();
  });
}

Deno.test("PythonVectorEnv: discrete observations are an Int32Array", async () => {
  const env = await makeFake<number>({ discrete: true, terminatesAt: 1 }, {
    numEnvs: 2,
    autoresetMode: "same_step",
  });
  const [observations] = await env.reset({ seed: 3 });
  assert.deepEqual(observations, Int32Array.of(3, 4));
  const [next, , , , infos] = await env.step([0, 0]);
  assert.deepEqual(next, Int32Array.of(3, 4));
  assert.deepEqual(infos.final_obs, [4, 5]);
  await env.close();
});

Deno.test("PythonVectorEnv: answers in pieces", async () => {
  const env = await makeFake({ pieces: 7, info: { a: 1 } }, { numEnvs: 3 });
  await env.reset({ seed: 1 });
  for (let k = 1; k <= 3; k++) {
    const [observations, rewards, , , infos] = await env.step([0, 1, 2]);
    assert.deepEqual(observations, Float32Array.of(1 + k, 1 + k, 2 + k, 2 + k, 3 + k, 3 + k));
    assert.deepEqual(rewards, Float64Array.of(0, 1, 2));
    assert.deepEqual(infos.a, Float64Array.of(1, 1, 1));
  }
  await env.close();
});

Deno.test("PythonVectorEnv: actions in a Box", async () => {
  const env = await makeFake<Float32Array, Float32Array>({ boxActions: true }, { numEnvs: 2 });
  await env.reset();
  const [, rewards] = await env.step([Float32Array.of(0.5, 1), Float32Array.of(-2.25, 1)]);
  assert.deepEqual(rewards, Float64Array.of(0.5, -2.25));
  const [, nan] = await env.step([Float32Array.of(NaN, 1), Float32Array.of(1e9, 1)]);
  assert.deepEqual(nan, Float64Array.of(NaN, 1e9));
  await assert.rejects(
    env.step([Float32Array.of(1), Float32Array.of(1, 1)]),
    /Fake-v0, lane 0: action/,
  );
  await assert.rejects(
    env.step([Float32Array.of(1, 1), [1, 1] as unknown as Float32Array]),
    /Fake-v0, lane 1: action must be a Float32Array of 2/,
  );
  await env.close();
});

Deno.test("PythonVectorEnv: NaN is passed on", async () => {
  const env = await makeFake({ value: "NaN" }, { numEnvs: 2 });
  const [observations] = await env.reset();
  assert.deepEqual(observations, new Float32Array(4).fill(NaN));
  await env.close();
});

Deno.test("PythonVectorEnv: mode next_step resets in the step after the end", async () => {
  const env = await makeFake({ terminatesAt: 2 }, { numEnvs: 2 });
  await env.reset({ seed: 0 });
  await env.step([1, 1]);
  const [last, , terminated] = await env.step([1, 1]);
  assert.deepEqual(last, Float32Array.of(2, 2, 3, 3));
  assert.deepEqual(terminated, [true, true]);
  // The action of a lane that is reset is ignored, also when it is none.
  const [first, rewards, again] = await env.step([99, NaN]);
  assert.deepEqual(first, Float32Array.of(0, 0, 1, 1));
  assert.deepEqual(rewards, Float64Array.of(0, 0));
  assert.deepEqual(again, [false, false]);
  await env.close();
});

Deno.test("PythonVectorEnv: mode same_step hands the last observations and infos out", async () => {
  const env = await makeFake({ truncatedAt: 2, info: { score: 8 } }, {
    numEnvs: 3,
    workers: 2,
    autoresetMode: "same_step",
  });
  await env.reset({ seed: 5 });
  const [, , , , quiet] = await env.step([1, 1, 1]);
  assert.equal("final_obs" in quiet, false);
  // A lane that was reset on its own is a step behind.
  await env.reset({ seed: 5, options: { resetMask: [true, false, false] } });
  const [observations, , terminated, truncated, infos] = await env.step([1, 1, 1]);
  assert.deepEqual(observations, Float32Array.of(6, 6, 6, 6, 7, 7));
  assert.deepEqual(terminated, [false, false, false]);
  assert.deepEqual(truncated, [false, true, true]);
  assert.deepEqual(infos.final_obs, [null, Float32Array.of(8, 8), Float32Array.of(9, 9)]);
  assert.deepEqual(infos._final_obs, [false, true, true]);
  assert.deepEqual(infos.final_info, {
    score: Float64Array.of(0, 8, 8),
    _score: [false, true, true],
  });
  assert.deepEqual(infos._final_info, [false, true, true]);
  assert.deepEqual(infos.score, Float64Array.of(8, 0, 0));
  assert.deepEqual(infos._seed, [false, true, true]);
  await env.close();
});

Deno.test("PythonVectorEnv: mode disabled waits for a reset by mask", async () => {
  const env = await makeFake({ terminatesAt: 2 }, { numEnvs: 2, autoresetMode: "disabled" });
  await env.reset({ seed: 0 });
  await env.step([0, 0]);
  await env.reset({ seed: 7, options: { resetMask: [false, true] } });
  const [, , terminated] = await env.step([0, 0]);
  assert.deepEqual(terminated, [true, false]);
  await assert.rejects(env.step([0, 0]), /lanes 0 have ended.*resetMask/s);
  const [observations, infos] = await env.reset({
    seed: 20,
    options: { resetMask: [true, false] },
  });
  // The other lane shows what it returned last.
  assert.deepEqual(observations, Float32Array.of(20, 20, 9, 9));
  assert.deepEqual(infos, { seed: Float64Array.of(20, 0), _seed: [true, false] });
  await env.step([0, 0]);
  await env.close();
});

Deno.test("PythonVectorEnv: what a caller gets wrong is said, and changes nothing", async () => {
  const env = await makeFake({}, { numEnvs: 2 });
  await assert.rejects(env.step([0, 0]), /step\(\) before the first reset\(\)/);
  await env.reset({ seed: 1 });
  await assert.rejects(env.step([0, 3]), /Fake-v0, lane 1: action must be in Discrete\(3\), got 3/);
  await assert.rejects(env.step([0.5, 0]), /Fake-v0, lane 0: action must be in Discrete\(3\)/);
  await assert.rejects(env.step([0]), /an array of 2 actions, got 1/);
  await assert.rejects(env.reset({ seed: -1 }), /seed must be an integer from 0/);
  await assert.rejects(
    env.reset({ options: { resetMask: [true] } }),
    /resetMask must be a list of 2/,
  );
  const pending = env.step([0, 0]);
  await assert.rejects(env.step([0, 0]), /step\(\) before the last call was answered/);
  assert.deepEqual((await pending)[0], Float32Array.of(2, 2, 3, 3));
  assert.deepEqual((await env.step([0, 0]))[0], Float32Array.of(3, 3, 4, 4));
  await env.close();
  await env.close();
  await assert.rejects(env.step([0, 0]), /step\(\) after close\(\)/);
  await assert.rejects(env.reset(), /reset\(\) after close\(\)/);
});

Deno.test("PythonVectorEnv: an exception names environment, lane and call, with the traceback", async () => {
  const env = await makeFake({ fault: ["step 2", "raise"], faultyCount: 1 }, {
    numEnvs: 3,
    workers: 2,
  });
  await env.reset({ seed: 1 });
  await env.step([0, 0, 0]);
  await assert.rejects(env.step([0, 0, 0]), (error) => {
    assert.ok(error instanceof PythonError);
    assert.match(error.message, /^Fake-v0, lane 0, step: ValueError: no such luck\n\nTraceback/);
    assert.match(error.message, /File "env.py", line 7/);
    assert.equal(error.pythonType, "ValueError");
    return true;
  });
  await assert.rejects(env.step([0, 0, 0]), /after an environment has failed/);
  // The process lives on: a reset starts anew.
  const [observations] = await env.reset({ seed: 1 });
  assert.deepEqual(observations, Float32Array.of(1, 1, 2, 2, 3, 3));
  await env.step([0, 0, 0]);
  await env.close();
});

Deno.test("PythonVectorEnv: a second worker's exception has its own lane", async () => {
  const env = await makeFake({ fault: ["reset", "raise"], faultyCount: 2 }, {
    numEnvs: 3,
    workers: 2,
  });
  await assert.rejects(env.reset(), /^PythonError: Fake-v0, lane 1, reset: ValueError/);
  await env.close();
});

Deno.test({
  name: "PythonVectorEnv: a child that is killed in the middle of a step",
  ignore: Deno.build.os === "windows",
  async fn() {
    const env = await makeFake({ fault: ["step", "kill"], faultyCount: 2, prints: "hm" }, {
      numEnvs: 3,
      workers: 2,
    });
    await env.reset();
    const wanted =
      /^Error: Fake-v0, lanes 1 to 2: the Python process \d+ was ended by SIGKILL in the middle of a step; its stderr ends with\n\n {2}hm/;
    await assert.rejects(env.step([0, 0, 0]), wanted);
    await assert.rejects(env.reset(), wanted);
    await env.close();
  },
});

Deno.test("PythonVectorEnv: a child that ends in a reset", async () => {
  const env = await makeFake({ fault: ["reset", "exit"] });
  await assert.rejects(
    env.reset(),
    /Fake-v0, lane 0: .* ended with exit code 3 in the middle of a reset; .*\n\n {2}about to end/,
  );
  await env.close();
});

for (
  const [fault, wanted] of [
    [
      "garbage",
      /broken the protocol, and was ended: something else than a frame came: "Hello from/,
    ],
    ["wrong kind", /an answer of kind 12 was wanted, one of kind 14 came/],
    ["bad json", /has broken the protocol/],
    ["short", /sent a result of 3 bytes, wanted 24/],
    ["cut", /the stream ended within a frame of 116 bytes/],
  ] as const
) {
  Deno.test(`PythonVectorEnv: ${fault} on the pipe`, async () => {
    const env = await makeFake({ fault: ["step", fault] });
    await env.reset();
    await assert.rejects(env.step([0]), wanted);
    await assert.rejects(env.step([0]), /after an environment has failed/);
    await env.close();
  });
}

Deno.test("PythonVectorEnv: a child that does not answer in time is ended", async () => {
  const env = await makeFake({ fault: ["step", "hang"] }, { callTimeout: 200 });
  await env.reset();
  await assert.rejects(
    env.step([0]),
    /Fake-v0, lane 0: Python has not answered a step within 200 ms \(callTimeout\), and process/,
  );
  await assert.rejects(env.reset(), /has not answered/);
  await env.close();
});

Deno.test("PythonVectorEnv: a state goes through JSON, to other workers", async () => {
  const options = { numEnvs: 3, workers: 2 };
  const env = await makeFake({ state: "always", terminatesAt: 3 }, options);
  await env.reset({ seed: [4, 5, 6] });
  await env.step(ids(3));
  await env.reset({ seed: 7, options: { resetMask: [true, false, false] } });
  for (let k = 0; k < 2; k++) await env.step(ids(3));
  // Two lanes have ended, the first has not.
  const state = JSON.parse(JSON.stringify(await env.getState!()));
  const next = await env.step(ids(3));
  await env.close();
  const other = await makeFake({ state: "always", terminatesAt: 3 }, { ...options, workers: 3 });
  await other.setState!(state);
  assert.deepEqual(await other.step([0, NaN, 99]), next);
  await other.close();
  await assert.rejects(other.getState!(), /getState\(\) after close\(\)/);
  await assert.rejects(other.setState!(state), /setState\(\) after close\(\)/);
});

Deno.test("PythonVectorEnv: where it turns out that there is no state, it is null", async () => {
  const env = await makeFake({ state: "later" }, { numEnvs: 2, workers: 2 });
  await env.reset({ seed: 1 });
  assert.equal(await env.getState!(), null);
  assert.deepEqual((await env.step([0, 0]))[0], Float32Array.of(2, 2, 3, 3));
  await env.close();
});

Deno.test("PythonVectorEnv: a state that can't be taken leaves nothing to step", async () => {
  const env = await makeFake({ state: "always", fault: ["setState", "raise"] });
  await env.reset({ seed: 1 });
  const state = await env.getState!();
  await assert.rejects(env.setState!(state), /Fake-v0, lane 0, setState: ValueError: no such luck/);
  await assert.rejects(env.step([0]), /after an environment has failed/);
  await env.reset({ seed: 1 });
  await env.close();
});

Deno.test("PythonVectorEnv: an exception in close comes through, and the child has ended", async () => {
  const env = await makeFake({ fault: ["close", "raise"] }, { numEnvs: 2 });
  await env.reset();
  await assert.rejects(env.close(), /Fake-v0, lane 0, close: ValueError: no such luck/);
});

Deno.test("PythonVectorEnv: close ends a step that is being waited for", async () => {
  const env = await makeFake({ fault: ["step", "hang"] });
  await env.reset();
  const step = assert.rejects(env.step([0]), /Fake-v0, lane 0: it is closed/);
  await env.close();
  await step;
});

Deno.test({
  name: "PythonVectorEnv: no process is left by close, nor a zombie (needs ps and --allow-run)",
  ignore: !HAS_PS,
  async fn() {
    {
      await using env = await makeFake({}, { numEnvs: 3, workers: 3 });
      await env.reset();
      assert.equal(alive(env.pids).length, 3);
      await env.close();
      assert.deepEqual(alive(env.pids), []);
    }
    const killed = await makeFake({ fault: ["step", "kill"] });
    await killed.reset();
    await assert.rejects(killed.step([0]));
    assert.deepEqual(alive(killed.pids), []);
    await killed.close();
  },
});

Deno.test({
  name: "PythonVectorEnv: a child that will not end is killed (needs ps and --allow-run)",
  ignore: !HAS_PS,
  async fn() {
    const env = await makeFake({ stubborn: true });
    await env.reset();
    await env.close();
    assert.deepEqual(alive(env.pids), []);
  },
});

for (const how of ["SIGKILL", "SIGINT", "end of main"] as const) {
  Deno.test({
    name: `PythonVectorEnv: children end with their parent: ${how} (needs ps and --allow-run)`,
    ignore: !HAS_PS,
    async fn() {
      const parent = new Deno.Command(Deno.execPath(), {
        args: [
          "run",
          "--no-prompt",
          "--allow-read",
          "--allow-run",
          new URL("abandon.ts", import.meta.url).href,
          how,
        ],
        stdout: "piped",
      }).spawn();
      const reader = parent.stdout.getReader();
      const { value } = await reader.read();
      const pids: number[] = JSON.parse(new TextDecoder().decode(value));
      assert.equal(pids.length, 2);
      if (how !== "end of main") {
        assert.equal(alive(pids).length, 2);
        parent.kill(how);
      }
      const { code } = await parent.status;
      if (how === "end of main") assert.equal(code, 0);
      await reader.cancel();
      assert.deepEqual(await gone(pids, 5000), []);
    },
  });
}
