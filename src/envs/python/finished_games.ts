/**
 * The scores of Atari games, read from infos.
 *
 * @module
 */

import type { VectorInfos } from "../vector/vector_env.ts";

/** A game that has ended. */
export interface FinishedGame {
  /** The environment that it was played in. */
  readonly lane: number;
  /** The sum of its rewards, none of them clipped. */
  readonly score: number;
  /** How many steps it took, those within resets included. */
  readonly length: number;
}

/** What infos hold of games: those of the lanes where `_game` is true. */
interface Games {
  readonly game?: { readonly r: Float64Array; readonly l: Float64Array };
  readonly _game?: readonly boolean[];
}

/**
 * The games that have ended in a step, by the infos of environments in the wrappers `"atari"` of
 * {@linkcode makePython}. Whether rewards are clipped and lost lives end episodes makes no difference:
 * a game has ended when it is over, or cut short by a limit of steps.
 *
 * The step that ends a game tells of it, in mode `"same_step"` in `final_info`. Where the game ended
 * within a reset (after a lost life, before its first step) that reset's infos do.
 *
 * @example
 * ```ts ignore
 * import { finishedGames, makePython } from "@dinoq/dinoq";
 *
 * await using env = await makePython("ALE/Breakout-v5", {
 *   wrappers: { kind: "atari", episodicLife: true, fireReset: true, clipReward: true },
 * });
 * await env.reset({ seed: 1 });
 * for (let step = 0; step < 1000; step++) {
 *   const [, , , , infos] = await env.step([env.singleActionSpace.sample()]);
 *   for (const { score, length } of finishedGames(infos)) console.log(score, length);
 * }
 * ```
 *
 * @param infos the infos of a step or a reset
 */
export function finishedGames(infos: VectorInfos): FinishedGame[] {
  const games: FinishedGame[] = [];
  for (const told of [infos.final_info, infos]) {
    const { game, _game } = (told ?? {}) as Games;
    if (game === undefined) continue;
    _game?.forEach((has, lane) => {
      if (has) games.push({ lane, score: game.r[lane], length: game.l[lane] });
    });
  }
  return games;
}
