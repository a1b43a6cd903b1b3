import assert from "node:assert/strict";
import { Blackjack } from "../../../src/envs/mod.ts";
import { drawBlackjack } from "../../../src/envs/toy_text/draw_blackjack.ts";
import { areaOf, assertSamePicture, differences, pixel } from "../render/pixels.ts";
import { assertWatchable } from "../render/watching.ts";

const FELT = [196, 216, 158];
const PAPER = [253, 253, 251];
const BACK = [200, 116, 106];
const INK = [56, 58, 70];
const RED = [190, 80, 74];

/** Where things are: left, top, right, bottom. */
const DEALER = [0, 0, 384, 60];
const OPEN = [96, 72, 176, 184];
const HIDDEN = [208, 72, 288, 184];
const SUM = [0, 240, 384, 315];
const ACE = [0, 325, 384, 376];

Deno.test("draw blackjack: an open card and one face down on the felt", () => {
  const image = drawBlackjack(15, 10, false, "QS");
  assert.deepEqual([image.width, image.height], [384, 376]);
  assert.deepEqual(pixel(image, 5, 370), FELT);
  for (const [color, [left, top, right, bottom]] of [[PAPER, OPEN], [BACK, HIDDEN]] as const) {
    const area = areaOf(image, color);
    assert.deepEqual(
      [area.left, area.top, area.right, area.bottom],
      [left + 3, top + 3, right - 3, bottom - 3],
    );
  }
});

Deno.test("draw blackjack: each part of what is known shows in its place alone", () => {
  const base = drawBlackjack(15, 10, false, "QS");
  for (
    const [image, region] of [
      [drawBlackjack(16, 10, false, "QS"), SUM],
      [drawBlackjack(15, 8, false, "QS"), DEALER],
      [drawBlackjack(15, 10, true, "QS"), ACE],
      [drawBlackjack(15, 10, false, "KS"), OPEN],
      [drawBlackjack(15, 10, false, "QC"), OPEN],
    ] as const
  ) {
    assert.ok(differences(base, image) > 40);
    assert.equal(differences(base, image), differences(base, image, region));
  }
});

Deno.test("draw blackjack: all 52 cards differ, hearts and diamonds are red", () => {
  const pictures = new Set<string>();
  const ranks = ["A", "2", "3", "4", "5", "6", "7", "8", "9", "10", "J", "Q", "K"];
  ranks.forEach((rank, i) => {
    for (const suit of "CDHS") {
      const image = drawBlackjack(12, Math.min(i + 1, 10), false, rank + suit);
      const isRed = suit === "D" || suit === "H";
      const red = areaOf(image, RED);
      assert.equal(red.count > 300, isRed, rank + suit);
      assert.deepEqual(pixel(image, 136, 136), isRed ? RED : INK, "the suit's sign");
      if (isRed) assert.ok(red.left >= OPEN[0] + 3 && red.right <= OPEN[2] - 3);
      const card = image.data.subarray(3 * 384 * OPEN[1], 3 * 384 * OPEN[3]);
      pictures.add(card.filter((_, i) => Math.floor(i / 3) % 384 < OPEN[2]).join());
    }
  });
  assert.equal(pictures.size, 52);
});

Deno.test("draw blackjack: the largest sum fits, in the middle", () => {
  const image = drawBlackjack(31, 10, true, "10H");
  const rows = image.data.subarray(3 * 384 * SUM[1], 3 * 384 * SUM[3]);
  const { left, right } = areaOf({ width: 384, height: SUM[3] - SUM[1], data: rows }, INK);
  assert.ok(left > 60 && right < 324 && Math.abs(left + right - 384) <= 24, `${left}, ${right}`);
});

Deno.test("draw blackjack: render shows the state as it is now", () => {
  const env = new Blackjack();
  for (const seed of [1, 2, 3, 4, 5]) {
    let [[sum, dealer, ace]] = env.reset({ seed });
    assertSamePicture(env.render(), drawBlackjack(sum, dealer, ace === 1, env.openCard));
    [[sum, dealer, ace]] = env.step(1);
    assertSamePicture(env.render(), drawBlackjack(sum, dealer, ace === 1, env.openCard));
  }
});

Deno.test("draw blackjack: errors, and looking on changes nothing", () => {
  assertWatchable("Blackjack-v1", 4, false);
});
