/**
 * A network put to use: observations up, outputs back, in one upload, one submit and one readback.
 */

import { type Buffers, upload } from "../gpu/buffers.ts";
import type { Gpu } from "../gpu/gpu.ts";
import { Program } from "../gpu/program.ts";
import { Readback } from "../gpu/readback.ts";
import { forwardSteps } from "./forward.ts";
import type { Network } from "./network.ts";
import { Workspace } from "./workspace.ts";

/** The online network for up to a fixed number of observations at a time. */
export class Inference {
  readonly #gpu: Gpu;
  readonly #network: Network;
  readonly #workspace: Workspace;
  readonly #program: Program;
  readonly #readback: Readback;
  readonly #inputs: Float32Array;

  private constructor(
    gpu: Gpu,
    network: Network,
    workspace: Workspace,
    program: Program,
    readback: Readback,
  ) {
    this.#gpu = gpu;
    this.#network = network;
    this.#workspace = workspace;
    this.#program = program;
    this.#readback = readback;
    this.#inputs = new Float32Array(workspace.batch * network.layers[0].in4 * 4);
  }

  /**
   * Compiles the forward pass for up to so many observations.
   *
   * @param gpu The GPU.
   * @param buffers Who owns its memory.
   * @param network The network's shape.
   * @param parameters Its arenas.
   * @param batch Observations at a time, at most.
   */
  static async create(
    gpu: Gpu,
    buffers: Buffers,
    network: Network,
    parameters: GPUBuffer,
    batch: number,
  ): Promise<Inference> {
    const options = { batch, passes: 1, inputPasses: 1, training: false, agents: 1 };
    const workspace = new Workspace(buffers, network, options);
    const steps = forwardSteps(gpu, network, parameters, workspace);
    const program = await Program.build(gpu, "inference", steps);
    const bytes = batch * network.layers[network.layers.length - 1].out4 * 16;
    const readback = new Readback(gpu, buffers, "inference readback", bytes);
    return new Inference(gpu, network, workspace, program, readback);
  }

  /**
   * Runs the network.
   *
   * @param observations At most as many as the batch has rows; what the other rows hold does not matter.
   * @returns [observations × outputs]
   */
  async run(observations: readonly ArrayLike<number>[]): Promise<Float32Array> {
    const { layers, outputs } = this.#network;
    const { activations, outputsAt } = this.#workspace;
    const rowCount = observations.length;
    const width = layers[0].in4 * 4;
    for (let row = 0; row < rowCount; row++) this.#inputs.set(observations[row], row * width);
    upload(this.#gpu, activations, this.#inputs.subarray(0, rowCount * width));
    const last = layers.length - 1;
    const padded = layers[last].out4 * 4;
    const bytes = rowCount * padded * 4;
    this.#program.run([[{}]], {
      after: (encoder) => this.#readback.record(encoder, activations, outputsAt[last] * 16, bytes),
    });
    const rows = new Float32Array(await this.#readback.land(bytes));
    if (padded === outputs) return rows;
    const dense = new Float32Array(rowCount * outputs);
    for (let row = 0; row < rowCount; row++) {
      dense.set(rows.subarray(row * padded, row * padded + outputs), row * outputs);
    }
    return dense;
  }
}
