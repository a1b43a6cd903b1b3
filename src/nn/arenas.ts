/**
 * The arenas that forward and backward passes read their weights from: the parameters themselves, or
 * in a noisy network what noise has made of them.
 */

/** Sets of weights side by side in a buffer. */
export interface Arenas {
  /** [agents × count × size4] vec4s. */
  readonly buffer: GPUBuffer;
  /** How many there are for each agent. */
  readonly count: number;
  /** vec4s of one. */
  readonly size4: number;
  /** Which one each pass reads, four bits each; the first pass reads the first. */
  readonly ofPass: number;
}

/** The overrides of a kernel that reads weights. */
export function arenaOverrides({ count, size4 }: Arenas): Record<string, number> {
  return { ARENAS: count, ARENA4: size4 };
}
