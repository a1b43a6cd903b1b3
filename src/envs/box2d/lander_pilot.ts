/**
 * A pilot by rules: what a learner should beat.
 *
 * @module
 */

/**
 * Gymnasium's heuristic pilot for LunarLander: leans towards the pad, keeps a height in proportion to
 * the distance from it, and only brakes once a leg has touched the ground. It lands in nine flights of
 * ten, at a mean return of about 240; in wind in half of them.
 *
 * Source: Gymnasium 1.4.0, envs/box2d/lunar_lander.py, `heuristic`.
 *
 * @example
 * ```ts
 * import { lunarLanderPilot, make } from "@dinoq/dinoq";
 *
 * const env = make("LunarLander-v3");
 * const [observation] = env.reset({ seed: 1 });
 * env.step(lunarLanderPilot(observation));
 * ```
 *
 * @param observation what the environment showed last, 8 numbers
 * @returns 0 nothing, 1 left, 2 main, 3 right engine
 */
export function lunarLanderPilot(observation: ArrayLike<number>): number {
  const [turn, lift] = wanted(observation);
  if (lift > Math.abs(turn) && lift > 0.05) return 2;
  if (turn < -0.05) return 3;
  return turn > 0.05 ? 1 : 0;
}

/** How much to turn, and how much to rise. */
function wanted(observation: ArrayLike<number>): [turn: number, lift: number] {
  const { 0: x, 1: y, 2: vx, 3: vy, 4: angle, 5: spin, 6: right, 7: left } = observation;
  if (right || left) return [0, -vy * 0.5];
  const lean = Math.min(Math.max(x * 0.5 + vx, -0.4), 0.4);
  const height = 0.55 * Math.abs(x);
  return [(lean - angle) * 0.5 - spin, (height - y) * 0.5 - vy * 0.5];
}
