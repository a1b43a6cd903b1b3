import assert from "node:assert/strict";
import file from "../../fixtures/minatar/seaquest.json" with { type: "json" };
import type { JsonValue } from "../../../src/envs/json.ts";
import { make } from "../../../src/envs/registry.ts";
import { compareDetails, compareSpaces, playRuns, playStates, type Recorded } from "./recorded.ts";

const recorded = file as unknown as Recorded;

Deno.test("seaquest: 40,600 steps are MinAtar's, at random and played well", async () => {
  const ends = await playRuns(recorded);
  const steps = ends.reduce((sum, { episode }) => sum + episode.actions.length, 0);
  assert.equal(steps, 40_600);
  // Far enough for coming up with six divers and much oxygen, for the fastest pace thereafter, and for
  // a counter far below zero.
  assert.equal(Math.max(...ends.map(({ largest }) => largest)), 8);
  assert.equal(Math.max(...ends.map(({ game }) => game.rampIndex)), 19);
  assert.equal(Math.min(...ends.map(({ game }) => game.enemyInterval)), 1);
  assert.equal(Math.min(...ends.map(({ game }) => game.moveInterval)), 2);
  assert.ok(ends.some(({ game }) => game.onBoard < -100));
  const slow = ends.filter(({ options }) => !options.difficultyRamping);
  assert.ok(slow.every(({ game }) => game.rampIndex === 0 && game.enemyInterval === 20));
});

Deno.test("seaquest: the first steps are MinAtar's, one by one, and so is the picture", () => {
  compareDetails(recorded);
});

Deno.test("seaquest: spaces are MinAtar's", () => compareSpaces(recorded));

Deno.test("seaquest: made-up states go on as in MinAtar, to the last number inside", async () => {
  assert.equal(recorded.states.length, 120);
  assert.ok(await playStates("MinAtar/Seaquest-v0", recorded) >= 1);
});

Deno.test("seaquest: full lists, which play never makes, take nothing more and spoil nothing", () => {
  const env = make("MinAtar/Seaquest-v1", { stickyActionProb: 0 });
  env.reset({ seed: 1 });
  const before = env.getState!() as Record<string, JsonValue>;
  const many = <T>(count: number, row: T) => Array.from({ length: count }, () => row);
  const game = {
    ...before.game as Record<string, JsonValue>,
    facesRight: 1,
    ownBullets: many(4, [1, 0, 1]),
    enemyBullets: many(80, [1, 6, 1]),
    fish: many(64, [0, 7, 1, 5]),
    subs: many(64, [0, 8, 1, 5, 0]),
    divers: many(4, [0, 5, 1, 5]),
    enemyTimer: 0,
    enemyInterval: 1,
    diverTimer: 0,
  };
  const lengths = () => {
    const state = env.getState!() as { game: Record<string, JsonValue[]> };
    env.setState!(state as unknown as JsonValue);
    const lists = ["ownBullets", "enemyBullets", "fish", "subs", "divers"];
    return lists.map((name) => state.game[name].length);
  };
  env.setState!({ ...before, game });
  env.step(5);
  assert.deepEqual(lengths(), [4, 80, 64, 64, 4]);
  for (let i = 0; i < 4; i++) env.step(5);
  assert.deepEqual(lengths(), [4, 80, 64, 64, 4]);
});
