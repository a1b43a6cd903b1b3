/**
 * The sum tree of prioritised replay on the GPU: each row's weight, and sums of 16 by 16 above them.
 * shaders/lib/sum_tree.wgsl says how it lies in memory.
 */

import { type Buffers, upload } from "../gpu/buffers.ts";
import type { Gpu } from "../gpu/gpu.ts";
import { Program } from "../gpu/program.ts";
import type { Readback } from "../gpu/readback.ts";

const CHILDREN = 16;
/** What a new row weighs before any priority is known. */
export const FIRST_WEIGHT = 1;

/** Weights of rows. */
export class SumTree {
  /** The weights, and their sums. */
  readonly nodes: GPUBuffer;
  /** The greatest weight so far, which new rows get. */
  readonly greatest: GPUBuffer;
  /** Where things lie, for kernels that use shaders/lib/sum_tree.wgsl. */
  readonly overrides: Readonly<
    Record<"TREE_DEPTH" | "FIRST_LEAF" | "TREE_STRIDE", number>
  >;
  readonly #gpu: Gpu;
  readonly #rows: number;
  readonly #agents: number;
  #sum!: Program;

  private constructor(gpu: Gpu, buffers: Buffers, rows: number, agents: number) {
    this.#gpu = gpu;
    this.#rows = rows;
    this.#agents = agents;
    const depth = Math.max(1, Math.ceil(Math.log2(rows) / Math.log2(CHILDREN)));
    const firstLeaf = (CHILDREN ** depth - 1) / (CHILDREN - 1);
    const stride = Math.ceil((firstLeaf - 1 + rows) / CHILDREN) * CHILDREN;
    this.overrides = { TREE_DEPTH: depth, FIRST_LEAF: firstLeaf, TREE_STRIDE: stride };
    this.nodes = buffers.storage("replay priorities", agents * stride * 4);
    this.greatest = buffers.storage("greatest priority", agents * 4);
  }

  /**
   * Makes a tree in which no row weighs anything.
   *
   * @param gpu The GPU.
   * @param buffers Who owns its memory.
   * @param rows How many rows each agent has.
   * @param agents How many agents, with a tree each: 1 when left out.
   * @throws {RangeError} When the adapter can't bind so many.
   */
  static async create(gpu: Gpu, buffers: Buffers, rows: number, agents = 1): Promise<SumTree> {
    const tree = new SumTree(gpu, buffers, rows, agents);
    tree.#sum = await Program.build(gpu, "replay priorities", [{
      label: "sum priorities",
      kernel: { kernel: "kernels/sum_priorities", overrides: tree.overrides },
      buffers: { tree: tree.nodes },
      workgroups: [1, 1, agents],
    }]);
    tree.clear();
    return tree;
  }

  /** Takes all rows' weights away. */
  clear(): void {
    const encoder = this.#gpu.device.createCommandEncoder({ label: "replay priorities clear" });
    encoder.clearBuffer(this.nodes);
    this.#gpu.submit(encoder.finish());
    upload(this.#gpu, this.greatest, new Float32Array(this.#agents).fill(FIRST_WEIGHT));
  }

  /** Reads the weights of `count` rows from one on. */
  async read(readback: Readback, first: number, count: number): Promise<Float32Array> {
    if (count === 0) return new Float32Array();
    const { FIRST_LEAF } = this.overrides;
    return new Float32Array(
      await readback.read(this.nodes, 4 * (FIRST_LEAF - 1 + first), 4 * count),
    );
  }

  /** Reads the greatest weight so far. */
  async readGreatest(readback: Readback): Promise<number> {
    return new Float32Array(await readback.read(this.greatest, 0, 4))[0];
  }

  /**
   * Replaces all weights.
   *
   * @param weights [rows]
   * @param greatest What new rows get from now on.
   */
  write(weights: Float32Array, greatest: number = FIRST_WEIGHT): void {
    if (weights.length !== this.#rows) {
      throw new RangeError(`${weights.length} weights for ${this.#rows} rows`);
    }
    this.clear();
    upload(this.#gpu, this.nodes, weights, 4 * (this.overrides.FIRST_LEAF - 1));
    upload(this.#gpu, this.greatest, Float32Array.of(greatest));
    this.#sum.run([[{}]]);
  }
}
