/**
 * The loop over environments on the GPU. Steps of all lanes and updates follow each other in one list, in
 * the order in which the clock says that they fall due, and hundreds of them go off in one submit: nothing
 * of what is seen, done or learnt crosses to the host. It only asks, a few times a second, which episodes
 * have ended.
 *
 * A step counts as one of every lane, those included that it is an episode's beginning for.
 */

import type { UpdateSettings } from "../dqn/entries.ts";
import type { Learner } from "../dqn/learner.ts";
import type { EpisodeNews, Rollout, StepSettings } from "../dqn/rollout.ts";
import type { Submit } from "../dqn/submit.ts";
import type { JsonValue } from "../envs/env.ts";
import type { GpuEnv } from "../envs/gpu/gpu_env.ts";
import type { ProfileRow } from "../gpu/program.ts";
import type { Clock } from "./clock.ts";
import type { EndedEpisode, Loop, News } from "./loop.ts";

/** Milliseconds between looks at the episodes. */
const NEWS_MS = 200;
/** Steps that a profile is made of. */
const PROFILE_STEPS = 20;

/** What the loop works with; where there are several agents, they go in step. */
export interface GpuLoopParts {
  readonly env: GpuEnv;
  readonly learner: Learner;
  readonly rollout: Rollout;
  readonly clock: Clock;
  /** Each agent's learning rate and target updates at the present step. */
  settings(): readonly UpdateSettings[];
  /** How each agent acts at the present step. */
  behaviours(): readonly StepSettings[];
}

/** Steps environments on the GPU. */
export class GpuLoop implements Loop {
  readonly #parts: GpuLoopParts;
  #looked = performance.now();
  /** Episodes that are counted, and that nobody has been told of. */
  #untold: EndedEpisode[] = [];

  /** @param parts Environments, and the agents that learn in them. */
  constructor(parts: GpuLoopParts) {
    this.#parts = parts;
  }

  get ids(): readonly (string | null)[] {
    const { env } = this.#parts;
    return new Array(env.numEnvs).fill(env.spec.id);
  }

  includes(env: unknown): boolean {
    return env === this.#parts.env;
  }

  /** Lanes begin by themselves. */
  open(): Promise<void> {
    return Promise.resolve();
  }

  async advance(until: number): Promise<void> {
    const { learner, rollout, clock, settings, behaviours } = this.#parts;
    const { state } = clock;
    const submit = learner.open();
    while (true) {
      if (state.owed > 0 && learner.drawable > 0) {
        if (!submit.hasRoomForUpdate()) break;
        await submit.addUpdate(settings());
        state.owed--;
        state.tauBefore = 0;
        continue;
      }
      // Too few transitions for a batch so far: nothing to learn from.
      if (state.owed > 0) learner.forgo();
      state.owed = 0;
      if (state.steps >= until) break;
      const acting = behaviours();
      if (!submit.hasRoomForStep(rollout, acting)) break;
      this.#addStep(submit, acting);
    }
    await submit.send();
  }

  /** Adds a step of all lanes, and counts it. */
  #addStep(submit: Submit, acting: readonly StepSettings[]): void {
    const { rollout, clock, env } = this.#parts;
    submit.addStep(rollout, Math.floor(clock.state.steps / env.numEnvs), acting);
    clock.tick(env.numEnvs, 0, env.numEnvs * Math.max(0, rollout.ring.filled - 1));
  }

  async news(isUrgent: boolean): Promise<News> {
    await this.#listen(isUrgent);
    const ended = this.#untold;
    this.#untold = [];
    return { episodes: this.#parts.clock.state.episodes, ended };
  }

  /** Counts the episodes that have ended. */
  async #listen(isUrgent: boolean): Promise<void> {
    const { clock: { state }, env } = this.#parts;
    const [news] = await this.newsOfAll(1, isUrgent);
    if (!news) return;
    state.episodes += news.count;
    for (const { step, ...episode } of news.episodes) {
      this.#untold.push({ ...episode, steps: (step + 1) * env.numEnvs });
    }
  }

  /** Episodes that have ended of each of several agents; nothing yet where it is not urgent. */
  async newsOfAll(agents: number, isUrgent: boolean): Promise<EpisodeNews[]> {
    const now = performance.now();
    if (!isUrgent && now - this.#looked < NEWS_MS) return [];
    this.#looked = now;
    const news: EpisodeNews[] = [];
    for (let agent = 0; agent < agents; agent++) {
      news.push(await this.#parts.rollout.news(agent));
    }
    return news;
  }

  async profile(): Promise<ProfileRow[]> {
    const { learner, rollout, behaviours } = this.#parts;
    // Steps that nothing times would be counted, and never made.
    if (!learner.gpu.hasTimestamps) return [];
    const submit = learner.open();
    for (let i = 0; i < PROFILE_STEPS; i++) this.#addStep(submit, behaviours());
    return await rollout.program.profile(submit.ticks.map(({ entries }) => entries));
  }

  async getState(): Promise<JsonValue> {
    // What has ended by now is in the checkpoint's count.
    await this.#listen(true);
    const { states, episodes } = await this.#parts.rollout.getState();
    return { gpu: { states: states.toBase64(), episodes: episodes.toBase64() } };
  }

  setState(state: JsonValue): Promise<boolean> {
    const { rollout } = this.#parts;
    const { gpu } = state as { gpu?: { states: string; episodes: string } };
    if (gpu === undefined) {
      rollout.restart();
      return Promise.resolve(false);
    }
    const [states, episodes] = [gpu.states, gpu.episodes].map((text) =>
      Uint8Array.fromBase64(text)
    );
    rollout.setState({ states, episodes });
    return Promise.resolve(true);
  }

  cut(): void {
    this.#parts.rollout.restart();
  }
}
