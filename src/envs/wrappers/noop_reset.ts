/**
 * The wrapper that begins an episode with a random number of no-ops.
 *
 * @module
 */

import type { Env, ResetOptions, ResetResult } from "../env.ts";
import { type JsonValue, recordFromJson } from "../json.ts";
import { generatorFromJson, generatorToJson, type PCG64 } from "../rng/pcg64.ts";
import { aleGenerator, drawNoops } from "./ale_noops.ts";
import { Wrapper } from "./wrapper.ts";

/** How many no-ops {@linkcode NoopReset} takes. */
export interface NoopResetOptions {
  /** The most no-ops, at least 1; 30 if left out. */
  readonly noopMax?: number;
}

/**
 * Takes action 0, which must do nothing, 1 to `noopMax` times after a reset, so that games that
 * always start alike do not, as Stable-Baselines3's `NoopResetEnv` (V. Mnih et al., "Human-level
 * control through deep reinforcement learning", 2015). What `reset` returns is the last no-op's
 * observation and info; where an episode ends meanwhile the environment is reset and the no-ops go
 * on.
 *
 * The number is drawn from a generator of the wrapper's own that `reset({ seed })` seeds as ale-py
 * seeds the one that `NoopResetEnv` draws from. So it is the same number for the same seed on an
 * Atari game, at that reset and at those without a seed that follow.
 *
 * @example
 * ```ts
 * import { make, NoopReset } from "@dinoq/dinoq";
 *
 * const env = new NoopReset(make("CartPole-v1"), { noopMax: 3 });
 * env.reset({ seed: 1 }); // the pole after one to three pushes to the left, which is action 0 here
 * ```
 *
 * @typeParam Obs an observation's type
 */
export class NoopReset<Obs = Uint8Array> extends Wrapper<Obs, number> {
  readonly #noopMax: number;
  #rng: PCG64 | undefined;

  /**
   * Wraps an environment.
   *
   * @param env the environment to wrap; its action 0 must do nothing
   * @param options the most no-ops
   */
  constructor(env: Env<Obs, number>, options: NoopResetOptions = {}) {
    super(env);
    const { noopMax = 30 } = options;
    if (!Number.isSafeInteger(noopMax) || noopMax < 1) {
      throw new RangeError(`NoopReset: noopMax must be an integer of at least 1, got ${noopMax}`);
    }
    this.#noopMax = noopMax;
  }

  /** Starts an episode and lets some time pass. */
  override reset(options?: ResetOptions): ResetResult<Obs> {
    let result = this.#resetInside(options);
    const noops = drawNoops(this.#rng ??= aleGenerator(), this.#noopMax);
    for (let i = 0; i < noops; i++) {
      const [observation, , terminated, truncated, info] = this.env.step(0);
      result = terminated || truncated ? this.#resetInside(options) : [observation, info];
    }
    return result;
  }

  #resetInside(options?: ResetOptions): ResetResult<Obs> {
    const result = this.env.reset(options);
    // At each of them, since the environment's generator starts again with every seed.
    if (options?.seed !== undefined) this.#rng = aleGenerator(options.seed);
    return result;
  }

  /** The generator. */
  protected override saveOwn(): JsonValue {
    return { rng: generatorToJson(this.#rng) };
  }

  /** Takes back what {@linkcode NoopReset.saveOwn} gave. */
  protected override loadOwn(own: JsonValue): void {
    this.#rng = generatorFromJson(recordFromJson(own, "the state of NoopReset").rng);
  }
}
