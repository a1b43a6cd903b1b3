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
import { initialParameters } from "../nn/init.ts";
import type { Network } from "../nn/network.ts";
import { layOutNoise, normalsPerPass } from "../nn/noise.ts";
import { momentsBuffer, optimizerEntry, type OptimizerOptions } from "../nn/optimizer.ts";
import { drawEntry, drawProblem } from "../replay/draw.ts";
import { Ring } from "../replay/ring.ts";
import type { DenseBatch } from "./batch.ts";
import type { ResolvedConfig } from "./config.ts";
import type { ReturnDistribution } from "./distribution.ts";
import { Insight } from "./insight.ts";
import { networkOf, planPasses } from "./plan.ts";
import { type LearnerTensors, readTensors, writeTensors } from "./tensors.ts";
import { type FrameShape, type View, viewOf } from "./view.ts";
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
export interface LearnerShape extends FrameShape {
  readonly actions: number;
  /** Environments that feed the replay buffer. */
  readonly lanes: number;
}

/** What an update on an explicit batch came to. */
export interface BatchResult {
  /** Mean over the batch of weight · loss. */
  readonly loss: number;
  /** [batch]: target − Q; of distributions, the difference of their means. */
  readonly tdErrors: Float32Array;
  /**
   * [batch]: what prioritised sampling goes by: the size of the TD error; of C51 KL(target ‖ online);
   * of quantiles their loss on average.
   */
  readonly priorities: Float32Array;
}

/** What changes from update to update by the agent's clock. */
export interface UpdateSettings {
  readonly learningRate: number;
  /** Share of the online network that the target takes over before the first of these updates. */
  readonly tauBefore: number;
  /** The same after the i-th update of the learner's life, counted from 1. */
  readonly tauAfter: (update: number) => number;
  /** How far importance weights undo the bias of prioritised sampling, from 0 to 1. */
  readonly priorityBeta: number;
}

/** What an entry says where nothing is learnt. */
const IDLE: UpdateSettings = {
  learningRate: 0,
  tauBefore: 0,
  tauAfter: () => 0,
  priorityBeta: 0,
};

