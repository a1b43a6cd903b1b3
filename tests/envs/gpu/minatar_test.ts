/**
 * Tests of MinAtar's games on the GPU against those in TypeScript: whole games with the same draws, where
 * every observation, state, reward and end must be equal, and what `makeGpu` knows of them.
 */

import assert from "node:assert/strict";
import { makeGpu } from "../../../src/envs/gpu/make_gpu.ts";
import { make } from "../../../src/envs/registry.ts";
import { MT19937 } from "../../../src/envs/rng/mt19937.ts";
import { Gpu } from "../../../src/gpu/gpu.ts";
import { withDraws } from "./same_draws.ts";
import {
  asterixPlayer,
  breakoutPlayer,
  freewayPlayer,
  invadersPlayer,
  seaquestPlayer,
} from "./minatar_players.ts";
import { drawStarts } from "./minatar_starts.ts";
import {
  asterix,
  breakout,
  type Form,
  freeway,
  seaquest,
  spaceInvaders,
} from "./minatar_states.ts";
import { type Episode, type Game, type Play, playTwins, type Start } from "./twin.ts";

const gpu = await Gpu.open();

/** The games, how their states compare, and how many of them are played for how long. */
const GAMES: readonly (readonly [name: string, form: Form, lanes: number])[] = [
  ["Asterix", asterix, 12],
  ["Breakout", breakout, 32],
  ["Freeway", freeway, 1],
  ["Seaquest", seaquest, 16],
  ["SpaceInvaders", spaceInvaders, 12],
];

/** Plays a game on both sides. */
function play(
  id: string,
  form: Form,
  options: Record<string, unknown>,
  rest: Pick<Play, "lanes" | "seed" | "act"> & Partial<Play>,
): Promise<Episode[]> {
  return playTwins(gpu, {
    make: () => make<Uint8Array, number>(id, options),
    definition: makeGpu(id, 1, options).definition,
    steps: 2600,
    ...form,
    ...rest,
  });
}

const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);
const scores = (episodes: readonly Episode[]) => episodes.map(({ rewards }) => sum(rewards));
const most = (episodes: readonly Episode[], name: string) =>
  Math.max(
    ...episodes.flatMap(({ states }) => states.map(({ game }) => (game as Game)[name] as number)),
  );

for (const [name, form, lanes] of GAMES) {
  Deno.test(`minatar: ${name} at random, all six actions and the least, equals TypeScript's`, async () => {
    for (const version of [0, 1]) {
      const id = `MinAtar/${name}-v${version}`;
      const { n } = makeGpu(id, 1).definition.actionSpace;
      const act = (_game: Game, random: (n: number) => number) => random(n);
      const episodes = await play(id, form, {}, { lanes, seed: 1 + version, act });
      assert.ok(episodes.every(({ terminated }) => terminated));
    }
  });
}

for (const [name, form] of GAMES) {
  Deno.test(`minatar: ${name} from states drawn at random equals TypeScript's`, async () => {
    const lanes = 500;
    const starts = drawStarts(name, lanes, new MT19937(9));
    const act = (_game: Game, random: (n: number) => number) => random(6);
    const start = (lane: number) => starts[lane];
    for (const difficultyRamping of [true, false]) {
      const rest = { lanes, steps: 4, seed: 9, act, start, observe: false };
      const episodes = await play(`MinAtar/${name}-v0`, form, { difficultyRamping }, rest);
      assert.ok(episodes.some(({ rewards }) => sum(rewards) > 0));
      assert.ok(episodes.some(({ terminated }) => terminated));
    }
  });
}

Deno.test("minatar: Breakout played well, through more than a wall, equals TypeScript's", async () => {
  const options = { stickyActionProb: 0.02 };
  const rest = { lanes: 8, seed: 3, act: breakoutPlayer };
  const episodes = await play("MinAtar/Breakout-v0", breakout, options, rest);
  assert.ok(Math.max(...scores(episodes)) > 30);
});

Deno.test("minatar: Freeway played well equals TypeScript's", async () => {
  const options = { stickyActionProb: 0.5 };
  const rest = { lanes: 2, seed: 4, act: freewayPlayer };
  const episodes = await play("MinAtar/Freeway-v0", freeway, options, rest);
  assert.ok(Math.min(...scores(episodes)) > 10);
});

Deno.test("minatar: Asterix played well, until all moves in every step, equals TypeScript's", async () => {
  const start = (lane: number): Start => {
    const [spawnInterval, moveInterval, rampTimer] = [1 + lane % 4, 1 + lane % 3, lane % 8 - 1];
    return { game: { ...startOf("Asterix"), spawnInterval, moveInterval, rampTimer } };
  };
  const rest = { lanes: 16, seed: 5, act: asterixPlayer };
  const early = await play("MinAtar/Asterix-v0", asterix, { stickyActionProb: 0 }, rest);
  assert.ok(Math.max(...scores(early)) > 15);
  assert.ok(most(early, "rampIndex") > 3);
  const late = await play("MinAtar/Asterix-v0", asterix, {}, { ...rest, start });
  assert.ok(late.some(({ states }) => (states.at(-1)!.game as Game).spawnInterval === 1));
  const calm = await play("MinAtar/Asterix-v0", asterix, { difficultyRamping: false }, rest);
  assert.equal(most(calm, "rampIndex"), 0);
});

