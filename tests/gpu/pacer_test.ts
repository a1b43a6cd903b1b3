/** Tests of the pacer: submits of about 50 ms, and turns for the event loop. */

import assert from "node:assert/strict";
import { Load, Pacer } from "../../src/gpu/pacer.ts";

/** A submit of so many ticks of each kind. */
function load(counts: Record<string, number>): Load {
  const made = new Load();
  for (const [kind, count] of Object.entries(counts)) {
    for (let i = 0; i < count; i++) made.add(kind);
  }
  return made;
}

Deno.test("pacer: few ticks at first, then as many as take about 50 ms", () => {
  const pacer = new Pacer(1000);
  const size = () => pacer.size("update");
  assert(size() >= 1 && size() <= 10);
  for (let i = 0; i < 50; i++) pacer.note(load({ update: size() }), 0.5 * size());
  assert.equal(size(), 100);
  // When ticks become slower, submits become smaller.
  for (let i = 0; i < 50; i++) pacer.note(load({ update: size() }), 5 * size());
  assert(Math.abs(size() - 10) <= 1, `${size()}`);
});

Deno.test("pacer: never none, never more than fit", () => {
  const slow = new Pacer(1000);
  slow.note(load({ update: 1 }), 1e6);
  assert.equal(slow.size("update"), 1);
  assert.ok(slow.fits("update", load({})));
  assert.ok(!slow.fits("update", load({ update: 1 })));
  const fast = new Pacer(512);
  fast.note(load({ update: 512 }), 0.001);
  assert.equal(fast.size("update"), 512);
  assert.ok(fast.fits("update", load({ update: 511 })));
  assert.ok(!fast.fits("update", load({ update: 500, step: 12 })));
  assert.equal(new Pacer(2).size("update"), 2);
});

Deno.test("pacer: kinds that cost a hundred times as much as others get their own share of a submit", () => {
  const cost: Record<string, number> = { step: 0.05, update: 5 };
  const pacer = new Pacer(1000);
  /** Fills a submit with a step for each update, or with steps alone. */
  const round = (trains: boolean): number => {
    const made = new Load();
    for (let i = 0;; i++) {
      const kind = trains && i % 2 === 1 ? "update" : "step";
      if (!pacer.fits(kind, made)) break;
      made.add(kind);
    }
    const time = [...made.counts].reduce((sum, [kind, count]) => sum + count * cost[kind], 0);
    pacer.note(made, time);
    return time;
  };
  for (let i = 0; i < 20; i++) round(false);
  assert(Math.abs(round(false) - 50) < 1);
  // The first submit that learns is short, though steps alone would have filled it a thousand times over.
  assert(round(true) < 25);
  for (let i = 0; i < 20; i++) round(true);
  assert(Math.abs(round(true) - 50) < 6);
  assert(Math.abs(round(false) - 50) < 6);
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
