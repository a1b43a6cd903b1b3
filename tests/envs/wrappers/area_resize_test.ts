import assert from "node:assert/strict";
import recorded from "../../fixtures/wrappers/pictures.json" with { type: "json" };
import { PCG64 } from "../../../src/envs/mod.ts";
import { AreaResize } from "../../../src/envs/wrappers/area_resize.ts";

/** The script's `picture`. */
function picture(seed: number, size: number, levels: number): Uint8Array {
  const rng = new PCG64(seed);
  const step = Math.floor(256 / levels);
  const bytes = new Uint8Array(size);
  for (let i = 0; i < size; i++) bytes[i] = Math.floor(rng.nextDouble() * levels) * step;
  return bytes;
}

async function sha256(bytes: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", bytes.slice());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

Deno.test("area_resize: OpenCV's INTER_AREA bit for bit, also of odd sizes and whole factors", async () => {
  assert.ok(recorded.sizes.length > 100);
  for (const record of recorded.sizes) {
    const { seed, levels, channels } = record;
    const [height, width] = record.from, [toHeight, toWidth] = record.to;
    const name = `${record.from} to ${record.to}, ${channels} channels, ${levels} levels`;
    const resize = new AreaResize(
      "test",
      { height, width },
      { height: toHeight, width: toWidth },
      channels,
    );
    assert.equal(resize.size, toHeight * toWidth * channels);
    const given = picture(seed, height * width * channels, levels);
    const small = resize.resize(given);
    assert.deepEqual(Array.from(small.subarray(0, 6)), record.first, name);
    assert.equal(await sha256(small), record.sha256, name);
  }
});

Deno.test("area_resize: returns fresh arrays and leaves the picture as it is", () => {
  for (const [height, width] of [[5, 4], [5, 10], [10, 10]]) {
    const resize = new AreaResize("test", { height: 10, width: 10 }, { height, width }, 1);
    const given = picture(1, 100, 256), kept = given.slice();
    const first = resize.resize(given);
    assert.deepEqual(given, kept);
    const copy = first.slice();
    resize.resize(picture(2, 100, 256));
    assert.deepEqual(first, copy);
  }
});

Deno.test("area_resize: enlarging is refused", () => {
  for (const [height, width] of [[85, 84], [84, 85], [0, 1], [1.5, 1], [NaN, 1]]) {
    assert.throws(
      () => new AreaResize("Some", { height: 84, width: 84 }, { height, width }, 1),
      /Some: the new (height|width) must be an integer from 1 to the observation's 84, got/,
    );
  }
});
