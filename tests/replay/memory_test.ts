/** Tests of what is known of the memory that is left, and of the size that is named when it is too little. */

import assert from "node:assert/strict";
import type { Gpu } from "../../src/gpu/gpu.ts";
import { memoryLeft, tooLarge } from "../../src/replay/memory.ts";

const software = { kind: "cpu", adapter: "some driver" } as Gpu;

Deno.test("memory: a software adapter has the machine's, where the program may ask", () => {
  assert.equal(memoryLeft({ ...software, kind: "gpu" } as Gpu), undefined);
  const { state } = Deno.permissions.querySync({ name: "sys", kind: "systemMemoryInfo" });
  const left = memoryLeft(software);
  if (state !== "granted") return assert.equal(left, undefined);
  const { total } = Deno.systemMemoryInfo();
  assert(left! > 0 && left! < total, String(left));
});

Deno.test("memory: the size that would fit leaves a tenth, and has two digits", () => {
  const cases = [[1e9, 120_000], [123_456_789, 15_000], [7_100_000, 900], [50_000, 6], [0, 0]];
  for (const [fits, size] of cases) {
    const error = tooLarge(software, { rows: 2_000_000, frameBytes: 7056, otherBytes: 16 }, fits);
    assert(error instanceof RangeError);
    const [, named] = /set bufferSize to at most (\d+)$/.exec(error.message)!;
    assert.equal(Number(named), size);
    assert(Number(named) * 7072 <= 0.9 * fits);
    assert.match(error.message, /2000000 rows takes 14\.1 GB of observations .* 0\.032 GB/);
  }
});
