/**
 * Random episodes of pictures for rings that stack frames, and for the reference that stores whole
 * stacks: with terminations, truncations, cuts, starts over, and rings that are emptied in between.
 */

import assert from "node:assert/strict";
import type { PictureLayout } from "../../src/replay/gather.ts";
import type { Ring } from "../../src/replay/ring.ts";
import { random } from "../nn/harness.ts";
import type { Drawn } from "./harness.ts";
import { StackReference, type StackTransition } from "./stack_reference.ts";

/** γ of all draws. */
export const GAMMA = 0.9;

/** How a picture lies in a frame, and what the network's inputs are like. */
export interface Picture {
  readonly height: number;
  readonly width: number;
  readonly planes: number;
  /** Whether a frame is plane after plane, not pixel after pixel. */
  readonly channelsFirst?: boolean;
  readonly margin?: readonly [number, number];
  /** Whether inputs are bytes. */
  readonly isBytes?: boolean;
}

/** The layout of such pictures, stacked. */
export function layoutOf(picture: Picture, frameStack: number): PictureLayout {
  const { height, width, planes, channelsFirst, margin = [0, 0], isBytes = false } = picture;
  const strides = channelsFirst
    ? { pixelStride: 1, planeStride: height * width }
    : { pixelStride: planes, planeStride: 1 };
  return { height, width, channels: frameStack * planes, margin, isBytes, ...strides };
}

/** Feeds rings and the reference alike. */
export class StackStream {
  readonly rings: Ring[];
  readonly reference: StackReference;
  readonly #chance: () => number;
  readonly #size: number;
  /** Chances of an event: that a step ends its episode, of a cut, a start over, and a ring emptied. */
  readonly #ends: number;
  #count = 0;

  constructor(rings: Ring[], seed: number, ends: number) {
    const [{ laneCount: lanes, region, frameStack, nSteps, needsNextAction }] = rings;
    this.rings = rings;
    this.reference = new StackReference({ lanes, region, frameStack, nSteps, needsNextAction });
    const next = random(seed);
    this.#chance = () => (next() + 1) / 2;
    this.#size = rings[0].observationSize;
    this.#ends = ends;
  }

  /** Events so far. */
  get count(): number {
    return this.#count;
  }

  /** So many random events; after each the rings must agree with the reference. */
  play(events: number): void {
    for (let i = 0; i < events; i++) {
      this.#event();
      this.assertRows();
    }
  }

  #event(): void {
    const chance = this.#chance;
    const lane = Math.floor(chance() * this.rings[0].laneCount);
    const kind = chance();
    this.#count++;
    if (!this.rings[0].isOpen(lane) || kind < 0.02) {
      const [frame, mask] = [this.#frame(), this.#mask()];
      this.#each((to) => to.begin(lane, frame, mask));
    } else if (kind < 0.04) {
      this.#each((to) => to.cut(lane));
    } else if (kind < 0.045) {
      this.#each((to) => to.clear());
    } else if (kind < 0.055) {
      // The episode goes on in a row of its own.
      const stack = this.rings[0].openStack(lane).slice();
      const frames = this.reference.stack(lane);
      assert.deepEqual([...stack], frames.flat());
      const mask = this.#mask();
      this.reference.resume(lane, frames, mask);
      for (const ring of this.rings) ring.resume(lane, stack, mask);
    } else {
      this.#step(lane);
    }
  }

  #step(lane: number): void {
    const chance = this.#chance;
    const end = chance() < this.#ends ? chance() : 1;
    const [terminated, truncated] = [end < 0.5, end < 1 && end > 0.4];
    const closes = this.rings[0].needsNextAction && truncated && !terminated;
    const ended = (terminated || truncated) && !closes;
    const reward = Math.fround(5 * chance() - 2);
    // A number of its own tells which step was drawn.
    const action = this.#count;
    const [frame, mask] = [this.#frame(), this.#mask()];
    this.#each((to) => to.step(lane, action, reward, terminated, ended, frame, mask));
    if (closes) this.#each((to) => to.close(lane, this.#count + 1_000_000));
  }

  #each(tell: (to: Ring | StackReference) => void): void {
    tell(this.reference);
    for (const ring of this.rings) tell(ring);
  }

  #frame(): number[] {
    const { isBytes } = this.rings[0];
    return Array.from(
      { length: this.#size },
      () => isBytes ? Math.floor(256 * this.#chance()) : Math.fround(this.#chance() - 0.5),
    );
  }

  #mask(): number {
    return Math.floor(this.#chance() * 2 ** 32);
  }

  /** Throws unless the rings can draw just the rows that the reference can, and show its stacks. */
  assertRows(): void {
    const wanted = this.transitions().map(({ row }) => row).sort((a, b) => a - b);
    for (const ring of this.rings) {
      const rows = Array.from({ length: ring.laneCount * ring.region }, (_, row) => row);
      assert.deepEqual(rows.filter((row) => ring.canDraw(row)), wanted);
      assert.equal(ring.drawable, wanted.length);
      for (let lane = 0; lane < ring.laneCount; lane++) {
        if (!ring.isOpen(lane)) continue;
        const stack = this.reference.stack(lane);
        assert.deepEqual([...ring.openStack(lane)], stack.flat(), "the newest stack");
        assert.deepEqual([...ring.openObservation(lane)], stack.at(-1));
      }
    }
  }

  /** What can be drawn now. */
  transitions(): StackTransition[] {
    return this.reference.transitions(GAMMA);
  }
}

/** A stack as the network is to see it: pixel by pixel, frames in order, a frame's planes inside. */
function pictureOf(
  stack: readonly (readonly number[])[],
  { height, width, channels, pixelStride, planeStride }: PictureLayout,
): number[] {
  const planes = channels / stack.length;
  const picture: number[] = [];
  for (let pixel = 0; pixel < height * width; pixel++) {
    for (const frame of stack) {
      for (let plane = 0; plane < planes; plane++) {
        picture.push(frame[pixel * pixelStride + plane * planeStride]);
      }
    }
  }
  return picture;
}

/**
 * Throws unless each drawn row is one that can be drawn, with all that belongs to it.
 *
 * @returns How often each was drawn.
 */
export function countStacks(
  drawn: readonly Drawn[],
  wanted: readonly StackTransition[],
  layout: PictureLayout,
): number[] {
  const byAction = new Map(wanted.map((each, i) => [each.action, i]));
  const counts = new Array<number>(wanted.length).fill(0);
  // Each row's pictures are worked out once.
  const pictures = new Map<number, [number[], number[]]>();
  for (const each of drawn) {
    const i = byAction.get(each.action);
    if (i === undefined) assert.fail(`drew step ${each.action}, which can't be drawn`);
    counts[i]++;
    const { stack, nextStack, ...transition } = wanted[i];
    const found = pictures.get(i) ?? [pictureOf(stack, layout), pictureOf(nextStack, layout)];
    pictures.set(i, found);
    assert.deepEqual(each.observation, found[0], "the stack");
    assert.deepEqual(each.nextObservation, found[1], "the next stack");
    assert(Math.abs(each.return - transition.return) <= 1e-5, "the return");
    assert(Math.abs(each.discount - transition.discount) <= 1e-6, "the discount");
    assert.equal(each.discount === 0, transition.discount === 0);
    assert.equal(each.mask, transition.mask);
    assert.equal(each.nextMask, transition.nextMask);
    if (transition.discount > 0 && transition.nextAction !== undefined) {
      assert.equal(each.nextAction, transition.nextAction);
    }
  }
  return counts;
}
