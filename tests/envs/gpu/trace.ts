/**
 * Plays GPU environments as told and records everything: the bench that their tests stand on. Each lane
 * starts from a given state or from a reset, takes the given actions, and is never started anew; what
 * follows an episode's end is for the test to leave out.
 */

import type { GpuEnvDefinition } from "../../../src/envs/gpu/gpu_env.ts";
import { Buffers } from "../../../src/gpu/buffers.ts";
import type { Gpu } from "../../../src/gpu/gpu.ts";
import type { Kernel } from "../../../src/gpu/kernel.ts";
import { shaderText } from "../../../src/gpu/shader.ts";
import { structBytes } from "../../../src/gpu/struct_layout.ts";
import { bufferOf, bytesOf } from "../../gpu/harness.ts";

/** What to play. */
export interface TraceRequest {
  /** How many lanes. */
  readonly lanes: number;
  /**
   * The lanes' first states, as raw words [lanes × stateWords]; left out, each lane is reset.
   * Float members go in by their bits (a Float32Array on the same memory).
   */
  readonly states?: Uint32Array;
  /** The actions, [steps × lanes]; left out, no step is taken. */
  readonly actions?: ArrayLike<number>;
  /** The seed of all lanes' random numbers, 1 if left out. */
  readonly seed?: number;
  /** The first step's number, as the random numbers know it: 0 if left out. */
  readonly firstStep?: number;
  /** Whether observations are recorded; true if left out. */
  readonly observe?: boolean;
}

/** What was played; entry 0 of states and observations is the start. */
export interface Trace {
  /** Words of one state, its padding included. */
  readonly stateWords: number;
  /** Elements of one observation. */
  readonly size: number;
  /** [(steps + 1) × lanes × stateWords] */
  readonly states: Uint32Array;
  /** The same memory as floats. */
  readonly floats: Float32Array;
  /** [(steps + 1) × lanes × size], empty where they were not asked for. */
  readonly observations: Float32Array;
  /** [steps × lanes] */
  readonly rewards: Float32Array;
  /** 1 where a step terminated its episode, [steps × lanes]. */
  readonly terminated: Uint32Array;
  /** The state of a lane after `step` steps, a view. */
  state(step: number, lane: number): Uint32Array;
  /** The observation of a lane after `step` steps, a view. */
  observation(step: number, lane: number): Float32Array;
}

/** What all three kernels share. `clock` counts the steps that a lane has taken. */
const COMMON = `
  import package::slots::env::{State, Outcome, reset, step, observe};
  import package::lib::random::{Random, randomOf};
  struct Setup { lanes: u32, seed: u32, firstStep: u32, size: u32 }
  const STREAM = 1000u;
  @group(0) @binding(0) var<storage, read> setup: Setup;
  @group(0) @binding(1) var<storage, read_write> states: array<State>;`;

const TEXTS: Readonly<Record<string, string>> = {
  "tests/trace_reset": `${COMMON}
  @compute @workgroup_size(64)
  fn main(@builtin(global_invocation_id) id: vec3u) {
    if (id.x >= setup.lanes) { return; }
    // A step of its own: no lane's first step draws the numbers of its start.
    var random = randomOf(setup.seed, STREAM, id.x, setup.firstStep, 0x80000000u);
    states[id.x] = reset(&random);
  }`,
  "tests/trace_step": `${COMMON}
  struct Result { reward: f32, terminated: u32 }
  @group(0) @binding(2) var<storage, read> actions: array<u32>;
  @group(0) @binding(3) var<storage, read_write> results: array<Result>;
  @group(0) @binding(4) var<storage, read_write> clock: array<u32>;
  @compute @workgroup_size(64)
  fn main(@builtin(global_invocation_id) id: vec3u) {
    if (id.x >= setup.lanes) { return; }
    let taken = clock[id.x];
    let at = taken * setup.lanes + id.x;
    var random = randomOf(setup.seed, STREAM, id.x, setup.firstStep + taken, 0u);
    let outcome = step(states[at], actions[at], &random);
    states[at + setup.lanes] = outcome.state;
    results[at] = Result(outcome.reward, select(0u, 1u, outcome.terminated));
    clock[id.x] = taken + 1u;
  }`,
  "tests/trace_observe": `${COMMON}
  @group(0) @binding(2) var<storage, read> clock: array<u32>;
  @group(0) @binding(3) var<storage, read_write> observations: array<f32>;
  @compute @workgroup_size(64)
  fn main(@builtin(global_invocation_id) id: vec3u) {
    if (id.x >= setup.size) { return; }
    let lane = id.y;
    let at = clock[lane] * setup.lanes + lane;
    observations[at * setup.size + id.x] = observe(states[at], id.x);
  }`,
};

