import assert from "node:assert/strict";
import { type EnvSpec, make, register } from "../../../src/envs/mod.ts";
import { assertFaults, type Broken, check } from "./broken.ts";
import { WalkEnv } from "../walk_env.ts";

Deno.test("check_spec: make(spec.id, spec.options) makes another one", () => {
  let made = 0;
  register({
    id: "check_test/Changing-v0",
    entryPoint: () =>
      new class Changing extends WalkEnv {
        readonly spec?: EnvSpec;
        readonly #reward = made++ === 0 ? 0 : 0.5;
        protected override get name(): string {
          return "check_test/Changing-v0";
        }
        override step(action: number): ReturnType<WalkEnv["step"]> {
          const [x, , ...rest] = super.step(action);
          return [x, this.#reward, ...rest];
        }
      }(),
  });
  const [, first] = check(make("check_test/Changing-v0"));
  assert.match(
    first,
    /^make\(spec.id, spec.options\) must make the same .* does otherwise; call 2/,
  );

  const spec = (spec: EnvSpec): Broken =>
    class Walk extends WalkEnv {
      readonly spec = spec;
      protected override get name(): string {
        return spec.id;
      }
    };
  assertFaults([
    [
      spec({ id: "Nowhere-v0", options: {} }),
      /make another one; .* it threw RangeError: make: unk/,
    ],
    [
      spec({ id: "CartPole-v1", options: {} }),
      /make the same environment, got <TimeLimit<CartPole/,
    ],
  ]);
});
