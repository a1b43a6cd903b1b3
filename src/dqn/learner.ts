/**
 * The learner: network, optimiser, replay buffer and target network on the GPU, and the updates that
 * change them. It knows no environment: rows come in through {@link Learner.ring}, updates are asked
 * for, Q-values go out.
 */

import { Buffers, upload } from "../gpu/buffers.ts";
import type { Gpu } from "../gpu/gpu.ts";
import { Pacer } from "../gpu/pacer.ts";
import { words } from "../gpu/philox.ts";
import { type ProfileRow, Program } from "../gpu/program.ts";
import { Readback } from "../gpu/readback.ts";
import { Table } from "../gpu/table.ts";
import { Inference } from "../nn/inference.ts";
import { initialParameters } from "../nn/init.ts";
import { mlp, type Network, pack, type Parameters, unpack } from "../nn/network.ts";
import {
  momentNames,
  momentsBuffer,
  optimizerEntry,
  type OptimizerOptions,
} from "../nn/optimizer.ts";
import { Ring } from "../replay/ring.ts";
import type { DenseBatch } from "./batch.ts";
import type { ResolvedConfig } from "./config.ts";
import {
  buildUpdate,
  type HostEntry,
  type LearnerState,
  syncTargetStep,
  type Update,
} from "./update.ts";

/** Rows of diagnostics kept on the GPU: at least as many as updates between two looks. */
const HISTORY_ROWS = 2048;
/** Updates that one submit may hold. */
const SUBMIT_UPDATES = 512;
/** What "no clipping" is to the kernels. */
const NO_LIMIT = 3e38;
/** Bits of the health word, as in shaders/lib/health.wgsl. */
const HEALTH = { notFinite: 1, nothingDrawable: 2 } as const;

/** Means over the updates since the last look. */
export interface Diagnostics {
  /** Mean loss; NaN when there was no update. */
  readonly loss: number;
  /** Mean Q-value of the actions in the batches. */
  readonly meanQ: number;
  /** Mean norm of the gradient before clipping by norm. */
  readonly gradNorm: number;
  /** Mean absolute TD error. */
  readonly tdError: number;
}

/** Sizes that come from the environment. */
export interface LearnerShape {
  readonly observationSize: number;
  readonly actions: number;
  /** Environments that feed the replay buffer. */
  readonly lanes: number;
}

/** What changes from update to update by the agent's clock. */
export interface UpdateSettings {
  readonly learningRate: number;
  /** Share of the online network that the target takes over before the first of these updates. */
  readonly tauBefore: number;
  /** The same after the i-th update of the learner's life, counted from 1. */
  readonly tauAfter: (update: number) => number;
}

/** Everything of a learner that a checkpoint holds, besides the ring. */
export interface LearnerTensors {
  readonly online: Parameters;
  readonly target: Parameters;
  /** Running averages by torch.optim's name. */
  readonly moments: Record<string, Parameters>;
}

/** A DQN learner on the GPU. */
export class Learner {
  readonly gpu: Gpu;
  readonly network: Network;
  readonly ring: Ring;
  readonly #buffers: Buffers;
  readonly #config: ResolvedConfig;
  readonly #state: LearnerState;
  readonly #optimizer: OptimizerOptions;
  readonly #updates = new Map<number, Promise<Update>>();
  readonly #inferences = new Map<number, Promise<Inference>>();
  readonly #sync: Program;
  readonly #readback: Readback;
  readonly #pacer = new Pacer(SUBMIT_UPDATES);
  #updateCount = 0;
  #looked = 0;
  /** Updates submitted since the queue was last known to be empty. */
  #inFlight = 0;

  private constructor(
    state: LearnerState,
    config: ResolvedConfig,
    optimizer: OptimizerOptions,
    sync: Program,
    readback: Readback,
  ) {
    this.gpu = state.gpu;
    this.network = state.network;
    this.ring = state.ring;
    this.#buffers = state.buffers;
    this.#state = state;
    this.#config = config;
    this.#optimizer = optimizer;
    this.#sync = sync;
    this.#readback = readback;
  }

