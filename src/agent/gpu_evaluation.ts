/** Evaluation in environments on the GPU: each lane plays its share of the episodes. */

import { LOG } from "../dqn/environment_steps.ts";
import type { Learner } from "../dqn/learner.ts";
import type { Rollout, StepSettings } from "../dqn/rollout.ts";
import type { GpuEnv } from "../envs/gpu/gpu_env.ts";
import type { EvaluateOptions } from "./evaluation.ts";
import { rolloutSource } from "./gpu_source.ts";
import { Turns } from "./turns.ts";

/** Lanes of an evaluation at most: what ends in one step must find room in the log. */
const MOST_LANES = LOG / 2;

/** The best actions. */
export const GREEDY: StepSettings = { epsilon: 0, temperature: null };

/** Returns and lengths of episodes, in the order in which they ended. */
export type Played = [returns: number[], lengths: number[]];

/** Plays in environments on the GPU, with a learner's networks as they are. */
export class GpuPlay {
  readonly #learner: Learner;
  readonly #inTurn: <T>(work: () => T | Promise<T>) => Promise<T>;
  /** Environments that have been played in. */
  readonly #rollouts = new Map<string, Promise<Rollout>>();
  /** Two at once would play in the same lanes. */
  readonly #plays = new Turns();

  /**
   * @param learner Whose networks play.
   * @param inTurn Does a piece of work on the agent by itself, see turns.ts.
   */
  constructor(learner: Learner, inTurn: <T>(work: () => T | Promise<T>) => Promise<T>) {
    this.#learner = learner;
    this.#inTurn = inTurn;
  }

  /**
   * Plays episodes, as many with each agent. A lane that has played its share goes on, but what it does no
   * longer counts: stopping at the first episodes to finish would favour short ones.
   *
   * @param env Where.
   * @param behaviours How each agent acts.
   * @param episodes How many.
   * @param options Seed, signal, and whom to tell of the first agent's episodes.
   * @returns Of each agent.
   */
  play(
    env: GpuEnv,
    behaviours: readonly StepSettings[],
    episodes: number,
    options: EvaluateOptions,
  ): Promise<Played[]> {
    return this.#plays.take(() => this.#play(env, behaviours, episodes, options));
  }

  async #play(
    env: GpuEnv,
    behaviours: readonly StepSettings[],
    episodes: number,
    { seed = 0, signal, onEpisode }: EvaluateOptions,
  ): Promise<Played[]> {
    const learner = this.#learner;
    const rollout = await this.#rollout(env);
    const lanes = rollout.ring.laneCount;
    const share = () => Array.from({ length: lanes }, (_, i) => Math.floor((episodes + i) / lanes));
    const shares = behaviours.map(share);
    const played = behaviours.map((): Played => [[], []]);
    const listen = async (agent: number) => {
      const [returns, lengths] = played[agent];
      for (const episode of (await rollout.news(agent)).episodes) {
        if (shares[agent][episode.lane]-- <= 0) continue;
        const { return: total, length } = episode;
        if (agent === 0) onEpisode?.({ index: returns.length, return: total, length });
        returns.push(total);
        lengths.push(length);
      }
    };
    // A lane can end an episode at every second step, and the log must hold all that end in a submit.
    const mostTicks = Math.max(1, Math.floor(2 * LOG / lanes) - 1);
    await this.#inTurn(async () => {
      rollout.restart();
      for (const agent of behaviours.keys()) await rollout.news(agent);
    });
    const isOver = () => played.every(([returns]) => returns.length >= episodes);
    for (let step = 0; !isOver() && !signal?.aborted;) {
      await this.#inTurn(async () => {
        const submit = learner.open();
        while (
          submit.ticks.length < mostTicks && submit.hasRoomForStep(rollout, behaviours)
        ) {
          submit.addStep(rollout, step++, behaviours, seed);
        }
        await submit.send();
        for (const agent of behaviours.keys()) await listen(agent);
      });
    }
    return played;
  }

  /** Environments like these, opened now or before. */
  #rollout(env: GpuEnv): Promise<Rollout> {
    const source = rolloutSource(env);
    const lanes = Math.min(env.numEnvs, MOST_LANES);
    const key = JSON.stringify([source, lanes]);
    let rollout = this.#rollouts.get(key);
    if (!rollout) {
      rollout = this.#inTurn(() => this.#learner.rollout(source, lanes));
      this.#rollouts.set(key, rollout);
      // What did not fit is tried anew when it is asked for again.
      rollout.catch(() => this.#rollouts.delete(key));
    }
    return rollout;
  }
}
