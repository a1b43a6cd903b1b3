import assert from "node:assert/strict";
import file from "../../fixtures/minatar/asterix.json" with { type: "json" };
import { compareDetails, compareSpaces, playRuns, playStates, type Recorded } from "./recorded.ts";

const recorded = file as unknown as Recorded;

Deno.test("asterix: 40,600 steps are MinAtar's, at random and played well", async () => {
  const ends = await playRuns(recorded);
  const steps = ends.reduce((sum, { episode }) => sum + episode.actions.length, 0);
  assert.equal(steps, 40_600);
  // Far enough for the fastest pace, which comes with the ninth ramping.
  const ramped = ends.filter(({ options }) => options.difficultyRamping);
  assert.equal(Math.max(...ramped.map(({ game }) => game.rampIndex)), 9);
  const slow = ends.filter(({ options }) => !options.difficultyRamping);
  assert.ok(slow.some(({ episode }) => episode.actions.length >= 1000));
  assert.ok(slow.every(({ game }) => game.rampIndex === 0 && game.spawnInterval === 10));
});

Deno.test("asterix: the first steps are MinAtar's, one by one, and so is the picture", () => {
  compareDetails(recorded);
});

Deno.test("asterix: spaces are MinAtar's", () => compareSpaces(recorded));

Deno.test("asterix: made-up states go on as in MinAtar, to the last number inside", async () => {
  assert.equal(recorded.states.length, 120);
  assert.ok(await playStates("MinAtar/Asterix-v0", recorded) >= 1);
});