  /**
   * Allocates and compiles a learner.
   *
   * @param gpu The GPU to live on.
   * @param shape Sizes from the environment.
   * @param config The agent's configuration.
   * @throws {RangeError} When something does not fit on the adapter; nothing stays allocated.
   */
  static create(gpu: Gpu, shape: LearnerShape, config: ResolvedConfig): Promise<Learner> {
    const buffers = new Buffers(gpu);
    return gpu.scoped("DQN.create", () => Learner.#build(gpu, buffers, shape, config))
      .catch((error) => {
        buffers.destroy();
        throw error;
      });
  }

  static async #build(
    gpu: Gpu,
    buffers: Buffers,
    shape: LearnerShape,
    config: ResolvedConfig,
  ): Promise<Learner> {
    const { observationSize, actions, lanes } = shape;
    const agents = 1;
    const network = mlp(observationSize, config.hiddenLayers, actions, config.activation);
    const optimizer: OptimizerOptions = {
      name: config.optimizer,
      beta1: config.adamBeta1,
      beta2: config.adamBeta2,
      epsilon: config.adamEps,
      weightDecay: config.weightDecay,
      momentum: config.momentum,
      alpha: config.rmspropAlpha,
      centered: config.rmspropCentered,
    };
    const arenaBytes = network.parameters4 * 16;
    const state: LearnerState = {
      gpu,
      buffers,
      network,
      agents,
      table: new Table(gpu, buffers, {
        file: "lib/tick",
        struct: "Tick",
        agents,
        capacity: SUBMIT_UPDATES,
      }),
      ring: await Ring.create(gpu, buffers, {
        observationSize,
        lanes,
        capacity: config.bufferSize,
        nSteps: config.nSteps,
        needsNextAction: config.target === "sarsa",
      }),
      parameters: buffers.storage("parameters", agents * 2 * arenaBytes),
      gradients: buffers.storage("gradients", agents * arenaBytes),
      moments: momentsBuffer(buffers, network, optimizer, agents),
      history: buffers.storage("history", agents * HISTORY_ROWS * 16),
      historyRows: HISTORY_ROWS,
      health: buffers.storage("health", agents * 4),
    };
    const sync = await Program.build(gpu, "sync target", [syncTargetStep(state)], state.table);
    const readback = new Readback(gpu, buffers, "learner readback", 1 << 18);
    const learner = new Learner(state, config, optimizer, sync, readback);
    const initial = initialParameters(network, config.init, config.seed);
    learner.#write({ online: initial, target: initial });
    await learner.#update(config.batchSize);
    return learner;
  }

  /** Updates made so far. */
  get updates(): number {
    return this.#updateCount;
  }

  /** How many updates make a submit of about 50 ms, as far as is known. */
  get pace(): number {
    return this.#pacer.size;
  }

  /** Bytes of GPU memory held. */
  get bytes(): number {
    return this.#buffers.bytes;
  }

