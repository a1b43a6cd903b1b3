/** The recorded spaces: builds them from their descriptions and compares long series of samples. */

import assert from "node:assert/strict";
import recorded from "../../fixtures/gymnasium/spaces.json" with { type: "json" };
import {
  Box,
  type BoxDtype,
  Dict,
  Discrete,
  type IntegerDtype,
  MultiBinary,
  MultiDiscrete,
  type SampleWeights,
  type Space,
  type SpaceSeed,
  Tuple,
} from "../../../src/envs/mod.ts";
import { number, sha256 } from "../fixture.ts";

/** How the recording script describes a space. */
export type Description =
  | { kind: "Discrete"; n: number; start: number }
  | {
    kind: "Box";
    low: (number | string)[];
    high: (number | string)[];
    shape: number[];
    dtype: string;
  }
  | { kind: "MultiDiscrete"; nvec: number[]; start: number[]; shape: number[]; dtype: string }
  | { kind: "MultiBinary"; shape: number[] }
  | { kind: "Tuple"; spaces: Description[] }
  | { kind: "Dict"; sortKeys: boolean; spaces: [string, Description][]; keys: string[] };

/** A recorded series of samples. */
export interface Series {
  space: Description;
  seed: SpaceSeed;
  mask?: SampleWeights[];
  probability?: SampleWeights[];
  count: number;
  first: number[];
  sha256: string;
  flat?: {
    dim: number;
    box: Description & { kind: "Box" };
    first: number[];
    sha256: string;
    boxSample: number[];
  };
}

/** All series without masks. */
export const SAMPLES = recorded.samples as unknown as Series[];

/** All series, those by masks and by probabilities included. */
export const SERIES: Series[] = [
  ...SAMPLES,
  ...recorded.masks as unknown as Series[],
  ...recorded.probabilities as unknown as Series[],
];

/** Gymnasium's int64 is int32 here. */
export function dtypeHere(dtype: string): BoxDtype {
  return dtype === "int64" ? "int32" : dtype as BoxDtype;
}

/** A bound for all, or the list. */
export function bounds(list: (number | string)[]): number | number[] {
  return list.length === 1 ? number(list[0]) : list.map(number);
}

/** The space of a description. */
export function build(description: Description): Space<unknown> {
  switch (description.kind) {
    case "Discrete":
      return new Discrete(description.n, { start: description.start });
    case "Box": {
      const { low, high, shape, dtype } = description;
      return new Box(bounds(low), bounds(high), shape, dtypeHere(dtype));
    }
    case "MultiDiscrete": {
      const { nvec, start, shape, dtype } = description;
      return new MultiDiscrete(nvec, { start, shape, dtype: dtypeHere(dtype) as IntegerDtype });
    }
    case "MultiBinary":
      return new MultiBinary(description.shape);
    case "Tuple":
      return new Tuple(description.spaces.map(build));
    case "Dict": {
      const { spaces, sortKeys, keys } = description;
      const dict = new Dict(
        Object.fromEntries(spaces.map(([key, space]) => [key, build(space)])),
        { sortKeys },
      );
      assert.deepEqual(dict.keys, keys);
      return dict;
    }
  }
}

/** All numbers of a sample, in the space's order. */
export function leaves(space: Space<unknown>, x: unknown): number[] {
  if (space instanceof Tuple) {
    return (x as unknown[]).flatMap((value, i) => leaves(space.spaces[i], value));
  }
  if (space instanceof Dict) {
    const record = x as Record<string, unknown>;
    return space.keys.flatMap((key) => leaves(space.spaces[key], record[key]));
  }
  return typeof x === "number" ? [x] : Array.from(x as ArrayLike<number>);
}

/** Passes when the recorded series of one kind of space come out, and there are at least `least`. */
export async function checkSeries(kind: Description["kind"], least: number): Promise<void> {
  const series = SERIES.filter(({ space }) => space.kind === kind);
  assert.ok(series.length >= least, `${series.length} series of ${kind}, wanted ${least}`);
  for (
    const { space: description, seed, mask, probability, count, first, sha256: hash } of series
  ) {
    const space = build(description);
    const name = `${space}, seed ${JSON.stringify(seed)}${mask ? ", masked" : ""}`;
    space.seed(seed);
    const samples: number[] = [];
    for (let i = 0; i < count; i++) {
      const sample = space.sample(mask?.[i % mask.length], probability?.[i % probability.length]);
      assert.ok(space.contains(sample), `${name}, sample ${i}`);
      samples.push(...leaves(space, sample));
      if (i === 0) assert.deepEqual(samples, first, name);
    }
    assert.equal(await sha256(Float64Array.from(samples)), hash, name);
  }
}

/** Passes when `make` throws an error of a type whose message matches, for each. */
export function assertThrows(
  cases: readonly (readonly [
    make: () => unknown,
    type: new (...args: never[]) => Error,
    message: RegExp,
  ])[],
): void {
  for (const [make, type, message] of cases) {
    assert.throws(make, (error: Error) => {
      assert.ok(error instanceof type, `${error.name} instead of ${type.name}: ${error.message}`);
      assert.match(error.message, message);
      return true;
    });
  }
}
