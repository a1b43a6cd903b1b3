/**
 * MinAtar: five Atari games on a 10 × 10 board.
 *
 * @module
 */

export {};
