import assert from "node:assert/strict";
import recorded from "../../fixtures/wrappers/pictures.json" with { type: "json" };
import { aleGrayscale, openCvGrayscale } from "../../../src/envs/wrappers/grayscale.ts";

Deno.test("grayscale: ALE's grey of all 128 NTSC colours, and of the PAL ones seen in its games", () => {
  assert.equal(recorded.aleGray.NTSC.length, 128);
  for (const colours of Object.values(recorded.aleGray) as [string, number][][]) {
    const rgb = Uint8Array.from(
      colours.flatMap(([hex]) => [0, 2, 4].map((i) => parseInt(hex.slice(i, i + 2), 16))),
    );
    const gray = new Uint8Array(colours.length);
    aleGrayscale(rgb, gray);
    assert.deepEqual(Array.from(gray), colours.map(([, value]) => value));
  }
});

Deno.test("grayscale: OpenCV's grey for all 2^24 colours", async () => {
  const rgb = new Uint8Array(3 << 24);
  for (let colour = 0, i = 0; colour < 1 << 24; colour++) {
    rgb[i++] = colour >> 16;
    rgb[i++] = colour >> 8;
    rgb[i++] = colour;
  }
  const gray = new Uint8Array(1 << 24);
  openCvGrayscale(rgb, gray);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", gray));
  const hex = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  assert.equal(hex, recorded.openCvGray);
});
