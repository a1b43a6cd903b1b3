/**
 * How a game's state lies in one array of integers.
 *
 * A game such as MinAtar's or Pong is a few small integers. They lie in one Int32Array, whose offsets a layout hands out
 * when the game's module is loaded: rules read `state[PLAYER_X]`, a copy of the array is a copy of the
 * game, and the layout alone knows how to write the array as JSON and what may stand in it. A port to
 * the GPU needs the same array in a storage buffer (one such array a lane) and the same offsets as
 * constants; nothing here grows, so its size is known beforehand.
 *
 * @module
 */

import { arrayFromJson, type JsonValue, recordFromJson } from "./json.ts";
import type { List } from "./state_list.ts";

/** The range of an integer, both ends included. */
export type Range = readonly [min: number, max: number];

/** A named part of the state. */
interface Field {
  readonly name: string;
  readonly at: number;
  /** One number, so many numbers, or a list of up to so many rows behind its length. */
  readonly kind: "number" | "numbers" | "list";
  readonly count: number;
  /** The range of each number; of a list, that of each number of a row. */
  readonly ranges: readonly Range[];
}

/** Any integer that the array holds. */
export const ANY: Range = [-(2 ** 31), 2 ** 31 - 1];
/** A counter that only grows. */
export const COUNT: Range = [0, 2 ** 31 - 1];
/** 0 or 1. */
export const FLAG: Range = [0, 1];

/** Hands out offsets, and turns the array at these offsets into JSON and back. */
export class StateLayout {
  readonly #fields: Field[] = [];
  #size = 0;

  /** How many integers the state has. */
  get size(): number {
    return this.#size;
  }

  #add(name: string, kind: Field["kind"], count: number, ranges: readonly Range[]): number {
    const at = this.#size;
    this.#fields.push({ name, at, kind, count, ranges });
    this.#size += kind === "list" ? 1 + count * ranges.length : count;
    return at;
  }

  /** Room for a number; returns where it lies. */
  number(name: string, range: Range): number {
    return this.#add(name, "number", 1, [range]);
  }

  /** Room for `count` numbers in a row; returns where the first lies. */
  numbers(name: string, count: number, range: Range): number {
    return this.#add(name, "numbers", count, [range]);
  }

  /** Room for a list of up to `capacity` rows; returns where it lies. */
  list(name: string, capacity: number, ranges: readonly Range[]): List {
    return { at: this.#add(name, "list", capacity, ranges), width: ranges.length, capacity };
  }

  /** The state by names: numbers, arrays of numbers, and lists as arrays of rows. */
  toJson(state: Int32Array): JsonValue {
    const record: Record<string, JsonValue> = {};
    for (const { name, at, kind, count, ranges } of this.#fields) {
      if (kind === "number") record[name] = state[at];
      else if (kind === "numbers") record[name] = [...state.subarray(at, at + count)];
      else {
        record[name] = Array.from({ length: state[at] }, (_, row) => {
          const from = at + 1 + row * ranges.length;
          return [...state.subarray(from, from + ranges.length)];
        });
      }
    }
    return record;
  }

  /**
   * The array that {@linkcode StateLayout.toJson} wrote.
   *
   * @param what names the state in errors
   */
  fromJson(json: JsonValue | undefined, what: string): Int32Array {
    const record = recordFromJson(json, what);
    const state = new Int32Array(this.#size);
    for (const { name, at, kind, count, ranges } of this.#fields) {
      const where = `${name} in ${what}`;
      const value = record[name];
      if (kind === "number") {
        state[at] = integer(value, ranges[0], where);
      } else if (kind === "numbers") {
        const numbers = arrayOf(value, count, count, where);
        state.set(numbers.map((number) => integer(number, ranges[0], where)), at);
      } else {
        const rows = arrayOf(value, 0, count, where);
        state[at] = rows.length;
        for (const [index, row] of rows.entries()) {
          const numbers = arrayOf(row, ranges.length, ranges.length, `a row of ${where}`);
          state.set(
            numbers.map((number, i) => integer(number, ranges[i], `a row of ${where}`)),
            at + 1 + index * ranges.length,
          );
        }
      }
    }
    return state;
  }
}

function integer(value: JsonValue | undefined, [min, max]: Range, what: string): number {
  if (
    typeof value === "number" && Number.isInteger(value) && value >= min && value <= max
  ) return value;
  throw new RangeError(
    `${what} must be an integer from ${min} to ${max}, got ${JSON.stringify(value)}`,
  );
}

function arrayOf(
  value: JsonValue | undefined,
  min: number,
  max: number,
  what: string,
): readonly JsonValue[] {
  const array = arrayFromJson(value, what);
  if (array.length >= min && array.length <= max) return array;
  throw new RangeError(
    `${what} must hold ${min === max ? min : `${min} to ${max}`} entries, got ${array.length}`,
  );
}
