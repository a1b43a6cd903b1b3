/** Compares what random play gets on the GPU with what it gets in TypeScript, each by its own chance. */

import assert from "node:assert/strict";
import type { Env } from "../../../src/envs/env.ts";
import type { GpuEnvDefinition } from "../../../src/envs/gpu/gpu_env.ts";
import { MT19937 } from "../../../src/envs/rng/mt19937.ts";
import type { Gpu } from "../../../src/gpu/gpu.ts";
import { momentsOf } from "./statistics.ts";
import { trace } from "./trace.ts";

/** So many standard errors of the difference the means may be apart. */
const BOUND = 3.5;

/** What to play. */
export interface Chance {
  readonly definition: GpuEnvDefinition;
  readonly make: () => Env<Uint8Array, number>;
  /** How many episodes on each side. */
  readonly episodes: number;
  /** The steps after which an episode is left alone. */
  readonly steps: number;
  readonly seed: number;
}

/** Plays both, asserts that mean returns and mean lengths are the same, and returns the mean returns. */
export async function compareReturns(
  gpu: Gpu,
  chance: Chance,
): Promise<[gpu: number, host: number]> {
  const { definition, episodes, steps, seed } = chance;
  const random = new MT19937(seed);
  const { n } = definition.actionSpace;
  const actions = Uint32Array.from({ length: episodes * steps }, () => random.integer(n));
  const got = await trace(gpu, definition, { lanes: episodes, actions, seed, observe: false });
  const here = { returns: [] as number[], lengths: [] as number[] };
  const there = { returns: [] as number[], lengths: [] as number[] };
  for (let lane = 0; lane < episodes; lane++) {
    count(there, steps, (step) => {
      const at = step * episodes + lane;
      return [got.rewards[at], got.terminated[at] !== 0];
    });
    const env = chance.make();
    env.reset({ seed: 1000 * seed + lane });
    count(here, steps, () => {
      const [, reward, terminated] = env.step(random.integer(n));
      return [reward, terminated];
    });
  }
  compareMeans(there.lengths, here.lengths, `${definition.id}: lengths`);
  return compareMeans(there.returns, here.returns, `${definition.id}: returns`);
}

/** Plays an episode. */
function count(
  to: { readonly returns: number[]; readonly lengths: number[] },
  steps: number,
  play: (step: number) => [reward: number, terminated: boolean],
): void {
  let total = 0, length = 0;
  for (let ended = false; !ended && length < steps; length++) {
    const [reward, terminated] = play(length);
    total += reward;
    ended = terminated;
  }
  to.returns.push(total);
  to.lengths.push(length);
}

function compareMeans(a: number[], b: number[], what: string): [number, number] {
  const one = momentsOf(a), other = momentsOf(b);
  const error = Math.sqrt((one.variance + other.variance) / a.length);
  const off = Math.abs(one.mean - other.mean);
  assert.ok(
    off <= BOUND * error,
    `${what}: means ${one.mean} and ${other.mean}, ${off / error} standard errors apart`,
  );
  return [one.mean, other.mean];
}
