/**
 * Seaquest: rescue divers, shoot the rest, come up for air.
 *
 * The rules are in seaquest_rules.ts.
 *
 * @module
 */

import { MinAtarGame, type MinAtarOptions } from "./game.ts";
import { SEAQUEST } from "./seaquest_rules.ts";

/**
 * A submarine rescues divers, shoots fish and enemy submarines, and has to come up for air. One of the
 * five games of K. Young and T. Tian, "MinAtar: An Atari-Inspired Testbed for Thorough and Reproducible
 * Reinforcement Learning Experiments" (2019); observations, rewards and ends equal those of the Python
 * package minatar 1.0.15 for the same seed and actions.
 *
 * ## Action space
 *
 * `Discrete(6)`
 *
 * | action | meaning                                     |
 * | ------ | ------------------------------------------- |
 * | 0      | nothing                                     |
 * | 1      | turn left and move a cell                   |
 * | 2      | up                                          |
 * | 3      | turn right and move a cell                  |
 * | 4      | down                                        |
 * | 5      | fire ahead, at most once in five steps      |
 *
 * With probability `stickyActionProb` the last step's action is done instead of the one given, as
 * {@linkcode MinAtarGame} says.
 *
 * ## Observation space
 *
 * `Box(0, 1, [10, 10, 10], uint8)`: zeros and ones, row-major. Cell (x, y), y down, of channel c is
 * element (10 · y + x) · 10 + c.
 *
 * | channel | a one where                                                                   |
 * | ------- | ----------------------------------------------------------------------------- |
 * | 0       | the submarine's front is, y from 0 (the surface) to 8                         |
 * | 1       | the submarine's back is                                                       |
 * | 2       | a bullet of the player's is                                                   |
 * | 3       | something came from: the cell behind each fish, enemy submarine and diver     |
 * | 4       | an enemy's bullet is                                                          |
 * | 5       | a fish is                                                                     |
 * | 6       | an enemy submarine is                                                         |
 * | 7       | oxygen is left: in the lowest row from the left, a cell for 20 steps          |
 * | 8       | divers are on board: in the lowest row, as many cells up to x = 8             |
 * | 9       | a diver is                                                                    |
 *
 * Python's MinAtar has them as bool, for which there is no typed array.
 *
 * ## Reward
 *
 * 1 for each fish and each submarine that a bullet meets; and on coming up with six divers on board
 * as much as cells of oxygen are left, 10 at most.
 *
 * ## Start
 *
 * The submarine is at (5, 0), its front to the left, with oxygen for 200 steps and no diver on board.
 * A fish or (with probability 1/3) an enemy submarine comes in every 20 steps, a diver every 30, each
 * from a random side in a random row from 1 to 8; an enemy that would swim against others in its row
 * stays away. They move a cell every 6 steps, bullets in every step, and an enemy submarine shoots
 * every 11 steps. A diver that the submarine's front meets comes on board, if fewer than six are.
 *
 * Oxygen goes down by 1 in every step below the surface. Coming up refills it and costs a diver; with
 * six on board all six leave. (As in the package, the counter is then at -1: the next diver brings it
 * to 0, and until then coming up, which needs another number than 0, costs nothing but makes the
 * counter smaller still.)
 *
 * With `difficultyRamping`, each coming up makes the steps between two enemies one fewer, down to 1,
 * and every other one makes the enemies' moves a step more frequent, up to one every 3 steps.
 *
 * ## End
 *
 * - Termination: the submarine's front and a fish, an enemy submarine or an enemy's bullet are in one
 *   cell; the oxygen is used up; or the submarine comes up with the counter of divers at 0.
 * - Truncation: none, unless `make` is given `maxEpisodeSteps`.
 *
 * Stepping before a reset, after the episode's end or with another action is an error.
 *
 * ## Arguments
 *
 * | option                | type    | default            | meaning                                    |
 * | --------------------- | ------- | ------------------ | ------------------------------------------ |
 * | `stickyActionProb`    | number  | 0.1                | how probable it is that an action sticks   |
 * | `difficultyRamping`   | boolean | true               | whether the game gets harder as it goes on |
 * | `useMinimalActionSet` | boolean | true (v1)          | without effect: all six do something       |
 * | `maxEpisodeSteps`     | integer | none               | of `make`: a limit on episodes             |
 *
 * ## Versions
 *
 * - `MinAtar/Seaquest-v1` and `MinAtar/Seaquest-v0`: the same, for all six actions do something.
 *
 * @example An episode of random actions
 * ```ts
 * import { make } from "@dinoq/dinoq";
 *
 * const env = make<Uint8Array>("MinAtar/Seaquest-v1");
 * env.reset({ seed: 1 });
 * let score = 0;
 * for (let ended = false; !ended;) {
 *   const [_board, reward, terminated] = env.step(env.actionSpace.sample());
 *   score += reward;
 *   ended = terminated;
 * }
 * console.log(`score: ${score}`);
 * ```
 */
export class Seaquest extends MinAtarGame {
  /**
   * Makes the bare environment.
   *
   * @param options sticky actions, ramping, which actions; left out, those of the package
   */
  constructor(options: MinAtarOptions = {}) {
    super(SEAQUEST, options);
  }
}
