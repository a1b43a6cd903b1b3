/**
 * Tests of what is drawn in MinAtar's games on the GPU: how often each outcome of each draw comes, and what
 * random play gets.
 */

import assert from "node:assert/strict";
import { makeGpu } from "../../../src/envs/gpu/make_gpu.ts";
import { make } from "../../../src/envs/registry.ts";
import { Gpu } from "../../../src/gpu/gpu.ts";
import { asterix, breakout, type Form, freeway, seaquest } from "./minatar_states.ts";
import { compareReturns } from "./returns.ts";
import { assertFrequencies, countsOf } from "./statistics.ts";
import { trace } from "./trace.ts";
import type { Game } from "./twin.ts";

const gpu = await Gpu.open();
const LANES = 4096;

/** The game that an episode starts from, with changes. */
function startOf(id: string, changes: Game): Game {
  const env = make<Uint8Array, number>(id);
  env.reset({ seed: 0 });
  return { ...(env.getState!() as { game: Game }).game, ...changes };
}

/** Many lanes' states after the same action in the same state, or after a reset. */
async function outcomes(
  id: string,
  form: Form,
  from?: { game: Game; lastAction: number; action: number },
): Promise<Game[]> {
  const { definition } = makeGpu(id, 1, from === undefined ? {} : { stickyActionProb: 0.3 });
  let first: Uint32Array | undefined;
  if (from) {
    const words = form.pack(from);
    first = new Uint32Array(LANES * words.length);
    for (let lane = 0; lane < LANES; lane++) first.set(words, lane * words.length);
  }
  const { state } = await trace(gpu, definition, {
    ...{ lanes: LANES, seed: 11, observe: false },
    ...(from ? { states: first, actions: new Uint32Array(LANES).fill(from.action) } : {}),
  });
  return Array.from({ length: LANES }, (_, lane) => form.unpack(state(from ? 1 : 0, lane)));
}

/** Asserts how often `index` is 0, 1, … */
function assertShares(
  games: readonly Game[],
  index: (game: Game) => number,
  shares: readonly number[] | number,
  what: string,
): void {
  const cells = typeof shares === "number" ? shares : shares.length;
  const wanted = typeof shares === "number" ? "equal" : shares;
  assertFrequencies(countsOf(games.map(index), cells), wanted, what);
}

Deno.test("minatar: an action sticks as often as it should, and Breakout starts on both sides", async () => {
  const id = "MinAtar/Breakout-v0";
  const game = startOf(id, { paddleX: 5 });
  const games = await outcomes(id, breakout, { game, lastAction: 1, action: 3 });
  // Done is the last action, to the left, or the one given, to the right.
  for (const { lastAction, paddleX } of games) assert.equal(paddleX, lastAction === 1 ? 4 : 6);
  assertShares(
    games,
    ({ lastAction }) => [3, 1].indexOf(lastAction as number),
    [0.7, 0.3],
    "sticky",
  );
  const starts = await outcomes(id, breakout);
  assertShares(starts, ({ ballX }) => [0, 9].indexOf(ballX as number), 2, "the ball's side");
});

Deno.test("minatar: Freeway's paces and directions are equally likely", async () => {
  const id = "MinAtar/Freeway-v0";
  const game = startOf(id, { chickenY: 1, moveTimer: 0 });
  const starts = await outcomes(id, freeway);
  const crossings = await outcomes(id, freeway, { game, lastAction: 2, action: 2 });
  for (const [name, games] of Object.entries({ starts, crossings })) {
    const cell = (game: Game, car: number) => {
      const pace = (game.carPace as number[])[car];
      return 2 * (Math.abs(pace) - 1) + Number(pace > 0);
    };
    for (let car = 0; car < 8; car++) {
      assertShares(games, (game) => cell(game, car), 10, `${name}: car ${car}`);
    }
    assertShares(games, (game) => 10 * cell(game, 0) + cell(game, 7), 100, `${name}: two cars`);
  }
});

Deno.test("minatar: Asterix's rows, sides and kinds come as often as they should", async () => {
  const id = "MinAtar/Asterix-v0";
  const kind = [0, 2, 0, 0, 2, 0, 0, 0], x = [0, 5, 0, 0, 7, 0, 0, 0];
  const game = startOf(id, { kind, x, spawnTimer: 0, playerX: 4, playerY: 2 });
  const games = await outcomes(id, asterix, { game, lastAction: 0, action: 0 });
  const free = [0, 2, 3, 5, 6, 7];
  const cell = (game: Game) => {
    const kinds = game.kind as number[];
    const row = free.findIndex((slot) => kinds[slot] !== 0);
    const slot = free[row];
    assert.equal(kinds.filter((one) => one !== 0).length, 3);
    return 4 * row + 2 * Number((game.x as number[])[slot] === 0) + Number(kinds[slot] === 2);
  };
  const shares = free.flatMap(() => [2, 1, 2, 1]).map((share) => share / 6 / free.length);
  assertShares(games, cell, shares, "row, side and kind");
});

Deno.test("minatar: Seaquest's enemies and divers come as often as they should", async () => {
  const id = "MinAtar/Seaquest-v0";
  const row = (thing: number[]) => 2 * (thing[1] - 1) + thing[2];
  const game = startOf(id, { enemyTimer: 0, diverTimer: 0 });
  const games = await outcomes(id, seaquest, { game, lastAction: 0, action: 0 });
  const enemy = (game: Game) => {
    const { fish, subs } = game as Record<string, number[][]>;
    assert.equal(fish.length + subs.length, 1);
    return 16 * subs.length + row([...fish, ...subs][0]);
  };
  const shares = Array.from({ length: 32 }, (_, i) => (i < 16 ? 2 / 3 : 1 / 3) / 16);
  assertShares(games, enemy, shares, "enemy: kind, row and side");
  assertShares(games, ({ divers }) => row((divers as number[][])[0]), 16, "diver: row and side");
  const both = (game: Game) => 16 * (enemy(game) % 16) + row((game.divers as number[][])[0]);
  assertShares(games, both, 256, "rows and sides of both");
});

for (
  const [name, episodes, steps] of [
    ["Asterix", 512, 600],
    ["Breakout", 1024, 200],
    ["Freeway", 96, 2501],
    ["Seaquest", 384, 400],
    ["SpaceInvaders", 512, 400],
  ] as const
) {
  Deno.test(`minatar: random play's returns and lengths in ${name} have the means of TypeScript's`, async () => {
    const id = `MinAtar/${name}-v1`;
    const [mean] = await compareReturns(gpu, {
      definition: makeGpu(id, 1).definition,
      make: () => make<Uint8Array, number>(id),
      ...{ episodes, steps, seed: 12 },
    });
    assert.ok(mean > 0);
  });
}
