/**
 * The Python side, with a real Python: what comes over the bridge is what Gymnasium gives. Ignored
 * where python3 or a package is absent.
 *
 * @module
 */

import assert from "node:assert/strict";
import { makePython } from "../../../src/envs/python/make_python.ts";
import { PythonError } from "../../../src/envs/python/python_error.ts";
import type { PythonOptions } from "../../../src/envs/python/python_options.ts";
import type { ObservationArray } from "../../../src/envs/vector/vector_env.ts";
import { compareWithGymnasium, type Episodes } from "./episodes.ts";
import { makeOdd } from "./odd.ts";
import { type PythonModule, pythonTest } from "./python_here.ts";

const QUIET: PythonOptions = { showsOutput: false };

const CARTPOLE = {
  id: "CartPole-v1",
  kwargs: {},
  wrappers: null,
  numEnvs: 3,
  workers: 2,
  seeds: [11, 12, 13],
  steps: 200,
};
const EPISODES: readonly [needs: readonly PythonModule[], task: Episodes][] = [
  [["gymnasium"], { ...CARTPOLE, mode: "next_step" }],
  [["gymnasium"], { ...CARTPOLE, mode: "same_step" }],
  [["gymnasium"], { ...CARTPOLE, mode: "disabled", workers: 1 }],
  [["gymnasium"], {
    ...CARTPOLE,
    id: "FrozenLake-v1",
    // Slippery, Gymnasium would put the probabilities into an array of integers and lose them.
    kwargs: { is_slippery: false },
    mode: "same_step",
    steps: 100,
  }],
  [["gymnasium", "Box2D"], { ...CARTPOLE, id: "LunarLander-v3", mode: "next_step" }],
  [["gymnasium", "ale_py", "cv2"], {
    ...CARTPOLE,
    id: "ALE/Breakout-v5",
    kwargs: { max_episode_steps: 200 },
    wrappers: { kind: "atari" },
    mode: "same_step",
    numEnvs: 2,
    seeds: [11, 12],
    steps: 150,
  }],
];

for (const [needs, task] of EPISODES) {
  const name = `server: ${task.id} over the bridge equals Gymnasium's SyncVectorEnv, ${task.mode}`;
  pythonTest(name, needs, () => compareWithGymnasium(task));
}

const OBSERVATIONS: readonly [kind: string, space: string, first: unknown, second: unknown][] = [
  ["float16", "Box(-1, 1, [2], float32)", [Float32Array, 0.5, -0.25], [Float32Array, 0.5, -0.25]],
  ["float64", "Box(-9, 9, [2, 2], float64)", [Float64Array, 0, 0, 0, 0], [
    Float64Array,
    ...new Array(4).fill(1 / 3),
  ]],
  ["bool", "Box(0, 1, [3], uint8)", [Uint8Array, 1, 0, 1], [Uint8Array, 1, 0, 1]],
  ["int64", "Box(-5, 5, [2], int32)", [Int32Array, 0, 0], [Int32Array, -1, 1]],
  ["wide", "Box(-1099511627776, 1099511627776, [2], float64)", [
    Float64Array,
    -(2 ** 40),
    2 ** 40,
  ], [Float64Array, -(2 ** 40) + 1, 2 ** 40 - 1]],
  ["uint64", "Box(0, 1125899906842624, [1], float64)", [Float64Array, 2 ** 50], [
    Float64Array,
    2 ** 50 - 1,
  ]],
  ["scalar", "Box(-1, 1, [], float32)", [Float32Array, 0.5], [Float32Array, 0.5]],
  ["list", "Box(-9, 9, [2], float32)", [Float32Array, 0, 0.5], [Float32Array, 1, 0.5]],
  ["discrete", "Discrete(7, start=-3)", [Int32Array, -3], [Int32Array, -2]],
  ["multi_discrete", "MultiDiscrete([3, 4])", [Int32Array, 0, 0], [Int32Array, 1, 1]],
  ["multi_binary", "MultiBinary([2, 2])", [Int8Array, 1, 0, 0, 1], [Int8Array, 1, 0, 1, 1]],
  ["nan", "Box(-9, 9, [2], float32)", [Float32Array, NaN, Infinity], [Float32Array, NaN, Infinity]],
];

pythonTest("server: observations of every kind of space", ["gymnasium"], async () => {
  await Promise.all(OBSERVATIONS.map(async ([kind, space, first, second]) => {
    await using env = await makeOdd({ kind });
    assert.equal(env.singleObservationSpace.toString(), space, kind);
    const array = (of: unknown) => {
      const [type, ...numbers] = of as [{ of(...numbers: number[]): unknown }, ...number[]];
      return type.of(...numbers);
    };
    assert.deepEqual((await env.reset())[0], array(first), kind);
    assert.deepEqual((await env.step([1]))[0], array(second), kind);
  }));
});

