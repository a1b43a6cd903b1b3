/**
 * Spaces: what observations and actions are.
 *
 * @module
 */

export type { ElementOf, SampleWeights, Space, SpaceSeed } from "./space.ts";
export { SeededSpace } from "./seeded_space.ts";
export type { BoxArrays, BoxDtype, IntegerDtype } from "./dtype.ts";
export { Box } from "./box.ts";
export { Discrete } from "./discrete.ts";
export { MultiDiscrete, type MultiDiscreteOptions } from "./multi_discrete.ts";
export { MultiBinary } from "./multi_binary.ts";
export { Tuple, type TupleElements } from "./tuple.ts";
export { Dict, type DictElements, type DictOptions, type SpaceRecord } from "./dict.ts";
export { type FlatArray, flatdim, flatten, flattenSpace, unflatten } from "./flatten.ts";
