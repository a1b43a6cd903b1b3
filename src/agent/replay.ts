/**
 * The replay buffer as a user sees it: how much it holds, emptying it, and bringing transitions in and
 * out, for learning from a file.
 */

import type { LockstepRing } from "../replay/lockstep_ring.ts";
import { Ring } from "../replay/ring.ts";
import { type ByteSource, type ByteTarget, deliverBytes, receiveBytes } from "../io/transfer.ts";
import type { Rollout } from "../dqn/rollout.ts";
import type { Recorder } from "./recorder.ts";
import { collect, share, stackAt } from "./replay_layout.ts";
import {
  type CheckedTransitions,
  checkTransitions,
  type StoredTransitions,
  type TransitionData,
  type TransitionNeeds,
} from "./transitions.ts";
import { decodeTransitions, encodeTransitions } from "./transitions_file.ts";

/** Bytes of rows that are handed to the GPU before it is waited for. */
const UPLOAD_BYTES = 1 << 25;

/** The agent's parts that this one works with. */
export interface ReplayParts {
  readonly ring: Ring | LockstepRing;
  /** What stores the steps of environments on the host; none where they are on the GPU. */
  readonly recorder: Recorder | undefined;
  /** Environments on the GPU. */
  readonly rollout?: Rollout;
  readonly needs: TransitionNeeds;
  /** Does a piece of work on the agent by itself, see turns.ts. */
  inTurn<T>(work: () => T | Promise<T>): Promise<T>;
  /** Waits for all submitted work. */
  settle(): Promise<void>;
}

/**
 * An agent's replay buffer: `agent.replay`.
 *
 * A running episode is not broken by anything here: it goes on behind what has been stored or emptied,
 * and only n-step returns and SARSA's next action no longer reach across that point. Environments on the
 * GPU fill the buffer by themselves: then nothing can be added, and emptying it begins new episodes.
 *
 * @example Learning from a file, without an environment
 * ```ts
 * import { Box, Discrete, DQN, make } from "@dinoq/dinoq";
 *
 * // Somebody has collected transitions …
 * using collector = await DQN.create(make("CartPole-v1"), { learningStarts: 500, seed: 1 });
 * await collector.learn(500);
 * const chunks: Uint8Array[] = [];
 * await collector.replay.save(new WritableStream({ write: (chunk) => void chunks.push(chunk) }));
 *
 * // … and others learn from them: `load` takes a file's path too.
 * const spaces = {
 *   observationSpace: new Box(-Infinity, Infinity, [4]),
 *   actionSpace: new Discrete(2),
 * };
 * using agent = await DQN.create(spaces, {
 *   targetUpdateInterval: { every: 100, unit: "update" },
 *   seed: 2,
 * });
 * await agent.replay.load(chunks[0]);
 * console.log(agent.replay.size); // 500
 * await agent.train(200);
 * ```
 */
export class Replay {
  readonly #parts: ReplayParts;

  /**
   * An agent makes one for itself.
   *
   * @param parts The agent's parts.
   */
  constructor(parts: ReplayParts) {
    this.#parts = parts;
  }

  /**
   * Transitions that a batch can be drawn from now; at the least, where environments on the GPU fill the
   * buffer: the host does not know how many of its rows are the last ones of episodes.
   */
  get size(): number {
    return this.#parts.ring.drawable;
  }

  /** Forgets all transitions. */
  async clear(): Promise<void> {
    const { ring, recorder, rollout, inTurn } = this.#parts;
    await inTurn(() => {
      const resume = recorder?.suspend() ?? (() => rollout?.restart());
      ring.clear();
      resume();
    });
  }

  /**
   * Copies all transitions out, lane by lane, each lane's in time order.
   *
   * One that the episode has ended behind, or was cut behind, without a termination is `truncated`.
   * With the target "sarsa", transitions whose next action is not known, and may never be, are left out.
   *
   * With `frameStack` too, observations are single ones. A stack is an observation and those before it in
   * its episode, filled up with the episode's first where there are fewer, and an episode goes on from one
   * transition to the next until one has ended it: so {@linkcode Replay.add} puts stacks together again,
   * and so can a program that learns from a file. Where the buffer no longer has an episode's beginning
   * (a lane's oldest, once the buffer has gone round, and one that was under way when the buffer was
   * emptied or added to), its oldest transition looks like its first. The true stacks of that one and of
   * the `frameStack − 2` behind it are not known: this buffer never draws them, but elsewhere they are
   * filled up with the oldest observation that there is.
   */
  async transitions(): Promise<StoredTransitions> {
    const { ring, rollout, inTurn, needs } = this.#parts;
    return await inTurn(async () => {
      const state = await ring.getState();
      if (!rollout) return collect(state, needs);
      // An episode on the GPU that has just ended leaves its last row open until the next step.
      const running = await rollout.running();
      const lanes = state.lanes.map((place, lane) => ({ ...place, open: running[lane] }));
      return collect({ ...state, lanes }, needs);
    });
  }

