/**
 * Tests of Pong on the GPU against that in TypeScript: whole games with the same draws, where every state,
 * reward and end must be equal, pictures of every kind of state, chance, and what `makeGpu` knows of it.
 */

import assert from "node:assert/strict";
import { makeGpu } from "../../../src/envs/gpu/make_gpu.ts";
import { Pong, type PongOptions } from "../../../src/envs/pong/mod.ts";
import { make } from "../../../src/envs/registry.ts";
import { MT19937 } from "../../../src/envs/rng/mt19937.ts";
import { Gpu } from "../../../src/gpu/gpu.ts";
import { compareReturns } from "./returns.ts";
import { assertFrequencies, countsOf } from "./statistics.ts";
import { trace } from "./trace.ts";
import { type Episode, type Game, type Play, playTwins } from "./twin.ts";

const ID = "DinoQ/Pong-v0";
const gpu = await Gpu.open();

/** The words of a state, in their order. */
const NAMES = [
  "playerY",
  "opponentY",
  "ballX",
  "ballY",
  "ballDX",
  "ballDY",
  "wait",
  "toPlayer",
  "aim",
  "playerPoints",
  "opponentPoints",
];

type Random = (n: number) => number;

/** Follows the ball's height, now and then not. */
function follow(game: Game, random: Random): number {
  const off = (game.ballY as number) + 16 - (game.playerY as number) - 64;
  return random(8) === 0 ? random(3) : off > 40 ? 2 : off < -40 ? 1 : 0;
}

function play(
  options: PongOptions,
  rest: Pick<Play, "lanes" | "seed" | "steps" | "act"> & Partial<Play>,
): Promise<Episode[]> {
  return playTwins(gpu, {
    make: () => new Pong(options),
    definition: makeGpu(ID, 1, { ...options }).definition,
    pack: ({ game }) => Uint32Array.from(NAMES, (name) => game[name] as number),
    unpack: (words) => Object.fromEntries(NAMES.map((name, i) => [name, words[i] | 0])),
    expected: ({ game }) => game as Game,
    ...rest,
  });
}

Deno.test("pong: whole games equal TypeScript's, at random and by a player that follows the ball", async () => {
  const act = (_game: Game, random: Random) => random(3);
  const random = await play({}, { lanes: 6, steps: 2000, seed: 1, observe: false, act });
  const following = await play({ pointsToWin: 3, opponentSpeed: 9 }, {
    ...{ lanes: 12, steps: 2000, seed: 2, observe: false, act: follow },
  });
  assert.ok([...random, ...following].every(({ terminated }) => terminated));
  const rewards = new Set(following.flatMap((episode) => episode.rewards));
  assert.deepEqual([...rewards].sort(), [-1, 0, 1]);
});

/** States in play that are drawn at random. */
function drawGames(count: number, random: MT19937): Game[] {
  const between = (least: number, most: number) => least + random.integer(most - least + 1);
  return Array.from({ length: count }, () => {
    const [playerY, opponentY] = [between(64, 1152), between(64, 1152)];
    const near = [playerY, opponentY][random.integer(2)] + between(-40, 140);
    return {
      playerY,
      opponentY,
      // Mostly near the borders, where the ball is cut off or meets a paddle.
      ballX: [between(-31, 170), between(1140, 1343), between(-31, 1343)][random.integer(3)],
      ballY: [between(64, 1248), Math.min(Math.max(near, 64), 1248)][random.integer(2)],
      ballDX: between(1, 20) * (random.integer(2) === 0 ? 1 : -1),
      ballDY: between(-25, 25),
      wait: 0,
      toPlayer: random.integer(2),
      aim: between(-70, 70),
      playerPoints: between(0, 20),
      opponentPoints: between(0, 20),
    };
  });
}

Deno.test("pong: from states drawn at random a step equals TypeScript's", async () => {
  const games = drawGames(6000, new MT19937(7));
  const episodes = await play({}, {
    ...{ lanes: games.length, steps: 1, seed: 7, observe: false },
    start: (lane: number) => ({ game: games[lane] }),
    act: (_game, random) => random(3),
  });
  const fastest = episodes.filter(({ states }) =>
    Math.abs((states[0].game as Game).ballDX as number) === 20
  );
  const turned = fastest.filter(({ states: [before, after] }) =>
    (before.game as Game).ballDX === -((after.game as Game).ballDX as number)
  );
  assert.ok(turned.length > 5, "no ball at full speed met a paddle");
});

Deno.test("pong: pictures equal TypeScript's, of a game and of balls and paddles anywhere", async () => {
  await play({}, { lanes: 3, steps: 120, seed: 3, act: follow });
  const games = drawGames(160, new MT19937(4));
  const episodes = await play({}, {
    ...{ lanes: games.length, steps: 3, seed: 4, start: (lane: number) => ({ game: games[lane] }) },
    act: (_game, random) => random(3),
  });
  assert.ok(episodes.some(({ rewards }) => rewards.includes(1)));
  assert.ok(episodes.some(({ terminated }) => terminated));
});

Deno.test("pong: the first serve, a serve's row and angle, and aims are equally likely", async () => {
  const { definition } = makeGpu(ID, 1);
  const lanes = 4096;
  // The serve comes in the last of these steps' ticks.
  const actions = new Uint32Array(8 * lanes);
  const { state } = await trace(gpu, definition, { lanes, actions, seed: 5, observe: false });
  const drawn = (name: string, index: (n: number) => number) =>
    Array.from({ length: lanes }, (_, lane) => index(state(8, lane)[NAMES.indexOf(name)] | 0));
  const side = drawn("ballDX", (dx) => [-10, 10].indexOf(dx));
  const row = drawn("ballY", (y) => (y - 408) / 16);
  const angle = drawn("ballDY", (dy) => [-12, -9, -6, -3, 3, 6, 9, 12].indexOf(dy));
  const aim = drawn("aim", (aim) => (aim + 70) / 20);
  assertFrequencies(countsOf(row, 32), "equal", "row");
  // Together too: no draw tells of another.
  const shared = side.map((one, i) => 64 * one + 8 * angle[i] + aim[i]);
  assertFrequencies(countsOf(shared, 128), "equal", "side, angle and aim");
  assertFrequencies(countsOf(row.map((one, i) => 8 * one + aim[i]), 256), "equal", "row and aim");
  assertFrequencies(countsOf(row.map((one, i) => 8 * one + angle[i]), 256), "equal", "row, angle");
});

Deno.test("pong: random play's returns and lengths have the means of TypeScript's", async () => {
  const [mean] = await compareReturns(gpu, {
    definition: makeGpu(ID, 1, { pointsToWin: 7 }).definition,
    make: () => new Pong({ pointsToWin: 7 }),
    ...{ episodes: 192, steps: 400, seed: 6 },
  });
  assert.ok(mean < -5);
});

Deno.test("pong: what makeGpu knows of it is what make knows", () => {
  const options = { opponentSpeed: 7, pointsToWin: 2 };
  const host = make(ID, options);
  const { definition, spec } = makeGpu(ID, 3, options);
  assert.equal(`${definition.observationSpace}`, `${host.observationSpace}`);
  assert.equal(`${definition.actionSpace}`, `${host.actionSpace}`);
  assert.deepEqual(definition.overrides, options);
  assert.equal(spec.maxEpisodeSteps, host.spec!.maxEpisodeSteps);
  assert.equal(spec.rewardThreshold, host.spec!.rewardThreshold);
  assert.throws(() => makeGpu(ID, 1, { opponentSpeed: 40 }), /from 0 to 32/);
});
