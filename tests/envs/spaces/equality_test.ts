import assert from "node:assert/strict";
import recorded from "../../fixtures/gymnasium/spaces.json" with { type: "json" };
import { Box, MultiBinary } from "../../../src/envs/mod.ts";
import { build, type Description } from "./recorded.ts";

Deno.test("spaces: which are equal is Gymnasium's", () => {
  const spaces = recorded.equality.map(({ space }) => build(space as Description));
  assert.ok(spaces.length > 30);
  recorded.equality.forEach(({ equal }, i) => {
    spaces.forEach((other, j) => {
      // Built of the same numbers, not the same object.
      const again = build(recorded.equality[j].space as Description);
      assert.equal(spaces[i].equals(again), equal[j] === "1", `${spaces[i]} and ${other}`);
    });
    for (const other of [null, undefined, 3, {}, "Discrete(3)"]) {
      assert.ok(!spaces[i].equals(other));
    }
  });
});

Deno.test("spaces: where Gymnasium's equality is not that of the elements, ours is", () => {
  // There bounds need only be near, and the two ways to write one axis differ.
  assert.ok(!new Box(0, 1).equals(new Box(0, 1 + 1e-6)));
  assert.ok(new MultiBinary(3).equals(new MultiBinary([3])));
});