  /**
   * Stores transitions, behind those that are there. More than the buffer has rows for: the newest are
   * kept. Each transition takes a row, and each episode's end one more.
   *
   * In a buffer with several lanes (one for each environment) each lane gets a stretch of about equal
   * length; an episode that a stretch ends in is taken as truncated there.
   *
   * With `frameStack`, observations are single ones in any case, and stacks are put together out of the
   * episodes: one begins with every transition that the one before does not go on in, and stacks are
   * filled up with its first observation. Where a stretch, or what there is room for, begins in the middle
   * of an episode, its first `frameStack − 1` transitions are stored for the stacks of those behind them,
   * but not drawn: {@linkcode Replay.size} does not count them.
   *
   * @param transitions In time order.
   * @returns How many were stored.
   * @throws {TypeError} When an array is missing.
   * @throws {RangeError} When a length does not fit or a number is not possible; nothing is stored then.
   */
  async add(transitions: TransitionData): Promise<number> {
    const { recorder, inTurn, needs } = this.#parts;
    const ring = this.#hostRing();
    const checked = checkTransitions(transitions, needs);
    return await inTurn(async () => {
      const room = Array.from(
        { length: ring.laneCount },
        (_, lane) => ring.region - Number(recorder!.isOpen(lane)),
      );
      const stretches = share(checked.goesOn, room);
      const resume = recorder!.suspend();
      try {
        for (const [lane, [from, to]] of stretches.entries()) {
          await this.#store(checked, lane, from, to);
        }
      } finally {
        // Only where an error has come in between is a lane still open that was stored into.
        stretches.forEach(([from, to], lane) => to > from && ring.cut(lane));
        resume();
      }
      return stretches.reduce((sum, [from, to]) => sum + to - from, 0);
    });
  }

  /**
   * Writes all transitions as safetensors, for {@linkcode Replay.load} or for Python: tensors
   * `observations`, `next_observations`, `actions`, `rewards`, `terminations`, `truncations`, and where the
   * agent uses them `action_masks`, `next_action_masks` and `next_actions`. With `frameStack` too,
   * observations are single ones, not stacks: see {@linkcode Replay.transitions} for how stacks come of them.
   *
   * @param target A path, or a stream, which is closed. A file appears whole or not at all.
   */
  async save(target: ByteTarget): Promise<void> {
    const { shape } = this.#parts.needs;
    await deliverBytes(target, encodeTransitions(await this.transitions(), shape));
  }

  /**
   * Stores the transitions of a file as {@linkcode Replay.save} writes it, or anything that writes
   * safetensors with these tensors: [n, …] each, numbers of any dtype, in time order. `truncations`, and
   * what the agent does not use, may be left out. With `frameStack` too, observations are single ones. See
   * {@linkcode Replay.add} for where they go, and how stacks are put together. From Python:
   *
   * ```py
   * from safetensors.numpy import save_file
   * save_file({
   *   "observations": observations, "next_observations": next_observations,  # [n, …]
   *   "actions": actions, "rewards": rewards,  # [n]
   *   "terminations": terminated, "truncations": truncated,
   * }, "transitions.safetensors")
   * ```
   *
   * @param source A file's path, its bytes, or a stream of them.
   * @returns How many were stored.
   * @throws {Error} When the file is damaged or does not fit the agent; nothing is stored then.
   */
  async load(source: ByteSource): Promise<number> {
    const bytes = await receiveBytes(source);
    return await this.add(decodeTransitions(bytes, this.#parts.needs.shape));
  }

  /** The ring, if it can be written from the host. */
  #hostRing(): Ring {
    const { ring } = this.#parts;
    if (ring instanceof Ring) return ring;
    throw new Error(
      "environments on the GPU fill this replay buffer by themselves, and nothing can be added to it: " +
        "create the agent with environments on the host, or with spaces alone",
    );
  }

  /** Stores a stretch of transitions in a lane. */
  async #store(all: CheckedTransitions, lane: number, from: number, to: number): Promise<void> {
    const { settle, needs } = this.#parts;
    const ring = this.#hostRing();
    const { observations, nextObservations, actions, masks, nextMasks, goesOn } = all;
    const { observationSize: size, frameStack: frames } = ring;
    const rowsAtOnce = Math.ceil(UPLOAD_BYTES / (16 * (1 + ring.observation4)));
    for (let i = from, inside = false; i < to; i++) {
      if (goesOn[i - 1] === 1 && !inside) {
        // The stretch begins in mid-episode: stacks that reach back beyond it must not be made up.
        ring.resume(lane, stackAt(all, i, { frames, size }), masks?.[i]);
      } else if (!inside) {
        ring.begin(lane, observations.subarray(i * size, (i + 1) * size), masks?.[i]);
      }
      inside = goesOn[i] === 1 && i + 1 < to;
      const terminated = all.terminated[i] === 1;
      // What was done next is known too where only the stretch ends.
      const nextAction = goesOn[i] ? actions[i + 1] : all.nextActions?.[i];
      const closes = needs.usesNextActions && !inside && !terminated && nextAction !== undefined;
      ring.step(
        lane,
        actions[i],
        all.rewards[i],
        terminated,
        !inside && !closes,
        nextObservations.subarray(i * size, (i + 1) * size),
        nextMasks?.[i],
      );
      if (closes) ring.close(lane, nextAction);
      if ((i - from) % rowsAtOnce === rowsAtOnce - 1) await settle();
    }
  }
}
