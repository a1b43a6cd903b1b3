/** Tests of reading action masks. @module */

import assert from "node:assert/strict";
import {
  ALL_ACTIONS,
  checkMaskedActions,
  countAllowed,
  isAllowed,
  maskOfFinalInfo,
  maskOfInfo,
  maskOfInfos,
  nthAllowed,
  readMask,
  unpackMask,
} from "../../src/agent/action_masks.ts";
import { makeVec } from "../../mod.ts";

Deno.test("action masks: bit a is action a", () => {
  assert.equal(readMask([1, 0, 1, 1], 4, "it"), 0b1101);
  assert.equal(readMask([true, false, false], 3, "it"), 0b001);
  assert.equal(readMask(Int8Array.of(0, 1), 2, "it"), 0b10);
  assert.equal(readMask(Float64Array.of(1, 0), 2, "it"), 0b01);
  // The last bit is a sign to JavaScript's operators.
  const last = readMask(Array.from({ length: 32 }, (_, i) => Number(i === 31)), 32, "it");
  assert.equal(last, 2 ** 31);
  assert.equal(readMask(new Array(32).fill(1), 32, "it"), ALL_ACTIONS);
  assert.deepEqual([30, 31].map((action) => isAllowed(last, action)), [false, true]);
});

Deno.test("action masks: counting and unpacking", () => {
  assert.equal(countAllowed(0b1101, 4), 3);
  assert.equal(countAllowed(ALL_ACTIONS, 5), 5);
  assert.equal(countAllowed(ALL_ACTIONS, 32), 32);
  assert.deepEqual([0, 1, 2].map((n) => nthAllowed(0b1101, n)), [0, 2, 3]);
  assert.equal(nthAllowed(2 ** 31, 0), 31);
  const entries = new Uint8Array(4);
  unpackMask(0b1101, entries);
  assert.deepEqual([...entries], [1, 0, 1, 1]);
});

Deno.test("action masks: what is none is said to be none", () => {
  const read = (given: unknown) => () => readMask(given, 3, "Game.step: info.action_mask");
  const wanted = "Game.step: info.action_mask must be an array of 3 zeros and ones, one for each " +
    "action, got ";
  assert.throws(read(undefined), { name: "TypeError", message: wanted + "none" });
  assert.throws(read(null), { name: "TypeError", message: wanted + "none" });
  assert.throws(read([1, 1]), { name: "TypeError", message: wanted + "2 entries" });
  assert.throws(read("101"), { name: "TypeError", message: wanted + "[object String]" });
  assert.throws(read(new DataView(new ArrayBuffer(3))), { name: "TypeError" });
  assert.throws(read([1, 0, 2]), {
    name: "RangeError",
    message: "Game.step: info.action_mask must hold 0 and 1, got 2 for action 2",
  });
  assert.throws(read([0, NaN, 1]), { name: "RangeError", message: /got NaN for action 1$/ });
  assert.throws(read([0, 0, 0]), {
    name: "RangeError",
    message: "Game.step: info.action_mask allows no action: at least one must be 1",
  });
  assert.throws(() => maskOfInfo({}, 3, "Game", "reset"), {
    message: /^Game\.reset: info\.action_mask must be .* got none$/,
  });
  assert.doesNotThrow(() => checkMaskedActions(32));
  assert.throws(() => checkMaskedActions(33), {
    name: "RangeError",
    message: "actionMasks work with at most 32 actions, and the environment has 33",
  });
});

Deno.test("action masks: of a vector environment, one array for all lanes or one each", () => {
  const place = { lane: 1, lanes: 2 };
  const read = (infos: Record<string, unknown>) => maskOfInfos(infos, place, 3, "Game 1", "step");
  const has = { _action_mask: [true, true] };
  assert.equal(read({ action_mask: Int8Array.of(1, 1, 1, 0, 1, 1), ...has }), 0b110);
  assert.equal(read({ action_mask: [[1, 1, 1], [1, 0, 0]], ...has }), 0b001);
  assert.equal(read({ action_mask: [null, Uint8Array.of(0, 0, 1)] }), 0b100);
  const missing = { name: "TypeError", message: /^Game 1\.step: infos\.action_mask .* got none$/ };
  assert.throws(() => read({}), missing);
  assert.throws(() => read({ action_mask: [[1, 1, 1], null], ...has }), missing);
  assert.throws(
    () => read({ action_mask: Int8Array.of(1, 1, 1, 0, 0, 0), _action_mask: [true, false] }),
    missing,
  );
  assert.throws(() => read({ action_mask: Int8Array.of(1, 1, 1, 0), ...has }), {
    name: "TypeError",
    message: "Game 1.step: infos.action_mask must hold 3 zeros and ones for each of 2 " +
      "environments, got 4 numbers",
  });
  assert.throws(() => read({ action_mask: Int8Array.of(1, 1, 1, 0, 0, 0), ...has }), {
    name: "RangeError",
    message: /^Game 1\.step: infos\.action_mask allows no action/,
  });
});

Deno.test("action masks: an episode's last one is in final_info, whatever its form", () => {
  const place = { lane: 1, lanes: 2 };
  const read = (infos: Record<string, unknown>) => maskOfFinalInfo(infos, place, 2, "Game 1");
  const action_mask = Int8Array.of(0, 0, 0, 1);
  assert.equal(read({ final_info: { action_mask, _action_mask: [false, true] } }), 0b10);
  assert.equal(read({ final_info: [null, { action_mask: [1, 0] }] }), 0b01);
  const message = /^Game 1\.step: .*info\.action_mask must be .* got none$/;
  assert.throws(() => read({}), { name: "TypeError", message });
  assert.throws(() => read({ final_info: [null, null] }), { name: "TypeError", message });
  assert.throws(() => read({ final_info: {} }), { name: "TypeError", message });
});

Deno.test("action masks: as our vector environments tell them", async () => {
  const env = makeVec<number>("Taxi-v3", 3);
  const [states, infos] = await env.reset({ seed: 4 });
  const single = makeVec<number>("Taxi-v3", 1);
  for (let lane = 0; lane < 3; lane++) {
    const [[state], alone] = await single.reset({ seed: 4 + lane });
    assert.equal(states[lane], state);
    assert.equal(
      maskOfInfos(infos, { lane, lanes: 3 }, 6, "Taxi", "reset"),
      maskOfInfos(alone, { lane: 0, lanes: 1 }, 6, "Taxi", "reset"),
    );
  }
});