Deno.test("minatar: Space Invaders played well, and late waves, equals TypeScript's", async () => {
  const random = new MT19937(6);
  // Sparse waves at any height, bullets anywhere.
  const row = (least: number) => random.integer(1024) & random.integer(1024) & least;
  const maps = (lane: number) => ({
    aliens: Array.from(
      { length: 10 },
      (_, y) => y === lane % 9 ? row(1023) | 1 << lane % 10 : y < 7 ? row(row(1023)) : 0,
    ),
    ownBullets: Array.from({ length: 10 }, () => row(1023)),
    enemyBullets: Array.from({ length: 10 }, (_, y) => y < 8 ? row(row(1023)) : 0),
  });
  const starts = Array.from({ length: 32 }, (_, lane): Start => ({
    game: {
      ...startOf("SpaceInvaders"),
      ...maps(lane),
      toRight: lane % 2,
      moveInterval: 6 + lane % 7,
      moveTimer: lane % 5,
      cannonX: lane % 10,
    },
    lastAction: lane % 6,
  }));
  const rest = { lanes: 8, seed: 6, act: invadersPlayer };
  const early = await play("MinAtar/SpaceInvaders-v0", spaceInvaders, {}, rest);
  assert.ok(Math.max(...scores(early)) > 20);
  for (const difficultyRamping of [true, false]) {
    const late = await play("MinAtar/SpaceInvaders-v0", spaceInvaders, { difficultyRamping }, {
      ...rest,
      lanes: starts.length,
      start: (lane) => starts[lane],
    });
    assert.equal(most(late, "rampIndex") > 0, difficultyRamping);
    assert.ok(
      late.some(({ states }) => (states.at(-1)!.game as { aliens: number[] }).aliens[9] > 0),
    );
  }
});

Deno.test("minatar: Seaquest played well, divers rescued, equals TypeScript's", async () => {
  const start = (lane: number): Start => ({
    game: {
      ...startOf("Seaquest"),
      onBoard: lane % 8 - 1,
      enemyInterval: lane < 8 ? 20 : 2,
      moveInterval: 5 - lane % 4,
      rampIndex: lane % 2,
    },
  });
  const rest = { lanes: 12, seed: 7, act: seaquestPlayer, start };
  for (const difficultyRamping of [true, false]) {
    const episodes = await play("MinAtar/Seaquest-v0", seaquest, { difficultyRamping }, rest);
    assert.ok(episodes.some(({ rewards }) => Math.max(...rewards) > 2), "nobody was rescued");
    assert.equal(most(episodes, "rampIndex") > 1, difficultyRamping);
  }
});

Deno.test("minatar: Seaquest full of enemies equals TypeScript's", async () => {
  const start = (lane: number): Start => ({ game: fullSea(lane) });
  // Down among them.
  const act = (game: Game, random: (n: number) => number) =>
    game.y === 0 ? 4 : [5, 5, 1, 3, 4, 2][random(6)];
  const rest = { lanes: 24, steps: 100, seed: 8, act, start };
  const episodes = await play("MinAtar/Seaquest-v0", seaquest, { stickyActionProb: 0 }, rest);
  const lists = episodes.map(({ states }) => states[0].game as Record<string, unknown[]>);
  const largest = (count: (game: Record<string, unknown[]>) => number) =>
    Math.max(...lists.map(count));
  // More than these can't be, and one that comes before another goes; the shader has room for 32.
  assert.equal(largest(({ fish, subs }) => fish.length + subs.length), 29);
  assert.equal(largest(({ subs }) => subs.length), 29);
  assert.equal(largest(({ fish }) => fish.length), 29);
  assert.ok(scores(episodes).some((score) => score > 1));
  assert.ok(episodes.some(({ terminated }) => terminated));
});

/** The sea after an enemy came in every step while the submarine stayed at the surface. */
function fullSea(lane: number): Game {
  const env = make<Uint8Array, number>("MinAtar/Seaquest-v0", { stickyActionProb: 0 });
  env.reset({ seed: 0 });
  const onBoard = lane % 7, enemyTimer = 0, enemyInterval = 1, moveInterval = 2;
  const game = { ...startOf("Seaquest"), onBoard, enemyTimer, enemyInterval, moveInterval };
  env.setState!({ ...env.getState!() as Game, game });
  for (let step = 0; step < 70 + lane; step++) {
    const row = 3 * step % 8;
    // Fish or submarines alone, from one side, or both, in each row from one of the sides.
    const toRight = [true, true, false, row % 2 === 0][lane % 4];
    const isSub = [false, true, true, step % 3 === 0][lane % 4];
    const units = [0.9, toRight ? 0.1 : 0.9, isSub ? 0.1 : 0.9, 0.1];
    const draws = { unit: () => units.shift()!, below: () => row, word: () => 0 };
    withDraws(draws, () => env.step(0));
  }
  return (env.getState!() as { game: Game }).game;
}

/** The game that an episode starts from. */
function startOf(name: string): Game {
  const env = make<Uint8Array, number>(`MinAtar/${name}-v0`);
  env.reset({ seed: 0 });
  return (env.getState!() as { game: Game }).game;
}

Deno.test("minatar: what makeGpu knows of the games is what make knows", () => {
  for (const [name] of GAMES) {
    for (const version of [0, 1]) {
      const id = `MinAtar/${name}-v${version}`;
      const host = make(id, { stickyActionProb: 0.25, difficultyRamping: false });
      const { definition, spec } = makeGpu(id, 3, {
        stickyActionProb: 0.25,
        difficultyRamping: false,
      });
      assert.equal(`${definition.observationSpace}`, `${host.observationSpace}`);
      assert.equal(`${definition.actionSpace}`, `${host.actionSpace}`);
      assert.deepEqual(definition.overrides, {
        stickyActionProb: 0.25,
        difficultyRamping: 0,
        useMinimalActionSet: version,
      });
      assert.equal(spec.maxEpisodeSteps, undefined);
      assert.equal(spec.rewardThreshold, undefined);
    }
  }
  assert.throws(() => makeGpu("MinAtar/Breakout-v1", 1, { stickyActionProb: 2 }), /from 0 to 1/);
});
