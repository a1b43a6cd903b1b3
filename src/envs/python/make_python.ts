/**
 * `makePython`: environments of Python's Gymnasium.
 *
 * @module
 */

import type { ObservationArray } from "../vector/vector_env.ts";
import type { PythonOptions } from "./python_options.ts";
import { launchPython, startPython } from "./python_setup.ts";
import { adopt, type PythonVectorEnv } from "./python_vector_env.ts";

/**
 * Makes environments of Python's Gymnasium (1.0 or later, 1.4.0 tried), any that is registered there:
 * Atari games, MuJoCo, one's own. They run in child processes, several environments each, and are
 * stepped together: the result is a {@linkcode VectorEnv} whose `reset` and `step` return promises, and
 * there is no single {@linkcode Env} of them, since those answer at once. `numEnvs` is 1 by default.
 * `DQN.create` takes it as it is.
 *
 * ```sh
 * pip install "gymnasium[atari]==1.4.0" opencv-python
 * deno run --allow-run=python3 play.ts
 * ```
 *
 * ## Action space and observation space
 *
 * Those of the environment in Python, with its wrappers:
 *
 * | space           | an observation or action                                        |
 * | --------------- | --------------------------------------------------------------- |
 * | `Discrete`      | a number                                                        |
 * | `Box`           | a typed array in row-major order, of the type in the next table |
 * | `MultiDiscrete` | an Int32Array                                                   |
 * | `MultiBinary`   | an Int8Array                                                    |
 *
 * | dtype in Python                                       | here                                        |
 * | ----------------------------------------------------- | ------------------------------------------- |
 * | uint8, uint16, uint32, int8, int16, int32             | the same                                    |
 * | float32, float64                                      | the same                                    |
 * | float16                                               | Float32Array                                |
 * | bool                                                  | Uint8Array                                  |
 * | int64, uint64, all of it within 32 bits by its bounds | Int32Array                                  |
 * | int64, uint64, else                                   | Float64Array; an integer beyond 2^53 is an  |
 * |                                                       | error                                       |
 *
 * Other spaces are an error that names the wrapper which would help. An action in a `Discrete` must be
 * one of it; arrays must have the space's type and size, and their bounds are the environment's
 * business, as in Gymnasium. NaN comes through in both directions.
 *
 * ## Reward
 *
 * The environment's own, as float64.
 *
 * ## Start
 *
 * `reset({ seed, options })`: environment i gets `seed + i`, or the i-th of a list; the same seeds and
 * actions give what they give in Python. `options` go to Python's `reset` as they are, but for
 * `resetMask`.
 *
 * ## End
 *
 * - Termination and truncation: the environment's own, with the limit of steps that it is registered with
 *   (`kwargs: { max_episode_steps: 500 }` sets another).
 * - The three autoreset modes are those of {@linkcode VectorEnv}.
 *
 * ## Infos
 *
 * Those of {@linkcode VectorInfos}: numbers, booleans, strings, null, arrays, and lists and dicts of
 * them. int64 and uint64 arrays come as Float64Array, bool arrays as Uint8Array, tuples as lists. What is
 * none of these is left out. A key without one is cheaper: infos travel as JSON.
 *
 * ## Arguments
 *
 * | option          | type    | default       | meaning                                                   |
 * | --------------- | ------- | ------------- | --------------------------------------------------------- |
 * | `numEnvs`       | integer | 1             | how many environments                                     |
 * | `kwargs`        | object  | `{}`          | arguments of `gymnasium.make`, named as there             |
 * | `wrappers`      |         | `[]`          | `"atari"`, `{ kind: "atari", … }` or a list, see below    |
 * | `python`        | string  | `"python3"`   | the interpreter; in an active virtual environment that    |
 * |                 |         |               | one's                                                     |
 * | `workers`       | integer | fewer of      | how many processes; the environments are dealt out evenly |
 * |                 |         | environments, |                                                           |
 * |                 |         | processors    |                                                           |
 * | `autoresetMode` | string  | `"next_step"` | also `"same_step"`, `"disabled"`                          |
 * | `env`           | object  | `{}`          | environment variables, e.g. PYTHONPATH, OMP_NUM_THREADS   |
 * | `showsOutput`   | boolean | true          | whether what Python prints is shown on stderr             |
 * | `startTimeout`  | ms      | 120,000       | how long importing and making may take                    |
 * | `callTimeout`   | ms      | Infinity      | how long a reset or a step may take                       |
 *
 * An id may name a module to import first, as in Gymnasium: `"my_envs:Maze-v0"`. Games of ale-py need
 * none.
 *
 * ## Wrappers
 *
 * A list, the innermost first: `[{ name: "ResizeObservation", kwargs: { shape: [84, 84] } }]`, each of
 * `gymnasium.wrappers` by its name or of one's own as `"module:Class"`. They run in Python.
 *
 * `"atari"` is the chain of V. Mnih et al., "Human-level control through deep reinforcement learning"
 * (2015) as Gymnasium has it: `AtariPreprocessing` (up to 30 frames of doing nothing at the start, an
 * action for 4 frames, the last two pooled by their maximum, 84×84 grey) and a stack of 4 pictures, so
 * an observation is 4×84×84 bytes, the newest picture last. The game's own frame skip is switched off;
 * its sticky actions (v5: probability 0.25) are not: `kwargs: { repeat_action_probability: 0 }`. As an
 * object it takes
 *
 * | option               | default | meaning                                                            |
 * | -------------------- | ------- | ------------------------------------------------------------------ |
 * | `frameSkip`          | 4       | frames a step                                                      |
 * | `noopMax`            | 30      | the most frames of doing nothing at the start                      |
 * | `screenSize`         | 84      | width and height, or both                                          |
 * | `episodicLife`       | false   | whether a lost life ends the episode (the 2015 paper: true); the   |
 * |                      |         | game goes on in the next one                                       |
 * | `terminalOnLifeLoss` | false   | the same, but the next episode is a new game (Gymnasium's own way) |
 * | `fireReset`          | false   | whether FIRE is pressed after a reset, where it is action 1        |
 * | `clipReward`         | false   | whether rewards are clipped to [-1, 1] (the paper: true); DQN's    |
 * |                      |         | `rewardClip` does so for learning alone                            |
 * | `frameStack`         | 4       | pictures in an observation; null for single ones, [84, 84], where  |
 * |                      |         | DQN's `frameStack` stacks them                                     |
 *
 * The order, the innermost first: preprocessing, the game's score, `episodicLife`, `fireReset`,
 * `clipReward`, the stack. In a list of one's own these three of the bridge are called `"GameScore"`,
 * `"EpisodicLife"` and `"FireReset"`. With `episodicLife` a reset after a lost life takes a step of
 * doing nothing and goes on, as in OpenAI's Baselines; a reset with a seed or options starts a new game.
 *
 * Whatever ends episodes and clips rewards, the score of each whole game is in the infos when it ends:
 * {@linkcode finishedGames} reads it. There, `infos.game` is `{ r, l }` with the score and the number of
 * steps, and `infos._game` tells which lanes have it; in mode `"same_step"` it is in `final_info`.
 *
 * ## State
 *
 * `getState` and `setState` save environments and go on from where they were, bit for bit, also in
 * other processes or with another number of them: observations, rewards, ends, infos and what is drawn
 * from generators. A state is JSON. They are there (else undefined) where Python can pickle the
 * environment with its wrappers: Gymnasium's classic control, toy text, its wrappers, the games of
 * ale-py, and one's own unless they hold what can't be pickled, as Box2D's worlds (LunarLander). Where
 * that turns out later, `getState` gives null, and Python's stderr says why.
 *
 * - A game of ale-py is restored by playing it again from its reset: a second for some 30,000 frames.
 *   The emulator's own state lacks the action that a sticky one repeats.
 * - What an environment keeps outside its objects (globals, `random` and `np.random` of the process,
 *   files) is not saved.
 * - A state is for the same environment and wrappers, best in the same versions; what was made of
 *   another chain of wrappers is refused.
 * - A state is a pickle. It may name only what belongs to the environment or is known to be harmless,
 *   but all the same take states and checkpoints only from those you trust.
 *
 * ## Errors
 *
 * An exception in Python is a {@linkcode PythonError} with the environment's id, the lane, the call and
 * Python's traceback; the next call must then be a `reset` of all. A child that dies is reported with
 * its exit code or signal and the last lines that it wrote; such a vector environment can only be
 * closed. Children end when `close` is called, and by themselves when this process ends, however it
 * does.
 *
 * @example Two environments in two processes
 * ```ts ignore
 * import { makePython } from "@dinoq/dinoq";
 *
 * await using env = await makePython("ALE/Pong-v5", { numEnvs: 2, wrappers: "atari" });
 * let [observations] = await env.reset({ seed: 1 }); // a Uint8Array of 2 × 4 × 84 × 84
 * for (let step = 0; step < 100; step++) {
 *   const actions = [env.singleActionSpace.sample(), env.singleActionSpace.sample()];
 *   const [next, rewards, terminated, truncated] = await env.step(actions);
 *   observations = next;
 * }
 * ```
 *
 * @param id the environment's id in Python
 * @param options how many, how they are made and where they run
 * @typeParam Obs an observation's type
 * @typeParam Act an action's type
 * @throws {PythonError} When Python can't make the environment, e.g. because there is none of that name,
 * or a package is missing: then it says what to type.
 * @throws {Error} When there is no such interpreter, the permission to run it is missing, or it does not
 * answer in time.
 */
export async function makePython<Obs = ObservationArray, Act = number>(
  id: string,
  options: PythonOptions = {},
): Promise<PythonVectorEnv<Obs, Act>> {
  return adopt<Obs, Act>(await startPython(id, options, launchPython));
}
