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
