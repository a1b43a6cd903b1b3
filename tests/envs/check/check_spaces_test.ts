import assert from "node:assert/strict";
import { Box, Discrete, type JsonValue, Tuple } from "../../../src/envs/mod.ts";
import { assertFaults, check, walk } from "./broken.ts";
import { WalkEnv } from "../walk_env.ts";

Deno.test("check_spaces: spaces that do not work", () => {
  class Outside extends Discrete {
    override sample(): number {
      return 5;
    }
  }
  class Unseeded extends Box {
    override seed(): void {
      super.seed(undefined);
    }
  }
  class Stateless extends Box {
    override setState(): void {}
  }
  class Remade extends WalkEnv {
    constructor() {
      super();
      Object.defineProperty(this, "actionSpace", { get: () => new Discrete(2) });
    }
    override setState(state: JsonValue): void {
      super.setState(state);
    }
  }
  assertFaults([
    [walk((env) => env.observationSpace = new Unseeded(0, 10, [2])), /^observationSpace: samples/],
    [
      walk((env) => env.observationSpace = new Stateless(0, 10, [2])),
      /^observationSpace: setState/,
    ],
    [Remade, /^actionSpace must be the same object each time/],
  ]);
  const [, outside] = check(new (walk((env) => env.actionSpace = new Outside(2)))());
  assert.equal(outside, "actionSpace: its sample 5 is not in Discrete(2)");
  const empty = check(new (walk((env) => env.observationSpace = new Tuple([])))());
  assert.ok(empty.includes("observationSpace: Tuple() must not be empty"));
});
