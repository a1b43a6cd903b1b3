/**
 * What a learner's online network says about observations: Q-values, to act by, and distributions of
 * returns, to look at. Forward passes of their own, beside the updates'.
 */

import type { Entry } from "../gpu/table.ts";
import { Inference, type Reading } from "../nn/inference.ts";
import type { Workspace } from "../nn/workspace.ts";
import type { ResolvedConfig } from "./config.ts";
import { readDistributions, type ReturnDistribution } from "./distribution.ts";
import { planValues } from "./head.ts";
import type { LearnerState } from "./learner_state.ts";
import { inputRows, inputWidth, layOutInput } from "./view.ts";

/** The forward passes that a learner has been asked for. */
export class Insight {
  readonly #state: LearnerState;
  readonly #config: ResolvedConfig;
  #rows: Float32Array | Uint8Array | undefined;
  readonly #inferences = new Map<string, Promise<Inference>>();
  /** One agent's parameters: the learner's own, or a copy of those asked about where there are several. */
  readonly #parameters: GPUBuffer;

  /**
   * @param state The learner's network and parameters.
   * @param config Its configuration.
   */
  constructor(state: LearnerState, config: ResolvedConfig) {
    this.#state = state;
    this.#config = config;
    const { buffers, parameters, agents } = state;
    this.#parameters = agents > 1
      ? buffers.storage("parameters asked about", parameters.size / agents)
      : parameters;
  }

  /** What is asked next is asked about this agent. */
  about(agent: number): void {
    const { gpu, parameters, agents } = this.#state;
    if (agents === 1) return;
    const { size } = this.#parameters;
    const encoder = gpu.device.createCommandEncoder({ label: "ask about an agent" });
    encoder.copyBufferToBuffer(parameters, agent * size, this.#parameters, 0, size);
    gpu.submit(encoder.finish());
  }

  /**
   * Q-values.
   *
   * @param observations Any number; each power of two compiles a forward pass of its own, once.
   * @param noisy The table's entry that noise is drawn by; the mean weights when left out.
   * @returns [observations × actions]
   */
  async qValues(observations: readonly ArrayLike<number>[], noisy?: Entry): Promise<Float32Array> {
    const { network, buffers } = this.#state;
    const isNoisy = noisy !== undefined;
    const name = isNoisy ? "noisy Q-values" : "Q-values";
    const inference = await this.#inference(name, observations.length, isNoisy, (workspace) => {
      const { steps, buffer, at, width } = planValues(buffers, workspace, this.#config);
      return { steps, buffer, at, width, wanted: network.output.actions, rows: 1 };
    });
    return await inference.run(observations.length, this.#layOut(observations), noisy);
  }

  /**
   * Distributions of returns, of a distributional network by its mean weights.
   *
   * @param observations Any number, as for {@link qValues}.
   */
  async distributions(observations: readonly ArrayLike<number>[]): Promise<ReturnDistribution> {
    const { blocks, output } = this.#state.network;
    const width = 4 * blocks[output.block].width4;
    const inference = await this.#inference("outputs", observations.length, false, (workspace) => {
      const place = workspace.activationsOf({ block: output.block, at4: 0 });
      const { activations: buffer } = workspace;
      return { steps: [], buffer, at: 4 * place.at, width, wanted: width, rows: this.#samples };
    });
    const outputs = await inference.run(observations.length, this.#layOut(observations));
    return readDistributions(outputs, width, output, this.#config);
  }

  /** Observations as the network sees them. */
  #layOut(observations: readonly ArrayLike<number>[]): Float32Array | Uint8Array {
    const { view, network: { input } } = this.#state;
    const count = observations.length;
    const length = count * inputWidth(input);
    // Kept: what is laid out is uploaded before the next is. A larger one serves fewer observations too.
    if (this.#rows === undefined || this.#rows.length < length) {
      this.#rows = inputRows(input, count);
    }
    const rows = this.#rows.subarray(0, length);
    observations.forEach((stack, row) => layOutInput(view, input, stack, rows, row));
    return rows;
  }

  /** Quantile samples of an observation; 1 in a network without them. */
  get #samples(): number {
    return this.#state.network.cosines ? this.#config.actingTaus : 1;
  }

  /** A forward pass for so many observations, compiled now or before. */
  #inference(
    name: string,
    count: number,
    isNoisy: boolean,
    read: (workspace: Workspace) => Reading,
  ): Promise<Inference> {
    const batch = 2 ** Math.ceil(Math.log2(count));
    const key = `${name} ${batch}`;
    let inference = this.#inferences.get(key);
    if (!inference) {
      const { gpu, buffers, table, network } = this.#state;
      const samples = this.#samples;
      const parameters = this.#parameters;
      const options = { network, parameters, batch, samples, isNoisy, table, read };
      inference = gpu.scoped("a forward pass", () => Inference.create(gpu, buffers, options));
      this.#inferences.set(key, inference);
      // One that did not fit is tried anew when it is asked for again.
      inference.catch(() => this.#inferences.delete(key));
    }
    return inference;
  }
}
