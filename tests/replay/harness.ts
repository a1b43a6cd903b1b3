/**
 * What tests of the replay buffer share: a ring with a gather step around it, so that batches can be
 * drawn and looked at, and streams of episodes that feed a ring and the reference alike.
 */

import assert from "node:assert/strict";
import { SAMPLE_WORDS } from "../../src/dqn/batch.ts";
import { Buffers, upload } from "../../src/gpu/buffers.ts";
import type { Gpu } from "../../src/gpu/gpu.ts";
import { words } from "../../src/gpu/philox.ts";
import { Program } from "../../src/gpu/program.ts";
import { Readback } from "../../src/gpu/readback.ts";
import { Table } from "../../src/gpu/table.ts";
import { drawEntry, planDraw } from "../../src/replay/draw.ts";
import { gatherSteps, type PictureLayout } from "../../src/replay/gather.ts";
import { updatePrioritiesStep } from "../../src/replay/priorities.ts";
import { Ring, type RingOptions } from "../../src/replay/ring.ts";
import { random, tickEntry } from "../nn/harness.ts";
import {
  ReplayReference,
  type Row,
  type Transition,
  type WalkOptions,
} from "../reference/replay.ts";

/** Words of a draw, as in shaders/lib/draw.wgsl. */
const DRAW_WORDS = 2;

/** What stands in an input's margins before a draw, and must stand there after it. */
const SENTINEL = 0xa5;

/** A row of a batch, as the gather step left it: pictures pixel by pixel, each with its channels. */
export interface Drawn {
  readonly observation: readonly number[];
  readonly nextObservation: readonly number[];
  readonly action: number;
  readonly return: number;
  readonly discount: number;
  readonly weight: number;
  readonly nextAction: number;
  readonly mask: number;
  readonly nextMask: number;
}

/** How rewards count, and where the draws come from. */
export interface DrawOptions {
  readonly gamma?: number;
  readonly rewardScale?: number;
  readonly rewardClip?: number;
  readonly seed?: number;
  readonly beta?: number;
}

/** A row that a sampler chose. */
export interface Choice {
  readonly row: number;
  readonly weight: number;
}

/** A ring from which batches can be drawn. */
export class DrawBench {
  readonly buffers: Buffers;
  readonly ring: Ring;
  readonly nSteps: number;
  readonly #gpu: Gpu;
  readonly #batch: number;
  readonly #replacement: boolean;
  readonly #program: Program;
  readonly #update: Program | undefined;
  readonly #layout: PictureLayout;
  readonly #draws: GPUBuffer | undefined;
  readonly #priorities: GPUBuffer;
  readonly #inputs: GPUBuffer;
  readonly #samples: GPUBuffer;
  readonly #health: GPUBuffer;
  readonly #readback: Readback;

  private constructor(
    gpu: Gpu,
    buffers: Buffers,
    ring: Ring,
    shape: { batch: number; replacement: boolean; layout: PictureLayout },
    programs: { draw: Program; update: Program | undefined },
    out: {
      inputs: GPUBuffer;
      samples: GPUBuffer;
      health: GPUBuffer;
      draws: GPUBuffer | undefined;
      priorities: GPUBuffer;
    },
  ) {
    this.#gpu = gpu;
    this.buffers = buffers;
    this.ring = ring;
    this.nSteps = ring.nSteps;
    this.#batch = shape.batch;
    this.#replacement = shape.replacement;
    this.#layout = shape.layout;
    this.#program = programs.draw;
    this.#update = programs.update;
    this.#inputs = out.inputs;
    this.#samples = out.samples;
    this.#health = out.health;
    this.#draws = out.draws;
    this.#priorities = out.priorities;
    this.#readback = new Readback(gpu, buffers, "drawn", 1 << 20);
  }

  static async create(
    gpu: Gpu,
    options: RingOptions,
    batch: number,
    replacement = true,
    layout: PictureLayout = flatLayout(options),
  ): Promise<DrawBench> {
    const buffers = new Buffers(gpu);
    const ring = await Ring.create(gpu, buffers, options);
    const image = inputImage(layout, 2 * batch);
    const stride = 2 * batch * inputUnits(layout);
    const plan = planDraw(ring, { batch, replacement }, buffers);
    const out = {
      inputs: buffers.storage("inputs", image.byteLength),
      samples: buffers.storage("batch", batch * SAMPLE_WORDS * 4),
      health: buffers.storage("health", 4),
      draws: plan.draws,
      priorities: buffers.storage("priorities", batch * 4),
    };
    const { samples, health, draws, priorities } = out;
    upload(gpu, out.inputs, image);
    const gather = gatherSteps(ring, {
      ...{ batch, samples, health, draws, layout },
      inputs: { buffer: out.inputs, stride },
    });
    const table = new Table(gpu, buffers, {
      file: "lib/tick",
      struct: "Tick",
      agents: 1,
      capacity: 1,
    });
    const draw = await Program.build(gpu, "draw", [...plan.steps, ...gather], table);
    const update = ring.tree && await Program.build(
      gpu,
      "update priorities",
      [updatePrioritiesStep(ring, draws!, priorities, batch)],
      table,
    );
    return new DrawBench(gpu, buffers, ring, { batch, replacement, layout }, { draw, update }, out);
  }

