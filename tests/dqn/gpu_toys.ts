/**
 * Environments for the GPU whose every number can be told in advance, and a plain version of what a
 * training run has to store of them.
 *
 * An episode of the ladder draws its start, one of 1,024, and from it all else follows: how many steps it
 * takes to its end (start % 5 + 1, so a fifth of them are one step long), and with the actions its rewards
 * and what is seen. With a limit of four steps a fifth of the episodes is truncated, and another fifth
 * terminates in the very step that the limit falls on.
 *
 * @module
 */

import { explore } from "../../src/agent/exploration.ts";
import { Box } from "../../src/envs/spaces/box.ts";
import { Discrete } from "../../src/envs/spaces/discrete.ts";
import { defineGpuEnv } from "../../src/envs/gpu/define_gpu_env.ts";
import type { GpuEnvDefinition } from "../../src/envs/gpu/gpu_env.ts";
import { philox, STREAMS, words } from "../../src/gpu/philox.ts";
import { KIND } from "../../src/replay/lanes.ts";

/** Actions of the ladder: each step is worth its action, so the last one is always the best. */
export const ACTIONS = 3;
/** Steps after which its episodes are truncated. */
export const LIMIT = 4;
const STARTS = 1024;
const LENGTHS = 5;

const RULES = `
import package::lib::random::{Random, below};

struct State { start: u32, time: u32, last: u32 }
struct Outcome { state: State, reward: f32, terminated: bool }

fn reset(random: ptr<function, Random>) -> State {
  return State(below(random, ${STARTS}u), 0u, 0u);
}

fn step(state: State, action: u32, random: ptr<function, Random>) -> Outcome {
  let next = State(state.start, state.time + 1u, action);
  let reward = f32(action) + f32(state.start % 7u) / 8.0 + f32(next.time) / 4.0;
  return Outcome(next, reward, next.time == 1u + state.start % ${LENGTHS}u);
}
`;

/** The ladder; with more numbers than five an observation has what follows from the start. */
export function ladder(size = 5, maxEpisodeSteps: number | undefined = LIMIT): GpuEnvDefinition {
  return defineGpuEnv({
    id: "Ladder-v0",
    wgsl: RULES + `
      fn observe(state: State, element: u32) -> f32 {
        let start = f32(state.start) / ${STARTS}.0;
        switch element {
          case 0u: { return start; }
          case 1u: { return f32(state.time) / 4.0; }
          case 2u: { return f32(state.last); }
          case 3u: { return f32(state.start % 7u) / 8.0; }
          case 4u: { return 1.0; }
          default: { return f32(element) / 64.0 + start; }
        }
      }`,
    observationSpace: new Box(0, 4, [size]),
    actionSpace: new Discrete(ACTIONS),
    ...(maxEpisodeSteps !== undefined && { maxEpisodeSteps }),
  });
}

/** Height and width of the ladder's pictures. */
export const PICTURE: readonly [number, number] = [5, 6];

/** The ladder as pictures: time and last action are shades of the first two pixels. */
export function pictureLadder(): GpuEnvDefinition {
  return defineGpuEnv({
    id: "PictureLadder-v0",
    wgsl: RULES + `
      fn observe(state: State, element: u32) -> f32 {
        if (element == 0u) { return f32(50u * state.time); }
        if (element == 1u) { return f32(100u * state.last); }
        return f32((state.start + 37u * element) % 256u);
      }`,
    observationSpace: new Box(0, 255, [...PICTURE], "uint8"),
    actionSpace: new Discrete(ACTIONS),
    maxEpisodeSteps: LIMIT,
  });
}

/** A row as the ring has to hold it. */
export interface LadderRow {
  readonly start: number;
  readonly time: number;
  readonly last: number;
  readonly isFirst: boolean;
  action: number;
  reward: number;
  kind: number;
  /** Whether its episode was truncated right behind the transition that starts here. */
  truncates: boolean;
}

