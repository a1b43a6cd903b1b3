/**
 * Taxi's town: its map, its states and what each action leads to.
 *
 * @module
 */

import { type Transition, TransitionTable } from "./transition_table.ts";

/** The town; | is a wall, : is none, and the letters are the four stands. */
export const TAXI_MAP: readonly string[] = Object.freeze([
  "+---------+",
  "|R: | : :G|",
  "| : | : : |",
  "| : : : : |",
  "| | : | : |",
  "|Y| : |B: |",
  "+---------+",
]);

/** Row and column of the stands: red, green, yellow, blue. */
export const TAXI_STANDS: readonly (readonly [row: number, column: number])[] = Object.freeze([
  [0, 0],
  [0, 4],
  [4, 0],
  [4, 3],
]);

/** How many rows and columns the town has. */
const SIZE = 5;
const STATES = 500;
const ACTIONS = 6;
/** The passenger's place when riding. */
export const IN_TAXI = 4;
/** What each move adds to row and column: south, north, east, west. */
const MOVES: readonly (readonly [down: number, right: number])[] = [[1, 0], [-1, 0], [0, 1], [
  0,
  -1,
]];
/** The moves to the left and to the right of each. */
const SIDES: readonly (readonly [left: number, right: number])[] = [[2, 3], [3, 2], [1, 0], [0, 1]];

/** A state in its parts. */
export interface TaxiState {
  /** The taxi's row, 0 to 4 from the north. */
  readonly row: number;
  /** The taxi's column, 0 to 4 from the west. */
  readonly column: number;
  /** The stand where the passenger waits, 0 to 3: red, green, yellow, blue; 4 in the taxi. */
  readonly passenger: number;
  /** The stand where the passenger wants to go, 0 to 3. */
  readonly destination: number;
}

/** The number of a state. */
export function encodeTaxi({ row, column, passenger, destination }: TaxiState): number {
  return ((row * SIZE + column) * 5 + passenger) * 4 + destination;
}

/** The parts of a state from 0 to 499. */
export function decodeTaxi(state: number): TaxiState {
  const place = Math.floor(state / 20);
  return {
    row: Math.floor(place / SIZE),
    column: place % SIZE,
    passenger: Math.floor(state / 4) % 5,
    destination: state % 4,
  };
}

/** The stand at a place; -1 where there is none. */
function standAt(row: number, column: number): number {
  return TAXI_STANDS.findIndex((stand) => stand[0] === row && stand[1] === column);
}

/** Whether a move leads to another place, which walls and the town's edge forbid. */
function isOpen(row: number, column: number, move: number): boolean {
  const [down, right] = MOVES[move];
  if (down !== 0) return row + down >= 0 && row + down < SIZE;
  return TAXI_MAP[1 + row][2 * column + 1 + right] === ":";
}

/**
 * The table of transitions.
 *
 * @param rain the probability of going where one wants in the rain; undefined where it is dry
 */
export function makeTaxiTable(rain: number | undefined): TransitionTable {
  return new TransitionTable(STATES, ACTIONS, (number, action): Transition[] => {
    const state = decodeTaxi(number);
    if (action === 4) return [pickUp(state)];
    if (action === 5) return [dropOff(state)];
    const go = (move: number, probability: number) => moved(state, move, probability);
    if (rain === undefined) return [go(action, 1)];
    const aside = (1 - rain) / 2;
    const [left, right] = SIDES[action];
    if (isOpen(state.row, state.column, action)) {
      return [go(action, rain), go(left, aside), go(right, aside)];
    }
    // Against a wall nobody drifts: all three outcomes are the same place.
    return [go(action, rain), go(action, aside), go(action, aside)];
  });
}

function moved(state: TaxiState, move: number, probability: number): Transition {
  const [down, right] = isOpen(state.row, state.column, move) ? MOVES[move] : [0, 0];
  const nextState = encodeTaxi({ ...state, row: state.row + down, column: state.column + right });
  return { probability, nextState, reward: -1, terminated: false };
}

function pickUp(state: TaxiState): Transition {
  const { row, column, passenger } = state;
  const canDo = passenger !== IN_TAXI && passenger === standAt(row, column);
  return {
    probability: 1,
    nextState: encodeTaxi(canDo ? { ...state, passenger: IN_TAXI } : state),
    reward: canDo ? -1 : -10,
    terminated: false,
  };
}

function dropOff(state: TaxiState): Transition {
  const stand = standAt(state.row, state.column);
  const canDo = state.passenger === IN_TAXI && stand >= 0;
  const terminated = canDo && stand === state.destination;
  return {
    probability: 1,
    nextState: encodeTaxi(canDo ? { ...state, passenger: stand } : state),
    reward: terminated ? 20 : canDo ? -1 : -10,
    terminated,
  };
}

/** Of each state, whether each action changes it: 6 zeros and ones a state. */
export function makeTaxiMasks(): Int8Array {
  const masks = new Int8Array(STATES * ACTIONS);
  for (let number = 0; number < STATES; number++) {
    const { row, column, passenger } = decodeTaxi(number);
    const stand = standAt(row, column);
    for (let action = 0; action < ACTIONS; action++) {
      const changes = action < 4
        ? isOpen(row, column, action)
        : action === 4
        ? passenger !== IN_TAXI && passenger === stand
        : passenger === IN_TAXI && stand >= 0;
      masks[number * ACTIONS + action] = Number(changes);
    }
  }
  return masks;
}

/** The probability of each state to start in: the passenger waits at a stand and wants to another. */
export function taxiStart(): number[] {
  const isStart = Array.from({ length: STATES }, (_, number) => {
    const { passenger, destination } = decodeTaxi(number);
    return passenger !== IN_TAXI && passenger !== destination;
  });
  return isStart.map((start) => start ? 1 / 300 : 0);
}