  /** Has the batch of an update drawn, with all rows that the ring has been given so far. */
  #run(update: number, options: DrawOptions): void {
    const { gamma = 0.9, rewardScale = 1, rewardClip = 3e38, seed = 1, beta = 0.4 } = options;
    const [updateLow, updateHigh] = words(update);
    const draw = drawEntry(
      this.ring,
      { batch: this.#batch, replacement: this.#replacement },
      seed,
      update,
    );
    const rewards = { gamma, rewardScale, rewardClip };
    const entry = { ...draw, ...rewards, seed, updateLow, updateHigh, priorityBeta: beta };
    this.#program.run([[tickEntry(entry)]], { before: this.ring.flush() });
  }

  /** The batch of an update. */
  async draw(update: number, options: DrawOptions = {}): Promise<Drawn[]> {
    this.#run(update, options);
    const bytes = await this.#readback.read(this.#inputs);
    const samples = new Float32Array(await this.#readback.read(this.#samples));
    const sampleWords = new Uint32Array(samples.buffer);
    const layout = this.#layout;
    const inputs = layout.isBytes ? new Uint8Array(bytes) : new Float32Array(bytes);
    assertMargins(layout, new Uint8Array(bytes), 2 * this.#batch);
    return Array.from({ length: this.#batch }, (_, row) => {
      const rowOf = (block: number) => pictureOf(layout, inputs, block * this.#batch + row);
      const at = SAMPLE_WORDS * row;
      return {
        observation: rowOf(0),
        nextObservation: rowOf(1),
        action: sampleWords[at],
        return: samples[at + 1],
        discount: samples[at + 2],
        weight: samples[at + 3],
        nextAction: sampleWords[at + 4],
        mask: sampleWords[at + 5],
        nextMask: sampleWords[at + 6],
      };
    });
  }

  /** The rows of an update's batch, as a draw kernel chose them. */
  async choices(update: number, options: DrawOptions = {}): Promise<Choice[]> {
    this.#run(update, options);
    const weights = new Float32Array(await this.#readback.read(this.#draws!));
    const rows = new Uint32Array(weights.buffer);
    return Array.from({ length: this.#batch }, (_, place) => ({
      row: rows[DRAW_WORDS * place],
      weight: weights[DRAW_WORDS * place + 1],
    }));
  }

  /** Gives the rows of the batch that was drawn last their priorities. */
  prioritize(priorities: Float32Array, alpha = 1, eps = 0): void {
    upload(this.#gpu, this.#priorities, priorities);
    this.#update!.run([[tickEntry({ priorityAlpha: alpha, priorityEps: eps })]]);
  }

  /** The health word, which is then cleared. */
  async health(): Promise<number> {
    const [word] = new Uint32Array(await this.#readback.read(this.#health, 0, 4));
    this.#gpu.device.queue.writeBuffer(this.#health, 0, new Uint32Array(1));
    return word;
  }
}

/** Numbers one after the other, four in a vec4. */
export function flatLayout({ observationSize, frameStack = 1 }: RingOptions): PictureLayout {
  const channels = frameStack * observationSize;
  return {
    ...{ height: 1, width: 1, channels, margin: [0, 0], isBytes: false },
    ...{ pixelStride: 0, planeStride: 1 },
  };
}

/** Units of four channels in an input. */
function inputUnits({ height, width, channels, margin: [y, x] }: PictureLayout): number {
  return (height + 2 * y) * (width + 2 * x) * Math.ceil(channels / 4);
}

/** Where each unit of an input is that belongs to the picture. */
function* unitsOf({ height, width, channels, margin: [top, left] }: PictureLayout) {
  const units = Math.ceil(channels / 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const pixel = (y + top) * (width + 2 * left) + x + left;
      for (let unit = 0; unit < units; unit++) yield { at: pixel * units + unit, unit };
    }
  }
}

/** Inputs before a draw: margins that would tell if they were written, and zeros. */
function inputImage(layout: PictureLayout, rows: number): Uint8Array {
  const unitBytes = layout.isBytes ? 4 : 16;
  const rowBytes = inputUnits(layout) * unitBytes;
  const row = new Uint8Array(rowBytes).fill(SENTINEL);
  for (const { at } of unitsOf(layout)) row.fill(0, at * unitBytes, (at + 1) * unitBytes);
  const image = new Uint8Array(rows * rowBytes);
  for (let i = 0; i < rows; i++) image.set(row, i * rowBytes);
  return image;
}

/** Throws if a margin has been written. */
function assertMargins(layout: PictureLayout, bytes: Uint8Array, rows: number): void {
  if (layout.margin.every((n) => n === 0)) return;
  const unitBytes = layout.isBytes ? 4 : 16;
  const rowBytes = inputUnits(layout) * unitBytes;
  const isInside = new Uint8Array(rowBytes);
  for (const { at } of unitsOf(layout)) isInside.fill(1, at * unitBytes, (at + 1) * unitBytes);
  for (let i = 0; i < rows * rowBytes; i++) {
    if (!isInside[i % rowBytes] && bytes[i] !== SENTINEL) assert.fail("a margin was written");
  }
}

/** An input's numbers, pixel by pixel; throws if there is anything in channels that it has not. */
function pictureOf(
  layout: PictureLayout,
  inputs: Float32Array | Uint8Array,
  row: number,
): number[] {
  const start = row * inputUnits(layout);
  const picture: number[] = [];
  for (const { at, unit } of unitsOf(layout)) {
    for (let i = 0; i < 4; i++) {
      const number = inputs[4 * (start + at) + i];
      if (4 * unit + i < layout.channels) picture.push(number);
      else if (number !== 0) assert.fail(`${number} where there is no channel`);
    }
  }
  return picture;
}

type Event =
  | { kind: "begin"; lane: number; observation: number[]; mask: number }
  | {
    kind: "step";
    lane: number;
    action: number;
    reward: number;
    observation: number[];
    terminated: boolean;
    truncated: boolean;
    mask: number;
  }
  | { kind: "close"; lane: number; action: number }
  | { kind: "cut"; lane: number }
  | { kind: "drop"; lane: number }
  | { kind: "clear"; lane: undefined };

/** How an episode's step may end it. */
export type End = "goes on" | "terminates" | "truncates" | "both";

/**
 * Episodes that go to a ring and into a log, from which the reference is made. Each observation begins
 * with a number of its own, so that a drawn row tells where it is from.
 */
export class Stream {
  readonly rings: Ring[];
  readonly #log: Event[] = [];
  readonly #next = random(77);
  readonly #size: number;
  #count = 0;

  /** @param rings Rings that get all that comes. */
  constructor(...rings: Ring[]) {
    this.rings = rings;
    this.#size = rings[0].observationSize;
  }

  /** Steps and starts so far. */
  get length(): number {
    return this.#log.length;
  }

  begin(lane: number): void {
    const observation = this.#observe();
    const mask = this.#allow();
    // A start that nothing followed is taken over by the next.
    const last = this.#log.findLast((event) => event.lane === lane || event.kind === "clear");
    if (last?.kind === "clear" && this.rings[0].isOpen(lane)) {
      this.#log.push({ kind: "drop", lane });
    }
    if (last?.kind === "begin") Object.assign(last, { observation, mask });
    else this.#log.push({ kind: "begin", lane, observation, mask });
    for (const ring of this.rings) ring.begin(lane, Float32Array.from(observation), mask);
  }

  step(lane: number, end: End = "goes on"): void {
    const observation = this.#observe();
    const action = Math.floor(2 * (this.#next() + 1));
    const reward = Math.fround(5 * this.#next());
    const mask = this.#allow();
    const terminated = end === "terminates" || end === "both";
    const truncated = end === "truncates" || end === "both";
    const event = { lane, action, reward, observation, terminated, truncated, mask };
    this.#log.push({ kind: "step", ...event });
    const closes = this.rings[0].needsNextAction && truncated && !terminated;
    const ended = (terminated || truncated) && !closes;
    for (const ring of this.rings) {
      const next = Float32Array.from(observation);
      ring.step(lane, action, reward, terminated, ended, next, mask);
      // The ring must have taken a copy.
      next.fill(NaN);
    }
    if (!closes) return;
    const lastAction = Math.floor(2 * (this.#next() + 1));
    this.#log.push({ kind: "close", lane, action: lastAction });
    for (const ring of this.rings) ring.close(lane, lastAction);
  }

  cut(lane: number): void {
    this.#log.push({ kind: "cut", lane });
    for (const ring of this.rings) ring.cut(lane);
  }

  /** The rings forget all but their open rows. */
  clear(): void {
    this.#log.push({ kind: "clear", lane: undefined });
    for (const ring of this.rings) ring.clear();
  }

  /** An episode of so many steps. */
  episode(lane: number, steps: number, end: End = "terminates"): void {
    this.begin(lane);
    for (let t = 1; t <= steps; t++) this.step(lane, t === steps ? end : "goes on");
  }

  /** What can be drawn now, by the reference. */
  transitions(options: WalkOptions): Transition[] {
    const { needsNextAction } = this.rings[0];
    return this.#reference().transitions({ needsNextAction, ...options });
  }

  /** The rows that the ring holds now, by the reference. */
  rows(): Row[] {
    return this.#reference().rows();
  }

  #reference(): ReplayReference {
    const { laneCount, region } = this.rings[0];
    const reference = new ReplayReference(laneCount, region);
    for (const event of this.#log) {
      if (event.kind === "begin") reference.reset(event.lane, event.observation, event.mask);
      else if (event.kind === "clear") reference.clear();
      else if (event.kind === "drop") reference.drop(event.lane);
      else if (event.kind === "cut") reference.cut(event.lane);
      else if (event.kind === "close") reference.close(event.lane, event.action);
      else {
        const { lane, action, reward, observation, terminated, truncated, mask } = event;
        reference.step(lane, action, reward, observation, terminated, truncated, mask);
      }
    }
    return reference;
  }

  /** Any of 32 actions. */
  #allow(): number {
    return Math.floor((this.#next() + 1) * 2 ** 31);
  }

  #observe(): number[] {
    const id = ++this.#count;
    return Array.from({ length: this.#size }, (_, i) => i === 0 ? id : Math.fround(this.#next()));
  }
}

/** Throws unless the drawn row is the transition, to float32's precision, whatever its weight. */
export function assertDrawn(drawn: Drawn, wanted: Transition): void {
  const name = `row ${wanted.time} of lane ${wanted.lane}`;
  assert.deepEqual(drawn.observation, wanted.observation, `${name}: observation`);
  assert.deepEqual(drawn.nextObservation, wanted.nextObservation, `${name}: next observation`);
  assert.equal(drawn.action, wanted.action, `${name}: action`);
  assert.equal(drawn.mask, wanted.mask, `${name}: mask`);
  assert.equal(drawn.nextMask, wanted.nextMask, `${name}: next mask`);
  const off = Math.abs(drawn.return - wanted.return);
  assert(off <= 3e-6, `${name}: return ${drawn.return}, wanted ${wanted.return}`);
  assert(
    Math.abs(drawn.discount - wanted.discount) <= 1e-6,
    `${name}: discount ${drawn.discount}, wanted ${wanted.discount}`,
  );
  if (wanted.discount === 0) assert.equal(drawn.discount, 0, `${name}: discount`);
  else if (wanted.nextAction !== undefined) {
    assert.equal(drawn.nextAction, wanted.nextAction, `${name}: next action`);
  }
}

/**
 * Throws unless each drawn row is one of the transitions, and says how often each was drawn.
 *
 * @returns Counts, in the order of the transitions.
 */
export function countDraws(drawn: readonly Drawn[], wanted: readonly Transition[]): number[] {
  const byId = new Map(wanted.map((each, i) => [each.observation[0], i]));
  const counts = new Array<number>(wanted.length).fill(0);
  for (const each of drawn) {
    const i = byId.get(each.observation[0]);
    if (i === undefined) {
      assert.fail(`drew observation ${each.observation[0]}, which can't be drawn`);
    }
    assertDrawn(each, wanted[i]);
    assert.equal(each.weight, 1, "the weight of a uniform draw");
    counts[i]++;
  }
  return counts;
}

/** χ² of counts against what is expected of each. */
export function chiSquare(counts: readonly number[], expected: readonly number[]): number {
  return counts.reduce((sum, n, i) => sum + (n - expected[i]) ** 2 / expected[i], 0);
}

/**
 * What χ² exceeds by chance only, `sigmas` standard deviations out on the normal scale (Wilson and
 * Hilferty's approximation): 3.719 are one in ten thousand, 6 one in a billion.
 */
export function chiSquareLimit(df: number, sigmas: number): number {
  return df * (1 - 2 / (9 * df) + sigmas * Math.sqrt(2 / (9 * df))) ** 3;
}

/**
 * Throws unless the counts are those of uniform draws: all were drawn, and χ² is below its quantile
 * for one in a billion.
 */
export function assertUniform(counts: readonly number[]): void {
  const total = counts.reduce((a, b) => a + b, 0);
  const expected = total / counts.length;
  assert(expected >= 25, `too few draws for ${counts.length} rows: ${total}`);
  const missing = counts.filter((count) => count === 0).length;
  assert.equal(missing, 0, `${missing} of ${counts.length} rows were never drawn`);
  if (counts.length === 1) return;
  const square = chiSquare(counts, counts.map(() => expected));
  const df = counts.length - 1;
  assert(
    square < chiSquareLimit(df, 6),
    `χ² is ${square} with ${df} degrees of freedom: draws are not uniform`,
  );
}