pythonTest(
  "server: actions of every kind of space arrive as Gymnasium's",
  ["gymnasium"],
  async () => {
    const cases: readonly [action: string, given: unknown, arrived: unknown, type: string][] = [
      ["discrete", 3, Float64Array.of(3), "int64 int64"],
      ["box", Float32Array.of(0.5, NaN), Float32Array.of(0.5, NaN), "ndarray float32"],
      ["int64", Int32Array.of(0, 10), Float64Array.of(0, 10), "ndarray int64"],
      ["multi_discrete", Int32Array.of(2, 3), Float64Array.of(2, 3), "ndarray int64"],
      ["multi_binary", Int8Array.of(1, 0, 1), Int8Array.of(1, 0, 1), "ndarray int8"],
    ];
    await Promise.all(cases.map(async ([action, given, arrived, type]) => {
      await using env = await makeOdd<ObservationArray, unknown>({ action, info: "action" });
      await env.reset();
      const [, rewards, , , infos] = await env.step([given]);
      assert.deepEqual(rewards, Float64Array.of(1.5));
      assert.deepEqual(infos.action, arrived, action);
      assert.deepEqual(infos.type, [type]);
      await assert.rejects(
        env.step([action === "box" ? 1 : new Float64Array(2)]),
        /lane 0: action/,
      );
    }));
  },
);

pythonTest("server: a flattened Dict, by a wrapper", ["gymnasium"], async () => {
  await using env = await makeOdd({ kind: "dict" }, { wrappers: [{ name: "FlattenObservation" }] });
  assert.match(env.chain, /^<FlattenObservation</);
  assert.deepEqual((await env.reset())[0], Float64Array.of(1, 0, 0.25, -0.25));
  assert.deepEqual((await env.step([1]))[0], Float64Array.of(0, 1, 0.25, -0.25));
});

pythonTest("server: spaces that it does not carry", ["gymnasium"], async () => {
  await assert.rejects(
    makeOdd({ kind: "dict" }),
    /UnsupportedSpace: the observation space is Dict, .* \[\{ name: "FlattenObservation" \}\]/,
  );
  await assert.rejects(
    makeOdd({ kind: "text" }),
    /the observation space is Text, .* a wrapper of your/,
  );
  await assert.rejects(
    makeOdd({ action: "tuple" }),
    /the action space is Tuple, .* a wrapper of your/,
  );
});

pythonTest("server: observations that do not fit are refused", ["gymnasium"], async () => {
  const wrong = async (kind: string, wanted: RegExp) => {
    await using env = await makeOdd({ kind }, { numEnvs: 2, workers: 1 });
    await assert.rejects(env.reset().then(() => env.step([1, 1])), wanted);
  };
  await wrong("bad shape", /lane 0, step: .*shape/s);
  await wrong("bad dtype", /lane 0, reset: .*TypeError/s);
  await wrong("too wide", /OverflowError: an observation holds integers from 9007199254740994/);
});

pythonTest("server: infos of every kind", ["gymnasium"], async () => {
  await using env = await makeOdd({ info: "all" }, { numEnvs: 2, workers: 1 });
  const [, first] = await env.reset({ seed: 1, options: { level: 3 } });
  // What an environment reads from its standard input is nothing.
  assert.deepEqual(first.read, ["", ""]);
  assert.deepEqual((first.options as Record<string, unknown>).level, Float64Array.of(3, 3));
  const [, , , , infos] = await env.step([1, 1]);
  assert.deepEqual(infos.int, Float64Array.of(3, 3));
  assert.deepEqual(infos.float, Float64Array.of(0.5, 0.5));
  assert.deepEqual(infos.nan, Float64Array.of(NaN, NaN));
  assert.deepEqual(infos.minus, Float64Array.of(-Infinity, -Infinity));
  assert.deepEqual(infos.bool, [true, true]);
  assert.deepEqual(infos.none, [null, null]);
  assert.deepEqual(infos.text, ["hé", "hé"]);
  assert.deepEqual(infos.mask, Int8Array.of(1, 0, 1, 0));
  assert.deepEqual(infos.wide, Float64Array.of(2 ** 40, 2 ** 40));
  assert.deepEqual(infos.nans, Float64Array.of(NaN, 1.5, NaN, 1.5));
  assert.deepEqual(infos.words, [["a", "b"], ["a", "b"]]);
  assert.deepEqual(infos.tuple, [[1, "x"], [1, "x"]]);
  assert.deepEqual(infos.inner, {
    speed: Float64Array.of(2, 2),
    _speed: [true, true],
    7: Float64Array.of(8, 8),
    _7: [true, true],
  });
  assert.equal("left out" in infos, false);
  assert.equal("set" in infos, false);
});

