/** MinAtar's states as the shaders' words, and back in the form that `getState` has them. */

import type { Game, Start } from "./twin.ts";

/** A game's two ways between words and names. */
export interface Form {
  pack(start: Start): Uint32Array;
  unpack(words: Uint32Array): Game;
  /** What of `getState` compares with what `unpack` gives. */
  expected(state: Game): Game;
}

type Numbers = number[];

/** The game beside the last action, without what the shader does not store. */
function withoutOver(state: Game): Game {
  const { over: _, ...game } = state.game as Game;
  return { lastAction: state.lastAction, ...game };
}

function pick(game: Game, names: readonly string[]): Numbers {
  return names.map((name) => game[name] as number);
}

function named(names: readonly string[], words: Uint32Array, first = 0): Game {
  return Object.fromEntries(names.map((name, i) => [name, words[first + i] | 0]));
}

/** Eight numbers of four bits. */
function nibbles(word: number): Numbers {
  return Array.from({ length: 8 }, (_, i) => word >>> 4 * i & 15);
}

function toNibbles(numbers: Numbers): number {
  return numbers.reduce((word, number, i) => word | number << 4 * i, 0) >>> 0;
}

function flags(word: number): Numbers {
  return Array.from({ length: 8 }, (_, i) => word >>> i & 1);
}

function toFlags(bits: Numbers): number {
  return bits.reduce((word, bit, i) => word | bit << i, 0);
}

/** Rows of ten bits, three to a word. */
function rows(words: ArrayLike<number>, count: number): Numbers {
  return Array.from({ length: count }, (_, y) => words[Math.floor(y / 3)] >>> 10 * (y % 3) & 1023);
}

function toRows(numbers: Numbers): Numbers {
  const words: Numbers = Array(Math.ceil(numbers.length / 3)).fill(0);
  for (const [y, row] of numbers.entries()) words[Math.floor(y / 3)] |= row << 10 * (y % 3);
  return words;
}

const BREAKOUT = ["paddleX", "ballX", "ballY", "direction", "lastX", "lastY", "strike"];

/** Breakout. */
export const breakout: Form = {
  pack: ({ game, lastAction = 0 }) =>
    Uint32Array.of(lastAction, ...pick(game, BREAKOUT), ...toRows(game.bricks as Numbers)),
  unpack: (words) => ({
    ...named(["lastAction", ...BREAKOUT], words),
    bricks: rows(words.subarray(8), 3),
  }),
  expected: withoutOver,
};

const FREEWAY = ["chickenY", "moveTimer", "timeLeft"];

/** Freeway. */
export const freeway: Form = {
  pack({ game, lastAction = 0 }) {
    const pace = game.carPace as Numbers;
    return Uint32Array.of(
      lastAction,
      ...pick(game, FREEWAY),
      toNibbles(game.carX as Numbers),
      toNibbles(game.carTimer as Numbers),
      toNibbles(pace.map(Math.abs)),
      toFlags(pace.map((one) => Number(one > 0))),
    );
  },
  unpack(words) {
    const toRight = flags(words[7]);
    return {
      ...named(["lastAction", ...FREEWAY], words),
      carX: nibbles(words[4]),
      carTimer: nibbles(words[5]),
      carPace: nibbles(words[6]).map((pace, car) => toRight[car] ? pace : -pace),
    };
  },
  expected: withoutOver,
};

const ASTERIX_TIMERS = [
  "spawnInterval",
  "spawnTimer",
  "moveInterval",
  "moveTimer",
  "rampTimer",
  "rampIndex",
];

/** Asterix. */
export const asterix: Form = {
  pack({ game, lastAction = 0 }) {
    const kind = game.kind as Numbers;
    return Uint32Array.of(
      lastAction,
      ...pick(game, ["playerX", "playerY"]),
      toFlags(kind.map((one) => Number(one === 1))),
      toFlags(kind.map((one) => Number(one === 2))),
      toFlags(game.toRight as Numbers),
      toNibbles(game.x as Numbers),
      ...pick(game, ASTERIX_TIMERS),
    );
  },
  unpack(words) {
    const gold = flags(words[4]);
    return {
      ...named(["lastAction", "playerX", "playerY"], words),
      kind: flags(words[3]).map((enemy, slot) => enemy + 2 * gold[slot]),
      toRight: flags(words[5]),
      x: nibbles(words[6]),
      ...named(ASTERIX_TIMERS, words, 7),
    };
  },
  expected: withoutOver,
};

const INVADERS = [
  "cannonX",
  "shotTimer",
  "toRight",
  "moveInterval",
  "moveTimer",
  "enemyShotTimer",
  "rampIndex",
];
const INVADERS_MAPS = ["aliens", "ownBullets", "enemyBullets"];

