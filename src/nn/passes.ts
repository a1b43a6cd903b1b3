/**
 * Forward passes side by side: an update sends the batch through the networks several times, and one
 * dispatch of each layer computes them all.
 */

/** One forward pass. */
export interface Pass {
  /** Which network's parameters. */
  readonly network: "online" | "target";
  /** What goes in: the batch's observations, or its next observations. */
  readonly input: "observations" | "nextObservations";
  /** Quantile samples for each row (IQN); 1 in a network without them. */
  readonly samples: number;
}

/** As many passes as the kernels have room for. */
export const MOST_PASSES = 4;

const NETWORKS = { online: 0, target: 1 } as const;
const INPUTS = { observations: 0, nextObservations: 1 } as const;
/** Bits for each pass in the words that tell passes apart. */
const BITS = 4;

/** One number of up to four bits for each pass, in a word. */
function packed(values: readonly number[]): number {
  return values.reduce((word, value, pass) => word + value * 2 ** (BITS * pass), 0);
}

/** The overrides of shaders/lib/passes.wgsl that say how many samples each pass has. */
export function sampleOverrides(passes: readonly Pass[]): Record<string, number> {
  const overrides: Record<string, number> = {};
  for (let pass = 0; pass < MOST_PASSES; pass++) {
    overrides[`SAMPLES_${pass}`] = passes[pass]?.samples ?? 1;
  }
  return overrides;
}

/** Which arena each pass reads: its network's, or with noise one of its own. */
export function arenaOf(passes: readonly Pass[], isNoisy: boolean): number {
  return packed(passes.map(({ network }, pass) => isNoisy ? pass : NETWORKS[network]));
}

/** Which network each pass is of: 0 online, 1 target. */
export function networkOf(passes: readonly Pass[]): number {
  return packed(passes.map(({ network }) => NETWORKS[network]));
}

/** Which inputs each pass reads. */
export function inputOf(passes: readonly Pass[]): number {
  return packed(passes.map(({ input }) => INPUTS[input]));
}

/** Which observations each pass reads, for a kernel that reads a block: none but the first holds them. */
export function readsOf(passes: readonly Pass[], block: number): Record<string, number> {
  return block === 0 ? { READS_INPUTS: 1, INPUT_OF: inputOf(passes) } : {};
}

/** Rows of all passes before one, of so many for each row of the batch; of all when it is left out. */
export function samplesBefore(passes: readonly Pass[], pass: number = passes.length): number {
  return passes.slice(0, pass).reduce((sum, { samples }) => sum + samples, 0);
}
