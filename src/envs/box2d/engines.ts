/**
 * What a pilot tells the lander's engines, by the four actions or by two numbers.
 *
 * @module
 */

/** Thrust for one step. */
export interface Thrust {
  /** Power of the main engine, 0 or from 0.5 to 1. */
  readonly main: number;
  /** Power of a side engine, 0 or from 0.5 to 1. */
  readonly side: number;
  /** Which of the side engines: -1 the left one, 1 the right one. */
  readonly direction: number;
}

/** The four actions' thrust: nothing, the left engine, the main engine, the right engine. */
export const DISCRETE_THRUST: readonly Thrust[] = [
  { main: 0, side: 0, direction: 0 },
  { main: 0, side: 1, direction: -1 },
  { main: 1, side: 0, direction: 0 },
  { main: 0, side: 1, direction: 1 },
];

/**
 * Thrust by two numbers, each clipped to [-1, 1]: the main engine is off up to 0 and goes from half to
 * full power above; beyond ±0.5 a side engine has as much power as the number says.
 */
export function continuousThrust(main: number, side: number): Thrust {
  const throttle = Math.min(Math.max(main, -1), 1);
  const turn = Math.min(Math.max(side, -1), 1);
  const isTurning = Math.abs(turn) > 0.5;
  return {
    main: throttle > 0 ? (throttle + 1) * 0.5 : 0,
    side: isTurning ? Math.abs(turn) : 0,
    direction: isTurning ? Math.sign(turn) : 0,
  };
}