/** Space Invaders. */
export const spaceInvaders: Form = {
  pack: ({ game, lastAction = 0 }) =>
    Uint32Array.of(
      ...INVADERS_MAPS.flatMap((name) => toRows(game[name] as Numbers)),
      lastAction,
      ...pick(game, INVADERS),
    ),
  unpack: (words) => ({
    ...Object.fromEntries(
      INVADERS_MAPS.map((name, i) => [name, rows(words.subarray(4 * i), 10)]),
    ),
    ...named(["lastAction", ...INVADERS], words, 12),
  }),
  expected: withoutOver,
};

const SEAQUEST = [
  "x",
  "y",
  "facesRight",
  "oxygen",
  "onBoard",
  "surfaced",
  "shotTimer",
  "enemyTimer",
  "enemyInterval",
  "diverTimer",
  "moveInterval",
  "rampIndex",
  "over",
];
/** Where the words of the two bullets, of the numbers and of the list are. */
const OWN_AT = 24, DIVERS_AT = 26, NUMBERS_AT = 28, COUNT_AT = NUMBERS_AT + 14;
const ENEMIES_AT = COUNT_AT + 1, ENEMIES = 32;
/** The bits of a thing. */
const TO_RIGHT = 1 << 16, IS_SUB = 1 << 17, IS_THERE = 1 << 18;

/** A row of a list, which has from three to five numbers. */
function thing([x, y, toRight, moveTimer = 0, shotTimer]: Numbers): number {
  return x | y << 4 | moveTimer << 8 | (shotTimer ?? 0) << 12 | toRight * TO_RIGHT |
    (shotTimer === undefined ? 0 : IS_SUB) | IS_THERE;
}

function toRow(word: number, width: number): Numbers {
  const row = [word & 15, word >> 4 & 15, Number((word & TO_RIGHT) !== 0)];
  return [...row, word >> 8 & 15, word >> 12 & 15].slice(0, width);
}

/** Those that are there, as rows. */
function list(words: Uint32Array, width: number): Numbers[] {
  return [...words].filter((word) => word !== 0).map((word) => toRow(word, width));
}

/** The cells of a board as bullets, ordered. */
function shots(board: Uint32Array, toRight: number): Numbers[] {
  return rows(board, 10).flatMap((row, y) =>
    [...Array(10).keys()].filter((x) => row >> x & 1).map((x) => [x, y, toRight])
  );
}

function ordered(bullets: readonly Numbers[]): Numbers[] {
  const key = ([x, y, toRight]: Numbers) => 1000 * toRight + 10 * y + x;
  const sorted = [...bullets].sort((a, b) => key(a) - key(b));
  return sorted.filter((bullet, i) => i === 0 || key(bullet) !== key(sorted[i - 1]));
}

/** Seaquest. The enemies' bullets compare as a set: which is which of two in a cell nobody can tell. */
export const seaquest: Form = {
  pack({ game, lastAction = 0 }) {
    const words = new Uint32Array(ENEMIES_AT + ENEMIES + 1);
    for (const [x, y, toRight] of game.enemyBullets as Numbers[]) {
      words[4 * toRight + Math.floor(y / 3)] |= 1 << 10 * (y % 3) + x;
    }
    words.set((game.ownBullets as Numbers[]).map(thing), OWN_AT);
    words.set((game.divers as Numbers[]).map(thing), DIVERS_AT);
    words[NUMBERS_AT] = lastAction;
    words.set(pick(game, SEAQUEST), NUMBERS_AT + 1);
    // Which is older of a fish and a submarine TypeScript doesn't know, and it makes no difference.
    const enemies = [...game.subs as Numbers[], ...game.fish as Numbers[]].map(thing);
    words[COUNT_AT] = enemies.length;
    words.set(enemies, ENEMIES_AT);
    return words;
  },
  unpack(words) {
    const enemies = words.subarray(ENEMIES_AT, ENEMIES_AT + words[COUNT_AT]);
    return {
      ...named(["lastAction", ...SEAQUEST], words, NUMBERS_AT),
      ownBullets: list(words.subarray(OWN_AT, OWN_AT + 2), 3),
      divers: list(words.subarray(DIVERS_AT, DIVERS_AT + 2), 4),
      enemyBullets: [...shots(words.subarray(0, 4), 0), ...shots(words.subarray(4, 8), 1)],
      fish: list(enemies.filter((word) => (word & IS_SUB) === 0), 4),
      subs: list(enemies.filter((word) => (word & IS_SUB) !== 0), 5),
    };
  },
  expected: (state) => {
    const game = state.game as Game;
    return {
      lastAction: state.lastAction,
      ...game,
      enemyBullets: ordered(game.enemyBullets as Numbers[]),
    };
  },
};
