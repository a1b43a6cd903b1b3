/** Tests of turns: one piece of work at a time, in order. @module */

import assert from "node:assert/strict";
import { Turns } from "../../src/agent/turns.ts";

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

Deno.test("turns: work is done one after the other, in the order in which it was asked for", async () => {
  const turns = new Turns();
  const log: string[] = [];
  const work = (name: string, ms: number) =>
    turns.take(async () => {
      log.push(`${name} begins`);
      await pause(ms);
      log.push(`${name} ends`);
      return name;
    });
  const names = await Promise.all([work("a", 15), work("b", 0), work("c", 5)]);
  assert.deepEqual(names, ["a", "b", "c"]);
  assert.deepEqual(log, ["a begins", "a ends", "b begins", "b ends", "c begins", "c ends"]);
});

Deno.test("turns: an error reaches who asked, and nobody else", async () => {
  const turns = new Turns();
  const failing = turns.take(() => {
    throw new Error("no");
  });
  const next = turns.take(() => 7);
  await assert.rejects(failing, { message: "no" });
  assert.equal(await next, 7);
});

Deno.test("turns: idle before, between and after", async () => {
  const turns = new Turns();
  assert.equal(turns.idle, true);
  const work = turns.take(() => pause(1));
  assert.equal(turns.idle, false);
  await work;
  assert.equal(turns.idle, true);
});
