/**
 * Which rows of the ring a batch is made of: the kernel that draws them, where sampling needs one, and
 * what the host has to know and to tell.
 *
 * Uniform draws with replacement are a function of the table alone and are made inside the gather.
 * All others depend on each other, or on priorities, and are drawn by a step of their own.
 */

import type { Buffers } from "../gpu/buffers.ts";
import { philox, STREAMS, words } from "../gpu/philox.ts";
import type { Step } from "../gpu/program.ts";
import { drawableOverrides } from "./overrides.ts";
import type { DrawableRows, RingMemory } from "./ring_memory.ts";

/** Words of a draw: row, weight, as in shaders/lib/draw.wgsl. */
const DRAW_WORDS = 2;
/** The largest batch that can be drawn without replacement: it is compared within a workgroup. */
const MOST_UNIQUE = 1024;

/**
 * Uniform draws try rows at random, a thousand times. Where one in so many starts a transition, all of them
 * fail with odds below 10⁻⁹.
 */
const SPARSEST = 48;

/** What to draw from a ring; how is the ring's own choice (`sampling`). */
export interface DrawOptions {
  /** Rows of the batch. */
  readonly batch: number;
  /** Whether a row may be drawn twice: yes when left out. Only uniform sampling knows another way. */
  readonly replacement?: boolean;
}

/** How a batch is drawn. */
export interface DrawPlan {
  /** What comes before the gather: one step, or none. */
  readonly steps: readonly Step[];
  /** [batch]: row and weight, for the gather and for {@link updatePrioritiesStep}; none where the gather draws. */
  readonly draws: GPUBuffer | undefined;
}

/**
 * Plans the draw of a batch.
 *
 * @param ring Where from.
 * @param options What to draw.
 * @param buffers Who owns the list of draws.
 * @throws {RangeError} When the ring could never hold enough rows for such a batch.
 */
export function planDraw(
  ring: RingMemory,
  options: DrawOptions,
  buffers: Buffers,
): DrawPlan {
  const { batch } = options;
  const { agents } = ring;
  checkBatch(ring, options);
  const kernel = kernelOf(ring, options);
  if (!kernel) return { steps: [], draws: undefined };
  const draws = buffers.storage("draws", agents * batch * DRAW_WORDS * 4);
  const { tree, transitions } = ring;
  const overrides = tree ? tree.overrides : drawableOverrides(ring);
  const rows = agents * ring.rows;
  const reads: Record<DrawKernel, () => Record<string, GPUBuffer>> = {
    draw_prioritized: () => ({ tree: tree!.nodes }),
    draw_unique: () => ({ transitions, claims: buffers.storage("draw claims", rows * 4) }),
    draw_sequential: () => ({ transitions }),
  };
  const step: Step = {
    label: "draw",
    kernel: {
      kernel: `kernels/${kernel}`,
      constants: { AGENTS: agents },
      overrides: { BATCH: batch, ...overrides },
    },
    buffers: { draws, ...reads[kernel]() },
    workgroups: [1, 1, agents],
  };
  return { steps: [step], draws };
}

/**
 * Why a batch can't be drawn, and what to do about it.
 *
 * @returns A sentence, or nothing when it can.
 */
export function drawProblem(
  ring: RingMemory & DrawableRows,
  options: DrawOptions,
): string | undefined {
  if (ring.drawable === 0) {
    return "the replay buffer holds no transition yet: collect some before training";
  }
  const lack = drawLack(ring, options);
  return lack && `${lack}: collect more before training`;
}

/**
 * What is lacking for a batch to be drawn.
 *
 * @returns A sentence, or nothing when it can.
 */
export function drawLack(
  ring: RingMemory & DrawableRows,
  options: DrawOptions,
): string | undefined {
  const { batch } = options;
  const { drawable } = ring;
  if (drawable === 0) return "the replay buffer holds no transition that is complete";
  const kernel = kernelOf(ring, options);
  const places = ring.filled * ring.laneCount;
  if (kernel === undefined && SPARSEST * drawable < places) {
    return `only ${drawable} of the ${places} rows among which a draw looks (as many in each lane as in the ` +
      "fullest) start a transition that is complete";
  }
  // With all rows filled there will never be more, so that only a try can tell.
  const hopes = ring.filled === ring.region ? ring.mostDrawable : drawable;
  if (kernel === "draw_unique" && hopes < batch) {
    return `a batch of ${batch} without replacement needs as many transitions, and the replay ` +
      `buffer holds ${drawable}`;
  }
  if (kernel === "draw_sequential" && ring.sequences(batch) === 0) {
    return `a batch of ${batch} consecutive transitions needs as many of one environment, and the ` +
      `replay buffer holds at most ${ring.longest} of one`;
  }
  return undefined;
}

/**
 * What an update's table entry has to say about its draw.
 *
 * @param ring Where from.
 * @param options What to draw.
 * @param seed The run's seed.
 * @param update The update's number.
 */
export function drawEntry(
  ring: RingMemory & DrawableRows,
  { batch }: DrawOptions,
  seed: number,
  update: number,
): { filled: number; sequenceStart: number } {
  const { filled } = ring;
  if (ring.sampling !== "sequential") return { filled, sequenceStart: 0 };
  const starts = ring.sequences(batch);
  if (starts === 0) return { filled, sequenceStart: 0 };
  // The host knows where lanes begin and end, so it can choose among all starts without a try.
  const [high, low] = philox([0, 0, ...words(update)], [seed, STREAMS.sample]);
  const share = (high * 2 ** 21 + (low >>> 11)) / 2 ** 53;
  return { filled, sequenceStart: ring.sequenceStart(batch, Math.floor(share * starts)) };
}

type DrawKernel = "draw_prioritized" | "draw_unique" | "draw_sequential";

/** The kernel that draws; none where the gather does. */
function kernelOf(ring: RingMemory, { replacement = true }: DrawOptions): DrawKernel | undefined {
  if (ring.sampling === "prioritized") return "draw_prioritized";
  if (ring.sampling === "sequential") return "draw_sequential";
  return replacement ? undefined : "draw_unique";
}

function checkBatch(ring: RingMemory, options: DrawOptions): void {
  const { batch, replacement = true } = options;
  if (!replacement && ring.sampling !== "uniform") {
    throw new RangeError(
      `only uniform sampling can draw without replacement, and this replay buffer's is ${ring.sampling}`,
    );
  }
  const kernel = kernelOf(ring, options);
  if (kernel === "draw_unique" && batch > MOST_UNIQUE) {
    throw new RangeError(
      `a batch of ${batch} is too large to be drawn without replacement: at most ${MOST_UNIQUE}`,
    );
  }
  // One row of a lane is always its newest observation, which starts no transition.
  const most = (kernel === "draw_unique" ? ring.laneCount : 1) * (ring.region - 1);
  if ((kernel === "draw_unique" || kernel === "draw_sequential") && batch > most) {
    const what = kernel === "draw_unique" ? "different" : "consecutive";
    throw new RangeError(
      `a batch of ${batch} ${what} transitions will never be there: a replay buffer of ` +
        `${ring.laneCount} × ${ring.region} rows holds at most ${most}`,
    );
  }
}
