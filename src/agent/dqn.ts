/**
 * The DQN agent: what a user holds. It puts a learner on the GPU together with environments on the
 * host, a clock, exploration, evaluation and checkpoints; each of those is a file of its own.
 */

import { withSupport } from "../dqn/algorithms/support.ts";
import { type Batch, type BatchResult, layOutBatch } from "../dqn/batch.ts";
import { type DQNConfig, resolveConfig, type ResolvedConfig } from "../dqn/config.ts";
import type { ReturnDistribution } from "../dqn/distribution.ts";
import type { Diagnostics } from "../dqn/history.ts";
import { Learner } from "../dqn/learner.ts";
import type { Rollout } from "../dqn/rollout.ts";
import { GpuEnv } from "../envs/gpu/gpu_env.ts";
import { Gpu } from "../gpu/gpu.ts";
import type { ProfileRow } from "../gpu/program.ts";
import { deliverBytes, receiveBytes } from "../io/transfer.ts";
import type { Parameter } from "../nn/parameters.ts";
import { Ring } from "../replay/ring.ts";
import { Actor } from "./acting.ts";
import { checkMaskedActions, readMask } from "./action_masks.ts";
import {
  checkMetadata,
  decodeCheckpoint,
  encodeCheckpoint,
  type LoadedCheckpoint,
} from "./checkpoint.ts";
import { Clock } from "./clock.ts";
import type { EvaluateOptions, Policy } from "./evaluation.ts";
import { type AgentEnv, type Feed, feedId, openLanes, readFeed } from "./feed.ts";
import { GpuPlay, GREEDY } from "./gpu_evaluation.ts";
import { GpuLoop } from "./gpu_loop.ts";
import { checkGpuConfig, rolloutSource } from "./gpu_source.ts";
import { HostLoop } from "./host_loop.ts";
import type { Loop } from "./loop.ts";
import { checkLearnOptions, learn, type LearnOptions, type LearnResult } from "./learn.ts";
import { nameParameters, splitParameters } from "./parameters.ts";
import { Population } from "./population.ts";
import { Recorder } from "./recorder.ts";
import { Replay } from "./replay.ts";
import { checkFits, loadedConfig, resumeLanes, savedSpaces } from "./restoring.ts";
import type { Run } from "./run.ts";
import { checkSeen, type Observation, type Shape, type Spaces } from "./spaces.ts";
import { Schedules } from "./schedules.ts";
import { Turns } from "./turns.ts";

/**
 * A deep Q-network agent whose learner lives on the GPU.
 *
 * @example Train, act, save
 * ```ts
 * import { DQN, make } from "@dinoq/dinoq";
 *
 * using agent = await DQN.create(make("CartPole-v1"), { learningStarts: 100, seed: 1 });
 * await agent.learn(500);
 * const action = await agent.predict(new Float32Array([0, 0, 0.05, 0]));
 * console.log(action === 0 || action === 1);
 * ```
 *
 * Source: Mnih et al., "Human-level control through deep reinforcement learning" (Nature 2015); names
 * and defaults as in Stable-Baselines3's DQN.
 */
export class DQN implements Policy, Disposable {
  /** Every option, defaults filled in. */
  readonly config: ResolvedConfig;
  /** The replay buffer: its size, and ways to empty it and to bring transitions in and out. */
  readonly replay: Replay;
  readonly #gpu: Gpu;
  readonly #learner: Learner;
  readonly #shape: Shape;
  readonly #spaces: Spaces;
  readonly #loop: Loop | undefined;
  /** Stores what environments on the host return. */
  readonly #recorder: Recorder | undefined;
  readonly #actor: Actor;
  readonly #gpuPlay: GpuPlay;
  readonly #clock: Clock;
  readonly #schedules: Schedules;
  readonly #recentReturns: number[] = [];
  readonly #turns = new Turns();
  /** Where the environments stood when the agent was loaded without them, for the next checkpoint. */
  #parked: Pick<LoadedCheckpoint, "envIds" | "lanes"> = { envIds: [], lanes: null };
  #learning = false;
  #warnedOfTarget = false;
  #closed = false;

