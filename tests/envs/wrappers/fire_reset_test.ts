import assert from "node:assert/strict";
import { Discrete, FireReset, make } from "../../../src/envs/mod.ts";
import { ReplayEnv, savedState } from "./replay_env.ts";

const OBSERVATIONS = Array.from({ length: 20 }, (_, i) => i);

function fired(ends: readonly number[]) {
  const infos = OBSERVATIONS.map((at) => ({ at }));
  const inner = new ReplayEnv(new Discrete(20), OBSERVATIONS, { ends, infos });
  const env = new FireReset(inner);
  const [observation, info] = env.reset({ seed: 3 });
  assert.deepEqual(info, { at: observation });
  return { observation, taken: inner.taken, resets: inner.resets };
}

Deno.test("fire_reset: takes actions 1 and 2 after a reset", () => {
  assert.deepEqual(fired([]), { observation: 2, taken: [1, 2], resets: [{ seed: 3 }] });
});

Deno.test("fire_reset: resets again where an episode ends meanwhile, and shows where it is", () => {
  const twice = [{ seed: 3 }, { seed: 3 }];
  assert.deepEqual(fired([1]), { observation: 3, taken: [1, 2], resets: twice });
  assert.deepEqual(fired([2]), { observation: 3, taken: [1, 2], resets: twice });
});

Deno.test("fire_reset: steps and the state are those of the environment inside", () => {
  const fresh = () => new FireReset(new ReplayEnv(new Discrete(20), OBSERVATIONS));
  const env = fresh(), copy = fresh();
  env.reset();
  copy.setState!(savedState(env));
  assert.deepEqual(copy.step(0), env.step(0));
  assert.equal(`${env}`, "<FireReset<ReplayEnv>>");
});

Deno.test("fire_reset: an environment with fewer than three actions is refused", () => {
  assert.throws(() => new FireReset(make("CartPole-v1")), {
    name: "TypeError",
    message: "FireReset: CartPole-v1 must have at least three actions, of which 1 is FIRE, " +
      "got Discrete(2)",
  });
});
