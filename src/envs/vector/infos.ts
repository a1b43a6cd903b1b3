/**
 * The infos of all lanes in one record, as Gymnasium's `VectorEnv._add_info` merges them.
 *
 * @module
 */

import type { Info } from "../env.ts";
import { arrayName, ARRAYS, isTypedArray } from "./layout.ts";
import type { LaneSink } from "./lane_group.ts";
import type { ObservationArray, VectorInfos } from "./vector_env.ts";

/** What the array of a key holds, decided by the first lane that has the key. */
type Kind = "number" | "boolean" | "array" | "other";

/** Merges what the lanes tell, in the order of the lanes. */
export class InfoMerger<Obs> implements LaneSink<Obs> {
  /** What has been merged so far. */
  readonly infos: VectorInfos = {};
  readonly #numEnvs: number;
  readonly #name: string;
  /** The kinds of the arrays; made when first needed, for most infos are empty. */
  #kinds: Map<unknown, Kind> | undefined;

  /**
   * @param numEnvs how many lanes there are
   * @param name the environment's, for errors
   */
  constructor(numEnvs: number, name: string) {
    this.#numEnvs = numEnvs;
    this.#name = name;
  }

  /** Adds a lane's info. */
  info(lane: number, info: Info): void {
    this.#merge(this.infos, info, lane, "");
  }

  /** Adds the last observation and info of a lane's episode. */
  final(lane: number, observation: Obs, info: Info): void {
    const { infos } = this;
    const observations = (infos.final_obs ??= this.#filled(null)) as unknown[];
    observations[lane] = observation;
    this.#mark(infos, "final_obs", lane);
    this.#merge(infos, { final_info: info }, lane, "");
  }

  #merge(into: VectorInfos, info: Info, lane: number, path: string): void {
    for (const key in info) {
      if (!Object.hasOwn(info, key)) continue;
      const value = info[key];
      const isNew = !Object.hasOwn(into, key);
      if (isRecord(value)) {
        if (isNew) into[key] = {};
        const inner = into[key];
        if (!isRecord(inner)) throw this.#mixed(lane, path + key, value);
        this.#merge(inner, value, lane, `${path}${key}.`);
      } else {
        if (isNew) into[key] = this.#arrayFor(value);
        this.#store(into[key], value, lane, path + key);
      }
      this.#mark(into, key, lane);
    }
  }

  /** An array for the values of a key, of which this is the first. */
  #arrayFor(value: unknown): unknown {
    let kind: Kind = "other";
    let array: unknown;
    if (typeof value === "number") {
      kind = "number";
      array = new Float64Array(this.#numEnvs);
    } else if (typeof value === "boolean") {
      kind = "boolean";
      array = this.#filled(false);
    } else if (isTypedArray(value)) {
      kind = "array";
      array = new ARRAYS[arrayName(value)](this.#numEnvs * value.length);
    } else {
      array = this.#filled(null);
    }
    (this.#kinds ??= new Map()).set(array, kind);
    return array;
  }

  #store(array: unknown, value: unknown, lane: number, path: string): void {
    const kind = this.#kinds?.get(array);
    const isNumber = typeof value === "number" || typeof value === "boolean";
    if (kind === "other") (array as unknown[])[lane] = value;
    else if (kind === "number" && isNumber) (array as Float64Array)[lane] = Number(value);
    else if (kind === "boolean" && isNumber) (array as boolean[])[lane] = Boolean(value);
    else if (
      kind === "array" && isTypedArray(value) &&
      value.length * this.#numEnvs === (array as ObservationArray).length
    ) (array as ObservationArray).set(value, lane * value.length);
    else throw this.#mixed(lane, path, value);
  }

  #mark(into: VectorInfos, key: string, lane: number): void {
    const mask = (into[`_${key}`] ??= this.#filled(false)) as boolean[];
    mask[lane] = true;
  }

  #filled<T>(value: T): T[] {
    return new Array<T>(this.#numEnvs).fill(value);
  }

  #mixed(lane: number, path: string, value: unknown): TypeError {
    const given = isTypedArray(value)
      ? `a ${arrayName(value)} of ${value.length}`
      : `${JSON.stringify(value)}`;
    return new TypeError(
      `${this.#name}, lane ${lane}: info.${path} is ${given}, of another kind or length than in the ` +
        `lanes before it`,
    );
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