/** The WGSL of a definition. */
export function envText(definition: GpuEnvDefinition): string {
  const { source } = definition;
  return "wgsl" in source ? source.wgsl : shaderText(source.file);
}

/** The words that one state takes in a buffer. */
export function stateWordsOf(definition: GpuEnvDefinition): number {
  return structBytes(envText(definition), "State") / 4;
}

/** One of the kernels above, with the environment in its slot. */
function kernelFor(gpu: Gpu, name: string, definition: GpuEnvDefinition): Promise<Kernel> {
  const { source } = definition;
  const file = "wgsl" in source ? "tests/env" : source.file;
  const texts: Record<string, string> = { [`tests/${name}`]: TEXTS[`tests/${name}`] };
  if ("wgsl" in source) texts[file] = source.wgsl;
  return gpu.kernels.get({
    kernel: `tests/${name}`,
    slots: { env: file },
    texts,
    options: definition.overrides,
  });
}

/**
 * Plays an environment.
 *
 * @param gpu Where.
 * @param definition What, such as `makeGpu(id, 1).definition`.
 * @param request From where, and with which actions.
 */
export async function trace(
  gpu: Gpu,
  definition: GpuEnvDefinition,
  request: TraceRequest,
): Promise<Trace> {
  const { lanes, states, seed = 1, firstStep = 0, observe = true } = request;
  const actions = Uint32Array.from(request.actions ?? []);
  const steps = actions.length / lanes;
  const stateWords = stateWordsOf(definition);
  const size = definition.observationSpace.size;
  if (!Number.isInteger(steps)) throw new RangeError(`${actions.length} actions, ${lanes} lanes`);
  if (states && states.length !== lanes * stateWords) {
    throw new RangeError(`${states.length} words of state, wanted ${lanes} × ${stateWords}`);
  }

  const buffers = new Buffers(gpu);
  const setup = bufferOf(gpu, buffers, Uint32Array.of(lanes, seed, firstStep, size));
  const history = new Uint32Array((steps + 1) * lanes * stateWords);
  if (states) history.set(states);
  const all = bufferOf(gpu, buffers, history, "states");
  const clock = buffers.storage("clock", 4 * lanes);
  const results = buffers.storage("results", Math.max(8, 8 * steps * lanes));
  const observations = buffers.storage(
    "observations",
    observe ? 4 * (steps + 1) * lanes * size : 4,
  );
  const given = bufferOf(
    gpu,
    buffers,
    actions.length > 0 ? actions : new Uint32Array(1),
    "actions",
  );

  const encoder = gpu.device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  const prepare = async (name: string, bound: Record<string, GPUBuffer>, x: number, y = 1) => {
    const kernel = await kernelFor(gpu, name, definition);
    const known = Object.entries({ setup, states: all, ...bound })
      .filter(([key]) => kernel.buffers.includes(key));
    const group = kernel.bind(Object.fromEntries(known));
    return () => {
      pass.setPipeline(kernel.pipeline);
      pass.setBindGroup(0, group);
      pass.dispatchWorkgroups(Math.ceil(x / 64), y);
    };
  };
  if (!states) (await prepare("trace_reset", {}, lanes))();
  const see = observe
    ? await prepare("trace_observe", { clock, observations }, size, lanes)
    : () => {};
  see();
  if (steps > 0) {
    const act = await prepare("trace_step", { actions: given, results, clock }, lanes);
    for (let t = 0; t < steps; t++) {
      act();
      see();
    }
  }
  pass.end();
  gpu.submit(encoder.finish());

  const words = new Uint32Array(await bytesOf(gpu, all, history.byteLength));
  const seen = observe
    ? new Float32Array(await bytesOf(gpu, observations, 4 * (steps + 1) * lanes * size))
    : new Float32Array();
  const got = await bytesOf(gpu, results);
  buffers.destroy();
  const pairs = steps * lanes;
  const rewards = new Float32Array(got), ends = new Uint32Array(got);
  return {
    stateWords,
    size,
    states: words,
    floats: new Float32Array(words.buffer),
    observations: seen,
    rewards: Float32Array.from({ length: pairs }, (_, i) => rewards[2 * i]),
    terminated: Uint32Array.from({ length: pairs }, (_, i) => ends[2 * i + 1]),
    state(step, lane) {
      const at = (step * lanes + lane) * stateWords;
      return words.subarray(at, at + stateWords);
    },
    observation(step, lane) {
      const at = (step * lanes + lane) * size;
      return seen.subarray(at, at + size);
    },
  };
}
