/**
 * All algorithms by name, and what several of them make together.
 *
 * @module
 */

import type { DQNConfig } from "../config.ts";
import { suggestion } from "../../nearest.ts";
import type { OptionName } from "../options.ts";
import { show } from "../validate.ts";
import type { Algorithm } from "./algorithm.ts";
import { C51 } from "./c51.ts";
import { DOUBLE } from "./double.ts";
import { DQN_ALGORITHM } from "./dqn.ts";
import { DUELING } from "./dueling.ts";
import { IQN } from "./iqn.ts";
import { MUNCHAUSEN } from "./munchausen.ts";
import { NOISY } from "./noisy.ts";
import { NSTEP } from "./nstep.ts";
import { PER } from "./per.ts";
import { QR } from "./qr.ts";
import { RAINBOW } from "./rainbow.ts";
import { SARSA } from "./sarsa.ts";

/** Every algorithm, from the plain one to all parts together. */
export const ALGORITHMS: Readonly<Record<string, Algorithm>> = Object.fromEntries(
  [
    DQN_ALGORITHM,
    DOUBLE,
    DUELING,
    PER,
    NSTEP,
    NOISY,
    C51,
    QR,
    IQN,
    MUNCHAUSEN,
    SARSA,
    RAINBOW,
  ].map((algorithm) => [algorithm.name, algorithm]),
);

/** Their names. */
export const ALGORITHM_NAMES: readonly string[] = Object.keys(ALGORITHMS);

/**
 * The options of several algorithms together. Parts that none of them has are off.
 *
 * @param names Such as ["double", "dueling"].
 * @throws {RangeError} When a name is unknown, or two of them want an option differently.
 */
export function combineAlgorithms(names: readonly string[]): DQNConfig {
  const together: Record<string, unknown> = {};
  const setBy: Partial<Record<string, string>> = {};
  for (const name of names) {
    if (!Object.hasOwn(ALGORITHMS, name)) {
      throw new RangeError(
        `an algorithm must be one of ${ALGORITHM_NAMES.join(", ")}, got ${show(name)}` +
          suggestion(name, ALGORITHM_NAMES),
      );
    }
    // Every one of them starts from the plain one, which so contradicts none.
    if (name === DQN_ALGORITHM.name) continue;
    const entries = Object.entries(ALGORITHMS[name].config) as [OptionName, unknown][];
    for (const [option, value] of entries) {
      const other = setBy[option];
      if (other !== undefined && together[option] !== value) {
        throw new RangeError(
          `${other} sets ${option} to ${show(together[option])}, and ${name} to ${show(value)}: ` +
            "name one of the two; an option that is given by itself counts over both",
        );
      }
      together[option] = value;
      setBy[option] = name;
    }
  }
  return { ...DQN_ALGORITHM.config, ...together };
}

/**
 * Names as they are typed: joined by + or commas.
 *
 * @param text Such as "double+dueling".
 * @throws {RangeError} When a name is unknown; the nearest one is suggested.
 */
export function algorithmNames(text: string): string[] {
  const names = text.split(/[+,]/).map((name) => name.trim());
  for (const name of names) {
    if (Object.hasOwn(ALGORITHMS, name)) continue;
    throw new RangeError(
      `must be of ${ALGORITHM_NAMES.join(", ")} (several joined by +), got ${show(name)}` +
        suggestion(name, ALGORITHM_NAMES),
    );
  }
  return [...new Set(names)];
}
