/**
 * The picture of Taxi.
 *
 * @module
 */

import { Canvas, type Point } from "../render/canvas.ts";
import type { Color } from "../render/color.ts";
import type { RGBImage } from "../render/image.ts";
import { INK, RED } from "./figures.ts";
import { IN_TAXI, TAXI_MAP, TAXI_STANDS, type TaxiState } from "./taxi_rules.ts";

const WIDTH = 536;
const HEIGHT = 456;
/** Where the upper left place begins. */
const LEFT = 48;
const TOP = 128;
const CELL_WIDTH = 88;
const CELL_HEIGHT = 56;
const SIZE = 5;
/** From a place's border to its stand. */
const GAP = 4;
const WALL = 8;

const PAPER: Color = [250, 250, 246];
const GROUND: Color = [233, 231, 225];
const KERB: Color = [212, 210, 202];
const YELLOW: Color = [232, 196, 88];
/** Of the stands red, green, yellow, blue. */
const STAND_COLORS: readonly Color[] = [RED, [152, 184, 110], YELLOW, [116, 150, 198]];
const STAND_LETTERS = "RGYB";
const GLASS: Color = [198, 224, 242];
const BRICK: Color = [205, 166, 94];
const DOOR: Color = [122, 86, 58];
const RAIN: Color = [140, 170, 205];
/** Which way each heading points: south, north, east, west. */
const HEADINGS: readonly Point[] = [[0, 1], [0, -1], [1, 0], [-1, 0]];

/**
 * Draws the town, laid out as Gymnasium does, with figures of our own: 536 × 456. The destination's
 * stand has a frame; a taxi with the passenger has a head in it.
 *
 * @param state where all are
 * @param heading which way the taxi points: 0 south, 1 north, 2 east, 3 west
 * @param isRainy whether it rains
 */
export function drawTaxi(state: TaxiState, heading: number, isRainy: boolean): RGBImage {
  const canvas = new Canvas(WIDTH, HEIGHT, PAPER);
  drawTown(canvas);
  TAXI_STANDS.forEach(([row, column], stand) => {
    const x = LEFT + column * CELL_WIDTH + GAP, y = TOP + row * CELL_HEIGHT + GAP;
    const width = CELL_WIDTH - 2 * GAP, height = CELL_HEIGHT - 2 * GAP;
    if (stand === state.destination) canvas.rectangle(x, y, width, height, INK);
    const frame = stand === state.destination ? 7 : 0;
    canvas.rectangle(
      x + frame,
      y + frame,
      width - 2 * frame,
      height - 2 * frame,
      STAND_COLORS[stand],
    );
    canvas.text(x + width / 2 - 7, y + height / 2 - 9, STAND_LETTERS[stand], PAPER, 18);
  });
  drawWalls(canvas);
  drawHouse(canvas, LEFT + 4.5 * CELL_WIDTH, TOP + GAP);
  drawCar(
    canvas,
    LEFT + (state.column + 0.5) * CELL_WIDTH,
    TOP + (state.row + 0.5) * CELL_HEIGHT,
    HEADINGS[heading],
    state.passenger === IN_TAXI,
  );
  if (state.passenger !== IN_TAXI) {
    // Beside the stand's letter, and over a taxi that has come.
    const [row, column] = TAXI_STANDS[state.passenger];
    const x = LEFT + (column + 1) * CELL_WIDTH - GAP - 15;
    drawPassenger(canvas, x, TOP + (row + 0.5) * CELL_HEIGHT);
  }
  if (isRainy) drawRain(canvas);
  return canvas.image();
}

function drawTown(canvas: Canvas): void {
  const width = SIZE * CELL_WIDTH, height = SIZE * CELL_HEIGHT;
  canvas.rectangle(LEFT, TOP, width, height, GROUND);
  for (let i = 0; i <= SIZE; i++) {
    canvas.rectangle(LEFT + i * CELL_WIDTH - 2, TOP, 4, height, KERB);
    canvas.rectangle(LEFT, TOP + i * CELL_HEIGHT - 2, width, 4, KERB);
  }
}

