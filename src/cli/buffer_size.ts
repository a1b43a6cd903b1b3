/**
 * How many rows the replay buffer has where nobody says: as many as the preset wants, but on a processor,
 * whose memory is the machine's own, no more than a gigabyte's worth of observations.
 *
 * @module
 */

import type { Shape } from "../agent/spaces.ts";
import type { ResolvedConfig } from "../dqn/config.ts";
import { whole } from "./format.ts";

/** Bytes of observations that are taken without asking. */
const MODEST_BYTES = 1e9;

/** A replay buffer smaller than the preset's. */
export interface SmallerBuffer {
  /** Its rows. */
  readonly rows: number;
  /** What is said of it; `why` is what makes it necessary. */
  text(why: string): string;
}

/**
 * The replay buffer that takes a gigabyte, with rows in round numbers.
 *
 * @param config The preset's options.
 * @param shape What environments return.
 * @returns undefined where the preset's own is no larger.
 */
export function smallerBuffer(
  { bufferSize, learningStarts }: ResolvedConfig,
  { observationSize, isBytes }: Pick<Shape, "observationSize" | "isBytes">,
): SmallerBuffer | undefined {
  const rowBytes = isBytes ? observationSize : 4 * observationSize;
  if (bufferSize * rowBytes <= MODEST_BYTES) return undefined;
  const most = MODEST_BYTES / rowBytes;
  const unit = 10 ** Math.floor(Math.log10(most));
  // What is collected before learning starts has to have room.
  const rows = Math.min(bufferSize, Math.max(Math.floor(most / unit) * unit, learningStarts));
  return {
    rows,
    text: (why) =>
      `replay buffer of ${whole(rows)} rows, ${
        gigabytes(rows * rowBytes)
      } of observations, and not ` +
      `the preset's ${whole(bufferSize)}, ${gigabytes(bufferSize * rowBytes)}: ${why}; ` +
      "--buffer-size sets another",
  };
}

function gigabytes(bytes: number): string {
  return `${Number((bytes / 1e9).toPrecision(3))} GB`;
}
