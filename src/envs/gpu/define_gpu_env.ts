/**
 * GPU environments of one's own: the WGSL contract, and what of it the text shows to be broken.
 *
 * @module
 */

import { suggestion } from "../../nearest.ts";
import { Box } from "../spaces/box.ts";
import { Discrete } from "../spaces/discrete.ts";
import type { GpuEnvDefinition, GpuEnvDescription } from "./gpu_env.ts";
import { checkWgsl } from "./check_wgsl.ts";

const KNOWN = [
  "id",
  "wgsl",
  "observationSpace",
  "actionSpace",
  "maxEpisodeSteps",
  "rewardThreshold",
  "overrides",
];

/**
 * Defines an environment for the GPU: one WGSL file with three functions, and its description.
 * `makeGpu` then makes any number of lanes of it. Nothing is compiled here; what the text alone shows
 * to be wrong is an error at once, the rest when the first kernel with it is built.
 *
 * ## What the WGSL declares
 *
 * ```wgsl
 * struct State { … }
 * struct Outcome { state: State, reward: f32, terminated: bool }
 * fn reset(random: ptr<function, Random>) -> State
 * fn step(state: State, action: u32, random: ptr<function, Random>) -> Outcome
 * fn observe(state: State, element: u32) -> f32
 * ```
 *
 * - `State` is all that one lane remembers. It lies in a buffer, so its members are `f32`, `u32` or
 *   `i32`, vectors of them, arrays of a fixed length (a number or a `const` of the file), or structs of
 *   these; a `bool` becomes a `u32`. Its size is read from the text. Small is fast: it is read and
 *   written at each step.
 * - `reset` draws the start of an episode.
 * - `step` takes an action of 0 … n - 1 and returns the next state, the reward, and whether the task has
 *   ended. It is never called on a state that has ended.
 * - `observe` gives one number of the observation of a state, by its index in row-major order. Where the
 *   space is of dtype uint8 it is a whole number of 0 … 255. It is called for each element by itself, in
 *   no particular order, also for states that ended, and draws no random numbers.
 *
 * None of the three keeps anything elsewhere: the file declares no bindings, no entry point and no
 * module-scope `var`. It has functions, structs, `const`s and `override`s of its own as it likes. The
 * limit on an episode's steps, starting anew after its end, and the statistics of episodes are not its
 * business: the kernel that plays it does these for every environment.
 *
 * ## Random numbers
 *
 * `import package::lib::random::{Random, unit, below, chance, word};` (the names that are used) at the
 * top. `random` is passed on as it is: `unit(random)` is a number in [0, 1), `below(random, n)` one of
 * 0 … n - 1, `chance(random, p)` is true with probability p, `word(random)` has 32 random bits. They are
 * Philox's, a function of the run's seed, the lane and the step, so a run is repeatable to the last bit
 * and lanes never share numbers.
 *
 * ## Options
 *
 * `override`s of the file are the environment's options: those named in `overrides` get the values given
 * there, and `makeGpu(definition, n, { name: value })` takes others. Their names begin with a small
 * letter, as options' do; the kernels' own begin with capitals.
 *
 * ## WGSL that is worth knowing
 *
 * - Functions see each other in any order, but there is no recursion.
 * - `sin`, `cos` and the like have float32's precision at best, and adapters differ in their last bits.
 * - A loop's iterations cost every lane of a workgroup, so prefer arithmetic and `select` to branches.
 * - `//` comments and `import` lines are taken out, and names that clash with the kernel's are renamed.
 *
 * @example A walk on a line: start in the middle, reach the right end
 * ```ts
 * import { Box, defineGpuEnv, Discrete, makeGpu } from "@dinoq/dinoq";
 *
 * const walk = defineGpuEnv({
 *   id: "Walk-v0",
 *   wgsl: `
 *     import package::lib::random::{Random, chance};
 *
 *     override slip: f32 = 0.0; // how often a step goes the other way
 *     const LENGTH = 10;
 *
 *     struct State { place: i32 }
 *     struct Outcome { state: State, reward: f32, terminated: bool }
 *
 *     fn reset(random: ptr<function, Random>) -> State {
 *       return State(LENGTH / 2);
 *     }
 *
 *     fn step(state: State, action: u32, random: ptr<function, Random>) -> Outcome {
 *       let wanted = select(-1, 1, action == 1u);
 *       let place = max(state.place + select(wanted, -wanted, chance(random, slip)), 0);
 *       return Outcome(State(place), select(-0.1, 1.0, place == LENGTH), place == LENGTH);
 *     }
 *
 *     fn observe(state: State, element: u32) -> f32 {
 *       return f32(state.place) / f32(LENGTH);
 *     }`,
 *   observationSpace: new Box(0, 1, [1]),
 *   actionSpace: new Discrete(2),
 *   maxEpisodeSteps: 100,
 *   overrides: { slip: 0.1 },
 * });
 * const env = makeGpu(walk, 32, { slip: 0.2 });
 * env.toString(); // <GpuEnv<Walk-v0>, 32>
 * ```
 *
 * @param description the environment's name, WGSL, spaces, limit and options
 * @throws {TypeError | RangeError} that says what is missing or wrong
 */
