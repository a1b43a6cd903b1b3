/**
 * The wrapper that ends an episode at each lost life.
 *
 * @module
 */

import type { Env, Info, ResetOptions, ResetResult, StepResult } from "../env.ts";
import { countFromJson, type JsonValue, recordFromJson } from "../json.ts";
import { envName, Wrapper } from "./wrapper.ts";

/**
 * Ends an episode where a life is lost, but starts a new game only when the game is over, as
 * Stable-Baselines3's `EpisodicLifeEnv` (V. Mnih et al., "Human-level control through deep
 * reinforcement learning", 2015): it helps to learn what is dangerous. Lives are read from
 * `info.lives`, which Atari games have.
 *
 * - A step that lowers the lives to 1 or more is `terminated`. At 0 lives the game itself says when
 *   it is over.
 * - `reset()` resets the environment when the game is over ({@linkcode EpisodicLife.wasRealDone});
 *   else it takes action 0, which must do nothing, and the game goes on. So an episode that was
 *   stopped from outside is gone on with too.
 * - `reset({ seed })` and a reset with options always start a new game. There Stable-Baselines3
 *   goes on and forgets the seed.
 *
 * To evaluate an agent, leave this wrapper out: returns with it are those of single lives.
 *
 * @example A game of three lives
 * ```ts
 * import { Box, Discrete, type Env, EpisodicLife, type StepResult } from "@dinoq/dinoq";
 *
 * class Game implements Env {
 *   readonly observationSpace = new Box(0, 3);
 *   readonly actionSpace = new Discrete(2);
 *   #lives = 3;
 *   reset(): [Float32Array, Record<string, unknown>] {
 *     this.#lives = 3;
 *     return [Float32Array.of(3), { lives: 3 }];
 *   }
 *   step(action: number): StepResult<Float32Array> {
 *     if (action === 1) this.#lives--;
 *     const over = this.#lives === 0;
 *     return [Float32Array.of(this.#lives), 0, over, false, { lives: this.#lives }];
 *   }
 *   close(): void {}
 * }
 *
 * const env = new EpisodicLife(new Game());
 * env.reset();
 * env.step(1)[2]; // true, though two lives are left
 * env.reset()[0]; // Float32Array [2]: the game goes on
 * ```
 *
 * @typeParam Obs an observation's type
 */
export class EpisodicLife<Obs = Uint8Array> extends Wrapper<Obs, number> {
  #lives = 0;
  #wasRealDone = true;

  /**
   * Wraps an environment.
   *
   * @param env the environment to wrap, one that tells `info.lives`; its action 0 must do nothing
   */
  constructor(env: Env<Obs, number>) {
    super(env);
  }

  /** Whether the game is over, and not only a life; true before the first reset. */
  get wasRealDone(): boolean {
    return this.#wasRealDone;
  }

  /** The lives left. */
  get lives(): number {
    return this.#lives;
  }

  /** Starts a new game where there is none, else goes on with it. */
  override reset(options?: ResetOptions): ResetResult<Obs> {
    const mustReset = this.#wasRealDone || options?.seed !== undefined ||
      options?.options !== undefined;
    let result: ResetResult<Obs> | undefined;
    if (!mustReset) {
      const [observation, , terminated, truncated, info] = this.env.step(0);
      if (!terminated && !truncated) result = [observation, info];
    }
    result ??= this.env.reset(options);
    this.#lives = livesOf(result[1], "EpisodicLife", this.env);
    this.#wasRealDone = false;
    return result;
  }

  /** Takes an action. */
  override step(action: number): StepResult<Obs> {
    const [observation, reward, terminated, truncated, info] = this.env.step(action);
    this.#wasRealDone = terminated || truncated;
    const lives = livesOf(info, "EpisodicLife", this.env);
    const isLifeLost = lives > 0 && lives < this.#lives;
    this.#lives = lives;
    return [observation, reward, terminated || isLifeLost, truncated, info];
  }

  /** The lives, and whether the game is over. */
  protected override saveOwn(): JsonValue {
    return { lives: this.#lives, wasRealDone: this.#wasRealDone };
  }

  /** Takes back what {@linkcode EpisodicLife.saveOwn} gave. */
  protected override loadOwn(own: JsonValue): void {
    const record = recordFromJson(own, "the state of EpisodicLife");
    const lives = countFromJson(record.lives, "lives of EpisodicLife");
    if (typeof record.wasRealDone !== "boolean") {
      throw new TypeError(
        `wasRealDone of EpisodicLife must be a boolean, got ${JSON.stringify(record.wasRealDone)}`,
      );
    }
    this.#lives = lives;
    this.#wasRealDone = record.wasRealDone;
  }
}

/** `info.lives`; `who` is the wrapper that needs it. */
export function livesOf(info: Info, who: string, env: Env<unknown, unknown>): number {
  const { lives } = info;
  if (typeof lives === "number" && Number.isSafeInteger(lives) && lives >= 0) return lives;
  throw new TypeError(
    `${who}: ${
      envName(env)
    } must tell info.lives, an integer of at least 0, at every reset and step, got ${lives}`,
  );
}
