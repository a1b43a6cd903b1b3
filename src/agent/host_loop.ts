/** The loop over environments on the host: act, step, store; and learn when it falls due. */

import type { JsonValue } from "../envs/env.ts";
import type { UpdateSettings } from "../dqn/entries.ts";
import type { Learner } from "../dqn/learner.ts";
import type { ProfileRow } from "../gpu/program.ts";
import type { Actor } from "./acting.ts";
import type { Clock } from "./clock.ts";
import type { Lanes } from "./lanes.ts";
import type { EndedEpisode, Loop, News } from "./loop.ts";
import type { Outcome } from "./recorder.ts";

/** What the loop works with. */
export interface HostLoopParts {
  readonly lanes: Lanes;
  readonly actor: Actor;
  readonly learner: Learner;
  readonly clock: Clock;
  /** Learning rate and target updates at the present step. */
  settings(): UpdateSettings;
}

/** Steps environments one step of each at a time. */
export class HostLoop implements Loop {
  readonly #parts: HostLoopParts;
  #ended: EndedEpisode[] = [];

  /** @param parts Environments, and the agent that learns in them. */
  constructor(parts: HostLoopParts) {
    this.#parts = parts;
  }

  get ids(): readonly (string | null)[] {
    return this.#parts.lanes.ids;
  }

  includes(env: unknown): boolean {
    return this.#parts.lanes.includes(env);
  }

  open(): Promise<void> {
    return this.#parts.lanes.open();
  }

  async advance(_until: number, signal: AbortSignal | undefined): Promise<void> {
    if (this.#parts.clock.state.owed > 0) await this.#train(signal);
    else await this.#collect();
  }

  news(): Promise<News> {
    const ended = this.#ended;
    if (ended.length > 0) this.#ended = [];
    return Promise.resolve({ episodes: this.#parts.clock.state.episodes, ended });
  }

  profile(): Promise<ProfileRow[]> {
    return Promise.resolve([]);
  }

  getState(): Promise<JsonValue> {
    return this.#parts.lanes.getState();
  }

  setState(state: JsonValue): Promise<boolean> {
    return this.#parts.lanes.setState(state);
  }

  cut(): void {
    this.#parts.lanes.cut();
  }

  /** A step of every lane. */
  async #collect(): Promise<void> {
    const { lanes, actor, clock, learner } = this.#parts;
    const actions = await actor.act(lanes);
    const outcome: Outcome = { steps: 0, ended: [] };
    try {
      await lanes.step(actions, outcome);
    } finally {
      // Counted also when a lane failed: what the others did is in the replay buffer.
      clock.tick(outcome.steps, outcome.ended.length, learner.ring.drawable);
      const { steps } = clock.state;
      this.#ended.push(...outcome.ended.map((episode) => ({ ...episode, steps })));
    }
  }

  /** A submit's worth of the updates that are due: progress, other calls and Ctrl-C wait no longer. */
  async #train(signal: AbortSignal | undefined): Promise<void> {
    const { learner, clock: { state }, settings } = this.#parts;
    if (learner.drawable === 0) {
      // Too few transitions for a batch so far, or the user has cleared them: nothing to learn from.
      learner.forgo();
      state.owed = 0;
      return;
    }
    const updates = Math.min(state.owed, learner.pace);
    state.owed -= await learner.train(updates, settings(), signal);
    state.tauBefore = 0;
  }
}
