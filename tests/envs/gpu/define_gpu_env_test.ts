/** Tests of environments of one's own for the GPU: what is accepted, and what is refused, with a reason. */

import assert from "node:assert/strict";
import { defineGpuEnv } from "../../../src/envs/gpu/define_gpu_env.ts";
import type { GpuEnvDescription } from "../../../src/envs/gpu/gpu_env.ts";
import { makeGpu } from "../../../src/envs/gpu/make_gpu.ts";
import { Box } from "../../../src/envs/spaces/box.ts";
import { Discrete } from "../../../src/envs/spaces/discrete.ts";
import { Gpu } from "../../../src/gpu/gpu.ts";
import { trace } from "./trace.ts";

/** A counter that each action adds to, from a random start. */
const WGSL = `
import package::lib::random::{Random, below};
override limit: u32 = 5u;
override bonus: f32 = 0.0;
struct State { count: u32, sum: vec2f, seen: array<u32, 3> }
struct Outcome { state: State, reward: f32, terminated: bool }
fn reset(random: ptr<function, Random>) -> State {
  var state = State();
  state.count = below(random, 3u);
  return state;
}
fn step(state: State, action: u32, random: ptr<function, Random>,) -> Outcome {
  var next = state;
  next.count += action;
  next.seen[action] += 1u;
  next.sum += vec2f(1.0, f32(action));
  return Outcome(next, f32(action) + bonus, next.count >= limit);
}
fn observe(state: State, element: u32) -> f32 {
  if (element < 3u) { return f32(state.seen[element]); }
  return select(state.sum.y, f32(state.count), element == 3u);
}`;

const DESCRIPTION: GpuEnvDescription = {
  id: "mine/Counter-v0",
  wgsl: WGSL,
  observationSpace: new Box(0, Infinity, [5]),
  actionSpace: new Discrete(3),
  maxEpisodeSteps: 20,
  rewardThreshold: 3,
  overrides: { limit: 4, bonus: 0 },
};

Deno.test("defineGpuEnv: what it returns says what it was told, and is frozen", () => {
  const definition = defineGpuEnv(DESCRIPTION);
  const { wgsl, ...rest } = DESCRIPTION;
  assert.deepEqual(definition, { ...rest, source: { wgsl } });
  assert(Object.isFrozen(definition) && Object.isFrozen(definition.overrides));
  const { maxEpisodeSteps: _, rewardThreshold: __, overrides: ___, ...least } = DESCRIPTION;
  assert.deepEqual(defineGpuEnv(least).overrides, {});
  assert(!("maxEpisodeSteps" in defineGpuEnv(least)));
});

Deno.test("defineGpuEnv: such an environment plays, with its options", async () => {
  const definition = defineGpuEnv(DESCRIPTION);
  const gpu = await Gpu.open();
  const actions = [1, 2, 2, 0];
  for (const [options, limit, bonus] of [[{}, 4, 0], [{ limit: 3, bonus: 0.5 }, 3, 0.5]] as const) {
    const played = await trace(gpu, makeGpu(definition, 1, options).definition, {
      lanes: 1,
      actions,
      states: Uint32Array.from([1, 0, 0, 0, 0, 0, 0, 0]),
    });
    assert.deepEqual([...played.rewards], actions.map((action) => action + bonus));
    const counts = [2, 4, 6, 6];
    assert.deepEqual([...played.terminated], counts.map((count) => count >= limit ? 1 : 0));
    assert.deepEqual([...played.observation(4, 0)], [1, 1, 2, 6, 5]);
  }
});

