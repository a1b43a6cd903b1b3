import assert from "node:assert/strict";
import file from "../../fixtures/minatar/space_invaders.json" with { type: "json" };
import { compareDetails, compareSpaces, playRuns, playStates, type Recorded } from "./recorded.ts";

const recorded = file as unknown as Recorded;

Deno.test("space_invaders: 40,600 steps are MinAtar's, at random and played well", async () => {
  const ends = await playRuns(recorded);
  const steps = ends.reduce((sum, { episode }) => sum + episode.actions.length, 0);
  assert.equal(steps, 40_600);
  // Far enough for several waves of 24 aliens, the last ones at the fastest pace.
  assert.ok(Math.max(...ends.map(({ episode }) => episode.return)) > 8 * 24);
  assert.equal(Math.max(...ends.map(({ game }) => game.rampIndex)), 6);
  assert.equal(Math.min(...ends.map(({ game }) => game.moveInterval)), 6);
  const slow = ends.filter(({ options }) => !options.difficultyRamping);
  assert.ok(slow.some(({ episode }) => episode.return > 24));
  assert.ok(slow.every(({ game }) => game.rampIndex === 0 && game.moveInterval === 12));
});

Deno.test("space_invaders: the first steps are MinAtar's, one by one, and so is the picture", () => {
  compareDetails(recorded);
});

Deno.test("space_invaders: spaces are MinAtar's", () => compareSpaces(recorded));

Deno.test("space_invaders: made-up states go on as in MinAtar, to the last number inside", async () => {
  assert.equal(recorded.states.length, 120);
  assert.ok(await playStates("MinAtar/SpaceInvaders-v0", recorded) >= 1);
});
