import assert from "node:assert/strict";
import { Box, type JsonValue, make, ObservationWrapper } from "../../../src/envs/mod.ts";
import { savedState } from "./replay_env.ts";

/** Adds to observations how many there were before. */
class Numbered extends ObservationWrapper<Float32Array, number> {
  count = 0;

  constructor() {
    super(make("CartPole-v1"), new Box(-Infinity, Infinity, [5]));
  }

  override observation(observation: Float32Array): Float32Array {
    return Float32Array.of(...observation, this.count++);
  }

  protected override saveOwn(): { readonly [key: string]: JsonValue } {
    return { ...super.saveOwn(), count: this.count };
  }

  protected override loadOwn(own: JsonValue): void {
    super.loadOwn(own);
    this.count = (own as { count: number }).count;
  }
}

Deno.test("observation_wrapper: observations of resets and steps, the space, the state", () => {
  const env = new Numbered(), copy = new Numbered(), plain = make("CartPole-v1");
  const [first] = plain.reset({ seed: 1 });
  assert.deepEqual(env.reset({ seed: 1 }), [Float32Array.of(...first, 0), {}]);
  const [second, ...rest] = plain.step(1);
  assert.deepEqual(env.step(1), [Float32Array.of(...second, 1), ...rest]);
  assert.deepEqual(env.observationSpace.contains(Float32Array.of(...second, 1)), true);
  env.observationSpace.seed(1);
  copy.setState!(savedState(env));
  assert.deepEqual(copy.step(0), env.step(0));
  assert.deepEqual(copy.observationSpace.sample(), env.observationSpace.sample());
  assert.equal(`${env}`, "<Numbered<TimeLimit<CartPole<CartPole-v1>>>>");
});
