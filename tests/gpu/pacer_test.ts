/** Tests of the pacer: submits of about 50 ms, and turns for the event loop. */

import assert from "node:assert/strict";
import { Pacer } from "../../src/gpu/pacer.ts";

Deno.test("pacer: few ticks at first, then as many as take about 50 ms", () => {
  const pacer = new Pacer(1000);
  assert(pacer.size >= 1 && pacer.size <= 10);
  for (let i = 0; i < 50; i++) pacer.note(pacer.size, 0.5 * pacer.size);
  assert.equal(pacer.size, 100);
  // When ticks become slower, submits become smaller.
  for (let i = 0; i < 50; i++) pacer.note(pacer.size, 5 * pacer.size);
  assert(Math.abs(pacer.size - 10) <= 1, `${pacer.size}`);
});

Deno.test("pacer: never none, never more than fit", () => {
  const slow = new Pacer(1000);
  slow.note(1, 1e6);
  assert.equal(slow.size, 1);
  const fast = new Pacer(512);
  fast.note(512, 0.001);
  assert.equal(fast.size, 512);
  assert.equal(new Pacer(2).size, 2);
});

Deno.test("pacer: the event loop gets its turn after each submit's time, and not more often", async () => {
  const { now } = performance;
  let clock = 1000;
  let turns = 0;
  performance.now = () => clock;
  try {
    const pacer = new Pacer(10);
    for (let round = 0; round < 100; round++) {
      clock += 5;
      let turned = false;
      const timer = setTimeout(() => turned = true, 0);
      await pacer.turn();
      clearTimeout(timer);
      if (turned) turns++;
    }
  } finally {
    performance.now = now;
  }
  // 100 rounds of 5 ms, a turn every 50 ms.
  assert.equal(turns, 10);
});
