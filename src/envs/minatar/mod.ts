/**
 * MinAtar: five Atari games on a 10 × 10 board.
 *
 * @module
 */

export { Asterix } from "./asterix.ts";
export { Breakout } from "./breakout.ts";
export { Freeway } from "./freeway.ts";
export { MinAtarGame, type MinAtarOptions } from "./game.ts";
export { Seaquest } from "./seaquest.ts";
export { SpaceInvaders } from "./space_invaders.ts";
