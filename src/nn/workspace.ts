/**
 * What a batch leaves behind on its way through a network: each block's numbers and, for training,
 * the slopes of their activation and the deltas ∂loss/∂z.
 *
 * One buffer holds all blocks of all passes, one the slopes and one the deltas of the first pass, the
 * only one that is learnt from; so a kernel binds three buffers however deep the network is. Offsets
 * count vec4s.
 */

import type { Buffers } from "../gpu/buffers.ts";
import type { Network, Slice } from "./network.ts";
import { type Pass, samplesBefore } from "./passes.ts";

/** Bytes of four observed ones. */
const WORD = 4;

/** How many rows and passes a workspace is for. */
export interface WorkspaceOptions {
  /** Rows of the batch. */
  readonly batch: number;
  readonly passes: readonly Pass[];
  /** Blocks of observations: 1 to act, 2 to train. */
  readonly inputs: number;
  /** Whether slopes and deltas are needed. */
  readonly training: boolean;
  readonly agents: number;
}

/** Where columns of a block lie. */
export interface Place {
  /** The first vec4 of pass 0. */
  readonly at: number;
  /** vec4s from one row to the next. */
  readonly stride: number;
  readonly isSampled: boolean;
}

/** Where observations are laid. */
export interface Inputs {
  /** Rows of observations, then of next observations: vec4s, or words of four bytes. */
  readonly buffer: GPUBuffer;
  /** Of those units, from one agent to the next. */
  readonly stride: number;
}

/** Buffers for one batch size. */
export class Workspace {
  readonly network: Network;
  readonly batch: number;
  readonly passes: readonly Pass[];
  readonly agents: number;
  /** The observations: the first of the activations, or bytes in a buffer of their own. */
  readonly inputs: Inputs;
  /** Each block, pass after pass: [rows × width padded to vec4]; observations first unless they are bytes. */
  readonly activations: GPUBuffer;
  /** For each block but the observations [rows × width]: f′ at its pre-activations, pass 0. */
  readonly slopes: GPUBuffer | undefined;
  /** For each block but the observations [rows × width]: ∂loss/∂z, pass 0. */
  readonly deltas: GPUBuffer | undefined;
  /** vec4s of one agent in activations; in slopes and deltas. */
  readonly activationsStride: number;
  readonly slopesStride: number;
  readonly #activationsAt: readonly number[];
  readonly #slopesAt: readonly number[];

  /**
   * @param buffers Who owns the buffers.
   * @param network The network that the batch goes through.
   * @param options Rows, passes, and whether it trains.
   */
  constructor(buffers: Buffers, network: Network, options: WorkspaceOptions) {
    const { batch, passes, inputs, training, agents } = options;
    this.network = network;
    this.batch = batch;
    this.passes = passes;
    this.agents = agents;
    const activationsAt: number[] = [];
    const slopesAt: number[] = [];
    let at = 0;
    let slopeAt = 0;
    network.blocks.forEach(({ width4, isSampled }, block) => {
      activationsAt.push(at);
      slopesAt.push(slopeAt);
      const samples = isSampled ? samplesBefore(passes) : block === 0 ? inputs : passes.length;
      const isElsewhere = block === 0 && network.input.isBytes;
      at += isElsewhere ? 0 : batch * samples * width4;
      slopeAt += block === 0 ? 0 : this.rows(block) * width4;
    });
    // Observations have neither slopes nor deltas: what looks for them finds the end.
    slopesAt[0] = slopeAt;
    this.#activationsAt = activationsAt;
    this.#slopesAt = slopesAt;
    this.activationsStride = at;
    this.slopesStride = slopeAt;
    this.activations = buffers.storage("activations", agents * at * 16);
    this.inputs = { buffer: this.activations, stride: at };
    if (network.input.isBytes) {
      const stride = batch * inputs * network.blocks[0].width4;
      this.inputs = { buffer: buffers.storage("observations", agents * stride * WORD), stride };
    }
    if (training) {
      this.slopes = buffers.storage("slopes", agents * slopeAt * 16);
      this.deltas = buffers.storage("deltas", agents * slopeAt * 16);
    }
  }

  /** vec4s, or words of bytes, from one row of observations to the next. */
  get inputWidth(): number {
    return this.network.blocks[0].width4;
  }

  /** Rows of a block in a pass. */
  rows(block: number, pass = 0): number {
    return this.batch * (this.network.blocks[block].isSampled ? this.passes[pass].samples : 1);
  }

  /** Rows of a block in the pass that has most. */
  mostRows(block: number): number {
    return Math.max(...this.passes.map((_, pass) => this.rows(block, pass)));
  }

  /** Where columns lie among the activations. */
  activationsOf({ block, at4 }: Slice): Place {
    const { width4, isSampled } = this.network.blocks[block];
    return { at: this.#activationsAt[block] + at4, stride: width4, isSampled };
  }

  /** Where they lie among slopes and deltas; observations have none. */
  slopesOf({ block, at4 }: Slice): Place {
    const { width4, isSampled } = this.network.blocks[block];
    return { at: this.#slopesAt[block] + at4, stride: width4, isSampled };
  }
}
