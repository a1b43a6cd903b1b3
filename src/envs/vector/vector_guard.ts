/**
 * What every vector environment checks of its callers, and where it stands.
 *
 * @module
 */

import { Discrete } from "../spaces/discrete.ts";
import type { Space } from "../spaces/space.ts";
import type { LaneResets } from "./lane_group.ts";
import { type Layout, layoutOf, misfit } from "./layout.ts";
import { AUTORESET_MODES, type AutoresetMode, type VectorResetOptions } from "./vector_env.ts";

/** Where a vector environment stands; "failed" means that an environment threw in the last call. */
export type VectorPhase = "unreset" | "running" | "failed" | "closed";

/** Throws unless it is an autoreset mode. */
export function checkMode(who: string, mode: unknown): asserts mode is AutoresetMode {
  if (!(AUTORESET_MODES as readonly unknown[]).includes(mode)) {
    throw new RangeError(
      `${who}: autoresetMode must be ${
        AUTORESET_MODES.map((one) => `"${one}"`).join(" or ")
      }, got ${JSON.stringify(mode) ?? String(mode)}`,
    );
  }
}

/** Keeps a vector environment's phase and refuses what can't be done. */
export class VectorGuard {
  /** Where it stands. */
  phase: VectorPhase = "unreset";
  /** What the vector environment prints as. */
  readonly name: string;
  readonly #envName: string;
  readonly #numEnvs: number;
  readonly #mode: AutoresetMode;
  readonly #actionSpace: Space<unknown>;
  readonly #action: Layout | undefined;

  /**
   * @param kind the class's name
   * @param envName a single environment's name
   * @param numEnvs how many there are
   * @param mode what happens at an episode's end
   * @param actionSpace a single environment's
   */
  constructor(
    kind: string,
    envName: string,
    numEnvs: number,
    mode: AutoresetMode,
    actionSpace: Space<unknown>,
  ) {
    this.name = `${kind}(${envName}, numEnvs=${numEnvs})`;
    this.#envName = envName;
    this.#numEnvs = numEnvs;
    this.#mode = mode;
    this.#actionSpace = actionSpace;
    this.#action = layoutOf(actionSpace);
  }

  /** Throws when it is closed. */
  checkOpen(call: string): void {
    if (this.phase === "closed") throw new Error(`${this.name}: ${call}() after close()`);
  }

  /**
   * Throws unless these actions can be taken now.
   *
   * @param actions what `step` was given
   * @param ended which environments wait for a reset
   */
  checkStep(actions: ArrayLike<unknown>, ended: readonly boolean[]): void {
    if (this.phase !== "running") throw this.#cannotStep();
    const given = typeof actions === "object" && actions !== null ? actions.length : undefined;
    if (given !== this.#numEnvs) {
      throw new RangeError(
        `${this.name}: step() takes an array of ${this.#numEnvs} actions, got ${
          given === undefined ? String(actions) : `${given}`
        }`,
      );
    }
    const isDisabled = this.#mode === "disabled";
    for (let lane = 0; lane < given; lane++) {
      if (!ended[lane]) this.#checkAction(actions[lane], lane);
      else if (isDisabled) throw this.#needsReset(ended);
    }
  }

  #checkAction(action: unknown, lane: number): void {
    const space = this.#actionSpace;
    if (space instanceof Discrete) {
      if (space.contains(action)) return;
      throw new RangeError(
        `${this.#envName}, lane ${lane}: action must be in ${space}, got ${String(action)}`,
      );
    }
    // Bounds are left to the environment, which may clip, as Gymnasium's do.
    const wanted = this.#action && misfit(this.#action, action);
    if (wanted === undefined) return;
    throw new TypeError(`${this.#envName}, lane ${lane}: action must be ${wanted}`);
  }

  #cannotStep(): Error {
    this.checkOpen("step");
    return new Error(
      this.phase === "unreset"
        ? `${this.name}: step() before the first reset(); call reset() to start the episodes`
        : `${this.name}: step() after an environment has failed; call reset() to start anew`,
    );
  }

  #needsReset(ended: readonly boolean[]): Error {
    const lanes = ended.flatMap((has, lane) => has ? [lane] : []);
    return new Error(
      `${this.name}: the episodes of lanes ${lanes.join(", ")} have ended, and autoresetMode is ` +
        `"disabled": call reset({ options: { resetMask } }) for them before the next step()`,
    );
  }

  /** What each lane's reset is to be told, checked. */
  readReset({ seed, options = {} }: VectorResetOptions): LaneResets {
    this.checkOpen("reset");
    const { resetMask, ...own } = options;
    if (resetMask !== undefined) this.#checkMask(resetMask);
    return {
      seeds: this.#seeds(seed),
      ...(resetMask === undefined ? {} : { mask: resetMask }),
      ...(Object.keys(own).length === 0 ? {} : { options: own }),
    };
  }

  #seeds(seed: VectorResetOptions["seed"]): (number | null)[] {
    const count = this.#numEnvs;
    if (seed === undefined) return new Array(count).fill(null);
    const seeds = typeof seed === "number"
      ? Array.from({ length: count }, (_, lane) => seed + lane)
      : Array.isArray(seed)
      ? seed.map((one: number | null | undefined) => one ?? null)
      : undefined;
    if (seeds === undefined || seeds.length !== count) {
      throw new RangeError(
        `${this.name}: seed must be an integer or a list of ${count}, got ${
          seeds === undefined ? String(seed) : `a list of ${seeds.length}`
        }`,
      );
    }
    seeds.forEach((one, lane) => {
      if (one !== null && !(Number.isSafeInteger(one) && one >= 0)) {
        throw new RangeError(
          `${this.name}: seed must be an integer from 0 to 2^53 - 1, got ${one} for lane ${lane}`,
        );
      }
    });
    return seeds;
  }

  #checkMask(mask: readonly boolean[]): void {
    const isMask = Array.isArray(mask) && mask.length === this.#numEnvs &&
      mask.every((is) => typeof is === "boolean");
    if (!isMask || !mask.includes(true)) {
      throw new RangeError(
        `${this.name}: options.resetMask must be a list of ${this.#numEnvs} booleans, at least one of ` +
          `them true, got ${JSON.stringify(mask)}`,
      );
    }
    if (this.phase !== "running" && mask.includes(false)) {
      throw new Error(
        this.phase === "unreset"
          ? `${this.name}: the first reset() must be of all environments, got resetMask ${
            JSON.stringify(mask)
          }`
          : `${this.name}: an environment has failed, so reset() must be of all, got resetMask ${
            JSON.stringify(mask)
          }`,
      );
    }
  }
}
