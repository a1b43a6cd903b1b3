/**
 * The DQN agent: what a user holds. It puts a learner on the GPU together with environments on the
 * host, a clock, exploration, evaluation and checkpoints; each of those is a file of its own.
 */

import { type Batch, layOutBatch } from "../dqn/batch.ts";
import { type DQNConfig, resolveConfig, type ResolvedConfig } from "../dqn/config.ts";
import { type Diagnostics, Learner, type UpdateSettings } from "../dqn/learner.ts";
import { epsilonAt, learningRateAt } from "../dqn/schedule.ts";
import { Box } from "../envs/spaces/box.ts";
import { Discrete } from "../envs/spaces/discrete.ts";
import { Gpu } from "../gpu/gpu.ts";
import { STREAMS } from "../gpu/philox.ts";
import type { ProfileRow } from "../gpu/program.ts";
import { readBytes, writeBytes } from "../io/fs.ts";
import type { Parameter, Parameters } from "../nn/network.ts";
import { decodeCheckpoint, encodeCheckpoint, type LoadedCheckpoint } from "./checkpoint.ts";
import { Clock } from "./clock.ts";
import type { Policy } from "./evaluation.ts";
import { exploit, explore, type Place } from "./exploration.ts";
import { type AgentEnv, type Feed, openLanes, readFeed } from "./feed.ts";
import type { Lanes } from "./lanes.ts";
import { checkLearnOptions, learn, type LearnOptions, type LearnResult } from "./learn.ts";
import { Recorder } from "./recorder.ts";
import type { Run } from "./run.ts";
import { checkObservation, type Observation, type Shape, type Spaces } from "./spaces.ts";
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
  readonly #gpu: Gpu;
  readonly #learner: Learner;
  readonly #shape: Shape;
  readonly #lanes: Lanes | undefined;
  readonly #clock: Clock;
  readonly #recentReturns: number[] = [];
  readonly #turns = new Turns();
  /** Where the environments stood when the agent was loaded without them, for the next checkpoint. */
  #parked: Pick<LoadedCheckpoint, "envIds" | "lanes"> = { envIds: [], lanes: null };
  #horizon = 0;
  #predictions = 0;
  #learning = false;
  #closed = false;

  private constructor(
    gpu: Gpu,
    learner: Learner,
    config: ResolvedConfig,
    feed: Feed,
  ) {
    this.#gpu = gpu;
    this.#learner = learner;
    this.config = config;
    this.#shape = feed.shape;
    const recorder = new Recorder(
      learner.ring,
      config.target === "sarsa" ? (...seen) => this.#lastAction(...seen) : undefined,
    );
    this.#lanes = openLanes(feed, recorder, config.seed);
    this.#clock = new Clock(config);
  }

  /**
   * Creates an agent: opens the GPU, allocates its memory and compiles its kernels.
   *
   * @param env An environment, several with the same spaces, a vector environment, or
   *   `{ observationSpace, actionSpace }`.
   * @param config Options; each has a default.
   * @throws {TypeError} When an option is unknown or the spaces are not a Box and a Discrete.
   * @throws {RangeError} When an option is out of range or does not fit on the GPU.
   * @throws {Error} When there is no GPU adapter; the message says what to install.
   */
  static create(env: AgentEnv, config: DQNConfig = {}): Promise<DQN> {
    return DQN.#build(env, config, 1);
  }

  /** Creates an agent; `lanes` is how many its replay buffer has when there are no environments. */
  static async #build(env: AgentEnv, config: DQNConfig, lanes: number): Promise<DQN> {
    const resolved = resolveConfig(config);
    const feed = readFeed(env);
    const { device, powerPreference } = resolved;
    const gpu = await Gpu.open({ device, powerPreference });
    try {
      const learner = await Learner.create(
        gpu,
        { ...feed.shape, lanes: feed.count || lanes },
        resolved,
      );
      return new DQN(gpu, learner, resolved, feed);
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
   * @param overrides Options to change, such as the learning rate; needed for a function, which no file holds.
   * @throws {Error} When the file is damaged, foreign, of another version, or does not fit the environment.
   */
  static async load(
    source: string | Uint8Array | ReadableStream<Uint8Array>,
    env?: AgentEnv,
    overrides: DQNConfig = {},
  ): Promise<DQN> {
    const saved = decodeCheckpoint(await bytesOf(source));
    const given = Object.entries(overrides).filter(([, value]) => value !== undefined);
    const config: DQNConfig = { ...saved.config, ...Object.fromEntries(given) };
    if (config.learningRate === undefined) {
      throw new Error(
        "the saved run's learningRate was a function, which no file holds: give it again, as in " +
          "DQN.load(source, env, { learningRate })",
      );
    }
    const agent = await DQN.#build(env ?? spacesOf(saved), config, saved.ring.lanes.length);
    try {
      await agent.#restore(saved);
      return agent;
    } catch (error) {
      agent.close();
      throw error;
    }
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
    return epsilonAt(this.config, this.steps, this.#scheduleEnd);
  }

  /** Boltzmann's temperature; null where actions that are not random are the best ones. */
  get temperature(): number | null {
    return this.config.exploration === "boltzmann" ? this.config.temperature : null;
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
    if (!this.#lanes) {
      throw new Error("this agent has no environment: create or load it with one to learn from it");
    }
    if (this.#learning) throw new Error("this agent is learning already: await that call first");
    checkLearnOptions(steps, options);
    this.#horizon = options.horizon ?? Math.max(this.#horizon, this.steps + steps);
    this.#learning = true;
    try {
      return await learn(this.#run(this.#lanes), steps, options);
    } finally {
      this.#learning = false;
    }
  }

  /**
   * Makes updates from what is in the replay buffer, without the environment.
   *
   * @param updates How many.
   * @param options A signal that stops it between submits.
   */
  async train(updates: number, options: { signal?: AbortSignal } = {}): Promise<void> {
    if (!Number.isInteger(updates) || updates < 0) {
      throw new RangeError(`updates must be an integer of at least 0, got ${updates}`);
    }
    await this.#inTurn(async () => {
      const made = await this.#learner.train(updates, this.#settings(), options.signal);
      if (made > 0) this.#clock.state.tauBefore = 0;
      await this.#learner.settle();
    });
  }

  /**
   * The action for an observation.
   *
   * @param observation As the environment gives it.
   * @param options Greedy by default; with `{ deterministic: false }` as while learning: random with
   *   the present ε, else the best, or with Boltzmann exploration drawn from softmax(Q / temperature).
   * @returns An element of the action space.
   */
  async predict(
    observation: Observation,
    options: { deterministic?: boolean } = {},
  ): Promise<number> {
    const { actions, firstAction } = this.#shape;
    const explores = options.deterministic === false;
    const step = explores ? this.#predictions++ : 0;
    const place = { seed: this.config.seed, stream: STREAMS.predict, lane: 0, step };
    const random = explores ? explore(place, this.epsilon, actions) : undefined;
    if (random !== undefined) return firstAction + random;
    const values = await this.qValues(observation);
    return firstAction + exploit(place, values, 0, actions, explores ? this.temperature : null);
  }

  /**
   * The Q-values of an observation.
   *
   * @returns One for each action.
   */
  async qValues(observation: Observation): Promise<Float32Array> {
    return await this.qValuesOf([observation]);
  }

  /**
   * The Q-values of several observations at once.
   *
   * @returns [observations × actions]
   */
  async qValuesOf(observations: readonly Observation[]): Promise<Float32Array> {
    const { observationSize } = this.#shape;
    if (observations.length === 0) {
      throw new RangeError("qValues wants at least one observation, got none");
    }
    for (const observation of observations) {
      checkObservation(observation, observationSize, "qValues");
    }
    return await this.#inTurn(() => this.#learner.qValues(observations));
  }

  /** Whether an environment is one that the agent trains in. */
  owns(env: unknown): boolean {
    return this.#lanes?.includes(env) ?? false;
  }

  /**
   * One update on explicit transitions, beside the replay buffer.
   *
   * @param batch Flat arrays; any number of transitions, each number compiles once.
   * @returns The loss (mean of weight · loss), and target − Q of each transition before the update.
   * @throws {RangeError} When lengths do not fit, an action is out of range, or a number is not finite.
   */
  async trainOnBatch(batch: Batch): Promise<{ loss: number; tdErrors: Float32Array }> {
    const { observationSize, actions } = this.#shape;
    const { gamma, target } = this.config;
    const dense = layOutBatch(batch, observationSize, actions, gamma, target === "sarsa");
    return await this.#inTurn(async () => {
      const result = await this.#learner.trainOnBatch(dense, this.#settings());
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
   * Where an update's time goes, kernel by kernel, found by making 20 real updates; empty where the
   * adapter has no timestamps.
   */
  profile(): Promise<ProfileRow[]> {
    return this.#inTurn(() => this.#learner.profile(this.#settings()));
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
    const all: Record<string, Parameter> = {};
    for (const [name, parameter] of Object.entries(online)) all[`q.${name}`] = parameter;
    // A sync that is due before the next update is shown as if it had been made.
    for (const [name, { shape, data }] of Object.entries(target)) {
      const mixed = tau === 0
        ? data
        : data.map((x, i) => tau * online[name].data[i] + (1 - tau) * x);
      all[`target.${name}`] = { shape, data: mixed };
    }
    return all;
  }

  /**
   * Replaces parameters. With the `q.*` alone, the target network becomes a copy of them.
   *
   * @param parameters As {@link getParameters} gives them.
   * @throws {Error} When a name is unknown or missing, or a shape does not fit; nothing is changed then.
   */
  async setParameters(parameters: Readonly<Record<string, Parameter>>): Promise<void> {
    const online: Parameters = {};
    const target: Parameters = {};
    for (const [name, parameter] of Object.entries(parameters)) {
      if (name.startsWith("q.")) online[name.slice(2)] = parameter;
      else if (name.startsWith("target.")) target[name.slice(7)] = parameter;
      else throw new Error(`unknown parameter "${name}": names start with "q." or "target."`);
    }
    const hasTarget = Object.keys(target).length > 0;
    await this.#inTurn(() => {
      this.#learner.setTensors({ online, target: hasTarget ? target : online });
      this.#clock.state.tauBefore = 0;
    });
  }

  /**
   * Saves everything: networks, optimiser, replay buffer, counters, schedules' position, and the
   * environment's state where it can tell. A file appears whole or not at all. While the agent learns,
   * what is saved is the moment between two steps.
   *
   * @param target A path (safetensors), or a stream, which is closed.
   */
  async save(target: string | WritableStream<Uint8Array>): Promise<void> {
    const bytes = await this.#inTurn(() => this.#checkpoint());
    if (typeof target === "string") return await writeBytes(target, bytes);
    const writer = target.getWriter();
    await writer.write(bytes);
    await writer.close();
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

  /** Where schedules end; before the first call of learn nobody knows, and they stand at their start. */
  get #scheduleEnd(): number {
    return this.#horizon || Infinity;
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

  #settings(): UpdateSettings {
    return {
      learningRate: learningRateAt(this.config, this.steps, this.#scheduleEnd),
      tauBefore: this.#clock.state.tauBefore,
      tauAfter: (update) => this.#clock.tauAfter(update),
    };
  }

  /** The agent taken apart for the training loop. */
  #run(lanes: Lanes): Run {
    return {
      policy: this,
      learner: this.#learner,
      lanes,
      clock: this.#clock,
      recentReturns: this.#recentReturns,
      shape: this.#shape,
      horizon: this.#horizon,
      inTurn: (work) => this.#inTurn(work),
      act: () => this.#act(lanes),
      settings: () => this.#settings(),
      save: (path) => this.save(path),
    };
  }

  /** An action for each lane: random ones by the coin, others by one forward pass for all lanes. */
  async #act(lanes: Lanes): Promise<number[]> {
    const { actions } = this.#shape;
    const { temperature } = this;
    const places = Array.from({ length: lanes.count }, (_, lane) => this.#place(lane));
    const chosen = places.map((place) => explore(place, this.#exploringEpsilon, actions));
    if (chosen.every((action) => action !== undefined)) return chosen;
    const values = await this.#learner.qValues(lanes.observations());
    return chosen.map((action, lane) =>
      action ?? exploit(places[lane], values, lane * actions, actions, temperature)
    );
  }

  /** The action that would follow a truncated episode's last observation. */
  async #lastAction(lane: number, observation: Observation): Promise<number> {
    const { actions } = this.#shape;
    const place = { ...this.#place(lane), isLast: true };
    return explore(place, this.#exploringEpsilon, actions) ??
      exploit(place, await this.#learner.qValues([observation]), 0, actions, this.temperature);
  }

  /** Where in the run's random numbers a lane's present choice is drawn. */
  #place(lane: number): Place {
    return { seed: this.config.seed, stream: STREAMS.explore, lane, step: this.steps };
  }

  /** ε while learning: before learning starts, all actions are random. */
  get #exploringEpsilon(): number {
    return this.steps < this.config.learningStarts ? 1 : this.epsilon;
  }

  async #checkpoint(): Promise<Uint8Array> {
    const { config, updates, adapter } = this;
    const { observationSize, actions, firstAction } = this.#shape;
    await this.#learner.settle();
    const lanes = this.#lanes ? await this.#lanes.getState() : this.#parked.lanes;
    return encodeCheckpoint({
      config,
      observationSize,
      actions,
      firstAction,
      updates,
      adapter,
      horizon: this.#horizon,
      envIds: this.#lanes?.ids ?? this.#parked.envIds,
      clock: this.#clock.state,
      lanes,
      recentReturns: this.#recentReturns,
      tensors: await this.#learner.getTensors(),
      ring: await this.#learner.ring.getState(),
    });
  }

  async #restore(saved: LoadedCheckpoint): Promise<void> {
    const { observationSize, actions } = this.#shape;
    if (saved.observationSize !== observationSize || saved.actions !== actions) {
      throw new Error(
        `this checkpoint is for observations of ${saved.observationSize} numbers and ` +
          `${saved.actions} actions; the environment has ${observationSize} and ${actions}`,
      );
    }
    const widths = (sizes: readonly number[]) => [observationSize, ...sizes, actions].join("-");
    const { hiddenLayers } = saved.config;
    if (hiddenLayers && String(hiddenLayers) !== String(this.config.hiddenLayers)) {
      throw new Error(
        `this checkpoint's network is ${widths(hiddenLayers)}, and hiddenLayers asks for ` +
          `${widths(this.config.hiddenLayers)}: leave hiddenLayers out when loading`,
      );
    }
    this.#learner.setTensors(saved.tensors, saved.updates);
    this.#learner.ring.setState(saved.ring);
    Object.assign(this.#clock.state, saved.clock);
    this.#recentReturns.push(...saved.recentReturns);
    this.#horizon = saved.horizon;
    if (!this.#lanes) {
      this.#parked = { envIds: saved.envIds, lanes: saved.lanes };
      return;
    }
    const { ids } = this.#lanes;
    if (String(ids) === String(saved.envIds) && saved.lanes !== null) {
      if (await this.#lanes.setState(saved.lanes)) return;
      console.warn(
        "the environment can't be put back where the saved run left it (it has no getState and " +
          "setState): a new episode begins",
      );
    } else {
      this.#lanes.cut();
      console.warn(
        `the saved run was in ${saved.envIds.join(", ") || "no environment"}, this one is in ` +
          `${ids.join(", ")}: a new episode begins`,
      );
    }
  }
}

/** Spaces for an agent that is loaded without an environment. */
function spacesOf({ observationSize, actions, firstAction }: LoadedCheckpoint): Spaces {
  return {
    observationSpace: new Box(-Infinity, Infinity, [observationSize]),
    actionSpace: new Discrete(actions, { start: firstAction }),
  };
}

async function bytesOf(
  source: string | Uint8Array | ReadableStream<Uint8Array>,
): Promise<Uint8Array> {
  if (typeof source === "string") return await readBytes(source);
  if (source instanceof Uint8Array) return source;
  return new Uint8Array(
    await new Response(source as ReadableStream<Uint8Array<ArrayBuffer>>).arrayBuffer(),
  );
}
