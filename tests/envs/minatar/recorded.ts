/** Plays what was recorded from the MinAtar package (tests/fixtures/minatar) and compares. */

import assert from "node:assert/strict";
import type { Env, JsonValue } from "../../../src/envs/env.ts";
import { make as makeEnv } from "../../../src/envs/registry.ts";
import { bytesFrom } from "../fixture.ts";

/** MinAtar's observations are bytes. */
const make = (id: string, options?: Record<string, unknown>) => makeEnv<Uint8Array>(id, options);

/** From one reset to the next. */
interface Episode {
  readonly seed: number | null;
  readonly actions: string;
  readonly return: number;
  readonly terminated: boolean;
  readonly ramp: number | null;
  readonly sha256: string;
  readonly sums: string;
}

/** Where an episode ended, for what a game's own test wants to know of it. */
export interface End {
  readonly player: string;
  readonly options: { readonly stickyActionProb: number; readonly difficultyRamping: boolean };
  readonly episode: Episode;
  /** The game as `getState` gives it. */
  readonly game: Record<string, number>;
  /** The largest reward of a step. */
  readonly largest: number;
}

/** A game's file. */
export interface Recorded {
  readonly spaces: Readonly<
    Record<string, {
      readonly shape: readonly number[];
      readonly dtype: string;
      readonly low: number;
      readonly high: number;
      readonly actions: number;
      readonly maxEpisodeSteps: number | null;
      readonly rewardThreshold: number | null;
    }>
  >;
  readonly runs: readonly {
    readonly player: string;
    readonly id: string;
    readonly options: End["options"];
    readonly episodes: readonly Episode[];
  }[];
  readonly details: readonly {
    readonly id: string;
    readonly seed: number;
    readonly steps: readonly {
      readonly ones: readonly number[];
      readonly action?: number;
      readonly reward?: number;
      readonly terminated?: boolean;
    }[];
    readonly picture: string;
  }[];
  readonly states: readonly {
    readonly options: End["options"];
    readonly seed: number;
    readonly game: Record<string, JsonValue>;
    readonly actions: string;
    readonly return: number;
    readonly sha256: string;
  }[];
}

/** What `getState` gives of a game, as the recording script writes it. */
function inside(env: Env<Uint8Array>): Uint8Array {
  const { game } = env.getState!() as { game: JsonValue };
  return new TextEncoder().encode(JSON.stringify(game));
}

async function sha256(series: readonly Uint8Array[]): Promise<string> {
  const bytes = new Uint8Array(series.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of series) {
    bytes.set(part, at);
    at += part.length;
  }
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The observation as NumPy's `packbits` packs it; fails when it holds anything but 0 and 1. */
function pack(observation: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(observation.length / 8));
  for (let i = 0; i < observation.length; i++) {
    const value = observation[i];
    if (value !== 0 && value !== 1) assert.fail(`element ${i} is ${value}`);
    bytes[i >> 3] |= value << 7 - i % 8;
  }
  return bytes;
}

function checksum(bytes: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i++) sum += bytes[i] * (i % 250 + 1);
  return sum % 251;
}

/** Plays an episode and compares; the largest reward of a step. */
async function playEpisode(env: Env<Uint8Array>, episode: Episode, name: string): Promise<number> {
  const sums = new Uint8Array(bytesFrom(episode.sums));
  const { actions } = episode;
  assert.equal(sums.length, actions.length + 1, name);
  const [first, info] = env.reset(episode.seed === null ? {} : { seed: episode.seed });
  assert.deepEqual(info, {});
  const series = [pack(first)];
  assert.equal(checksum(series[0]), sums[0], `${name}: the first observation`);
  let total = 0, largest = 0;
  for (let step = 1; step <= actions.length; step++) {
    const [observation, reward, terminated, truncated] = env.step(Number(actions[step - 1]));
    const packed = pack(observation);
    if (checksum(packed) !== sums[step]) {
      assert.fail(`${name}: the observation of step ${step} differs`);
    }
    series.push(packed, Uint8Array.of(reward, Number(terminated)));
    total += reward;
    largest = Math.max(largest, reward);
    const isEnd = episode.terminated && step === actions.length;
    if (terminated !== isEnd || truncated) assert.fail(`${name}: ends at step ${step}`);
  }
  assert.equal(total, episode.return, `${name}: the return`);
  series.push(inside(env));
  assert.equal(await sha256(series), episode.sha256, `${name}: the hash of the whole`);
  return largest;
}

