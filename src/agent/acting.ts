/**
 * Acting: which action follows from what an agent sees, while it learns and when it is asked.
 *
 * Whatever is random is a function of the seed and of where in the run the choice is made, so a resumed
 * run needs nothing saved but where it was. A noisy network's noise is drawn anew for each act, and all
 * lanes of one act, which share a forward pass, share it too (as one noise sample serves a whole batch in
 * the update).
 */

import type { ResolvedConfig } from "../dqn/config.ts";
import type { Learner } from "../dqn/learner.ts";
import { STREAMS } from "../gpu/philox.ts";
import type { ClockState } from "./clock.ts";
import { type Behaviour, exploit, explore, type Place } from "./exploration.ts";
import type { Lanes } from "./lanes.ts";
import type { Observation, Shape } from "./spaces.ts";

/** What noise is drawn for; each use counts by itself, and no two share a counter. */
const NOISE_USES = { act: 0, lastAction: 1, predict: 2 } as const;

/** How the agent behaves at present, and how far it has come. */
export interface Moment extends Behaviour {
  /** Environment steps made. */
  readonly steps: number;
}

/** Chooses an agent's actions, counted from 0. */
export class Actor {
  readonly #learner: Learner;
  readonly #config: ResolvedConfig;
  readonly #actions: number;
  readonly #now: Moment;
  readonly #counts: Pick<ClockState, "predictions">;

  /**
   * @param learner Whose Q-values decide.
   * @param config The agent's configuration.
   * @param shape Sizes of its spaces.
   * @param now Asked at each choice.
   * @param counts Where actions that a user asks for are counted.
   */
  constructor(
    learner: Learner,
    config: ResolvedConfig,
    shape: Shape,
    now: Moment,
    counts: Pick<ClockState, "predictions">,
  ) {
    this.#learner = learner;
    this.#config = config;
    this.#actions = shape.actions;
    this.#now = now;
    this.#counts = counts;
  }

  /** An action for each lane: random ones by the coin, others by one forward pass for all lanes. */
  async act(lanes: Lanes): Promise<number[]> {
    const actions = this.#actions;
    const { temperature } = this.#now;
    const places = Array.from({ length: lanes.count }, (_, lane) => this.#place(lane));
    const chosen = places.map((place, lane) =>
      explore(place, this.#epsilon, actions, lanes.mask(lane))
    );
    if (chosen.every((action) => action !== undefined)) return chosen;
    const noise = this.#noise("act", this.#now.steps);
    const values = await this.#learner.qValues(lanes.observations(), noise);
    return chosen.map((action, lane) =>
      action ??
        exploit(places[lane], values, lane * actions, actions, temperature, lanes.mask(lane))
    );
  }

  /** The action that would follow a truncated episode's last observation. */
  async lastAction(lane: number, observation: Observation, mask?: number): Promise<number> {
    const actions = this.#actions;
    const place = { ...this.#place(lane), isLast: true };
    const random = explore(place, this.#epsilon, actions, mask);
    if (random !== undefined) return random;
    const noise = this.#noise("lastAction", this.#now.steps);
    const values = await this.#learner.qValues([observation], noise);
    return exploit(place, values, 0, actions, this.#now.temperature, mask);
  }

  /**
   * The action that a user asks for.
   *
   * @param explores Whether it is chosen as while learning; else it is the best one.
   * @param mask Which actions are allowed; all when left out.
   * @param qValues The observation's Q-values, with the noise of that counter if there is one.
   */
  async predict(
    explores: boolean,
    mask: number | undefined,
    qValues: (noise?: number) => Promise<Float32Array>,
  ): Promise<number> {
    const actions = this.#actions;
    const { seed } = this.#config;
    const step = explores ? this.#counts.predictions++ : 0;
    const place: Place = { seed, stream: STREAMS.predict, lane: 0, step };
    const random = explores ? explore(place, this.#now.epsilon, actions, mask) : undefined;
    if (random !== undefined) return random;
    const values = await qValues(explores ? this.#noise("predict", step) : undefined);
    return exploit(place, values, 0, actions, explores ? this.#now.temperature : null, mask);
  }

  /** Where in the run's random numbers a lane's present choice is drawn. */
  #place(lane: number): Place {
    return { seed: this.#config.seed, stream: STREAMS.explore, lane, step: this.#now.steps };
  }

  /** ε while learning: before learning starts, all actions are random. */
  get #epsilon(): number {
    return this.#now.steps < this.#config.learningStarts ? 1 : this.#now.epsilon;
  }

  /** The counter of a noisy network's noise; none where there is no noise. */
  #noise(use: keyof typeof NOISE_USES, count: number): number | undefined {
    if (!this.#config.noisy) return undefined;
    return Object.keys(NOISE_USES).length * count + NOISE_USES[use];
  }
}
