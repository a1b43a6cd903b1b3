/**
 * The learner: network, optimiser, replay buffer and target network on the GPU, and the updates that
 * change them. It knows no environment: rows come in through {@link Learner.ring}, updates are asked
 * for, Q-values go out.
 */

import { Buffers, upload } from "../gpu/buffers.ts";
import type { Gpu } from "../gpu/gpu.ts";
import { Load, Pacer } from "../gpu/pacer.ts";
import { type ProfileRow, Program } from "../gpu/program.ts";
import { Readback } from "../gpu/readback.ts";
import { Table } from "../gpu/table.ts";
import { initialParameters } from "../nn/init.ts";
import type { Network } from "../nn/network.ts";
import { layOutNoise, normalsPerPass } from "../nn/noise.ts";
import { momentsBuffer, type OptimizerOptions } from "../nn/optimizer.ts";
import { drawLack, drawProblem } from "../replay/draw.ts";
import { LockstepRing } from "../replay/lockstep_ring.ts";
import { Ring } from "../replay/ring.ts";
import type { RingOptions } from "../replay/ring_shape.ts";
import type { BatchResult, DenseBatch } from "./batch.ts";
import type { ResolvedConfig } from "./config.ts";
import type { ReturnDistribution } from "./distribution.ts";
import { drawOptionsOf, Entries, IDLE, optimizerOf, type UpdateSettings } from "./entries.ts";
import type { RolloutSource } from "./environment_steps.ts";
import { Health } from "./health.ts";
import { type Diagnostics, History, HISTORY_ROWS, ROW_BYTES } from "./history.ts";
import { Insight } from "./insight.ts";
import type { LearnerState } from "./learner_state.ts";
import { networkOf, planPasses } from "./plan.ts";
import { Rollout } from "./rollout.ts";
import { Submit } from "./submit.ts";
import { type LearnerTensors, readTensors, writeTensors } from "./tensors.ts";
import { buildUpdate, type HostEntry, syncTargetStep, type Update } from "./update.ts";
import { type FrameShape, type View, viewOf } from "./view.ts";

/** Updates that one submit may hold. */
const SUBMIT_UPDATES = 512;

/** Sizes that come from the environment. */
export interface LearnerShape extends FrameShape {
  readonly actions: number;
  /** Environments that feed the replay buffer; of each agent, where there are several. */
  readonly lanes: number;
  /** Whether these are on the GPU; on the host when left out. */
  readonly isOnGpu?: boolean;
}

/** A DQN learner on the GPU: of one agent, or of several that differ in numbers alone, side by side. */
export class Learner {
  readonly gpu: Gpu;
  readonly network: Network;
  readonly ring: Ring | LockstepRing;
  /** How observations become what the network sees. */
  readonly view: View;
  readonly #buffers: Buffers;
  /** The first agent's, which stands for all in what shapes the programs; then each agent's own. */
  readonly #config: ResolvedConfig;
  readonly #entries: readonly Entries[];
  readonly #state: LearnerState;
  readonly #optimizers: readonly OptimizerOptions[];
  readonly #updates = new Map<number, Promise<Update>>();
  readonly #insight: Insight;
  readonly #history: History;
  readonly #health: Health;
  readonly #sync: Program;
  readonly #readback: Readback;
  readonly #pacer = new Pacer(SUBMIT_UPDATES);
  #updateCount = 0;
  /** Updates submitted since the queue was last known to be empty. */
  #inFlight = 0;
  /** Whether updates have been submitted since the health word was read. */
  #isUnchecked = false;
  #saidWhyIdle = false;

  private constructor(
    state: LearnerState,
    ring: Ring | LockstepRing,
    configs: readonly ResolvedConfig[],
    sync: Program,
    readback: Readback,
  ) {
    const [config] = configs;
    this.gpu = state.gpu;
    this.network = state.network;
    this.ring = ring;
    this.view = state.view;
    this.#buffers = state.buffers;
    this.#state = state;
    this.#insight = new Insight(state, config);
    this.#config = config;
    this.#entries = configs.map((own) => new Entries(own, ring, HISTORY_ROWS));
    this.#optimizers = configs.map(optimizerOf);
    this.#sync = sync;
    this.#readback = readback;
    this.#history = new History(state, readback);
    this.#health = new Health(state, readback);
  }