/** Plays all runs of a file; where each episode ended. */
export async function playRuns(recorded: Recorded): Promise<End[]> {
  const ends: End[] = [];
  for (const { player, id, options, episodes } of recorded.runs) {
    const env = make(id, options);
    for (const [index, episode] of episodes.entries()) {
      const name = `${id} ${JSON.stringify(options)} ${player} from seed ${
        episodes[0].seed
      }, episode ${index}`;
      const largest = await playEpisode(env, episode, name);
      const { game } = env.getState!() as unknown as { game: End["game"] };
      if (episode.ramp !== null) assert.equal(game.rampIndex, episode.ramp, name);
      ends.push({ player, options, episode, game, largest });
    }
  }
  return ends;
}

/** Compares the runs that were recorded whole: every one of every observation, and the picture. */
export function compareDetails(recorded: Recorded): void {
  assert.equal(recorded.details.length, 2);
  for (const { id, seed, steps, picture } of recorded.details) {
    const env = make(id);
    for (const [index, { action, ones, reward, terminated }] of steps.entries()) {
      const name = `${id}, step ${index}`;
      let observation: Uint8Array;
      if (action === undefined) [observation] = env.reset({ seed });
      else {
        const result = env.step(action);
        observation = result[0];
        assert.deepEqual(result.slice(1, 3), [reward, terminated], name);
      }
      const indices = [...observation.keys()].filter((i) => observation[i] === 1);
      assert.deepEqual(indices, ones, name);
    }
    comparePicture(env, new Uint8Array(bytesFrom(picture)), id);
  }
}

/** Each cell of the picture is a block of 32 × 32 pixels in the package's colour. */
function comparePicture(env: Env<Uint8Array>, cells: Uint8Array, name: string): void {
  const { width, height, data } = env.render!();
  assert.deepEqual([width, height, data.length], [320, 320, 3 * 320 * 320]);
  for (let i = 0; i < data.length; i++) {
    const pixel = Math.floor(i / 3);
    const x = Math.floor(pixel % 320 / 32), y = Math.floor(pixel / 320 / 32);
    if (data[i] !== cells[3 * (10 * y + x) + i % 3]) {
      assert.fail(`${name}: pixel ${pixel} of the picture, cell (${x}, ${y})`);
    }
  }
}

/** Sets made-up states and plays on from them; how many ended the game. */
export async function playStates(id: string, recorded: Recorded): Promise<number> {
  let ended = 0;
  for (const { options, seed, game, actions, return: wanted, sha256: hash } of recorded.states) {
    const env = make(id, options);
    env.reset({ seed });
    env.setState!({ ...env.getState!() as Record<string, JsonValue>, game });
    const name = `${id}, state ${seed}`;
    const series: Uint8Array[] = [];
    let total = 0;
    for (const action of actions) {
      const [observation, reward, terminated] = env.step(Number(action));
      series.push(pack(observation), inside(env));
      total += reward;
      if (terminated) ended++;
    }
    assert.equal(total, wanted, name);
    assert.equal(await sha256(series), hash, name);
  }
  return ended;
}

/** Compares spaces and limits; only the observations' dtype is not the package's. */
export function compareSpaces(recorded: Recorded): void {
  assert.equal(Object.keys(recorded.spaces).length, 2);
  for (const [id, wanted] of Object.entries(recorded.spaces)) {
    const { observationSpace, actionSpace, spec } = make(id);
    assert.equal(
      `${observationSpace}`,
      `Box(${wanted.low}, ${wanted.high}, [${wanted.shape.join(", ")}], uint8)`,
    );
    assert.equal(wanted.dtype, "bool");
    assert.equal(`${actionSpace}`, `Discrete(${wanted.actions})`);
    assert.equal(spec!.maxEpisodeSteps ?? null, wanted.maxEpisodeSteps);
    assert.equal(spec!.rewardThreshold ?? null, wanted.rewardThreshold);
  }
}