/** The walls of the map, and the one around it. */
function drawWalls(canvas: Canvas): void {
  const width = SIZE * CELL_WIDTH, height = SIZE * CELL_HEIGHT;
  for (let row = 0; row < SIZE; row++) {
    for (let column = 1; column < SIZE; column++) {
      if (TAXI_MAP[1 + row][2 * column] !== "|") continue;
      const x = LEFT + column * CELL_WIDTH - WALL / 2;
      canvas.rectangle(x, TOP + row * CELL_HEIGHT, WALL, CELL_HEIGHT, INK);
    }
  }
  const out = GAP + WALL;
  canvas.rectangle(LEFT - out, TOP - out, width + 2 * out, WALL, INK);
  canvas.rectangle(LEFT - out, TOP + height + GAP, width + 2 * out, WALL, INK);
  canvas.rectangle(LEFT - out, TOP - out, WALL, height + 2 * out, INK);
  canvas.rectangle(LEFT + width + GAP, TOP - out, WALL, height + 2 * out, INK);
}

/** A house whose door is at (x, y); nothing but a decoration. */
function drawHouse(canvas: Canvas, x: number, y: number): void {
  canvas.polygon([[x - 42, y - 62], [x - 24, y - 90], [x + 24, y - 90], [x + 42, y - 62]], RED);
  canvas.rectangle(x - 36, y - 62, 72, 62, BRICK);
  for (const dx of [-24, 10]) {
    canvas.rectangle(x + dx, y - 52, 14, 14, GLASS);
    canvas.rectangle(x + dx, y - 52, 14, 3, INK);
  }
  canvas.rectangle(x - 7, y - 32, 14, 32, DOOR);
}

/** Somebody who waits. */
function drawPassenger(canvas: Canvas, x: number, y: number): void {
  canvas.line(x, y - 6, x, y + 5, INK, 9);
  canvas.line(x - 2.5, y + 5, x - 2.5, y + 14, INK, 3);
  canvas.line(x + 2.5, y + 5, x + 2.5, y + 14, INK, 3);
  canvas.circle(x, y - 11, 4.5, INK);
}

/** The taxi from above. */
function drawCar(canvas: Canvas, x: number, y: number, [ux, uy]: Point, isTaken: boolean): void {
  // On the car: how far ahead, how far to its right.
  const at = (ahead: number, right: number): Point => [
    x + ahead * ux - right * uy,
    y + ahead * uy + right * ux,
  ];
  const box = (back: number, front: number, half: number, taper: number): Point[] => [
    at(back, -half),
    at(front, -half + taper),
    at(front, half - taper),
    at(back, half),
  ];
  for (const ahead of [-14, 13]) {
    canvas.polygon(box(ahead - 5, ahead + 5, 15, 0), INK);
  }
  const body = [[-24, -10], [-21, -13], [18, -13], [24, -8], [24, 8], [18, 13], [-21, 13], [
    -24,
    10,
  ]]
    .map(([ahead, right]) => at(ahead, right));
  canvas.polygon(body, YELLOW);
  canvas.outline(body, INK, 2.5);
  canvas.polygon(box(12, 5, 10, -1), GLASS);
  canvas.polygon(box(-18, -13, 10, 1), GLASS);
  if (isTaken) canvas.circle(...at(-4, 0), 6.5, INK);
  else canvas.polygon(box(-7, -1, 5, 0), PAPER);
  for (const right of [-7, 7]) canvas.circle(...at(21, right), 2, PAPER);
}

/** Streaks all over, always the same. */
function drawRain(canvas: Canvas): void {
  for (let i = 0; i < 90; i++) {
    const x = i * 149 % WIDTH, y = i * 83 % HEIGHT;
    canvas.line(x, y, x - 4, y + 14, RAIN, 1.5);
  }
}
