import assert from "node:assert/strict";
import {
  gatherLayout,
  inputRows,
  inputWidth,
  layOutInput,
  type View,
  viewOf,
} from "../../src/dqn/view.ts";

const CONV = [{ kind: "conv", channels: 1, kernel: 1 }] as const;

/** A stack laid out, as plain numbers, one list a pixel. */
function laidOut(view: View, stack: ArrayLike<number>, margin: readonly [number, number]) {
  const input = { ...view.input, margin };
  const rows = inputRows(input, 2);
  layOutInput(view, input, stack, rows, 1);
  const width = inputWidth(input);
  assert.ok(rows.subarray(0, width).every((x) => x === 0), "another row was written");
  const channels = 4 * Math.ceil(input.channels / 4);
  return Array.from(
    { length: width / channels },
    (_, i) => [...rows.subarray(width + i * channels, width + (i + 1) * channels)],
  );
}

Deno.test("view: flat observations are one pixel with all numbers as channels", () => {
  const view = viewOf({ observationSize: 3 }, { network: "mlp", frameStack: 2 });
  assert.deepEqual(
    { ...view.input },
    { height: 1, width: 1, channels: 6, isBytes: false, scale: 1 },
  );
  assert.deepEqual(laidOut(view, [1, 2, 3, 4, 5, 6], [0, 0]), [[1, 2, 3, 4, 5, 6, 0, 0]]);
});

Deno.test("view: bytes are shades of 0 to 1 to an MLP too", () => {
  const frame = { observationSize: 2, observationShape: [1, 2], isBytes: true, isShades: true };
  const view = viewOf(frame, { network: "mlp", frameStack: 1 });
  assert.deepEqual(laidOut(view, [51, 255], [0, 0]), [[Math.fround(0.2), 1, 0, 0]]);
});

Deno.test("view: pixels have the frames' planes side by side, oldest frame first", () => {
  const frame = { observationSize: 4, observationShape: [2, 2], isBytes: true, isShades: true };
  const view = viewOf(frame, { network: CONV, frameStack: 3 });
  assert.equal(view.input.scale, 1 / 255);
  const stack = [10, 11, 12, 13, 20, 21, 22, 23, 30, 31, 32, 33];
  assert.deepEqual(laidOut(view, stack, [0, 0]), [
    [10, 20, 30, 0],
    [11, 21, 31, 0],
    [12, 22, 32, 0],
    [13, 23, 33, 0],
  ]);
});

Deno.test("view: planes may be last or first, and margins stay zero", () => {
  const last = viewOf(
    { observationSize: 12, observationShape: [3, 2, 2] },
    { network: CONV, frameStack: 1 },
  );
  const first = viewOf(
    { observationSize: 12, observationShape: [2, 3, 2] },
    { network: CONV, frameStack: 1 },
  );
  // [2, 3, 2]: a tie of the ends, so the planes are last; [2, 3, 4] has them first.
  assert.deepEqual([last.input.height, last.input.width, last.planes], [3, 2, 2]);
  assert.deepEqual([first.input.height, first.input.width, first.planes], [2, 3, 2]);
  const planesFirst = viewOf(
    { observationSize: 12, observationShape: [2, 2, 3] },
    { network: CONV, frameStack: 1 },
  );
  assert.deepEqual([planesFirst.input.height, planesFirst.input.width], [2, 3]);
  const seen = laidOut(planesFirst, [1, 2, 3, 4, 5, 6, 11, 12, 13, 14, 15, 16], [1, 0]);
  assert.deepEqual(seen, [
    ...Array(3).fill([0, 0, 0, 0]),
    ...[1, 2, 3, 4, 5, 6].map((x) => [x, x + 10, 0, 0]),
    ...Array(3).fill([0, 0, 0, 0]),
  ]);
  const { pixelStride, planeStride } = gatherLayout(planesFirst, {
    ...planesFirst.input,
    margin: [1, 0],
  });
  assert.deepEqual([pixelStride, planeStride], [1, 6]);
});

Deno.test("view: what is no picture, and what is stacked already, is refused", () => {
  assert.throws(
    () => viewOf({ observationSize: 4 }, { network: "nature-cnn", frameStack: 1 }),
    /wants pictures.*got \[4\].*"mlp"/,
  );
  assert.throws(
    () =>
      viewOf({ observationSize: 4 * 84 * 84, observationShape: [4, 84, 84] }, {
        network: "nature-cnn",
        frameStack: 4,
      }),
    /look stacked already/,
  );
});
