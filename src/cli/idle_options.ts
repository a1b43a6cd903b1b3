/**
 * Options that play no part in a configuration: where several algorithms share a command line, what is
 * given for one of them is left out for the others.
 *
 * @module
 */

import { configure, type Layers } from "../dqn/algorithms/configure.ts";
import { isUsed } from "../dqn/combinations.ts";
import type { DQNConfig } from "../dqn/config.ts";
import type { OptionName } from "../dqn/options.ts";

/** Says of an option whether it is left out where it plays no part. */
export type MayLeaveOut = (name: OptionName) => boolean;

/**
 * Which of the single options play no part and may be left out.
 *
 * @param layers Preset and algorithms, and the options over them.
 * @param mayLeaveOut Which of these options it is about.
 * @throws {RangeError} When algorithms contradict each other, or C51 has no support.
 */
export function idleOptions(layers: Layers, mayLeaveOut: MayLeaveOut): OptionName[] {
  const options: { -readonly [Name in OptionName]?: DQNConfig[Name] } = { ...layers.options };
  const idle: OptionName[] = [];
  while (true) {
    // With all that is left of them, since one may give another its part, and take it along.
    const config = configure({ ...layers, options });
    const more = (Object.keys(options) as OptionName[])
      .filter((name) => mayLeaveOut(name) && !isUsed(name, config));
    if (more.length === 0) return idle;
    for (const name of more) delete options[name];
    idle.push(...more);
  }
}
