/**
 * A network put to use: observations up, numbers back, in one upload, one submit and one readback.
 */

import { type Buffers, upload } from "../gpu/buffers.ts";
import type { Gpu } from "../gpu/gpu.ts";
import { STREAMS } from "../gpu/philox.ts";
import { Program, type Step } from "../gpu/program.ts";
import { Readback } from "../gpu/readback.ts";
import type { Entry, Table } from "../gpu/table.ts";
import { forwardSteps } from "./forward.ts";
import type { Network } from "./network.ts";
import { planNoise } from "./noise.ts";
import type { Pass } from "./passes.ts";
import { layCosines } from "./quantile_samples.ts";
import { Workspace } from "./workspace.ts";

/** What is read back: rows of numbers in a buffer. */
export interface Reading {
  /** What comes after the forward pass. */
  readonly steps: readonly Step[];
  readonly buffer: GPUBuffer;
  /** The first number. */
  readonly at: number;
  /** Numbers from one row to the next, and of them those that are wanted. */
  readonly width: number;
  readonly wanted: number;
  /** Rows for each observation. */
  readonly rows: number;
}

/** What to compile. */
export interface InferenceOptions {
  readonly network: Network;
  /** Its parameters, [(online, target)]. */
  readonly parameters: GPUBuffer;
  /** Observations at a time, at most. */
  readonly batch: number;
  /** Quantile samples, spread evenly, for networks that have them. */
  readonly samples: number;
  /** Whether the weights are noisy: as while learning, not as in evaluation. */
  readonly isNoisy: boolean;
  /** Where noise finds its place among the run's random numbers. */
  readonly table: Table;
  /** What is wanted of the workspace. */
  readonly read: (workspace: Workspace) => Reading;
}

/** The online network for up to a fixed number of observations at a time. */
export class Inference {
  readonly #gpu: Gpu;
  readonly #workspace: Workspace;
  readonly #program: Program;
  readonly #readback: Readback;
  readonly #reading: Reading;

  private constructor(
    gpu: Gpu,
    workspace: Workspace,
    program: Program,
    readback: Readback,
    reading: Reading,
  ) {
    this.#gpu = gpu;
    this.#workspace = workspace;
    this.#program = program;
    this.#readback = readback;
    this.#reading = reading;
  }

  /**
   * Compiles the forward pass for up to so many observations.
   *
   * @param gpu The GPU.
   * @param buffers Who owns its memory.
   * @param options What to compile.
   */
  static async create(gpu: Gpu, buffers: Buffers, options: InferenceOptions): Promise<Inference> {
    const { network, parameters, batch, samples, isNoisy, table, read } = options;
    const passes: Pass[] = [{ network: "online", input: "observations", samples }];
    const agents = 1;
    const workspace = new Workspace(buffers, network, {
      batch,
      passes,
      inputs: 1,
      training: false,
      agents,
    });
    const noise = isNoisy
      ? planNoise(gpu, buffers, network, parameters, passes, STREAMS.actingNoise, agents)
      : undefined;
    const means = { buffer: parameters, count: 2, size4: network.parameters4, ofPass: 0 };
    const reading = read(workspace);
    const steps = [
      ...noise ? [noise.draw, noise.mix] : [],
      ...forwardSteps(gpu, noise?.arenas ?? means, workspace),
      ...reading.steps,
    ];
    const program = await Program.build(gpu, "inference", steps, isNoisy ? table : undefined);
    const bytes = batch * reading.rows * reading.width * 4;
    const readback = new Readback(gpu, buffers, "inference readback", bytes);
    layCosines(gpu, workspace, samples);
    return new Inference(gpu, workspace, program, readback, reading);
  }

  /**
   * Runs the network.
   *
   * @param count How many observations: at most as many as the batch has rows.
   * @param inputs Their rows, laid out as the network's input is: floats, or bytes where it takes bytes.
   * @param entry The table's entry, for noisy weights.
   * @returns [count × rows × wanted]
   * @throws {TypeError} When the inputs are of the other kind.
   * @throws {RangeError} When there are too many rows, or the inputs are not those of so many.
   */
  async run(
    count: number,
    inputs: Float32Array | Uint8Array,
    entry: Entry = {},
  ): Promise<Float32Array> {
    const { buffer, at, width, wanted, rows } = this.#reading;
    this.#checkInputs(count, inputs);
    upload(this.#gpu, this.#workspace.inputs.buffer, inputs);
    const bytes = count * rows * width * 4;
    this.#program.run([[entry]], {
      after: (encoder) => this.#readback.record(encoder, buffer, at * 4, bytes),
    });
    const read = new Float32Array(await this.#readback.land(bytes));
    if (width === wanted) return read;
    const dense = new Float32Array(count * rows * wanted);
    for (let row = 0; row < count * rows; row++) {
      dense.set(read.subarray(row * width, row * width + wanted), row * wanted);
    }
    return dense;
  }

  #checkInputs(count: number, inputs: Float32Array | Uint8Array): void {
    const { batch, network, inputWidth } = this.#workspace;
    const Kind = network.input.isBytes ? Uint8Array : Float32Array;
    if (!(inputs instanceof Kind)) {
      throw new TypeError(`inputs must be a ${Kind.name}, got ${inputs.constructor.name}`);
    }
    if (!(count >= 1 && count <= batch) || inputs.length !== count * 4 * inputWidth) {
      throw new RangeError(
        `this network takes 1 to ${batch} rows of ${
          4 * inputWidth
        } numbers, got ${count} rows and ` +
          `${inputs.length} numbers`,
      );
    }
  }
}
