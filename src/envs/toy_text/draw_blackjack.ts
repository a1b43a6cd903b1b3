/**
 * The picture of Blackjack.
 *
 * @module
 */

import { Canvas, type Point } from "../render/canvas.ts";
import type { Color } from "../render/color.ts";
import { textWidth } from "../render/font.ts";
import type { RGBImage } from "../render/image.ts";
import { INK } from "./figures.ts";

const WIDTH = 384;
const HEIGHT = 376;
const LABEL = 20;
const CARD_WIDTH = 80;
const CARD_HEIGHT = 112;

const FELT: Color = [196, 216, 158];
const PAPER: Color = [253, 253, 251];
const EDGE: Color = [150, 152, 160];
const BACK: Color = [200, 116, 106];
const PATTERN: Color = [176, 94, 86];
const RED: Color = [190, 80, 74];

/**
 * Draws the table, laid out as Gymnasium does: 384 × 376. Above is the dealer's open card with its
 * value and one that lies face down, below the player's sum.
 *
 * @param playerSum the player's sum
 * @param dealerCard the open card's value, 1 to 10
 * @param usableAce whether the player has an ace that counts 11
 * @param openCard the open card's rank and suit, e.g. "10H"
 */
export function drawBlackjack(
  playerSum: number,
  dealerCard: number,
  usableAce: boolean,
  openCard: string,
): RGBImage {
  const canvas = new Canvas(WIDTH, HEIGHT, FELT);
  canvas.text(40, 32, `DEALER: ${dealerCard}`, INK, LABEL);
  drawOpenCard(canvas, 96, 72, openCard);
  drawHiddenCard(canvas, 208, 72);
  canvas.text(40, 208, "PLAYER", INK, LABEL);
  centred(canvas, 248, `${playerSum}`, 60);
  if (usableAce) centred(canvas, 332, "USABLE ACE", LABEL);
  return canvas.image();
}

function centred(canvas: Canvas, y: number, text: string, size: number): void {
  canvas.text((WIDTH - textWidth(text, size)) / 2, y, text, INK, size);
}

function drawCard(canvas: Canvas, x: number, y: number, color: Color): void {
  canvas.rectangle(x, y, CARD_WIDTH, CARD_HEIGHT, EDGE);
  canvas.rectangle(x + 3, y + 3, CARD_WIDTH - 6, CARD_HEIGHT - 6, color);
}

function drawHiddenCard(canvas: Canvas, x: number, y: number): void {
  drawCard(canvas, x, y, BACK);
  canvas.outline(
    [[x + 13, y + 13], [x + CARD_WIDTH - 13, y + 13], [x + CARD_WIDTH - 13, y + CARD_HEIGHT - 13], [
      x + 13,
      y + CARD_HEIGHT - 13,
    ]],
    PATTERN,
    4,
  );
}

function drawOpenCard(canvas: Canvas, x: number, y: number, card: string): void {
  drawCard(canvas, x, y, PAPER);
  const rank = card.slice(0, -1), suit = card.slice(-1);
  const color = suit === "D" || suit === "H" ? RED : INK;
  canvas.text(x + 9, y + 10, rank, color, 20);
  drawSuit(canvas, x + CARD_WIDTH / 2, y + 64, suit, color);
}

/** A suit's sign, 40 pixels high, around (x, y): clubs, diamonds, hearts or spades. */
function drawSuit(canvas: Canvas, x: number, y: number, suit: string, color: Color): void {
  const stem: Point[] = [[x, y - 14], [x + 7, y + 20], [x - 7, y + 20]];
  if (suit === "C") {
    for (const [dx, dy] of [[0, -11], [-10, 4], [10, 4]]) canvas.circle(x + dx, y + dy, 9, color);
    canvas.polygon(stem, color);
  } else if (suit === "D") {
    canvas.polygon([[x, y - 20], [x + 15, y], [x, y + 20], [x - 15, y]], color);
  } else {
    // A heart; a spade is one upside down on a stem.
    const up = suit === "H" ? 1 : -1;
    for (const side of [-1, 1]) canvas.circle(x + 8.5 * side, y - 8 * up, 9.5, color);
    canvas.polygon([[x - 17, y - 4 * up], [x, y - 10 * up], [x + 17, y - 4 * up], [
      x,
      y + 19 * up,
    ]], color);
    if (suit === "S") canvas.polygon(stem, color);
  }
}
