/** Tests of thinning series. @module */

import assert from "node:assert/strict";
import { thin } from "../../src/io/thin.ts";

const noise = (length: number) =>
  Float64Array.from({ length }, (_, i) => Math.sin(i * 12.9898) * 1e4 % 1);

Deno.test("thin: a short series is kept whole", () => {
  assert.deepEqual(thin([3, NaN, 1], 3), [0, 1, 2]);
  assert.deepEqual(thin([], 3), []);
});

Deno.test("thin: a long series keeps its ends, its extremes and its order", () => {
  const y = noise(123_457);
  y[70_001] = 50;
  y[70_002] = -50;
  const kept = thin(y, 1_000);
  assert.ok(kept.length <= 1_002 && kept.length > 900, `${kept.length} points`);
  assert.ok(kept.every((index, i) => i === 0 || index > kept[i - 1]), "ascending, no index twice");
  assert.equal(kept[0], 0);
  assert.equal(kept.at(-1), y.length - 1);
  assert.ok(kept.includes(70_001) && kept.includes(70_002));
});

Deno.test("thin: each slice's extremes stay", () => {
  const y = noise(10_000);
  const kept = new Set(thin(y, 200));
  for (let begin = 0; begin < y.length; begin += 100) {
    const slice = y.subarray(begin, begin + 100);
    assert.ok(kept.has(begin + slice.indexOf(Math.max(...slice))));
    assert.ok(kept.has(begin + slice.indexOf(Math.min(...slice))));
  }
});

Deno.test("thin: a gap stays a gap", () => {
  const y = noise(10_000).fill(NaN, 3_000, 4_000);
  const kept = thin(y, 200);
  const inGap = kept.filter((i) => i >= 3_000 && i < 4_000);
  assert.ok(inGap.length > 0 && inGap.every((i) => Number.isNaN(y[i])));
  assert.ok(kept.filter((i) => i < 3_000 || i >= 4_000).every((i) => Number.isFinite(y[i])));
});

Deno.test("thin: nothing but gaps gives gaps", () => {
  const kept = thin(new Float64Array(5_000).fill(NaN), 100);
  assert.ok(kept.length > 0 && kept.length <= 102);
});
