/**
 * Short lists inside a game's state: the length, then the rows, each a few integers of which the first
 * two are a cell's x and y. Rows beyond the length are what was there before and mean nothing.
 *
 * @module
 */

/** Where a list lies. */
export interface List {
  /** Where its length is; the rows follow. */
  readonly at: number;
  /** How many integers a row has. */
  readonly width: number;
  /** How many rows there is room for. */
  readonly capacity: number;
}

/** Where row `index` begins. */
export function rowAt(list: List, index: number): number {
  return list.at + 1 + index * list.width;
}

/** Makes the list a row longer and returns where that begins, for the caller to fill; -1 when full. */
export function append(state: Int32Array, list: List): number {
  if (state[list.at] === list.capacity) return -1;
  return rowAt(list, state[list.at]++);
}

/** Takes row `index` out; those behind it move up. */
export function removeRow(state: Int32Array, list: List, index: number): void {
  const { width } = list;
  const end = rowAt(list, state[list.at]);
  for (let at = rowAt(list, index); at + width < end; at++) state[at] = state[at + width];
  state[list.at]--;
}

/** Takes the first row at the cell (x, y) out; whether there was one. */
export function removeAtCell(state: Int32Array, list: List, x: number, y: number): boolean {
  const length = state[list.at];
  for (let i = 0; i < length; i++) {
    const at = rowAt(list, i);
    if (state[at] === x && state[at + 1] === y) {
      removeRow(state, list, i);
      return true;
    }
  }
  return false;
}

/**
 * Takes the first row out that equals row `index` in all its numbers. That may be an earlier one, for
 * Python's `list.remove` compares by value.
 *
 * @returns the index of the row that went
 */
export function removeEqual(state: Int32Array, list: List, index: number): number {
  const { width } = list;
  const wanted = rowAt(list, index);
  let first = 0;
  for (; first < index; first++) {
    const at = rowAt(list, first);
    let column = 0;
    while (column < width && state[at + column] === state[wanted + column]) column++;
    if (column === width) break;
  }
  removeRow(state, list, first);
  return first;
}