  /**
   * Allocates and compiles a learner.
   *
   * @param gpu The GPU to live on.
   * @param shape Sizes from the environment.
   * @param configs Each agent's configuration: what is no number in the table is the same in all.
   * @throws {RangeError} When something does not fit on the adapter; nothing stays allocated.
   */
  static create(
    gpu: Gpu,
    shape: LearnerShape,
    ...configs: readonly ResolvedConfig[]
  ): Promise<Learner> {
    const buffers = new Buffers(gpu);
    return gpu.scoped("DQN.create", () => Learner.#build(gpu, buffers, shape, configs))
      .catch((error) => {
        buffers.destroy();
        throw error;
      });
  }

  static async #build(
    gpu: Gpu,
    buffers: Buffers,
    shape: LearnerShape,
    configs: readonly ResolvedConfig[],
  ): Promise<Learner> {
    const { actions } = shape;
    const [config] = configs;
    const agents = configs.length;
    const view = viewOf(shape, config);
    const network = networkOf(config, view, actions);
    const optimizer = optimizerOf(config);
    const options = ringOptions(shape, config);
    const ring = shape.isOnGpu
      ? await LockstepRing.create(gpu, buffers, { ...options, agents })
      : await Ring.create(gpu, buffers, options);
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
      ring,
      parameters: buffers.storage("parameters", agents * 2 * arenaBytes, GPUBufferUsage.UNIFORM),
      gradients: buffers.storage("gradients", agents * arenaBytes),
      moments: momentsBuffer(buffers, network, optimizer, agents),
      history: buffers.storage("history", agents * HISTORY_ROWS * ROW_BYTES),
      historyRows: HISTORY_ROWS,
      health: buffers.storage("health", agents * 4),
    };
    const sync = await Program.build(gpu, "sync target", [syncTargetStep(state)], state.table);
    const readback = new Readback(gpu, buffers, "learner readback", 1 << 18);
    const learner = new Learner(state, ring, configs, sync, readback);
    configs.forEach(({ init, seed, noisySigma }, agent) => {
      const initial = initialParameters(network, init, seed, noisySigma);
      writeTensors(state, optimizer, { online: initial, target: initial }, agent);
    });
    await learner.#update(config.batchSize);
    return learner;
  }

  /** Updates made so far. */
  get updates(): number {
    return this.#updateCount;
  }

  /**
   * Those of several agents whose loss or gradient was not a finite number at some time: they have kept
   * their networks since. A single agent that diverges is an error.
   */
  get diverged(): ReadonlySet<number> {
    return this.#health.diverged;
  }

  /** Transitions that batches can be drawn from: 0 while there are too few to draw one. */
  get drawable(): number {
    return drawProblem(this.ring, drawOptionsOf(this.#config)) === undefined
      ? this.ring.drawable
      : 0;
  }

  /**
   * Updates that are due are given up, since no batch can be drawn. Once the rows are all filled, waiting
   * does not help, which is said once.
   */
  forgo(): void {
    const { filled, region, laneCount } = this.ring;
    const lack = drawLack(this.ring, drawOptionsOf(this.#config));
    if (lack === undefined || filled < region || this.#saidWhyIdle) return;
    this.#saidWhyIdle = true;
    console.warn(
      `no updates are made, though the replay buffer of ${laneCount} × ${region} rows is full: ${lack}. ` +
        "Make bufferSize larger, or batchSize or nSteps smaller",
    );
  }

  /** How many updates make a submit of about 50 ms, as far as is known. */
  get pace(): number {
    return this.#pacer.size("update");
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
      const size = Math.min(this.pace, count - made);
      const ticks = Array.from({ length: size }, () => {
        const entries = this.#updateEntries([settings], tauBefore);
        tauBefore = 0;
        return entries;
      });
      const started = performance.now();
      program.run(ticks, { before: this.ring.flush() });
      made += size;
      this.#inFlight += size;
      this.#isUnchecked = true;
      // Short bursts run on while the host steps the environment; a submit's worth is waited for.
      if (this.#inFlight >= this.pace) {
        // Only a submit that met an empty queue tells how long updates take.
        const isMeasured = this.#inFlight === size;
        await this.#checkHealth();
        if (isMeasured) this.#pacer.note(updatesAlone(size), performance.now() - started);
        await this.#pacer.turn();
        if (signal?.aborted) break;
      }
    }
    return made;
  }

  /**
   * Environments on the GPU, which this learner's network acts in.
   *
   * @param source What they are.
   * @param evaluationLanes How many to evaluate in, in rows of their own; left out, they are those that
   *   fill the learner's ring.
   */
  async rollout(source: RolloutSource, evaluationLanes?: number): Promise<Rollout> {
    const isEvaluation = evaluationLanes !== undefined;
    return await this.gpu.scoped("environments", async () => {
      const ring = isEvaluation ? await this.#evaluationRing(evaluationLanes) : this.ring;
      if (!(ring instanceof LockstepRing)) {
        throw new Error("this learner's replay buffer is filled by environments on the host");
      }
      return await Rollout.create(this.#state, this.#config, { source, ring, isEvaluation });
    });
  }

  /** An empty submit, to be filled with steps and updates. */
  open(): Submit {
    return new Submit({
      gpu: this.gpu,
      table: this.#state.table,
      pacer: this.#pacer,
      entries: this.#entries,
      nextUpdate: async (settings) => {
        const { program } = await this.#update(this.#config.batchSize);
        return { program, entries: this.#updateEntries(settings, undefined) };
      },
      settle: () => this.#checkHealth(),
    });
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
    const number = this.#updateCount;
    const [entry] = this.#updateEntries([settings], settings.tauBefore);
    update.program.run([[{
      ...entry,
      explicitBatch: 1,
      explicitNoise: Number(noise !== undefined),
      explicitTaus: Number(taus !== undefined),
    }]]);
    await this.#checkHealth();
    const tdErrors = await this.#readback.read(update.tdErrors, 0, rows * 4);
    const priorities = await this.#readback.read(update.priorities, 0, rows * 4);
    return {
      loss: await this.#history.loss(number),
      tdErrors: new Float32Array(tdErrors),
      priorities: new Float32Array(priorities),
    };
  }

  /** The target network takes over a share of the online one, now. */
  async updateTarget(tau: number): Promise<void> {
    this.#sync.run([[this.#entries[0].of(IDLE, tau, this.#updateCount)]]);
    await this.#checkHealth();
  }

  /**
   * Q-values.
   *
   * @param observations Any number of stacks; each power of two compiles a forward pass of its own, once.
   * @param noise Noisy networks: which noise to act with, a counter; the mean weights when left out.
   * @param agent Whose network, where there are several; these can be asked about mean weights alone.
   * @returns [observations × actions]
   */
  async qValues(
    observations: readonly ArrayLike<number>[],
    noise?: number,
    agent = 0,
  ): Promise<Float32Array> {
    this.#insight.about(agent);
    const isNoisy = this.network.isNoisy && noise !== undefined;
    const entry = isNoisy ? this.#entries[0].of(IDLE, 0, noise) : undefined;
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

  /**
   * Means over the updates since the last call, at most over the history's rows.
   *
   * @param agent Whose; a round of questions about several agents ends with the last of them.
   */
  async diagnostics(agent = 0): Promise<Diagnostics> {
    await this.#checkHealth();
    return await this.#history.means(this.#updateCount, agent);
  }

  /** Parameters and running averages of an agent. */
  async getTensors(agent = 0): Promise<LearnerTensors> {
    return await readTensors(this.#state, this.#optimizers[agent], this.#readback, agent);
  }

  /**
   * Replaces parameters, and running averages if given.
   *
   * @throws {Error} When a name or shape does not fit; nothing is changed then.
   */
  setTensors(tensors: Partial<LearnerTensors>, updates: number = this.#updateCount): void {
    writeTensors(this.#state, this.#optimizers[0], tensors);
    this.#updateCount = updates;
    this.#history.skipTo(updates);
  }

  /** Where an update's time goes, averaged over so many real updates. */
  async profile(settings: UpdateSettings, updates = 20): Promise<ProfileRow[]> {
    this.#checkDrawable();
    // Updates that nothing times would be counted, and never made.
    if (!this.gpu.hasTimestamps) return [];
    const { program } = await this.#update(this.#config.batchSize);
    this.ring.write();
    const ticks = Array.from({ length: updates }, () => this.#updateEntries([settings], 0));
    return await program.profile(ticks);
  }

  /** Waits for all submitted work, and throws if any of it failed. */
  async settle(): Promise<void> {
    await this.#checkHealth();
  }

  /** Throws if any update has failed that nobody has looked at since. */
  async checkUpdates(): Promise<void> {
    if (this.#isUnchecked) await this.#checkHealth();
  }

  /** Frees its GPU memory. */
  close(): void {
    this.#buffers.destroy();
  }

  /** A few rows for each lane of an evaluation: as many as a stack reaches back to, and the next. */
  #evaluationRing(lanes: number): Promise<LockstepRing> {
    const { gpu, buffers, agents } = this.#state;
    const { frameStack, observationSize, isBytes } = this.ring;
    return LockstepRing.create(gpu, buffers, {
      ...{ observationSize, lanes, agents, bytes: isBytes, frameStack, nSteps: 1 },
      capacity: lanes * (frameStack + 4),
    });
  }

  #checkDrawable(): void {
    const problem = drawProblem(this.ring, drawOptionsOf(this.#config));
    if (problem !== undefined) throw new Error(problem);
  }

  #update(batch: number): Promise<Update> {
    let update = this.#updates.get(batch);
    if (!update) {
      update = this.gpu.scoped(
        "an update",
        () => buildUpdate(this.#state, batch, this.#config, this.#optimizers[0]),
      );
      this.#updates.set(batch, update);
      // A batch that did not fit is tried anew when it is asked for again.
      update.catch(() => this.#updates.delete(batch));
    }
    return update;
  }

  /** The table's entries for the next update, which it counts. */
  #updateEntries(settings: readonly UpdateSettings[], tauBefore: number | undefined): HostEntry[] {
    const update = this.#updateCount++;
    return settings.map((own, agent) =>
      this.#entries[agent].of(own, tauBefore ?? own.tauBefore, update)
    );
  }

  /** Waits for the queue, and throws if an update has failed. */
  async #checkHealth(): Promise<void> {
    const error = await this.#health.read();
    this.#inFlight = 0;
    this.#isUnchecked = false;
    if (error) throw error;
  }
}

/** A submit of nothing but updates. */
function updatesAlone(count: number): Load {
  const load = new Load();
  for (let i = 0; i < count; i++) load.add("update");
  return load;
}

/** The replay buffer that a configuration asks for. */
function ringOptions(
  { observationSize, isBytes, lanes }: LearnerShape,
  config: ResolvedConfig,
): RingOptions {
  return {
    observationSize,
    lanes,
    capacity: config.bufferSize,
    bytes: isBytes,
    frameStack: config.frameStack,
    nSteps: config.nSteps,
    needsNextAction: config.target === "sarsa",
    sampling: config.sampling,
  };
}

/** Refuses what is given by hand and not as much as is taken. */
function checkCount(name: string, given: Float32Array | undefined, wanted: number): void {
  if (given && given.length !== wanted) {
    throw new RangeError(
      `${name} must have ${wanted} entries for this network and batch, got ${given.length}`,
    );
  }
}
