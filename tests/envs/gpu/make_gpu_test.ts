/** Tests of GPU environments by name: what is made, and what is refused. */

import assert from "node:assert/strict";
import { defineGpuEnv } from "../../../src/envs/gpu/define_gpu_env.ts";
import { GpuEnv, type GpuEnvDefinition } from "../../../src/envs/gpu/gpu_env.ts";
import { gpuEnvIds, makeGpu } from "../../../src/envs/gpu/make_gpu.ts";
import { make, registry } from "../../../src/envs/registry.ts";
import { Box } from "../../../src/envs/spaces/box.ts";
import { Discrete } from "../../../src/envs/spaces/discrete.ts";
import { SHADERS } from "../../../src/gpu/shaders.generated.ts";
import { stateWordsOf } from "./trace.ts";

Deno.test("makeGpu: each environment is the one that make knows by that id", () => {
  const ids = gpuEnvIds();
  for (const id of ["CartPole-v0", "CartPole-v1", "MountainCar-v0", "Acrobot-v1"]) {
    assert(ids.includes(id), id);
  }
  for (const id of ids) {
    const env = makeGpu(id, 7);
    const other = make<unknown, unknown>(id);
    assert(env instanceof GpuEnv);
    assert.equal(env.numEnvs, 7);
    assert(env.singleObservationSpace.equals(other.observationSpace), id);
    assert(env.singleActionSpace.equals(other.actionSpace), id);
    assert.deepEqual(env.spec, other.spec);
    assert.equal(env.definition.maxEpisodeSteps, registry().get(id)!.maxEpisodeSteps);
    assert.equal(env.toString(), `<GpuEnv<${id}>, 7>`);
    env.close();
    env.close();
  }
});

/** A file's text and that of all that it imports of shaders/lib. */
function withImports(path: string, seen = new Set<string>()): string {
  if (seen.has(path)) return "";
  seen.add(path);
  const imports = [...SHADERS[path].matchAll(/package::(lib)::(\w+)/g)];
  return SHADERS[path] +
    imports.map(([, room, name]) => withImports(`${room}/${name}`, seen)).join("");
}

Deno.test("makeGpu: each environment's file is there, and every override that is set is declared", () => {
  for (const id of gpuEnvIds()) {
    const { definition } = makeGpu(id, 1);
    assert("file" in definition.source);
    const { file } = definition.source;
    assert(SHADERS[file] !== undefined, file);
    assert(stateWordsOf(definition) >= 1);
    const text = withImports(file);
    for (const name of Object.keys(definition.overrides)) {
      assert(
        new RegExp(`^override ${name}: (bool|f32|u32|i32) =`, "m").test(text),
        `${id}: ${name}`,
      );
    }
  }
});

Deno.test("makeGpu: options become overrides, and the limit is as given", () => {
  const overridesOf = (id: string, options = {}) => makeGpu(id, 1, options).definition.overrides;
  assert.deepEqual(overridesOf("CartPole-v1"), { suttonBartoReward: 0 });
  assert.deepEqual(overridesOf("CartPole-v1", { suttonBartoReward: true }), {
    suttonBartoReward: 1,
  });
  assert.deepEqual(overridesOf("MountainCar-v0", { goalVelocity: 0.02 }), { goalVelocity: 0.02 });
  const short = makeGpu("CartPole-v1", 2, { maxEpisodeSteps: 9 });
  assert.equal(short.definition.maxEpisodeSteps, 9);
  assert.deepEqual(short.spec, {
    id: "CartPole-v1",
    options: { maxEpisodeSteps: 9 },
    maxEpisodeSteps: 9,
    rewardThreshold: 475,
  });
  const endless = makeGpu("Acrobot-v1", 2, { maxEpisodeSteps: null });
  assert.equal(endless.definition.maxEpisodeSteps, undefined);
});

const MINE = defineGpuEnv({
  id: "Mine-v0",
  wgsl: `import package::lib::random::Random;
    override speed: f32 = 1.0;
    override fast: bool = false;
    struct State { x: f32 }
    struct Outcome { state: State, reward: f32, terminated: bool }
    fn reset(random: ptr<function, Random>) -> State { return State(0.0); }
    fn step(state: State, action: u32, random: ptr<function, Random>) -> Outcome {
      return Outcome(State(state.x + select(speed, 2.0 * speed, fast)), 1.0, false);
    }
    fn observe(state: State, element: u32) -> f32 { return state.x; }`,
  observationSpace: new Box(-Infinity, Infinity, [1]),
  actionSpace: new Discrete(2),
  maxEpisodeSteps: 30,
  overrides: { speed: 0.5, fast: 0 },
});

Deno.test("makeGpu: one's own definition takes its overrides as options, and another limit", () => {
  assert.deepEqual(makeGpu(MINE, 4).definition, MINE);
  const env = makeGpu(MINE, 4, { speed: 2, fast: true, maxEpisodeSteps: 5 });
  assert.deepEqual(env.definition.overrides, { speed: 2, fast: 1 });
  assert.equal(env.definition.maxEpisodeSteps, 5);
  assert.deepEqual(MINE.overrides, { speed: 0.5, fast: 0 });
  assert.equal(
    makeGpu(MINE, 4, { maxEpisodeSteps: null }).definition.maxEpisodeSteps,
    undefined,
  );
});

Deno.test("makeGpu: what can't be made is refused", () => {
  for (const n of [0, -1, 1.5, NaN, Infinity, "3" as unknown as number]) {
    assert.throws(() => makeGpu("CartPole-v1", n), /n must be an integer of at least 1, got /);
    assert.throws(() => makeGpu(MINE, n), /makeGpu Mine-v0: n must be an integer/);
  }
  assert.throws(
    () => makeGpu("CartPol-v1", 1),
    /unknown environment "CartPol-v1" \(did you mean "CartPole-v1"\?\)\. On the GPU .* Acrobot-v1/,
  );
  assert.throws(() => makeGpu("LunarLander-v3", 1), /no WGSL for "LunarLander-v3"\. On the GPU/);
  assert.throws(
    () => makeGpu("CartPole-v1", 1, { suttonBartoRewards: true }),
    /unknown option "suttonBartoRewards" \(did you mean "suttonBartoReward"\?\)/,
  );
  assert.throws(
    () => makeGpu("CartPole-v1", 1, { suttonBartoReward: 1 }),
    /suttonBartoReward must be a boolean, got 1/,
  );
  assert.throws(() => makeGpu("CartPole-v1", 1, { maxEpisodeSteps: 0 }), /maxEpisodeSteps must be/);
  assert.throws(
    () => makeGpu(MINE, 1, { sped: 1 }),
    /unknown option "sped" \(did you mean "speed"\?\)\. It takes: speed, fast, maxEpisodeSteps/,
  );
  assert.throws(() => makeGpu(MINE, 1, { speed: "2" }), /speed must be a number .*got 2/);
  assert.throws(() => makeGpu(MINE, 1, { maxEpisodeSteps: 0 }), /maxEpisodeSteps must be/);
  assert.throws(
    () => makeGpu(undefined as unknown as GpuEnvDefinition, 1),
    /wanted a name or what defineGpuEnv returned, got undefined/,
  );
  assert.throws(
    () => makeGpu("CartPole-v1", 1, null as unknown as Record<string, unknown>),
    /options must be an object, got null/,
  );
});
