import assert from "node:assert/strict";
import file from "../../fixtures/minatar/breakout.json" with { type: "json" };
import { compareDetails, compareSpaces, playRuns, playStates, type Recorded } from "./recorded.ts";

const recorded = file as unknown as Recorded;

Deno.test("breakout: 40,600 steps are MinAtar's, at random and played well", async () => {
  const ends = await playRuns(recorded);
  const steps = ends.reduce((sum, { episode }) => sum + episode.actions.length, 0);
  assert.equal(steps, 40_600);
  // Far enough for several walls of 30 bricks.
  assert.ok(Math.max(...ends.map(({ episode }) => episode.return)) > 5 * 30);
});

Deno.test("breakout: the first steps are MinAtar's, one by one, and so is the picture", () => {
  compareDetails(recorded);
});

Deno.test("breakout: spaces are MinAtar's", () => compareSpaces(recorded));

Deno.test("breakout: made-up states go on as in MinAtar, to the last number inside", async () => {
  assert.equal(recorded.states.length, 120);
  assert.ok(await playStates("MinAtar/Breakout-v0", recorded) >= 1);
});
