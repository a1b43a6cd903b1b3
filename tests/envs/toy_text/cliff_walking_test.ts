import assert from "node:assert/strict";
import { CliffWalking, make } from "../../../src/envs/mod.ts";
import { assertRecorded, checkStateAndPhases } from "./recorded.ts";

Deno.test("cliff_walking: tables, runs and texts are Gymnasium's, slippery or not", async () => {
  await assertRecorded("CliffWalking-v1");
  await assertRecorded("CliffWalkingSlippery-v1");
});

Deno.test("cliff_walking: states, phases, wrong actions and reset options", () => {
  checkStateAndPhases<number>("CliffWalkingSlippery-v1", {}, [
    ["state", 48, /state in .* must be under 48, got 48/],
    ["lastAction", "up", /lastAction in .* must be an integer of at least 0, got "up"/],
  ]);
});

Deno.test("cliff_walking: a bad option is refused, and toString tells how it was made", () => {
  assert.throws(
    () => new CliffWalking({ isSlippery: "yes" as unknown as boolean }),
    /CliffWalking: isSlippery must be a boolean, got yes/,
  );
  assert.equal(`${new CliffWalking()}`, "<CliffWalking>");
  assert.equal(`${make("CliffWalking-v1")}`, "<CliffWalking<CliffWalking-v1>>");
});