Deno.test("defineGpuEnv: what an object must have is asked for", () => {
  const refused: readonly [change: Record<string, unknown>, message: RegExp][] = [
    [{ id: "no spaces" }, /id must be like "Name-v0" .*got "no spaces"/],
    [{ id: 3 }, /id must be like .*got 3/],
    [{ wgls: WGSL }, /unknown option "wgls" \(did you mean "wgsl"\?\)/],
    [{ wgsl: undefined }, /wgsl must be the text of the shader, got undefined/],
    [{ observationSpace: new Discrete(3) }, /observationSpace must be a Box, got Discrete\(3\)/],
    [
      { observationSpace: new Box(0, 1, [2], "float64") },
      /dtype float32, or uint8 for pictures, got float64/,
    ],
    [{ observationSpace: new Box(0, 1, [0]) }, /must have at least one element/],
    [{ actionSpace: new Box(0, 1) }, /actionSpace must be a Discrete, got Box/],
    [{ actionSpace: new Discrete(2, { start: 1 }) }, /must start at 0.*got Discrete\(2, start=1\)/],
    [{ maxEpisodeSteps: 0 }, /maxEpisodeSteps must be an integer of at least 1.*got 0/],
    [{ maxEpisodeSteps: 2.5 }, /maxEpisodeSteps must be .*got 2\.5/],
    [{ rewardThreshold: NaN }, /rewardThreshold must be a finite number, got NaN/],
    [{ rewardThreshold: "3" }, /rewardThreshold must be a finite number, got 3/],
    [{ overrides: [1] }, /overrides must be an object of numbers by name/],
    [{ overrides: { limit: "4" } }, /override limit must be a number, got 4/],
    [{ overrides: { limit: Infinity } }, /override limit must be finite, got Infinity/],
    [{ overrides: { limits: 4 } }, /no override limits; it has limit, bonus/],
  ];
  for (const [change, message] of refused) {
    const description = { ...DESCRIPTION, ...change } as unknown as GpuEnvDescription;
    assert.throws(() => defineGpuEnv(description), message);
    assert.throws(() => defineGpuEnv(description), /^(Range|Type)Error: defineGpuEnv/);
  }
  assert.throws(() => defineGpuEnv(null as unknown as GpuEnvDescription), /wanted an object/);
});

Deno.test("defineGpuEnv: what the text lacks or must not have is named", () => {
  const refused: readonly [from: string | RegExp, to: string, message: RegExp][] = [
    ["fn reset", "fn start", /no function reset; wanted fn reset\(random: ptr<function, Random>\)/],
    ["fn step", "fn steps", /no function step; wanted fn step\(state: State, action: u32/],
    ["fn observe", "// fn observe", /no function observe; wanted fn observe\(state: State/],
    ["action: u32", "action: i32", /function step has other parameters or another result; wanted/],
    ["element: u32) -> f32", "element: u32) -> u32", /function observe has other parameters/],
    [
      "fn reset(random: ptr<function, Random>)",
      "fn reset(random: Random)",
      /function reset has other parameters .* wanted fn reset/,
    ],
    ["struct State", "struct Stat", /no struct State/],
    ["struct Outcome", "struct Outcom", /no struct Outcome; wanted struct Outcome \{ state/],
    ["reward: f32,", "", /Outcome has no reward: f32/],
    ["terminated: bool", "terminated: u32", /Outcome has no terminated: bool/],
    ["count: u32,", "count: bool,", /State must consist of f32, u32 and i32, got bool \(use u32\)/],
    [/import[^;]*;/, "", /does not import Random; wanted import package::lib::random/],
    ["override limit: u32 = 5u", "override LIMIT: u32 = 5u", /no override limit; it has LIMIT/],
    [
      "override bonus",
      "override Best = 1;\noverride bonus",
      /override Best must begin with a small letter/,
    ],
    [
      "override bonus",
      "override more: f32;\noverride bonus",
      /override more has no default, so overrides must give/,
    ],
    ["fn reset", "var<private> best: f32;\nfn reset", /must not declare variables outside/],
    [
      "fn reset",
      "@group(0) @binding(0) var<storage> x: f32;\nfn reset",
      /must not declare bindings/,
    ],
    [
      "fn reset",
      "@compute @workgroup_size(1) fn main() {}\nfn reset",
      /not declare an entry point/,
    ],
  ];
  for (const [from, to, message] of refused) {
    const wgsl = WGSL.replace(from, to);
    assert.notEqual(wgsl, WGSL);
    assert.throws(() => defineGpuEnv({ ...DESCRIPTION, wgsl }), message);
  }
  assert.throws(() => defineGpuEnv({ ...DESCRIPTION, wgsl: "" }), /no struct State/);
});
