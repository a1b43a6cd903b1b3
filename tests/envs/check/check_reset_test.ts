import assert from "node:assert/strict";
import type { Info, ResetOptions } from "../../../src/envs/mod.ts";
import { assertFaults, assertWarnings, check, resetting } from "./broken.ts";
import { WalkEnv } from "../walk_env.ts";

Deno.test("check_reset: what reset returns", () => {
  assertFaults([
    [resetting(([x]) => x), /^reset\(\) must return \[observation, info\], got Float32Array of 2/],
    [resetting((r) => Promise.resolve(r)), /^reset\(\) must return .*, got a Promise/],
    [resetting(([x]) => [x, null]), /^reset\(\): info must be a record, such as \{\}, got null/],
    [
      resetting(([x]) => [x.slice(1), {}]),
      /^reset\(\): the observation must be a Float32Array of 2/,
    ],
    [
      resetting((r, { options }) => {
        if (options !== undefined) throw new TypeError("I take no options");
        return r;
      }),
      /^reset\(\{ options: \{\} \}\) threw TypeError: I take no options/,
    ],
  ]);
});

Deno.test("check_reset: what seeds do", () => {
  let count = 0;
  class Unseeded extends WalkEnv {
    override reset(): [Float32Array, Info] {
      return super.reset({ seed: count++ });
    }
  }
  class Later extends WalkEnv {
    override reset({ seed = count++ }: ResetOptions = {}): [Float32Array, Info] {
      return super.reset({ seed });
    }
  }
  class Default extends WalkEnv {
    override reset({ seed = 42 }: ResetOptions = {}): [Float32Array, Info] {
      return super.reset({ seed });
    }
  }
  class Ignored extends WalkEnv {
    override reset(): [Float32Array, Info] {
      return super.reset({ seed: 1 });
    }
  }
  const [, ...unseeded] = check(new Unseeded());
  assert.match(
    unseeded[0],
    /^reset\(\{ seed: 123 \}\) must give the same .*, got at \[0\]: \d and/,
  );
  const [, ...later] = check(new Later());
  assert.match(later[0], /^reset\(\{ seed: 123 \}\) and then reset\(\) must give the same/);
  assertWarnings([
    [Default, /^reset\(\) without a seed gives the same observation 12 times/],
    [Ignored, /^reset\(\{ seed \}\) gives the same observation and state for 13 seeds/],
    [resetting(([x]) => [x, { t: Math.random() }]), /^reset\(\{ seed: 123 \}\) gives infos/],
  ]);
});
