import assert from "node:assert/strict";
import { finishedGames } from "../../../src/envs/python/finished_games.ts";

/** The infos of two lanes; the second has ended a game. */
const infos = (score: number) => ({
  lives: Float64Array.of(3, 0),
  _lives: [true, true],
  game: {
    r: Float64Array.of(0, score),
    _r: [false, true],
    l: Float64Array.of(0, 10),
    _l: [false, true],
  },
  _game: [false, true],
});

Deno.test("finished_games: none where no game has ended", () => {
  assert.deepEqual(finishedGames({}), []);
  assert.deepEqual(finishedGames({ lives: Float64Array.of(3), _lives: [true] }), []);
  assert.deepEqual(finishedGames({ final_info: { lives: Float64Array.of(3) } }), []);
});

Deno.test("finished_games: in the step's infos, in final_info, and in both", () => {
  const game = { lane: 1, score: 21, length: 10 };
  assert.deepEqual(finishedGames(infos(21)), [game]);
  assert.deepEqual(finishedGames({ final_info: infos(21) }), [game]);
  assert.deepEqual(finishedGames({ final_info: infos(21), ...infos(-3) }), [
    game,
    { ...game, score: -3 },
  ]);
});
