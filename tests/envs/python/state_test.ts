/**
 * States of Python's environments, with a real Python: a run that was saved goes on in other processes
 * as if nothing had been. Ignored where python3 or a package is absent.
 *
 * @module
 */

import assert from "node:assert/strict";
import { makePython } from "../../../src/envs/python/make_python.ts";
import type { PythonOptions } from "../../../src/envs/python/python_options.ts";
import type { PythonVectorEnv } from "../../../src/envs/python/python_vector_env.ts";
import type { JsonValue } from "../../../src/envs/json.ts";
import { makeOdd } from "./odd.ts";
import { type PythonModule, pythonTest } from "./python_here.ts";

type AnyEnv = PythonVectorEnv<never, unknown>;

const make = (id: string, options: PythonOptions): Promise<AnyEnv> =>
  makePython<never, unknown>(id, { showsOutput: false, ...options });

/** All that comes of so many steps with random actions; ended lanes are reset where that is to be done. */
async function run(env: AnyEnv, steps: number): Promise<unknown[]> {
  const all: unknown[] = [];
  for (let k = 0; k < steps; k++) {
    const actions = Array.from({ length: env.numEnvs }, () => env.singleActionSpace.sample());
    const result = await env.step(actions);
    all.push(result);
    const resetMask = result[2].map((is, lane) => is || result[3][lane]);
    if (env.autoresetMode === "disabled" && resetMask.includes(true)) {
      all.push(await env.reset({ options: { resetMask } }));
    }
  }
  return all;
}

/** A state after it was in a file. */
const stored = async (env: AnyEnv) =>
  JSON.parse(JSON.stringify(await env.getState!())) as JsonValue;

interface Run {
  readonly id: string;
  readonly needs: readonly PythonModule[];
  readonly options: PythonOptions;
  readonly otherWorkers?: number;
}

const GAME = ["gymnasium", "ale_py", "cv2"] as const;
const RUNS: readonly Run[] = [
  {
    id: "CartPole-v1",
    needs: ["gymnasium"],
    options: { numEnvs: 3, workers: 2 },
    otherWorkers: 1,
  },
  {
    id: "CartPole-v1",
    needs: ["gymnasium"],
    options: {
      autoresetMode: "disabled",
      // Functions made in functions, which a pickle can't hold, and statistics that go on.
      wrappers: [
        { name: "TimeAwareObservation" },
        { name: "NormalizeObservation" },
        { name: "NormalizeReward" },
        { name: "FrameStackObservation", kwargs: { stack_size: 3 } },
        { name: "FlattenObservation" },
      ],
    },
  },
  // Sticky actions, and a limit that comes after the state was taken.
  {
    id: "ALE/Pong-v5",
    needs: GAME,
    options: {
      numEnvs: 2,
      workers: 2,
      kwargs: { max_episode_steps: 1450 },
      wrappers: "atari",
      autoresetMode: "same_step",
    },
    otherWorkers: 1,
  },
  {
    id: "ALE/Breakout-v5",
    needs: GAME,
    options: {
      numEnvs: 2,
      workers: 1,
      wrappers: {
        kind: "atari",
        episodicLife: true,
        fireReset: true,
        clipReward: true,
        frameStack: null,
      },
    },
    otherWorkers: 2,
  },
  // The frame that comes next depends on one that is half drawn.
  {
    id: "ALE/Qbert-v5",
    needs: GAME,
    options: { wrappers: [{ name: "ResizeObservation", kwargs: { shape: [42, 40] } }] },
  },
];

for (const { id, needs, options, otherWorkers } of RUNS) {
  const { autoresetMode = "next_step" } = options;
  pythonTest(`state: ${id} goes on in other processes, ${autoresetMode}`, needs, async () => {
    const env = await make(id, options);
    await env.reset({ seed: 5 });
    env.singleActionSpace.seed(6);
    await run(env, 300);
    const state = await stored(env);
    const there = await run(env, 200);
    await env.close();
    await using other = await make(id, {
      ...options,
      workers: otherWorkers ?? options.workers ?? 1,
    });
    await other.setState!(state);
    assert.deepEqual(await run(other, 200), there);
    // And back again, into environments that have gone on.
    await other.setState!(state);
    assert.deepEqual(await run(other, 200), there);
    const ends = there.filter((result) =>
      (result as boolean[][])[2]?.includes?.(true) ||
      (result as boolean[][])[3]?.includes?.(true)
    );
    assert.ok(ends.length > 0 || id.includes("Qbert"), "no episode has ended");
  });
}

