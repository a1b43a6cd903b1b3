/**
 * Episodes over the bridge, and the same in Gymnasium's own SyncVectorEnv.
 *
 * @module
 */

import assert from "node:assert/strict";
import { makePython } from "../../../src/envs/python/make_python.ts";
import type { AtariWrappers } from "../../../src/envs/python/python_wrappers.ts";
import type { Discrete } from "../../../src/envs/spaces/discrete.ts";
import type { JsonValue } from "../../../src/envs/json.ts";
import type { AutoresetMode, ObservationArray } from "../../../src/envs/vector/vector_env.ts";
import { runScript } from "./python_here.ts";

/** Which environments are made, and how long they are played. */
export interface Episodes {
  readonly id: string;
  readonly kwargs: Readonly<Record<string, JsonValue>>;
  readonly wrappers: AtariWrappers | null;
  readonly numEnvs: number;
  readonly workers: number;
  readonly mode: AutoresetMode;
  readonly seeds: readonly number[];
  readonly steps: number;
  /** The actions of each step; taken in turn if left out. */
  readonly actions?: readonly (readonly number[])[];
}

/** SHA-256 of arrays one after the other. */
export async function sha256(parts: readonly ObservationArray[]): Promise<string> {
  const bytes = await new Blob(parts as unknown as BlobPart[]).arrayBuffer();
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** What only the bridge's infos have, and what is compared in another way. */
const OWN = ["final_obs", "game", "_game"];

/** Numbers and booleans of infos as lists; of anything else that it is there. */
function plain(infos: unknown): unknown {
  if (ArrayBuffer.isView(infos)) return Array.from(infos as Float64Array);
  if (Array.isArray(infos)) return infos.every((is) => typeof is === "boolean") ? infos : "other";
  const entries = Object.entries(infos as Record<string, unknown>);
  return Object.fromEntries(
    entries.filter(([key]) => !OWN.includes(key)).map(([key, value]) => [key, plain(value)]),
  );
}

/** What gymnasium_episodes.py does, over the bridge. */
async function play(task: Episodes): Promise<unknown> {
  const { id, kwargs, wrappers, numEnvs, workers, mode, seeds, steps } = task;
  const env = await makePython(id, {
    showsOutput: false,
    kwargs,
    numEnvs,
    workers,
    autoresetMode: mode,
    ...(wrappers === null ? {} : { wrappers }),
  });
  const { n, start } = env.singleActionSpace as Discrete;
  const all: ObservationArray[] = [], last: ObservationArray[] = [];
  const told = {
    rewards: [] as number[][],
    terminated: [] as boolean[][],
    truncated: [] as boolean[][],
    infos: [] as unknown[],
  };
  all.push((await env.reset({ seed: seeds }))[0]);
  for (let k = 0; k < steps; k++) {
    const actions = task.actions?.[k] ??
      Array.from({ length: numEnvs }, (_, i) => start + (Math.floor(k / 3) + i) % n);
    const [observations, rewards, terminated, truncated, infos] = await env.step(actions);
    all.push(observations);
    for (const final of infos.final_obs as (ObservationArray | number | null)[] ?? []) {
      if (final !== null) last.push(typeof final === "number" ? Int32Array.of(final) : final);
    }
    told.rewards.push(Array.from(rewards));
    told.terminated.push(terminated);
    told.truncated.push(truncated);
    told.infos.push(plain(infos));
    const resetMask = terminated.map((is, lane) => is || truncated[lane]);
    if (mode === "disabled" && resetMask.includes(true)) {
      all.push((await env.reset({ options: { resetMask } }))[0]);
    }
  }
  await env.close();
  return { ...told, observations: await sha256(all), last: await sha256(last) };
}

/** Plays the same episodes over the bridge and in Gymnasium, and compares all that comes of them. */
export async function compareWithGymnasium(task: Episodes): Promise<void> {
  const [ours, theirs] = await Promise.all([
    play(task),
    runScript("gymnasium_episodes.py", task),
  ]);
  const { terminated, truncated } = theirs as Record<string, boolean[][]>;
  const ends = [terminated, truncated].flat(2).filter(Boolean).length;
  assert.ok(ends > 0, "no episode has ended");
  assert.deepEqual(ours, theirs);
}
