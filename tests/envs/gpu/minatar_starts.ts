/**
 * States of MinAtar's games drawn at random, so that things meet which seldom do in play: in few steps from
 * each of many such, both sides have to do all that the rules say.
 */

import type { MT19937 } from "../../../src/envs/rng/mt19937.ts";
import type { Game, Start } from "./twin.ts";

type Make = (random: MT19937) => Game;

const between = (random: MT19937, least: number, most: number) =>
  least + random.integer(most - least + 1);
const several = <T>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, index) => make(index));

const asterix: Make = (random) => {
  const kind = several(8, () => random.integer(3));
  return {
    playerX: random.integer(10),
    playerY: between(random, 1, 8),
    kind,
    x: kind.map((one) => one === 0 ? 0 : random.integer(10)),
    toRight: kind.map((one) => one === 0 ? 0 : random.integer(2)),
    spawnInterval: between(random, 1, 3),
    spawnTimer: random.integer(3),
    moveInterval: between(random, 1, 3),
    moveTimer: random.integer(3),
    rampTimer: between(random, -1, 1),
    rampIndex: random.integer(4),
  };
};

const breakout: Make = (random) => ({
  paddleX: random.integer(10),
  ballX: random.integer(10),
  ballY: random.integer(9),
  direction: random.integer(4),
  lastX: random.integer(10),
  lastY: random.integer(10),
  strike: random.integer(2),
  bricks: several(3, () => random.integer(1024) & -random.integer(2) & 1023),
});

const freeway: Make = (random) => ({
  chickenY: between(random, 0, 9),
  moveTimer: random.integer(4),
  timeLeft: random.integer(8),
  carX: several(8, () => between(random, 2, 6)),
  carTimer: several(8, () => random.integer(3)),
  carPace: several(8, () => between(random, 1, 5) * (random.integer(2) === 0 ? 1 : -1)),
});

const spaceInvaders: Make = (random) => {
  // Few aliens, or bullets, to a row.
  const sparse = () => random.integer(1024) & random.integer(1024) & random.integer(1024);
  const aliens = several(10, (y) => y === 9 || random.integer(3) > 0 ? 0 : sparse());
  aliens[random.integer(10)] |= 1 << random.integer(10);
  return {
    cannonX: random.integer(10),
    shotTimer: random.integer(3),
    toRight: random.integer(2),
    moveInterval: between(random, 6, 12),
    moveTimer: random.integer(3),
    enemyShotTimer: random.integer(3),
    rampIndex: random.integer(4),
    aliens,
    ownBullets: several(10, sparse),
    enemyBullets: several(10, sparse),
  };
};

const seaquest: Make = (random) => {
  // All in a few rows.
  const row = () => [random.integer(10), between(random, 1, 3), random.integer(2)];
  const some = (most: number, ...timers: number[]) =>
    several(random.integer(most + 1), () => [...row(), ...timers.map((n) => random.integer(n))]);
  // Two bullets or divers that are equal can't be.
  const atMostTwo = (...timers: number[]) => {
    const [a, b] = [some(1, ...timers), some(1, ...timers)];
    return String(a) === String(b) ? a : [...a, ...b];
  };
  // Nor can there be three.
  const divers = atMostTwo(3);
  let ownBullets = atMostTwo();
  if (random.integer(3) === 0) {
    // Two that will be in one cell.
    const x = random.integer(8), y = between(random, 1, 3);
    ownBullets = [[x, y, 1], [x + 2, y, 0]];
  }
  return {
    x: random.integer(10),
    y: random.integer(4),
    facesRight: random.integer(2),
    oxygen: [between(random, 0, 3), between(random, 0, 200)][random.integer(2)],
    onBoard: between(random, -2, 6),
    surfaced: random.integer(2),
    shotTimer: ownBullets.length < 2 ? random.integer(2) : 5,
    enemyTimer: random.integer(3),
    enemyInterval: between(random, 1, 3),
    diverTimer: divers.length < 2 ? random.integer(3) : 9,
    moveInterval: between(random, 2, 5),
    rampIndex: random.integer(4),
    ownBullets,
    enemyBullets: some(3),
    fish: some(8, 3),
    subs: some(8, 3, 3),
    divers,
  };
};

const GAMES: Readonly<Record<string, Make>> = {
  Asterix: asterix,
  Breakout: breakout,
  Freeway: freeway,
  Seaquest: seaquest,
  SpaceInvaders: spaceInvaders,
};

/** So many states of a game that is not over, by its name. */
export function drawStarts(name: string, count: number, random: MT19937): Start[] {
  return several(count, () => ({
    game: { over: 0, ...GAMES[name](random) },
    lastAction: random.integer(6),
  }));
}
