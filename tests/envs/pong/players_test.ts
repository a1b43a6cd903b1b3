import assert from "node:assert/strict";
import { Pong } from "../../../src/envs/pong/mod.ts";
import { follower, playGames, shooter } from "./players.ts";

Deno.test("pong players: at random one loses about 20 points to 1, in some 750 steps", () => {
  const env = new Pong();
  env.actionSpace.seed(7);
  const { score, steps } = playGames(env, () => env.actionSpace.sample(), 100);
  // 1000 games: -19.6 with a standard deviation of 1.3.
  assert.ok(score <= -19.1 && score >= -20.1, `${score}`);
  assert.ok(steps > 700 && steps < 800, `${steps}`);
});

Deno.test("pong players: angled shots beat the opponent", () => {
  const { score, steps } = playGames(new Pong(), shooter, 5);
  assert.ok(score >= 20, `${score}`);
  assert.ok(steps < 3500, `${steps}`);
});

Deno.test("pong players: to follow the ball is a match, the harder the faster the opponent", () => {
  const score = (opponentSpeed: number) =>
    playGames(new Pong({ opponentSpeed, pointsToWin: 5 }), follower, 6).score;
  const [none, slow, usual, fast] = [0, 6, 12, 24].map(score);
  assert.ok(none > 4, `${none}`);
  assert.ok(none > slow && slow > usual && usual > fast, `${slow}, ${usual}, ${fast}`);
  assert.ok(Math.abs(usual) < 2 && fast < -3, `${usual}, ${fast}`);
});
