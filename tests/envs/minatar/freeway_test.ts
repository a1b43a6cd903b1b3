import assert from "node:assert/strict";
import file from "../../fixtures/minatar/freeway.json" with { type: "json" };
import { compareDetails, compareSpaces, playRuns, playStates, type Recorded } from "./recorded.ts";

const recorded = file as unknown as Recorded;

Deno.test("freeway: 40,600 steps are MinAtar's, at random and played well", async () => {
  const ends = await playRuns(recorded);
  const steps = ends.reduce((sum, { episode }) => sum + episode.actions.length, 0);
  assert.equal(steps, 40_600);
  // Games end by time alone, one frame after the 2500 of which MinAtar speaks.
  const ended = ends.filter(({ episode }) => episode.terminated);
  assert.equal(ended.length, 4);
  for (const { episode } of ended) assert.equal(episode.actions.length, 2501);
  assert.ok(Math.max(...ends.map(({ episode }) => episode.return)) > 50);
});

Deno.test("freeway: the first steps are MinAtar's, one by one, and so is the picture", () => {
  compareDetails(recorded);
});

Deno.test("freeway: spaces are MinAtar's", () => compareSpaces(recorded));

Deno.test("freeway: made-up states go on as in MinAtar, to the last number inside", async () => {
  assert.equal(recorded.states.length, 120);
  assert.ok(await playStates("MinAtar/Freeway-v0", recorded) >= 1);
});
