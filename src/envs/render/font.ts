/**
 * A small stroke font: each character is a few lines of a pen on a grid 4 wide and 6 high.
 *
 * @module
 */

/** The height of a capital on the grid; letters such as g reach two further down. */
export const CAP_HEIGHT = 6;
/** From the start of one character to the start of the next. */
export const ADVANCE = 6;
/** From a character's left edge to its right one, less the pen. */
const GLYPH_WIDTH = 4;
/** The width of the pen. */
export const STROKE = 0.9;

/** A line of the pen, corner by corner; a single corner is a dot. */
export type Stroke = readonly (readonly [x: number, y: number])[];

/** The strokes, parted by bars; a corner is two digits, x from the left and y from the top. */
const STROKES: Readonly<Record<string, string>> = {
  " ": "",
  0: "10 30 41 45 36 16 05 01 10",
  1: "11 20 26|16 36",
  2: "01 10 30 41 42 06 46",
  3: "01 10 30 41 42 33 44 45 36 16 05|13 33",
  4: "36 30 04 44",
  5: "40 00 03 33 44 45 36 16 05",
  6: "41 30 10 01 05 16 36 45 44 33 13 04",
  7: "00 40 16",
  8: "10 30 41 42 33 13 02 01 10|13 04 05 16 36 45 44 33",
  9: "05 16 36 45 41 30 10 01 02 13 33 42",
  A: "06 02 20 42 46|04 44",
  B: "03 00 30 41 42 33 44 45 36 06 03 33",
  C: "41 30 10 01 05 16 36 45",
  D: "00 20 42 44 26 06 00",
  E: "40 00 06 46|03 33",
  F: "40 00 06|03 33",
  G: "41 30 10 01 05 16 36 45 43 23",
  H: "00 06|40 46|03 43",
  I: "10 30|20 26|16 36",
  J: "40 45 36 16 05",
  K: "00 06|40 03 46",
  L: "00 06 46",
  M: "06 00 23 40 46",
  N: "06 00 46 40",
  O: "10 30 41 45 36 16 05 01 10",
  P: "06 00 30 41 42 33 03",
  Q: "10 30 41 45 36 16 05 01 10|24 46",
  R: "06 00 30 41 42 33 03|23 46",
  S: "41 30 10 01 02 13 33 44 45 36 16 05",
  T: "00 40|20 26",
  U: "00 05 16 36 45 40",
  V: "00 26 40",
  W: "00 16 23 36 40",
  X: "00 46|40 06",
  Y: "00 23 40|23 26",
  Z: "00 40 06 46",
  a: "12 32 43 46|44 14 05 16 36 45",
  b: "00 06|03 12 32 43 45 36 16 05",
  c: "43 32 12 03 05 16 36 45",
  d: "40 46|43 32 12 03 05 16 36 45",
  e: "04 44 43 32 12 03 05 16 36 45",
  f: "30 20 11 16|02 32",
  g: "42 47 38 18 07|43 32 12 03 05 16 36 45",
  h: "00 06|03 12 32 43 46",
  i: "20|22 26",
  j: "30|32 37 28 18",
  k: "00 06|42 04|23 46",
  l: "10 20 26|16 36",
  m: "02 06|03 12 23 26|23 32 43 46",
  n: "02 06|03 12 32 43 46",
  o: "12 32 43 45 36 16 05 03 12",
  p: "02 08|03 12 32 43 45 36 16 05",
  q: "42 48|43 32 12 03 05 16 36 45",
  r: "02 06|04 22 42",
  s: "43 32 12 03 14 34 45 36 16 05",
  t: "10 15 26 36|02 32",
  u: "02 05 16 36 45|42 46",
  v: "02 26 42",
  w: "02 16 23 36 42",
  x: "02 46|42 06",
  y: "02 05 16 36 45|42 47 38 18 07",
  z: "02 42 06 46",
  ".": "26",
  ",": "26 17",
  ":": "23|26",
  ";": "23|26 17",
  "!": "20 24|26",
  "?": "01 10 30 41 42 23 24|26",
  "'": "20 22",
  '"': "10 12|30 32",
  "-": "13 33",
  "+": "03 43|21 25",
  "=": "02 42|04 44",
  "_": "06 46",
  "/": "40 06",
  "%": "40 06|11|35",
  "(": "30 21 25 36",
  ")": "10 21 25 16",
  "<": "41 03 45",
  ">": "01 43 05",
  "*": "03 43|11 35|31 15",
};

/** What an unknown character looks like. */
const BOX = "00 40 46 06 00";

const strokes: Map<string, readonly Stroke[]> = new Map();

/**
 * The strokes of a character.
 *
 * @param character one character; an unknown one is a box
 * @returns its lines, on the grid
 */
export function glyph(character: string): readonly Stroke[] {
  let lines = strokes.get(character);
  if (lines === undefined) {
    const code = Object.hasOwn(STROKES, character) ? STROKES[character] : BOX;
    lines = code.split("|").filter((line) => line !== "").map((line) =>
      line.split(" ").map((corner) => [Number(corner[0]), Number(corner[1])] as const)
    );
    strokes.set(character, lines);
  }
  return lines;
}

/**
 * The width of a line of text in pixels, from the first character's left edge to the last one's right.
 *
 * @param text what is written
 * @param size the height of a capital in pixels
 */
export function textWidth(text: string, size: number): number {
  const count = [...text].length;
  if (count === 0) return 0;
  // A glyph shrinks by the pen's width so that the pen's outer edges keep within the size.
  const last = STROKE + GLYPH_WIDTH * (CAP_HEIGHT - STROKE) / CAP_HEIGHT;
  return ((count - 1) * ADVANCE + last) * size / CAP_HEIGHT;
}
