/**
 * Calls of an environment's `reset` and `step` whose results are looked at: every part of the check
 * goes through these, so that a wrong result is found wherever it turns up.
 *
 * @module
 */

import type { Env, Info, JsonValue, ResetOptions } from "../env.ts";
import type { Findings } from "./findings.ts";
import { whyNotIn } from "./membership.ts";
import { copyOf, difference, isRecord, show } from "./values.ts";

/** What is checked: an environment of any kind. */
export type AnyEnv = Env<unknown, unknown>;

/** What a reset or a step returned. */
export interface Outcome {
  /** The call, for messages, e.g. `step(1)`. */
  readonly source: string;
  readonly observation: unknown;
  readonly info: Info;
  /** Of a reset it is 0. */
  readonly reward: number;
  readonly terminated: boolean;
  readonly truncated: boolean;
}

/** An environment under check. */
export class Subject {
  readonly env: AnyEnv;
  readonly findings: Findings;

  constructor(env: AnyEnv, findings: Findings) {
    this.env = env;
    this.findings = findings;
  }

  /** Resets it and looks at the result; `called` is how messages show the call. */
  reset(options?: ResetOptions): Outcome {
    const { env, findings } = this;
    const source = `reset(${options === undefined ? "" : show(options)})`;
    const result: unknown = findings.call(source, () => env.reset(options));
    if (!Array.isArray(result) || result.length !== 2) {
      throw findings.giveUp(
        "reset parts",
        `${source} must return [observation, info], got ${show(result)}`,
      );
    }
    const [observation, info] = result;
    this.#look("reset()", source, observation, info);
    return { source, observation, info, reward: 0, terminated: false, truncated: false };
  }

  /** Takes an action and looks at the result. */
  step(action: unknown): Outcome {
    const { env, findings } = this;
    const source = `step(${show(action)})`;
    const given = copyOf(action);
    const result: unknown = findings.call(source, () => env.step(action));
    if (!Array.isArray(result) || result.length !== 5) {
      throw findings.giveUp(
        "step parts",
        `${source} must return [observation, reward, terminated, truncated, info], got ${
          show(result)
        }`,
      );
    }
    const [observation, reward, terminated, truncated, info] = result;
    this.#look("step()", source, observation, info);
    if (typeof reward !== "number" || !Number.isFinite(reward)) {
      findings.fault(
        "reward",
        `${source}: the reward must be a finite number, got ${show(reward)} (${typeof reward})`,
      );
    }
    for (const [name, value] of Object.entries({ terminated, truncated })) {
      if (typeof value !== "boolean") {
        findings.fault(
          name,
          `${source}: ${name} must be a boolean, got ${show(value)} (${typeof value})`,
        );
      }
    }
    if (difference(given, action) !== undefined) {
      findings.fault(
        "action changed",
        `${source} changed its action to ${show(action)}: it is the caller's`,
      );
    }
    return { source, observation, info, reward, terminated, truncated };
  }

  #look(method: string, source: string, observation: unknown, info: unknown): void {
    const { env, findings } = this;
    const wrong = whyNotIn(env.observationSpace, observation);
    if (wrong !== undefined) {
      findings.fault(`${method} observation`, `${source}: the observation ${wrong}`);
    }
    if (!isRecord(info)) {
      throw findings.giveUp(
        `${method} info`,
        `${source}: info must be a record, such as {}, got ${show(info)}`,
      );
    }
  }

  /** Random actions from the action space, always the same. */
  actions(count: number, seed = 0): unknown[] {
    const space = this.env.actionSpace;
    return this.findings.call("actionSpace.seed() and sample()", () => {
      space.seed(seed);
      return Array.from({ length: count }, () => space.sample());
    });
  }

  /**
   * Resets with a seed and takes the actions, with a reset (unseeded) wherever an episode ends.
   *
   * @returns what each call returned
   */
  play(seed: number, actions: readonly unknown[]): Outcome[] {
    return [this.reset({ seed }), ...this.goOn(actions)];
  }

  /** Takes the actions from where the environment stands, with a reset wherever an episode ends. */
  goOn(actions: readonly unknown[]): Outcome[] {
    const outcomes: Outcome[] = [];
    for (const action of actions) {
      const outcome = this.step(action);
      outcomes.push(outcome);
      if (outcome.terminated || outcome.truncated) outcomes.push(this.reset());
    }
    return outcomes;
  }

  /**
   * Calls `step` where it must throw.
   *
   * @returns what was thrown; undefined when nothing was
   */
  refusal(action: unknown): { error: unknown } | undefined {
    try {
      this.env.step(action);
    } catch (error) {
      return { error };
    }
    return undefined;
  }

  /** Whether the environment can save and restore its state. */
  get hasState(): boolean {
    return typeof this.env.getState === "function" && typeof this.env.setState === "function";
  }

  /** The state as JSON text. */
  stateText(): string {
    return JSON.stringify(this.findings.call("getState()", () => this.env.getState!()));
  }

  /** The state to compare by; undefined where there is none. */
  snapshot(): JsonValue | undefined {
    return this.hasState ? comparable(this.stateText()) : undefined;
  }
}

/** A state without the one thing that goes on while nothing happens: RecordEpisodeStatistics' clock. */
export function comparable(text: string): JsonValue {
  return JSON.parse(text, function (this: object, key: string, value: JsonValue) {
    return key === "seconds" && "episodeCount" in this ? 0 : value;
  });
}

/** Where two series of outcomes differ first; info is left out, see {@linkcode infoDifference}. */
export function outcomeDifference(
  left: readonly Outcome[],
  right: readonly Outcome[],
): string | undefined {
  for (let i = 0; i < left.length; i++) {
    const { source, observation, reward, terminated, truncated } = left[i];
    const other = right[i];
    if (other.source !== source) return `call ${i + 1} is ${source} and ${other.source}`;
    const found = difference(
      { observation, reward, terminated, truncated },
      {
        observation: other.observation,
        reward: other.reward,
        terminated: other.terminated,
        truncated: other.truncated,
      },
    );
    if (found !== undefined) return `call ${i + 1}, ${source}, ${found}`;
  }
  return undefined;
}

/** Where the infos of two series of outcomes differ first. */
export function infoDifference(
  left: readonly Outcome[],
  right: readonly Outcome[],
): string | undefined {
  for (let i = 0; i < left.length; i++) {
    const found = difference(left[i].info, right[i].info);
    if (found !== undefined) return `call ${i + 1}, ${left[i].source}, ${found}`;
  }
  return undefined;
}
