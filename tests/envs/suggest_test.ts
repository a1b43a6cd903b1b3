import assert from "node:assert/strict";
import { didYouMean, nearest } from "../../src/envs/suggest.ts";

Deno.test("suggest: the nearest name, case ignored, the last of equals", () => {
  const ids = ["CartPole-v0", "CartPole-v1", "Acrobot-v1"];
  assert.equal(nearest("cartpole-v1", ids), "CartPole-v1");
  assert.equal(nearest("CartPloe-v0", ids), "CartPole-v0");
  assert.equal(nearest("CartPole-v7", ids), "CartPole-v1");
  assert.equal(nearest("CartPole", ids), "CartPole-v1");
  assert.equal(nearest("Acrobat-v1", ids), "Acrobot-v1");
});

Deno.test("suggest: nothing when no name is near", () => {
  assert.equal(nearest("LunarLander-v3", ["CartPole-v0", "CartPole-v1"]), undefined);
  assert.equal(didYouMean("LunarLander-v3", ["CartPole-v1"]), "");
  assert.equal(didYouMean("CartPole", ["CartPole-v1"]), ' Did you mean "CartPole-v1"?');
});
