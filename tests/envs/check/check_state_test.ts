import assert from "node:assert/strict";
import { type Info, type JsonValue, PCG64, type ResetOptions } from "../../../src/envs/mod.ts";
import { assertFaults, assertWarnings, type Broken, check, walk } from "./broken.ts";
import { WalkEnv } from "../walk_env.ts";

Deno.test("check_state: states", () => {
  const state = (change: (state: Record<string, JsonValue>) => unknown): Broken =>
    class Walk extends WalkEnv {
      override getState(): JsonValue {
        return change(super.getState() as Record<string, JsonValue>) as JsonValue;
      }
    };
  class Lacking extends WalkEnv {
    override setState(state: JsonValue): void {
      const { rng } = this;
      super.setState(state);
      this.rng = rng;
    }
  }
  class Half extends WalkEnv {
    override setState(state: JsonValue): void {
      const { place, running } = state as { place: number; running: boolean };
      if (typeof place !== "number" || typeof running !== "boolean") throw new TypeError("no");
      this.place = place;
      super.setState(state);
    }
  }
  class Trusting extends WalkEnv {
    override setState(state: JsonValue): void {
      if (state !== null && typeof state === "object" && "place" in state) super.setState(state);
    }
  }
  class Live extends WalkEnv {
    readonly #live: Record<string, JsonValue> = {};
    override getState(): JsonValue {
      return Object.assign(this.#live, super.getState());
    }
  }
  class Forgetful extends WalkEnv {
    override setState(state: JsonValue): void {
      super.setState(state);
      this.running = true;
    }
  }
  class Hidden extends WalkEnv {
    #hidden = 0;
    override reset(options?: ResetOptions): [Float32Array, Info] {
      this.#hidden = 0;
      return super.reset(options);
    }
    override step(action: number): ReturnType<WalkEnv["step"]> {
      const [x, , ...rest] = super.step(action);
      return [x, this.#hidden++, ...rest];
    }
  }
  assertFaults([
    [walk((env) => env.setState = undefined), /^it has getState but no setState: it needs both or/],
    [
      state((s) => ({ ...s, extra: NaN })),
      /^getState\(\) must return what JSON keeps .*extra: NaN/,
    ],
    [
      state((s) => ({ ...s, extra: undefined })),
      /^getState\(\) must return what JSON keeps .*extra/,
    ],
    [state((s) => ({ ...s, extra: new Float32Array(1) })), /what JSON keeps .*extra: Float32Array/],
    [
      Half,
      /^setState\(a state with .*\) threw an error, .* but changed the state before \(at \.pl/,
    ],
    [
      Hidden,
      /^after setState\(state\) the same actions must give the same .*\.reward: \d+ and \d+/,
    ],
  ]);
  const lacking = check(new Lacking());
  assert.match(
    lacking[1],
    /^after setState\(state\), getState\(\) must give that state back; at .rng/,
  );
  assert.match(
    lacking[2],
    /^after setState\(state\) the same actions must give the same as before/,
  );
  const live = check(new Live());
  assert.match(live[1], /^what getState\(\) returned was changed later \(at \.\w+/);
  const forgetful = check(new Forgetful());
  assert.ok(forgetful.some((text) => /^step\(\) after setState\(state\) of an ended/.test(text)));
  assertWarnings([
    [Trusting, /^setState\(\) should throw for bad states, it accepted null, \{\}, \[\], "state"$/],
    [
      walk((env) => env.getState = env.setState = undefined),
      /^there is no getState and setState: a saved training run will start a new episode/,
    ],
  ]);
});

Deno.test("check_state: a generator that is not part of the state is found", () => {
  class Walk extends WalkEnv {
    #other = new PCG64();
    override reset(options: ResetOptions = {}): [Float32Array, Info] {
      if (options.seed !== undefined) this.#other = new PCG64(options.seed);
      return super.reset(options);
    }
    override step(action: number): ReturnType<WalkEnv["step"]> {
      const [x, , ...rest] = super.step(action);
      return [x, this.#other.nextDouble(), ...rest];
    }
  }
  assertFaults([[
    Walk,
    /^after setState\(state\) the same actions must give .*\.reward: 0\.\d+ and/,
  ]]);
});