export function defineGpuEnv(description: GpuEnvDescription): GpuEnvDefinition {
  if (typeof description !== "object" || description === null) {
    throw new TypeError(
      `defineGpuEnv: wanted an object that describes the environment, got ${description}`,
    );
  }
  const { id, wgsl, observationSpace, actionSpace, maxEpisodeSteps, rewardThreshold } = description;
  if (typeof id !== "string" || !/^([\w:-]+\/)?[\w:.-]+$/.test(id)) {
    throw new RangeError(
      `defineGpuEnv: id must be like "Name-v0" or "namespace/Name-v0" (letters, digits, _ : . -), got ${
        JSON.stringify(id)
      }`,
    );
  }
  const who = `defineGpuEnv ${id}`;
  for (const name of Object.keys(description)) {
    if (!KNOWN.includes(name)) {
      throw new RangeError(
        `${who}: unknown option "${name}"${suggestion(name, KNOWN)}. It takes: ${KNOWN.join(", ")}`,
      );
    }
  }
  checkSpaces(who, observationSpace, actionSpace);
  if (
    maxEpisodeSteps !== undefined &&
    !(Number.isSafeInteger(maxEpisodeSteps) && maxEpisodeSteps >= 1)
  ) {
    throw new RangeError(
      `${who}: maxEpisodeSteps must be an integer of at least 1, or left out for no limit, got ${maxEpisodeSteps}`,
    );
  }
  if (rewardThreshold !== undefined && !Number.isFinite(rewardThreshold)) {
    throw new RangeError(`${who}: rewardThreshold must be a finite number, got ${rewardThreshold}`);
  }
  const overrides = checkedOverrides(who, description.overrides);
  checkWgsl(who, wgsl, Object.keys(overrides));
  return Object.freeze({
    id,
    source: Object.freeze({ wgsl }),
    observationSpace,
    actionSpace,
    ...(maxEpisodeSteps === undefined ? {} : { maxEpisodeSteps }),
    ...(rewardThreshold === undefined ? {} : { rewardThreshold }),
    overrides: Object.freeze(overrides),
  });
}

function checkSpaces(who: string, observationSpace: unknown, actionSpace: unknown): void {
  if (!(observationSpace instanceof Box)) {
    throw new TypeError(`${who}: observationSpace must be a Box, got ${observationSpace}`);
  }
  const { dtype, size } = observationSpace;
  if (dtype !== "float32" && dtype !== "uint8") {
    throw new RangeError(
      `${who}: observationSpace must be of dtype float32, or uint8 for pictures, got ${dtype}`,
    );
  }
  if (size < 1) {
    throw new RangeError(
      `${who}: observationSpace must have at least one element, got ${observationSpace}`,
    );
  }
  if (!(actionSpace instanceof Discrete)) {
    throw new TypeError(`${who}: actionSpace must be a Discrete, got ${actionSpace}`);
  }
  if (actionSpace.start !== 0) {
    throw new RangeError(
      `${who}: actionSpace must start at 0, as step's actions do, got ${actionSpace}`,
    );
  }
}

function checkedOverrides(who: string, given: unknown): Record<string, number> {
  if (given === undefined) return {};
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    throw new TypeError(`${who}: overrides must be an object of numbers by name, got ${given}`);
  }
  for (const [name, value] of Object.entries(given)) {
    if (typeof value !== "number") {
      throw new TypeError(`${who}: the override ${name} must be a number, got ${String(value)}`);
    }
    if (!Number.isFinite(value)) {
      throw new RangeError(`${who}: the override ${name} must be finite, got ${value}`);
    }
  }
  return { ...given } as Record<string, number>;
}
