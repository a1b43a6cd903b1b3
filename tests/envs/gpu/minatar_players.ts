/**
 * Players of MinAtar's games, good enough to see what comes late in a game; they also do something at
 * random now and then. Actions are all six.
 */

import type { Game } from "./twin.ts";

type Player = (game: Game, random: (n: number) => number) => number;

const LEFT = 1, UP = 2, RIGHT = 3, DOWN = 4, FIRE = 5;

/** With probability 1 / n any action, else what the player does. */
function mostly(n: number, player: Player): Player {
  return (game, random) => random(n) === 0 ? random(6) : player(game, random);
}

function towards(from: number, to: number, less: number, more: number): number {
  return to < from ? less : to > from ? more : 0;
}

/** Foresees where the ball comes down. */
export const breakoutPlayer: Player = mostly(50, (game) => {
  const { ballX, ballY, direction, paddleX } = game as Record<string, number>;
  const toRight = direction === 1 || direction === 2 ? 1 : -1;
  const steps = direction >= 2 ? 8 - ballY : 0;
  const x = ballX + toRight * steps;
  return towards(paddleX, x < 0 ? -1 - x : x > 9 ? 19 - x : x, LEFT, RIGHT);
});

/** Goes ahead. */
export const freewayPlayer: Player = mostly(8, () => UP);

/** Goes to gold, keeps away from what is near and an enemy. */
export const asterixPlayer: Player = mostly(50, (game, random) => {
  const { playerX, playerY } = game as Record<string, number>;
  const { kind, x, toRight } = game as Record<string, number[]>;
  const danger = (px: number, py: number) => {
    const slot = py - 1;
    if (kind[slot] !== 1) return 0;
    const distance = (px - x[slot]) * (toRight[slot] === 1 ? 1 : -1);
    return distance >= -1 && distance <= 3 ? 10 - distance : 0;
  };
  const places = [
    [0, playerX, playerY],
    [LEFT, Math.max(0, playerX - 1), playerY],
    [UP, playerX, Math.max(1, playerY - 1)],
    [RIGHT, Math.min(9, playerX + 1), playerY],
    [DOWN, playerX, Math.min(8, playerY + 1)],
  ];
  const gold = kind.findIndex((one) => one === 2);
  const cost = ([_, px, py]: number[]) =>
    10 * danger(px, py) + (gold < 0 ? Math.abs(px - 5) : Math.abs(gold + 1 - py)) +
    random(100) / 200;
  const costs = places.map(cost);
  return places[costs.indexOf(Math.min(...costs))][0];
});

/** Shoots from below the aliens, out of their bullets' way. */
export const invadersPlayer: Player = mostly(50, (game, random) => {
  const { cannonX, shotTimer } = game as Record<string, number>;
  const { aliens, enemyBullets } = game as Record<string, number[]>;
  const bullets = enemyBullets[6] | enemyBullets[7] | enemyBullets[8];
  const isSafe = (x: number) => x >= 0 && x <= 9 && (bullets >> x & 1) === 0;
  if (!isSafe(cannonX)) {
    const side = isSafe(cannonX - 1) && (random(2) === 0 || !isSafe(cannonX + 1));
    return side ? LEFT : RIGHT;
  }
  if (shotTimer === 0) return FIRE;
  const columns = aliens.reduce((all, row) => all | row);
  const target = [...Array(10).keys()].filter((x) => columns >> x & 1)
    .sort((a, b) => Math.abs(a - cannonX) - Math.abs(b - cannonX))[0] ?? cannonX;
  const step = Math.sign(target - cannonX);
  return isSafe(cannonX + step) ? towards(0, step, LEFT, RIGHT) : 0;
});

/** Gathers divers, shoots what is ahead, comes up in time. */
export const seaquestPlayer: Player = mostly(30, (game, random) => {
  const { x, y, facesRight, oxygen, onBoard, shotTimer } = game as Record<string, number>;
  const { divers, fish, subs, enemyBullets } = game as Record<string, number[][]>;
  if ((oxygen < 30 && onBoard !== 0) || onBoard === 6) return UP;
  const enemies = [...fish, ...subs];
  const isNear = (row: number) =>
    [...enemies, ...enemyBullets].some(([ex, ey]) => ey === row && Math.abs(ex - x) <= 3);
  const ahead = enemies.some(([ex, ey]) => ey === y && (ex > x) === (facesRight === 1));
  if (ahead && shotTimer === 0) return FIRE;
  if (y > 0 && isNear(y) && !ahead) {
    const enemy = enemies.find(([, ey]) => ey === y);
    if (enemy && shotTimer < 2) return enemy[0] > x ? RIGHT : LEFT;
    return y < 8 && !isNear(y + 1) ? DOWN : y > 1 && !isNear(y - 1) ? UP : FIRE;
  }
  if (divers.length > 0) {
    const [dx, dy] = divers[0];
    if (dy !== y) return isNear(y + Math.sign(dy - y)) ? 0 : towards(y, dy, UP, DOWN);
    return towards(x, dx, LEFT, RIGHT);
  }
  return y < 3 ? DOWN : y > 5 ? UP : random(4) === 0 ? 1 + 2 * random(2) : 0;
});