pythonTest(
  "state: before the first reset, and in the middle of an end",
  ["gymnasium"],
  async () => {
    await using env = await make("CartPole-v1", { numEnvs: 2, workers: 1 });
    const unreset = await stored(env);
    await env.reset({ seed: 1 });
    while (!(await env.step([1, 0]))[2].includes(true));
    const ended = await stored(env);
    const next = await env.step([0, 0]);
    await env.setState!(unreset);
    await assert.rejects(env.step([0, 0]), /step\(\) before the first reset\(\)/);
    await env.setState!(ended);
    assert.deepEqual(await env.step([0, 0]), next);
  },
);

pythonTest("state: where there is none", ["gymnasium"], async () => {
  {
    await using env = await makeOdd({ fault: "lock" });
    assert.equal(env.getState, undefined);
    assert.equal(env.setState, undefined);
  }
  // It can be saved at first and then no more.
  await using env = await makeOdd({ fault: "late lock" });
  await env.reset();
  assert.notEqual(await env.getState!(), null);
  await env.step([1]);
  await env.step([1]);
  assert.equal(await env.getState!(), null);
  await env.step([1]);
});

pythonTest("state: LunarLander has none", ["gymnasium", "Box2D"], async () => {
  await using env = await make("LunarLander-v3", {});
  assert.equal(env.getState, undefined);
});

/** A state with other bytes for its first lane. */
async function forged(state: JsonValue, pickle: string): Promise<JsonValue> {
  const deflated = new Blob([pickle]).stream().pipeThrough(new CompressionStream("deflate"));
  const bytes = new Uint8Array(await new Response(deflated).arrayBuffer());
  const env = btoa(String.fromCharCode(...bytes));
  return {
    ...state as Record<string, JsonValue>,
    lanes: [{ env, observation: null, ended: false }],
  };
}

pythonTest(
  "state: it can name nothing that is no part of the environment",
  ["gymnasium"],
  async () => {
    await using env = await make("CartPole-v1", {});
    await env.reset({ seed: 1 });
    const state = await stored(env);
    const refused: readonly [pickle: string, wanted: RegExp][] = [
      ["cos\nsystem\n(S'exit 1'\ntR.", /StateError: the state names os\.system, which is no part/],
      ["cbuiltins\ngetattr\n.", /names builtins\.getattr/],
      ["cbuiltins\neval\n.", /names builtins\.eval/],
      [
        "cgymnasium.vector.utils.misc\nCloudpickleWrapper\n.",
        /names gymnasium\.vector\.utils\.misc/,
      ],
      ["cgymnasium.envs.registration\nload_env_creator\n.", /names gymnasium\.envs\.registration/],
      ["cnumpy\nmemmap\n.", /names numpy\.memmap/],
      ["(S'module'\nS'os'\ntQ.", /names module \['os'\]/],
      ["not a pickle", /the state can't be read/],
      ["(dS'env'\nNs.", /the state is of None, and this environment is <TimeLimit</],
    ];
    for (const [pickle, wanted] of refused) {
      await assert.rejects(env.setState!(await forged(state, pickle)), wanted, pickle);
    }
    await env.setState!(state);
    await env.step([1]);
  },
);

pythonTest(
  "state: what is of another kind is refused before it is sent",
  ["gymnasium"],
  async () => {
    await using env = await make("CartPole-v1", { numEnvs: 2, workers: 1 });
    await env.reset({ seed: 1 });
    const state = await stored(env) as Record<string, JsonValue>;
    await using other = await make("CartPole-v1", {
      numEnvs: 2,
      workers: 1,
      wrappers: [{ name: "ClipReward", kwargs: { max_reward: 1 } }],
    });
    await assert.rejects(
      other.setState!(state),
      /must be of environments <ClipReward<.*, got one of "<TimeLimit</,
    );
    await assert.rejects(env.setState!({ ...state, autoresetMode: "disabled" }), /autoresetMode/);
    await assert.rejects(env.setState!({ ...state, lanes: [] }), /must hold 2 lanes, got 0/);
    const lanes = [{ env: "%", observation: null, ended: false }, (state.lanes as JsonValue[])[1]];
    await assert.rejects(
      env.setState!({ ...state, lanes }),
      /env of a lane .* must be base64, got "%"/,
    );
    await env.step([1, 1]);
    // A state of other versions that can't be taken says so.
    const bad = [{ env: "AAAA", observation: null, ended: false }, (state.lanes as JsonValue[])[1]];
    await assert.rejects(
      env.setState!({ ...state, lanes: bad, versions: { python: "2.7" } }),
      /the state can't be taken; it was saved with \{"python":"2.7"\}, and this is \{"python":"3/,
    );
  },
);