pythonTest("server: an exception in a step has its traceback, without the bridge's frames", [
  "gymnasium",
], async () => {
  await using env = await makeOdd({ fault: "raise" }, { numEnvs: 2, workers: 1 });
  await env.reset();
  await env.step([1, 1]);
  await assert.rejects(env.step([1, 1]), (error) => {
    assert.ok(error instanceof PythonError);
    const { message, traceback, pythonType } = error;
    assert.match(
      message,
      /^odd_envs:Odd-v0, lane 0, step: RuntimeError: the wheel came off\n\nTraceback/,
    );
    assert.match(traceback, /odd_envs\.py", line \d+, in go_wrong\n\s+raise RuntimeError/);
    assert.doesNotMatch(traceback, /dinoq_server/);
    assert.equal(pythonType, "RuntimeError");
    return true;
  });
  await env.reset();
  await env.step([1, 1]);
});

pythonTest("server: environments that cannot be made", ["gymnasium"], async () => {
  await assert.rejects(makeOdd({ fault: "make" }), /lane 0, make: ValueError: not to be made/);
  await assert.rejects(
    makePython("CartPoel-v1", QUIET),
    /CartPoel-v1, lane 0, make: gymnasium.error.NameNotFound: .*Did you mean: `CartPole`/s,
  );
  await assert.rejects(
    makePython("CartPole-v1", { ...QUIET, kwargs: { gravity: 3 } }),
    /CartPole-v1, lane 0, make: TypeError: .*gravity/,
  );
  await assert.rejects(
    makePython("CartPole-v1", { ...QUIET, wrappers: [{ name: "ClipRewards" }] }),
    /gymnasium.wrappers has no ClipRewards \(did you mean ClipReward\?\)/,
  );
  await assert.rejects(
    makePython("no_such_module:X-v0", QUIET),
    /finds no module no_such_module: it looks in the current folder, in the folders of PYTHONPATH/,
  );
});

pythonTest("server: where Gymnasium is missing, it says what to type", [], async () => {
  const folder = decodeURIComponent(new URL("without", import.meta.url).pathname);
  const env = { PYTHONPATH: folder, PYTHONDONTWRITEBYTECODE: "1" };
  const line = (packages: string) =>
    new RegExp(`has no package gymnasium; type\\n\\n .* -m pip install ${packages}$`);
  for (
    const [id, packages] of [
      ["CartPole-v1", "gymnasium==1\\.4\\.0"],
      ["LunarLander-v3", '"gymnasium\\[box2d\\]==1\\.4\\.0"'],
      ["ALE/Pong-v5", '"gymnasium\\[atari\\]==1\\.4\\.0" opencv-python'],
    ]
  ) await assert.rejects(makePython(id, { ...QUIET, env }), line(packages));
});

pythonTest("server: where ale-py or OpenCV is missing, it says what to type", [
  "gymnasium",
  "ale_py",
], async () => {
  for (const [module, folder] of [["ale_py", "without_ale"], ["cv2", "without_cv2"]]) {
    const path = decodeURIComponent(new URL(folder, import.meta.url).pathname);
    const env = { PYTHONPATH: path, PYTHONDONTWRITEBYTECODE: "1" };
    await assert.rejects(
      makePython("ALE/Pong-v5", { ...QUIET, env, wrappers: "atari" }),
      new RegExp(
        `has no package ${module}; type\\n\\n .* -m pip install ` +
          '"gymnasium\\[atari\\]==1\\.4\\.0" opencv-python$',
      ),
    );
  }
});

pythonTest(
  "server: a process that is killed, that exits, that closes its pipes",
  ["gymnasium"],
  async () => {
    const faults: readonly [fault: string, wanted: RegExp][] = [
      ["kill", /the Python process \d+ was ended by SIGKILL in the middle of a step/],
      ["exit", /ended with exit code 5 in the middle of a step; .*giving up/s],
      ["close pipes", /has closed its pipe in the middle of a step/],
    ];
    await Promise.all(faults.map(async ([fault, wanted]) => {
      await using env = await makeOdd({ fault });
      await env.reset();
      await env.step([1]);
      await assert.rejects(env.step([1]), wanted);
    }));
  },
);

pythonTest("server: what environments print does not disturb", ["gymnasium"], async () => {
  await using env = await makeOdd({ fault: "write" });
  await env.reset();
  await env.step([1]);
  assert.deepEqual((await env.step([1]))[1], Float64Array.of(1.5));
});

pythonTest(
  "server: an exception in close is told, a step that hangs is late",
  ["gymnasium"],
  async () => {
    const env = await makeOdd({ fault: "close" });
    await assert.rejects(env.close(), /odd_envs:Odd-v0, lane 0, close: OSError: will not close/);
    await using slow = await makeOdd({ fault: "hang" }, { callTimeout: 500 });
    await slow.reset();
    await slow.step([1]);
    await assert.rejects(slow.step([1]), /has not answered a step within 500 ms/);
  },
);

pythonTest("server: FireReset and other options of the atari chain", [
  "gymnasium",
  "ale_py",
  "cv2",
], async () => {
  await using env = await makePython("ALE/Breakout-v5", {
    ...QUIET,
    wrappers: {
      kind: "atari",
      fireReset: true,
      clipReward: true,
      frameStack: null,
      screenSize: 42,
    },
  });
  assert.match(
    env.chain,
    /^<ClipReward<FireReset<GameScore<AtariPreprocessing<.*<ALE\/Breakout-v5>/,
  );
  assert.equal(env.singleObservationSpace.toString(), "Box(0, 255, [42, 42], uint8)");
  const [observation] = await env.reset({ seed: 1 });
  assert.ok(observation instanceof Uint8Array);
  assert.equal(observation.length, 42 * 42);
});