  /**
   * Draws batches and learns from them, in submits of about 50 ms.
   *
   * @param count How many updates.
   * @param settings Learning rate and target updates.
   * @param signal Stops between submits; updates already submitted are made.
   * @returns Updates made.
   */
  async train(count: number, settings: UpdateSettings, signal?: AbortSignal): Promise<number> {
    this.#checkDrawable();
    const { program } = await this.#update(this.#config.batchSize);
    let made = 0;
    let tauBefore = settings.tauBefore;
    while (made < count) {
      const size = Math.min(this.#pacer.size, count - made);
      const ticks = Array.from({ length: size }, () => {
        const entry = this.#entry(settings, tauBefore, 0);
        tauBefore = 0;
        return [entry];
      });
      const started = performance.now();
      program.run(ticks, { before: this.ring.flush() });
      made += size;
      this.#inFlight += size;
      // Short bursts run on while the host steps the environment; a submit's worth is waited for.
      if (this.#inFlight >= this.#pacer.size) {
        // Only a submit that met an empty queue tells how long updates take.
        const isMeasured = this.#inFlight === size;
        await this.#checkHealth();
        if (isMeasured) this.#pacer.note(size, performance.now() - started);
        await this.#pacer.turn();
        if (signal?.aborted) break;
      }
    }
    return made;
  }

  /**
   * One update on an explicit batch.
   *
   * @returns The loss, and the TD errors (target − Q) before the update.
   */
  async trainOnBatch(
    batch: DenseBatch,
    settings: UpdateSettings,
  ): Promise<{ loss: number; tdErrors: Float32Array }> {
    const { rows, inputs, samples } = batch;
    const update = await this.#update(rows);
    upload(this.gpu, update.workspace.activations, inputs);
    upload(this.gpu, update.samples, samples);
    const row = this.#updateCount % HISTORY_ROWS;
    update.program.run([[this.#entry(settings, settings.tauBefore, 1)]]);
    await this.#checkHealth();
    const tdErrors = await this.#readback.read(update.tdErrors, 0, rows * 4);
    const diagnostics = await this.#readback.read(this.#state.history, row * 16, 16);
    return { loss: new Float32Array(diagnostics)[0], tdErrors: new Float32Array(tdErrors) };
  }

  /** The target network takes over a share of the online one, now. */
  async updateTarget(tau: number): Promise<void> {
    const settings = { learningRate: 0, tauBefore: tau, tauAfter: () => 0 };
    this.#sync.run([[this.#entry(settings, tau, 1, this.#updateCount)]]);
    await this.#checkHealth();
  }

  /**
   * Q-values.
   *
   * @param observations Any number; each power of two compiles a forward pass of its own, once.
   * @returns [observations × actions]
   */
  async qValues(observations: readonly ArrayLike<number>[]): Promise<Float32Array> {
    const batch = 2 ** Math.ceil(Math.log2(observations.length));
    let inference = this.#inferences.get(batch);
    if (!inference) {
      const { parameters } = this.#state;
      inference = this.gpu.scoped(
        "a forward pass",
        () => Inference.create(this.gpu, this.#buffers, this.network, parameters, batch),
      );
      this.#inferences.set(batch, inference);
      inference.catch(() => this.#inferences.delete(batch));
    }
    const values = await (await inference).run(observations);
    // Reading a result waits for all that was submitted before.
    this.#inFlight = 0;
    return values;
  }

  /** Means over the updates since the last call, at most over the history's rows. */
  async diagnostics(): Promise<Diagnostics> {
    await this.#checkHealth();
    const fresh = Math.min(this.#updateCount - this.#looked, HISTORY_ROWS);
    const sums = new Float64Array(4);
    if (fresh > 0) {
      const history = new Float32Array(await this.#readback.read(this.#state.history));
      for (let i = 0; i < fresh; i++) {
        const row = (this.#updateCount - 1 - i) % HISTORY_ROWS;
        for (let k = 0; k < 4; k++) sums[k] += history[4 * row + k];
      }
      this.#looked = this.#updateCount;
    }
    const [loss, meanQ, tdError, gradNorm] = sums.map((sum) => sum / fresh);
    return { loss, meanQ, tdError, gradNorm };
  }

  /** Parameters and running averages. */
  async getTensors(): Promise<LearnerTensors> {
    const { parameters, moments } = this.#state;
    const both = new Float32Array(await this.#readback.read(parameters));
    const averages = new Float32Array(await this.#readback.read(moments));
    const size = 4 * this.network.parameters4;
    return {
      online: unpack(this.network, both.subarray(0, size)),
      target: unpack(this.network, both.subarray(size, 2 * size)),
      moments: Object.fromEntries(
        momentNames(this.#optimizer).map((name, i) => [
          name,
          unpack(this.network, averages.subarray(i * size, (i + 1) * size)),
        ]),
      ),
    };
  }

  /**
   * Replaces parameters, and running averages if given.
   *
   * @throws {Error} When a name or shape does not fit; nothing is changed then.
   */
  setTensors(tensors: Partial<LearnerTensors>, updates: number = this.#updateCount): void {
    this.#write(tensors);
    this.#updateCount = updates;
    this.#looked = updates;
  }

  /** Where an update's time goes, averaged over so many real updates. */
  async profile(settings: UpdateSettings, updates = 20): Promise<ProfileRow[]> {
    this.#checkDrawable();
    const { program } = await this.#update(this.#config.batchSize);
    this.ring.write();
    const ticks = Array.from({ length: updates }, () => [this.#entry(settings, 0, 0)]);
    return await program.profile(ticks);
  }

  /** Waits for all submitted work, and throws if any of it failed. */
  async settle(): Promise<void> {
    await this.#checkHealth();
  }

  /** Frees its GPU memory. */
  close(): void {
    this.#buffers.destroy();
  }

  #checkDrawable(): void {
    if (this.ring.drawable === 0) {
      throw new Error("the replay buffer holds no transition yet: collect some before training");
    }
  }

  #update(batch: number): Promise<Update> {
    let update = this.#updates.get(batch);
    if (!update) {
      const { doubleQ, target, loss } = this.#config;
      const options = { batch, doubleQ, target, loss, optimizer: this.#optimizer };
      update = this.gpu.scoped("an update", () => buildUpdate(this.#state, options));
      this.#updates.set(batch, update);
      // A batch that did not fit is tried anew when it is asked for again.
      update.catch(() => this.#updates.delete(batch));
    }
    return update;
  }

  /** The table's entry for the next update, which it counts unless told which it is. */
  #entry(
    settings: UpdateSettings,
    tauBefore: number,
    explicitBatch: number,
    update: number = this.#updateCount++,
  ): HostEntry {
    const { gamma, rewardScale, rewardClip, maxGradNorm, maxGradValue, seed } = this.#config;
    const [updateLow, updateHigh] = words(update);
    return {
      ...optimizerEntry(this.#optimizer, settings.learningRate, update),
      seed,
      updateLow,
      updateHigh,
      filled: this.ring.filled,
      gamma,
      rewardScale,
      rewardClip: rewardClip ?? NO_LIMIT,
      maxGradNorm: maxGradNorm ?? NO_LIMIT,
      maxGradValue: maxGradValue ?? NO_LIMIT,
      tau: settings.tauAfter(update + 1),
      tauBefore,
      historyRow: update % HISTORY_ROWS,
      explicitBatch,
    };
  }

  #write({ online, target, moments }: Partial<LearnerTensors>): void {
    const { parameters, moments: averages } = this.#state;
    const size = this.network.parameters4 * 16;
    // Everything is checked before anything is written.
    const writes: [GPUBuffer, Float32Array, number][] = [];
    if (online) writes.push([parameters, pack(this.network, online), 0]);
    if (target) writes.push([parameters, pack(this.network, target), size]);
    if (moments) {
      momentNames(this.#optimizer).forEach((name, i) => {
        if (!moments[name]) {
          throw new Error(
            `${this.#optimizer.name} needs the running average "${name}", and the saved ones are ` +
              `${Object.keys(moments).join(", ")}: load with the optimizer that it was saved with`,
          );
        }
        writes.push([averages, pack(this.network, moments[name]), i * size]);
      });
    }
    for (const [buffer, data, offset] of writes) upload(this.gpu, buffer, data, offset);
  }

  /** Waits for the queue and reads the health word. */
  async #checkHealth(): Promise<void> {
    const { health: word } = this.#state;
    const [health] = new Uint32Array(await this.#readback.read(word, 0, 4));
    this.#inFlight = 0;
    if (health) upload(this.gpu, word, new Uint32Array(1));
    if (health & HEALTH.nothingDrawable) {
      throw new Error("no transition could be drawn from the replay buffer");
    }
    if (health & HEALTH.notFinite) {
      throw new Error(
        "the loss or its gradient is not a finite number: training has diverged. The last updates were " +
          "not applied; try a lower learningRate, a rewardScale below 1, or maxGradNorm",
      );
    }
  }
}
