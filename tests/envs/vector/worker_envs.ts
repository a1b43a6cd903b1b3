/** Environments for tests in workers; importing this module registers them. */

import {
  Box,
  Discrete,
  type Env,
  type Info,
  register,
  type Space,
  type StepResult,
} from "../../../src/envs/mod.ts";
import { InfoEnv } from "./info_env.ts";

/** Does as its action says. */
export class ActingEnv implements Env<Float32Array, number> {
  readonly observationSpace = new Box(-Infinity, Infinity, [1]);
  readonly actionSpace = new Discrete(ACTIONS.length);
  #steps = 0;

  reset(): [Float32Array, Info] {
    this.#steps = 0;
    return [Float32Array.of(0), {}];
  }

  step(action: number): StepResult<Float32Array> {
    this.#steps++;
    let info: Info = {};
    let length = 1;
    const scope = globalThis as unknown as { close(): void; Deno: { exit(code: number): void } };
    switch (ACTIONS[action]) {
      case "throw":
        throw new RangeError("Acting-v0: told to fail");
      case "throw later":
        setTimeout(() => {
          throw new Error("failed behind everyone's back");
        });
        break;
      case "reject later":
        Promise.reject(new Error("failed behind everyone's back"));
        break;
      case "exit":
        scope.Deno.exit(3);
        break;
      case "close":
        scope.close();
        break;
      case "hang":
        for (;;);
      case "tell a function":
        info = { fn: () => {} };
        break;
      case "observe NaN":
        return [Float32Array.of(NaN), NaN, false, false, {}];
      case "observe too much":
        length = 2;
    }
    return [new Float32Array(length).fill(this.#steps), 1, false, false, info];
  }

  close(): void {}

  toString(): string {
    return "<ActingEnv>";
  }
}

/** What {@linkcode ActingEnv} can be told to do. */
export const ACTIONS = [
  "step",
  "throw",
  "throw later",
  "reject later",
  "exit",
  "close",
  "hang",
  "tell a function",
  "observe NaN",
  "observe too much",
] as const;

/** An {@linkcode ActingEnv}'s action. */
export function act(what: typeof ACTIONS[number]): number {
  return ACTIONS.indexOf(what);
}

/** Continuous actions, text as observations: nothing for shared memory. */
class TextEnv implements Env<string, Float32Array> {
  readonly observationSpace: Space<string> = {
    sample: () => "",
    seed: () => {},
    contains: (x: unknown): x is string => typeof x === "string",
    equals: () => true,
    getState: () => null,
    setState: () => {},
    toString: () => "Text",
  };
  readonly actionSpace = new Box(-1, 1, [2]);

  reset(): [string, Info] {
    return ["start", {}];
  }

  step(action: Float32Array): StepResult<string> {
    return [`${action.constructor.name} ${action}`, action[1], false, false, {}];
  }

  close(): void {}

  toString(): string {
    return "<TextEnv>";
  }
}

/** Computes for about as long as it is told, to see when workers pay. */
class BusyEnv implements Env<Float32Array, number> {
  readonly observationSpace = new Box(-Infinity, Infinity, [8]);
  readonly actionSpace = new Discrete(4);
  readonly #microseconds: number;

  constructor(microseconds: number) {
    this.#microseconds = microseconds;
  }

  reset(): [Float32Array, Info] {
    return [new Float32Array(8), {}];
  }

  step(): StepResult<Float32Array> {
    let x = 1;
    // About a nanosecond each; by the clock it would go on while the processor does something else.
    for (let i = 1000 * this.#microseconds; i > 0; i--) x = Math.imul(x, 1664525) + 1013904223 | 0;
    return [new Float32Array(8).fill(x), 1, false, false, {}];
  }

  close(): void {}

  toString(): string {
    return "<BusyEnv>";
  }
}

register({
  id: "Busy-v0",
  entryPoint: ({ microseconds }) => new BusyEnv(microseconds as number),
  options: { microseconds: 0 },
});
register({ id: "Acting-v0", entryPoint: () => new ActingEnv() });
register({ id: "Text-v0", entryPoint: () => new TextEnv() });
register({
  id: "Info-v0",
  entryPoint: ({ discrete }) => new InfoEnv(discrete as boolean),
  options: { discrete: false },
});
register({
  id: "Unmakeable-v0",
  entryPoint: ({ fails }) => {
    // In the main process one is made for its spaces.
    if (fails === true || "WorkerGlobalScope" in globalThis) throw new Error("no such luck");
    return new ActingEnv();
  },
  options: { fails: false },
});
register({
  id: "Changing-v0",
  entryPoint: () => new InfoEnv("WorkerGlobalScope" in globalThis),
});
