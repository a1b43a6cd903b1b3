/**
 * Spaces: what observations and actions are.
 *
 * @module
 */

export type { Space } from "./space.ts";
export { SeededSpace } from "./seeded_space.ts";
export { Box, type BoxArrays, type BoxDtype } from "./box.ts";
export { Discrete } from "./discrete.ts";
