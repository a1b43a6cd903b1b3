/**
 * The stage of Atari games, which Python's Arcade Learning Environment plays.
 *
 * The agent learns behind DeepMind's wrappers: an episode is a life, which teaches what is dangerous. It is
 * evaluated in whole games, whose score is the game's own. Rewards are clipped by the learner (`rewardClip`) and
 * frames stacked by its replay buffer (`frameStack`), so neither is done in Python.
 *
 * @module
 */

import { makePython } from "../envs/python/make_python.ts";
import type { PythonVectorEnv } from "../envs/python/python_vector_env.ts";
import type { AtariWrappers } from "../envs/python/python_wrappers.ts";
import type { ObservationArray } from "../envs/vector/vector_env.ts";
import { filmedVector } from "./film.ts";
import { GameScores } from "./game_scores.ts";
import type { Stage, StageRequest } from "./stage.ts";

/** What training, evaluation and filming have in common. */
const WRAPPERS: AtariWrappers = { kind: "atari", frameStack: null, fireReset: true };
/** Frames of the game in each step: as many as the wrappers skip. */
const FRAMES_PER_STEP = 4;
/** Frames that the game shows in a second. */
const FRAMES_PER_SECOND = 60;

/** Games in Python. */
type Games = PythonVectorEnv<ObservationArray, number>;

/** Opens a stage of a game; Python is started when its environments are asked for. */
export function atariStage({ env: id, numEnvs, python }: StageRequest): Stage {
  const opened: Games[] = [];
  const open = async (count: number, wrappers: AtariWrappers): Promise<Games> => {
    const making = makePython<ObservationArray>(id, {
      ...{ numEnvs: count, wrappers },
      // Each game greets; what goes wrong is told in the error, with Python's last words.
      showsOutput: false,
      ...python !== undefined && { python },
    });
    const games = await making.catch((error) => {
      throw withAdvice(error);
    });
    opened.push(games);
    return games;
  };
  let learning: GameScores | undefined;
  let judging: Games | undefined;
  return {
    framesPerStep: FRAMES_PER_STEP,
    async lanes() {
      return learning ??= new GameScores(
        await open(numEnvs, { ...WRAPPERS, episodicLife: true }),
      );
    },
    async judges(episodes) {
      return judging ??= await open(Math.min(numEnvs, episodes), WRAPPERS);
    },
    async film() {
      return filmedVector(await open(1, WRAPPERS), FRAMES_PER_SECOND / FRAMES_PER_STEP);
    },
    takeGames: (lane) => learning?.take(lane) ?? [],
    notes: () => [...opened.slice(0, 1).map(noteOn), ...learning ? [ON_LIVES] : []],
    async [Symbol.asyncDispose]() {
      await Promise.all(opened.map((games) => games.close()));
    },
  };
}

/** What to type where there is no Python at all; where a package is missing, the error says it by itself. */
function withAdvice(error: Error): Error {
  if (!/there is no Python/.test(error.message)) return error;
  const advice = "on the command line --python names one; it needs\n\n" +
    '  python3 -m pip install "gymnasium[atari]==1.4.0" opencv-python';
  return new Error(`${error.message}; ${advice}`, { cause: error });
}

/** What an episode is. */
const ON_LIVES = "an episode is a life; curves, averages and evaluations are of whole games";

/** What plays the games. */
function noteOn({ numEnvs, spec, versions: { python, gymnasium } }: Games): string {
  const games = numEnvs === 1 ? "one game" : `${numEnvs} games`;
  return `${games} of ${spec.id} at a time in Python ${python}, Gymnasium ${gymnasium}`;
}
