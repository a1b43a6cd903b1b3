/**
 * Pong, from pixels.
 *
 * @module
 */

export { Pong, type PongOptions, type PongState } from "./pong.ts";
