/** Plays what record_vector.py has recorded, and compares. */

import assert from "node:assert/strict";
import { valueToJson } from "../../../src/envs/vector/value_json.ts";
import type {
  AutoresetMode,
  VectorEnv,
  VectorInfos,
  VectorResetOptions,
} from "../../../src/envs/mod.ts";
import { bytesFrom } from "../fixture.ts";

/** A call of a trace. */
type Call = "step" | { mask?: boolean[]; seed?: number | number[] };

/** A recorded trace. */
export interface Trace {
  mode: AutoresetMode;
  n: number;
  calls: Call[];
  actions: string;
  observations: string[];
  rewards: string;
  ends: string;
  infos: [call: number, infos: unknown][];
}

/** How many calls a hash is of. */
const BLOCK = 50;

async function digest(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", bytes);
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Infos in the form in which they are recorded. */
export function plain(value: unknown): unknown {
  if (value instanceof Float64Array) return { numbers: [...value] };
  if (value instanceof Float32Array) {
    return { float32: (valueToJson(value) as { base64: string }).base64 };
  }
  if (Array.isArray(value)) {
    return value.every((one) => typeof one === "boolean")
      ? { booleans: value }
      : { values: value.map(plainElement) };
  }
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([key]) => key !== "t");
  return { record: Object.fromEntries(entries.map(([key, inner]) => [key, plain(inner)])) };
}

/** A lane's own value, which stays as it is, but for arrays. */
function plainElement(value: unknown): unknown {
  return value instanceof Float32Array ? plain(value) : value;
}

/** What came of the calls, in the form in which it is recorded. */
interface Played {
  observations: Uint8Array<ArrayBuffer>[];
  rewards: number[];
  ends: number[];
  infos: [call: number, infos: unknown][];
}

/** Makes the calls of a trace, checks each result's form, and compares with the recording. */
export async function playTrace<Obs>(
  env: VectorEnv<Obs, number>,
  trace: Trace,
  name: string,
): Promise<void> {
  const { n, calls } = trace;
  const actions = new Uint8Array(bytesFrom(trace.actions));
  const played: Played = { observations: [], rewards: [], ends: [], infos: [] };
  let step = 0;
  for (const [index, call] of calls.entries()) {
    let observations: unknown, infos: VectorInfos;
    let rewards: Float64Array = new Float64Array(n);
    let terminated = new Array<boolean>(n).fill(false), truncated = terminated;
    if (call === "step") {
      const own = actions.subarray(step * n, (step + 1) * n);
      step++;
      [observations, rewards, terminated, truncated, infos] = await env.step(own);
    } else {
      const options: VectorResetOptions = {
        ...(call.seed === undefined ? {} : { seed: call.seed }),
        ...(call.mask === undefined ? {} : { options: { resetMask: call.mask } }),
      };
      [observations, infos] = await env.reset(options);
    }
    assert.ok(rewards instanceof Float64Array && rewards.length === n, name);
    assert.ok(Array.isArray(terminated) && Array.isArray(truncated), name);
    const array = observations as Float32Array;
    assert.equal(array.buffer instanceof SharedArrayBuffer, false);
    const copy = array.slice();
    played.observations.push(new Uint8Array(copy.buffer, copy.byteOffset, copy.byteLength));
    played.rewards.push(...rewards);
    for (let lane = 0; lane < n; lane++) {
      played.ends.push(Number(terminated[lane]) | Number(truncated[lane]) << 1);
    }
    if (Object.keys(infos).length > 0) played.infos.push([index, plain(infos)]);
  }
  assert.deepEqual(played.rewards, [...new Float32Array(bytesFrom(trace.rewards))], name);
  assert.deepEqual(played.ends, [...new Uint8Array(bytesFrom(trace.ends))], name);
  assert.deepEqual(played.infos, trace.infos, name);
  const size = played.observations[0].length;
  for (const [block, wanted] of trace.observations.entries()) {
    const rows = played.observations.slice(block * BLOCK, (block + 1) * BLOCK);
    const bytes = new Uint8Array(rows.length * size);
    rows.forEach((row, i) => bytes.set(row, i * size));
    const calls = `${name}: calls from ${block * BLOCK} on`;
    assert.equal(await digest(bytes), wanted, calls);
  }
  // The recording is worth something: both kinds of end, in every lane.
  const lanes = Array.from(
    { length: n },
    (_, lane) => played.ends.filter((_, i) => i % n === lane),
  );
  assert.ok(
    lanes.every((ends) => ends.some((end) => end & 1) && ends.some((end) => end & 2)),
    name,
  );
}
