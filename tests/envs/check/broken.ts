/** What the tests of checkEnv share: environments with one mistake each, and what checkEnv says of them. */

import assert from "node:assert/strict";
import type { Env, Info, ResetOptions } from "../../../src/envs/mod.ts";
import { checkEnv, type CheckOptions } from "../../../src/envs/check.ts";
import { WalkEnv } from "../walk_env.ts";

/** A class of environments with a mistake. */
export type Broken = new () => Env<unknown, unknown>;

/** What checkEnv says of an environment: the faults' text, or the warnings. */
export function check(env: Env<unknown, unknown>, options?: CheckOptions): string[] {
  try {
    return checkEnv(env, options).warnings;
  } catch (error) {
    return (error as Error).message.split(/\n- |\nIt is also /);
  }
}

/** Passes when checkEnv finds exactly one fault in each, with a message that fits. */
export function assertFaults(cases: readonly [broken: Broken, message: RegExp][]): void {
  for (const [broken, message] of cases) {
    const [head, first, ...more] = check(new broken());
    assert.match(head ?? "", /^checkEnv: \S+ has 1 fault:$/, `${first}${more}, for ${message}`);
    assert.match(first, message);
  }
}

/** Passes when checkEnv finds no fault, but warns exactly so. */
export function assertWarnings(cases: readonly [broken: Broken, message: RegExp][]): void {
  for (const [broken, message] of cases) {
    const warnings = check(new broken());
    assert.equal(warnings.length, 1, `${warnings}, for ${message}`);
    assert.match(warnings[0], message);
  }
}

/** The environment with something else in the place of what it has. */
export function walk(change: (env: Writable) => void): Broken {
  return class Walk extends WalkEnv {
    constructor() {
      super();
      change(this as unknown as Writable);
    }
  };
}
type Writable = {
  -readonly [K in keyof Env]: unknown;
};

/** The environment with the results of its steps changed. */
export function stepping(
  change: (step: [Float32Array, number, boolean, boolean, Info], env: WalkEnv) => unknown,
): Broken {
  return class Walk extends WalkEnv {
    override step(action: number): ReturnType<WalkEnv["step"]> {
      return change(super.step(action), this) as ReturnType<WalkEnv["step"]>;
    }
  };
}

/** The environment with the results of its resets changed. */
export function resetting(
  change: (reset: [Float32Array, Info], options: ResetOptions) => unknown,
): Broken {
  return class Walk extends WalkEnv {
    override reset(options: ResetOptions = {}): [Float32Array, Info] {
      return change(super.reset(options), options) as [Float32Array, Info];
    }
  };
}