/** A DQN learner on the GPU. */
export class Learner {
  readonly gpu: Gpu;
  readonly network: Network;
  readonly ring: Ring;
  /** How observations become what the network sees. */
  readonly view: View;
  readonly #buffers: Buffers;
  readonly #config: ResolvedConfig;
  readonly #state: LearnerState;
  readonly #optimizer: OptimizerOptions;
  readonly #updates = new Map<number, Promise<Update>>();
  readonly #insight: Insight;
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
    this.view = state.view;
    this.#buffers = state.buffers;
    this.#state = state;
    this.#insight = new Insight(state, config);
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
    const { observationSize, isBytes, lanes, actions } = shape;
    const agents = 1;
    const view = viewOf(shape, config);
    const network = networkOf(config, view, actions);
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
      view,
      plan: planPasses(config),
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
        bytes: isBytes,
        frameStack: config.frameStack,
        nSteps: config.nSteps,
        needsNextAction: config.target === "sarsa",
        sampling: config.sampling,
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
    const initial = initialParameters(network, config.init, config.seed, config.noisySigma);
    writeTensors(state, optimizer, { online: initial, target: initial });
    await learner.#update(config.batchSize);
    return learner;
  }

  /** Updates made so far. */
  get updates(): number {
    return this.#updateCount;
  }

  /** Transitions that batches can be drawn from: 0 while there are too few to draw one. */
  get drawable(): number {
    return drawProblem(this.ring, this.#draw) === undefined ? this.ring.drawable : 0;
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
        const entry = this.#entry(settings, tauBefore);
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
   * @returns The loss, TD errors (target − Q) and priorities before the update.
   * @throws {RangeError} When noise or quantile samples are not as many as the passes take.
   */
  async trainOnBatch(
    batch: DenseBatch,
    settings: UpdateSettings,
  ): Promise<BatchResult> {
    const { rows, inputs, samples, noise, taus } = batch;
    const { network, plan } = this.#state;
    const { passes } = plan;
    checkCount("noise", noise, passes.length * normalsPerPass(network));
    const update = await this.#update(rows);
    checkCount("taus", taus, update.quantileSamples?.perAgent ?? 0);
    upload(this.gpu, update.workspace.inputs.buffer, inputs);
    upload(this.gpu, update.samples, samples);
    if (noise) {
      upload(this.gpu, update.noise!.buffer, layOutNoise(network, passes.length, noise));
    }
    if (taus) upload(this.gpu, update.quantileSamples!.taus, taus);
    const row = this.#updateCount % HISTORY_ROWS;
    const entry = this.#entry(settings, settings.tauBefore);
    update.program.run([[{
      ...entry,
      explicitBatch: 1,
      explicitNoise: Number(noise !== undefined),
      explicitTaus: Number(taus !== undefined),
    }]]);
    await this.#checkHealth();
    const tdErrors = await this.#readback.read(update.tdErrors, 0, rows * 4);
    const priorities = await this.#readback.read(update.priorities, 0, rows * 4);
    const diagnostics = await this.#readback.read(this.#state.history, row * 16, 16);
    return {
      loss: new Float32Array(diagnostics)[0],
      tdErrors: new Float32Array(tdErrors),
      priorities: new Float32Array(priorities),
    };
  }

  /** The target network takes over a share of the online one, now. */
  async updateTarget(tau: number): Promise<void> {
    this.#sync.run([[this.#entry({ ...IDLE, tauBefore: tau }, tau, this.#updateCount)]]);
    await this.#checkHealth();
  }

  /**
   * Q-values.
   *
   * @param observations Any number of stacks; each power of two compiles a forward pass of its own, once.
   * @param noise Noisy networks: which noise to act with, a counter; the mean weights when left out.
   * @returns [observations × actions]
   */
  async qValues(
    observations: readonly ArrayLike<number>[],
    noise?: number,
  ): Promise<Float32Array> {
    const isNoisy = this.network.isNoisy && noise !== undefined;
    const entry = isNoisy ? this.#entry(IDLE, 0, noise) : undefined;
    const values = await this.#insight.qValues(observations, entry);
    // Reading a result waits for all that was submitted before.
    this.#inFlight = 0;
    return values;
  }

  /**
   * Distributions of returns, of a distributional network by its mean weights.
   *
   * @param observations Any number, as for {@link qValues}.
   */
  async distributions(observations: readonly ArrayLike<number>[]): Promise<ReturnDistribution> {
    const found = await this.#insight.distributions(observations);
    this.#inFlight = 0;
    return found;
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
    return await readTensors(this.#state, this.#optimizer, this.#readback);
  }

  /**
   * Replaces parameters, and running averages if given.
   *
   * @throws {Error} When a name or shape does not fit; nothing is changed then.
   */
  setTensors(tensors: Partial<LearnerTensors>, updates: number = this.#updateCount): void {
    writeTensors(this.#state, this.#optimizer, tensors);
    this.#updateCount = updates;
    this.#looked = updates;
  }

  /** Where an update's time goes, averaged over so many real updates. */
  async profile(settings: UpdateSettings, updates = 20): Promise<ProfileRow[]> {
    this.#checkDrawable();
    const { program } = await this.#update(this.#config.batchSize);
    this.ring.write();
    const ticks = Array.from({ length: updates }, () => [this.#entry(settings, 0)]);
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

  /** How batches are drawn. */
  get #draw(): { batch: number; replacement: boolean } {
    return { batch: this.#config.batchSize, replacement: this.#config.replacement };
  }

  #checkDrawable(): void {
    const problem = drawProblem(this.ring, this.#draw);
    if (problem !== undefined) throw new Error(problem);
  }

  #update(batch: number): Promise<Update> {
    let update = this.#updates.get(batch);
    if (!update) {
      update = this.gpu.scoped(
        "an update",
        () => buildUpdate(this.#state, batch, this.#config, this.#optimizer),
      );
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
    update: number = this.#updateCount++,
  ): HostEntry {
    const { gamma, rewardScale, rewardClip, maxGradNorm, maxGradValue, seed } = this.#config;
    const { priorityAlpha, priorityEps } = this.#config;
    const { munchausenTau, munchausenAlpha, munchausenClip } = this.#config;
    const [updateLow, updateHigh] = words(update);
    return {
      ...optimizerEntry(this.#optimizer, settings.learningRate, update),
      seed,
      updateLow,
      updateHigh,
      ...drawEntry(this.ring, this.#draw, seed, update),
      gamma,
      rewardScale,
      rewardClip: rewardClip ?? NO_LIMIT,
      maxGradNorm: maxGradNorm ?? NO_LIMIT,
      maxGradValue: maxGradValue ?? NO_LIMIT,
      tau: settings.tauAfter(update + 1),
      tauBefore,
      priorityAlpha,
      priorityBeta: settings.priorityBeta,
      priorityEps,
      munchausenTau,
      munchausenAlpha,
      munchausenClip,
      historyRow: update % HISTORY_ROWS,
      explicitBatch: 0,
      explicitNoise: 0,
      explicitTaus: 0,
    };
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

/** Refuses what is given by hand and not as much as is taken. */
function checkCount(name: string, given: Float32Array | undefined, wanted: number): void {
  if (given && given.length !== wanted) {
    throw new RangeError(
      `${name} must have ${wanted} entries for this network and batch, got ${given.length}`,
    );
  }
}