  private constructor(
    gpu: Gpu,
    learner: Learner,
    config: ResolvedConfig,
    feed: Feed,
    rollout: Rollout | undefined,
  ) {
    this.#gpu = gpu;
    this.#learner = learner;
    this.config = config;
    this.#shape = feed.shape;
    this.#spaces = feed.spaces;
    this.#clock = new Clock(config);
    this.#schedules = new Schedules(config, this.#clock);
    this.#actor = new Actor(learner, config, feed.shape, this, this.#clock.state);
    const usesMasks = config.actionMasks;
    const usesNextActions = config.target === "sarsa";
    const { ring } = learner;
    if (ring instanceof Ring) {
      this.#recorder = new Recorder(ring, {
        lastAction: usesNextActions ? (...seen) => this.#actor.lastAction(...seen) : undefined,
        usesMasks,
      });
    }
    this.#loop = this.#openLoop(feed, rollout);
    this.#gpuPlay = new GpuPlay(learner, (work) => this.#inTurn(work));
    this.replay = new Replay({
      ring,
      recorder: this.#recorder,
      rollout,
      needs: { shape: feed.shape, usesMasks, usesNextActions },
      inTurn: (work) => this.#inTurn(work),
      settle: () => learner.settle(),
    });
  }

  /**
   * Creates an agent: opens the GPU, allocates its memory and compiles its kernels.
   *
   * @param env An environment, several with the same spaces, a vector environment, environments on the GPU
   *   as `makeGpu` makes them, or `{ observationSpace, actionSpace }`.
   * @param config Options; each has a default.
   * @throws {TypeError} When an option is unknown or the spaces are not a Box and a Discrete.
   * @throws {RangeError} When an option is out of range or does not fit on the GPU, or the returns that C51 is
   *   to tell apart are neither known of the environment nor given (`vMin`, `vMax`).
   * @throws {Error} When there is no GPU adapter; the message says what to install.
   */
  static async create(env: AgentEnv, config: DQNConfig = {}): Promise<DQN> {
    const feed = readFeed(env);
    return await DQN.#build(feed, withSupport(config, feedId(feed)), 1);
  }

  /**
   * Creates many independent agents that learn side by side in the same dispatches: for seeds, and for
   * sweeps over hyper-parameters. Ten of them cost far less than ten runs, and each does to the last bit
   * what it would do by itself.
   *
   * They may differ in whatever is a number to the kernels: seed, learning rate, γ, exploration, rewards'
   * scale, limits of gradients, an optimizer's constants. What shapes the programs (networks, batch size,
   * algorithm, replay buffer, when to train) is the same for all.
   *
   * @example A sweep over learning rates
   * ```ts
   * import { DQN, makeGpu } from "@dinoq/dinoq";
   *
   * const rates = [1e-4, 1e-3].map((learningRate) => ({ learningRate }));
   * using population = await DQN.population(makeGpu("CartPole-v1", 4), rates, {
   *   ...{ learningStarts: 100, bufferSize: 1_000, seed: 1 },
   * });
   * await population.learn(400);
   * const scores = await population.evaluate(makeGpu("CartPole-v1", 10), { episodes: 10 });
   * console.log(scores.map(({ mean }) => mean));
   * ```
   *
   * @param env Environments on the GPU, made by `makeGpu`; each agent gets as many of its own.
   * @param agents The agents' seeds, or for each the options that are its own.
   * @param config Options that all have in common.
   * @throws {TypeError} When there is no agent, or an option is unknown.
   * @throws {RangeError} When agents differ in what must be the same, or it does not fit on the GPU.
   */
  static async population(
    env: GpuEnv,
    agents: readonly number[] | readonly DQNConfig[],
    config: DQNConfig = {},
  ): Promise<Population> {
    return await Population.create(env, agents, config);
  }

  /** Creates an agent; `lanes` is how many its replay buffer has when there are no environments. */
  static async #build(feed: Feed, config: DQNConfig, lanes: number): Promise<DQN> {
    const resolved = resolveConfig(config);
    if (resolved.actionMasks) checkMaskedActions(feed.shape.actions);
    const gpuEnv = feed.envs instanceof GpuEnv ? feed.envs : undefined;
    if (gpuEnv) checkGpuConfig(resolved);
    const { device, powerPreference } = resolved;
    const gpu = await Gpu.open({ device, powerPreference });
    try {
      const learner = await Learner.create(
        gpu,
        { ...feed.shape, lanes: feed.count || lanes, isOnGpu: gpuEnv !== undefined },
        resolved,
      );
      const rollout = gpuEnv && await learner.rollout(rolloutSource(gpuEnv));
      return new DQN(gpu, learner, resolved, feed, rollout);
    } catch (error) {
      gpu.close();
      throw error;
    }
  }

  /**
   * Loads an agent that was saved; it goes on bit for bit as if it had never stopped.
   *
   * An environment without `getState` and `setState` can't be put back where it was: a new episode
   * begins there instead, and a warning says so.
   *
   * @param source A file's path, its bytes, or a stream of them.
   * @param env The environment to go on in; left out, the agent can act but not learn from one.
   * @param overrides Options to change, such as the learning rate; needed for a function, which no file
   *   holds. With `explorationInitialEps` or `temperature` exploration starts from there anew.
   * @param options Whether the replay buffer is loaded too: yes when left out. One that is only to play needs
   *   none.
   * @throws {Error} When the file is damaged, foreign, of another version, or does not fit the environment.
   */
  static async load(
    source: string | Uint8Array | ReadableStream<Uint8Array>,
    env?: AgentEnv,
    overrides: DQNConfig = {},
    options: { replay?: boolean } = {},
  ): Promise<DQN> {
    const { ring, ...others } = decodeCheckpoint(await receiveBytes(source));
    const saved = options.replay === false ? others : { ...others, ring };
    const config = loadedConfig(saved, overrides);
    const feed = readFeed(env ?? savedSpaces(saved));
    checkFits(saved, feed.shape);
    const agent = await DQN.#build(feed, config, saved.laneCount);
    try {
      await agent.#restore(saved);
      const { explorationInitialEps, temperature } = overrides;
      if (explorationInitialEps !== undefined || temperature !== undefined) {
        agent.#clock.state.exploresFrom = agent.steps;
      }
      return agent;
    } catch (error) {
      agent.close();
      throw error;
    }
  }

  /** What it observes: the space of each environment. */
  get observationSpace(): Spaces["observationSpace"] {
    return this.#spaces.observationSpace;
  }

  /** What it can do there. */
  get actionSpace(): Spaces["actionSpace"] {
    return this.#spaces.actionSpace;
  }

  /** Environment steps made, all lanes together. */
  get steps(): number {
    return this.#clock.state.steps;
  }

  /** Episodes finished. */
  get episodes(): number {
    return this.#clock.state.episodes;
  }

  /** Updates of the network made. */
  get updates(): number {
    return this.#learner.updates;
  }

  /** The GPU's name, as its driver gives it. */
  get adapter(): string {
    return this.#gpu.adapter;
  }

  /** Bytes of GPU memory held, the replay buffer included. */
  get gpuBytes(): number {
    return this.#learner.bytes;
  }

  /** The odds of a random action at the present step. */
  get epsilon(): number {
    return this.#schedules.epsilon();
  }

  /** Boltzmann's temperature at the present step; null where actions that are not random are the best ones. */
  get temperature(): number | null {
    return this.#schedules.temperature;
  }

  /**
   * Learns from the environment for so many steps.
   *
   * Calling it again goes on where the last call stopped, in mid-episode too.
   *
   * @param steps Environment steps to make, all lanes together.
   * @param options Progress, evaluation, abort signal, and the horizon of the schedules.
   * @returns What was done, and why it stopped.
   * @throws {Error} When the environment returns what is no number, training diverges, or the GPU fails.
   */
  async learn(steps: number, options: LearnOptions = {}): Promise<LearnResult> {
    this.#checkUsable();
    if (!this.#loop) {
      throw new Error("this agent has no environment: create or load it with one to learn from it");
    }
    if (this.#learning) throw new Error("this agent is learning already: await that call first");
    checkLearnOptions(steps, options);
    const schedules = this.#schedules;
    schedules.horizon = options.horizon ?? Math.max(schedules.horizon, this.steps + steps);
    this.#learning = true;
    try {
      return await learn(this.#run(this.#loop), steps, options);
    } finally {
      this.#learning = false;
    }
  }

  /**
   * Makes updates from what is in the replay buffer, without the environment: with what was loaded into
   * it, offline learning.
   *
   * No environment steps are made, so what follows these stands still meanwhile: the schedules, and a
   * target network whose `targetUpdateInterval` does not count updates (`{ every: 100, unit: "update" }`).
   *
   * @param updates How many.
   * @param options A signal that stops it between submits.
   */
  async train(updates: number, options: { signal?: AbortSignal } = {}): Promise<void> {
    if (!Number.isInteger(updates) || updates < 0) {
      throw new RangeError(`updates must be an integer of at least 0, got ${updates}`);
    }
    const { every, unit } = this.config.targetUpdateInterval;
    if (!this.#loop && unit !== "update" && !this.#warnedOfTarget) {
      this.#warnedOfTarget = true;
      console.warn(
        `the target network follows every ${every} ${unit}s, and an agent without an environment makes ` +
          "none, so it stays as it is: count updates instead, as in " +
          'targetUpdateInterval: { every: 100, unit: "update" }',
      );
    }
    await this.#inTurn(async () => {
      const made = await this.#learner.train(updates, this.#schedules.update, options.signal);
      if (made > 0) this.#clock.state.tauBefore = 0;
      await this.#learner.settle();
    });
  }

  /**
   * The action for an observation.
   *
   * @param observation As the environment gives it; with the option `frameStack` its newest ones, oldest
   *   first, as the wrapper `FrameStack` puts them together.
   * @param options Greedy by default; with `{ deterministic: false }` as while learning: random with
   *   the present ε, else the best (by a noisy network with fresh noise), or with Boltzmann exploration drawn
   *   from softmax(Q / temperature). With a `mask` only among the actions that it has a 1 for, as Gymnasium's
   *   `info.action_mask`.
   * @returns An element of the action space.
   */
  async predict(
    observation: Observation,
    options: { deterministic?: boolean; mask?: ArrayLike<number | boolean> } = {},
  ): Promise<number> {
    const { actions, firstAction } = this.#shape;
    const { deterministic = true, mask } = options;
    if (mask !== undefined) checkMaskedActions(actions);
    const allowed = mask === undefined ? undefined : readMask(mask, actions, "predict: mask");
    const action = await this.#actor.predict(
      !deterministic,
      allowed,
      (noise) => this.#qValues([observation], noise),
    );
    return firstAction + action;
  }

  /**
   * The Q-values of an observation; of a distributional network the means, of a noisy one without noise.
   *
   * @param observation As {@linkcode DQN.predict} takes it.
   * @returns One for each action.
   */
  async qValues(observation: Observation): Promise<Float32Array> {
    return await this.qValuesOf([observation]);
  }

  /**
   * The Q-values of several observations at once.
   *
   * @param observations Each as {@linkcode DQN.predict} takes it.
   * @returns [observations × actions]
   */
  async qValuesOf(observations: readonly Observation[]): Promise<Float32Array> {
    return await this.#qValues(observations);
  }

  /**
   * The distribution of returns that the network predicts for an observation, for each action: values and
   * how likely each is. With C51 the values are the support; with QR-DQN and IQN they are quantiles, each as
   * likely as any other. An action's Q-value is its mean, Σ probabilities · values.
   *
   * @param observation As {@linkcode DQN.predict} takes it.
   * @returns [actions × atoms] each; of a noisy network without noise.
   * @throws {Error} When the option `distribution` is "none": there are only Q-values then.
   */
  async distribution(observation: Observation): Promise<ReturnDistribution> {
    if (this.config.distribution === "none") {
      throw new Error(
        "this agent's network predicts mean returns only: create it with distribution " +
          '"c51", "qr" or "iqn" to learn distributions',
      );
    }
    this.#checkSeen(observation, "distribution");
    return await this.#inTurn(() => this.#learner.distributions([observation]));
  }

  /** Whether an environment is one that the agent trains in. */
  owns(env: unknown): boolean {
    return this.#loop?.includes(env) ?? false;
  }

  /**
   * Plays so many episodes in environments on the GPU, for `evaluate`, by the noise-free network.
   *
   * @param env Which ones; each lane plays its share.
   * @param episodes How many.
   * @param options As `evaluate` takes them.
   * @returns Returns and lengths, in the order in which episodes ended.
   */
  async playOnGpu(
    env: GpuEnv,
    episodes: number,
    options: EvaluateOptions = {},
  ): Promise<[returns: number[], lengths: number[]]> {
    const { deterministic = true } = options;
    const { epsilon, temperature } = this;
    const [played] = await this.#gpuPlay.play(
      env,
      [deterministic ? GREEDY : { epsilon, temperature }],
      episodes,
      options,
    );
    return played;
  }

  /**
   * One update on explicit transitions, beside the replay buffer.
   *
   * @param batch Flat arrays; any number of transitions, each number compiles once.
   * @returns The loss (mean of weight · loss), and target − Q of each transition before the update.
   * @throws {RangeError} When lengths do not fit, an action is out of range, or a number is not finite.
   */
  async trainOnBatch(batch: Batch): Promise<BatchResult> {
    const { view, network: { input } } = this.#learner;
    const dense = layOutBatch(batch, { view, input, actions: this.#shape.actions }, this.config);
    return await this.#inTurn(async () => {
      const result = await this.#learner.trainOnBatch(dense, this.#schedules.update);
      this.#clock.state.tauBefore = 0;
      return result;
    });
  }

  /**
   * Lets the target network follow the online one now: θ⁻ ← τ·θ + (1 − τ)·θ⁻.
   *
   * @param tau The online network's share; 1, a copy, when left out.
   */
  async updateTarget(tau = 1): Promise<void> {
    if (!(tau > 0 && tau <= 1)) throw new RangeError(`tau must lie in (0, 1], got ${tau}`);
    await this.#inTurn(async () => {
      const { state } = this.#clock;
      if (state.tauBefore > 0) await this.#learner.updateTarget(state.tauBefore);
      state.tauBefore = 0;
      await this.#learner.updateTarget(tau);
    });
  }

  /** Means of loss, Q-value, gradient norm and |TD error| over the updates since the last call. */
  diagnostics(): Promise<Diagnostics> {
    return this.#inTurn(() => this.#learner.diagnostics());
  }

  /**
   * Where an update's time goes, kernel by kernel, found by making 20 real updates; with environments on
   * the GPU also where that of a step goes, by 20 real steps. Empty where the adapter has no timestamps.
   */
  profile(): Promise<ProfileRow[]> {
    return this.#inTurn(async () => [
      ...await this.#learner.profile(this.#schedules.update),
      ...await this.#loop?.profile() ?? [],
    ]);
  }

  /**
   * The parameters, named and shaped as PyTorch's: `q.0.weight` [out, in], `q.0.bias` [out], …, and the
   * target network's as `target.0.weight`, …
   */
  async getParameters(): Promise<Record<string, Parameter>> {
    // The pending share is of the same moment as the tensors.
    const [{ online, target }, tau] = await this.#inTurn(async () =>
      [await this.#learner.getTensors(), this.#clock.state.tauBefore] as const
    );
    return nameParameters(online, target, tau);
  }

  /**
   * Replaces parameters. With the `q.*` alone, the target network becomes a copy of them.
   *
   * @param parameters As {@link getParameters} gives them.
   * @throws {Error} When a name is unknown or missing, or a shape does not fit; nothing is changed then.
   */
  async setParameters(parameters: Readonly<Record<string, Parameter>>): Promise<void> {
    const tensors = splitParameters(parameters);
    await this.#inTurn(() => {
      this.#learner.setTensors(tensors);
      this.#clock.state.tauBefore = 0;
    });
  }

  /**
   * Saves everything: networks, optimiser, replay buffer, counters, schedules' position, and the
   * environment's state where it can tell. A file appears whole or not at all. While the agent learns,
   * what is saved is the moment between two steps.
   *
   * Pictures make replay buffers of gigabytes: `replay: false` leaves it out. An agent loaded from such a
   * file begins new episodes, and learns on when it has collected as much as `learningStarts` says.
   *
   * @param target A path (safetensors), or a stream, which is closed.
   * @param options Whether the replay buffer is saved too: yes when left out; and texts of your own for the
   *   file's metadata, where whatever reads safetensors finds them.
   * @throws {TypeError} When such a text is none.
   * @throws {RangeError} When its name is one of the checkpoint's own entries.
   */
  async save(
    target: string | WritableStream<Uint8Array>,
    options: { replay?: boolean; metadata?: Readonly<Record<string, string>> } = {},
  ): Promise<void> {
    const { replay = true, metadata = {} } = options;
    checkMetadata(metadata);
    await deliverBytes(target, await this.#inTurn(() => this.#checkpoint(replay, metadata)));
  }

  /**
   * Frees the GPU memory, and the device if the agent opened it. What is being done is finished first,
   * what waits for its turn is refused.
   */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    const free = () => {
      this.#learner.close();
      this.#gpu.close();
    };
    if (this.#turns.idle) free();
    else this.#turns.take(free);
  }

  /** Frees the GPU memory at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.close();
  }

  #checkUsable(): void {
    if (this.#closed) throw new Error("this agent has been closed");
  }

  /** Does the work in its turn, unless the agent has been closed by then. */
  #inTurn<T>(work: () => T | Promise<T>): Promise<T> {
    return this.#turns.take(() => {
      this.#checkUsable();
      return work();
    });
  }

  /** Q-values, with the noise of that counter if there is one. */
  async #qValues(observations: readonly Observation[], noise?: number): Promise<Float32Array> {
    if (observations.length === 0) {
      throw new RangeError("qValues wants at least one observation, got none");
    }
    for (const observation of observations) {
      this.#checkSeen(observation, "qValues");
    }
    return await this.#inTurn(() => this.#learner.qValues(observations, noise));
  }

  /** Refuses what the network can't see. */
  #checkSeen(observation: Observation, call: string): void {
    const { isBytes } = this.#learner.network.input;
    const { observationSize } = this.#shape;
    const { frameStack } = this.config;
    checkSeen(observation, { observationSize, frameStack, isBytes }, call);
  }

  /** What moves the agent on in its environments; nothing where it has none. */
  #openLoop(feed: Feed, rollout: Rollout | undefined): Loop | undefined {
    const learner = this.#learner;
    const clock = this.#clock;
    if (feed.envs instanceof GpuEnv) {
      return new GpuLoop({
        ...{ env: feed.envs, rollout: rollout!, learner, clock },
        settings: () => [this.#schedules.update],
        behaviours: () => [this.#schedules.behaviour],
      });
    }
    const lanes = openLanes(feed, this.#recorder!, this.config.seed);
    if (!lanes) return undefined;
    const settings = () => this.#schedules.update;
    return new HostLoop({ lanes, actor: this.#actor, learner, clock, settings });
  }

  /** The agent taken apart for the training loop. */
  #run(loop: Loop): Run {
    return {
      policy: this,
      learner: this.#learner,
      loop,
      clock: this.#clock,
      recentReturns: this.#recentReturns,
      shape: this.#shape,
      horizon: this.#schedules.horizon,
      inTurn: (work) => this.#inTurn(work),
      epsilonAt: (step) => this.#schedules.epsilon(step),
      save: (path) => this.save(path),
    };
  }

  async #checkpoint(
    withReplay: boolean,
    metadata: Readonly<Record<string, string>>,
  ): Promise<Uint8Array> {
    const { config, updates, adapter } = this;
    await this.#learner.settle();
    const lanes = this.#loop ? await this.#loop.getState() : this.#parked.lanes;
    return encodeCheckpoint({
      config,
      ...this.#shape,
      updates,
      adapter,
      horizon: this.#schedules.horizon,
      envIds: this.#loop?.ids ?? this.#parked.envIds,
      clock: this.#clock.state,
      lanes,
      recentReturns: this.#recentReturns,
      tensors: await this.#learner.getTensors(),
      laneCount: this.#learner.ring.laneCount,
      metadata,
      ...withReplay && { ring: await this.#learner.ring.getState() },
    });
  }

  async #restore(saved: LoadedCheckpoint): Promise<void> {
    this.#learner.setTensors(saved.tensors, saved.updates);
    if (saved.ring) {
      this.#learner.ring.setState(saved.ring);
      this.#recorder?.restoreMasks(saved.ring);
    }
    Object.assign(this.#clock.state, saved.clock);
    if (!saved.ring) this.#clock.startAnew();
    this.#recentReturns.push(...saved.recentReturns);
    this.#schedules.horizon = saved.horizon;
    if (this.#loop) await resumeLanes(this.#loop, saved, this.config.actionMasks);
    else this.#parked = { envIds: saved.envIds, lanes: saved.ring ? saved.lanes : null };
  }
}