/** An episode that has ended. */
export interface LadderEpisode {
  readonly return: number;
  readonly length: number;
  readonly lane: number;
  readonly terminated: boolean;
  /** The number of the step that ended it. */
  readonly step: number;
}

/** Which run to play. */
export interface LadderRun {
  readonly lanes: number;
  /** Steps of each lane, those included that begin an episode. */
  readonly steps: number;
  readonly seed: number;
  readonly limit?: number;
  /** Whether a truncated episode keeps the action that would have been taken. */
  readonly isSarsa?: boolean;
  /** The action of a lane in a step; a uniformly random one when left out, as learning draws it. */
  readonly act?: (lane: number, step: number, row: LadderRow) => number;
}

/** Plays the ladder on the host: each lane's rows, oldest first, and the episodes that have ended. */
export function playLadder(
  { lanes, steps, seed, limit = LIMIT, isSarsa = false, act }: LadderRun,
): { rows: LadderRow[][]; episodes: LadderEpisode[] } {
  const rows: LadderRow[][] = Array.from({ length: lanes }, () => []);
  const episodes: LadderEpisode[] = [];
  const totals = new Array<number>(lanes).fill(0);
  const choose = (lane: number, step: number, isLast: boolean) =>
    explore({ seed, stream: STREAMS.explore, lane, step, isLast }, 1, ACTIONS)!;
  for (let step = 0; step < steps; step++) {
    for (const [lane, own] of rows.entries()) {
      const row = own.at(-1);
      const before = own.at(-2);
      const ended = before?.kind === KIND.terminates ? "terminated" : before?.truncates;
      if (row === undefined || ended) {
        if (row && isSarsa && before!.truncates) {
          row.kind = KIND.lastAction;
          row.action = choose(lane, step, true);
        }
        const [word] = philox([lane, 0, ...words(step)], [seed, STREAMS.environments]);
        own.push(fresh(Math.floor(word * STARTS / 2 ** 32), 0, 0, true));
        totals[lane] = 0;
        continue;
      }
      row.action = act?.(lane, step, row) ?? choose(lane, step, false);
      const time = row.time + 1;
      row.reward = row.action + row.start % 7 / 8 + time / 4;
      const terminated = time === 1 + row.start % LENGTHS;
      row.kind = terminated ? KIND.terminates : KIND.continues;
      row.truncates = !terminated && time >= limit;
      totals[lane] += row.reward;
      if (terminated || row.truncates) {
        episodes.push({ return: totals[lane], length: time, lane, terminated, step });
      }
      own.push(fresh(row.start, time, row.action, false));
    }
  }
  return { rows, episodes };
}

function fresh(start: number, time: number, last: number, isFirst: boolean): LadderRow {
  const nothing = { action: 0, reward: 0, kind: KIND.none, truncates: false };
  return { start, time, last, isFirst, ...nothing };
}

/** What is seen at a row. */
export function seenAt({ start, time, last }: LadderRow, size = 5): number[] {
  const first = [start / STARTS, time / 4, last, start % 7 / 8, 1];
  return Array.from({ length: size }, (_, i) => first[i] ?? i / 64 + start / STARTS);
}

/** The picture at a row. */
export function pictureAt({ start, time, last }: LadderRow): number[] {
  return Array.from(
    { length: PICTURE[0] * PICTURE[1] },
    (_, i) => i === 0 ? 50 * time : i === 1 ? 100 * last : (start + 37 * i) % 256,
  );
}

/** The rows of a lane that a ring of so many still has, oldest first, each with its number. */
export function kept(rows: readonly LadderRow[], region: number): [row: LadderRow, i: number][] {
  const from = Math.max(0, rows.length - region);
  return rows.slice(from).map((row, i) => [row, from + i]);
}

/** Whether a transition starts at the row. */
export function startsTransition({ kind }: LadderRow): boolean {
  return kind === KIND.terminates || kind === KIND.continues;
}
