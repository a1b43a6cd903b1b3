import assert from "node:assert/strict";
import { FrameHistory } from "../../src/agent/frame_history.ts";

Deno.test("frame history: pads an episode's start with its first observation", () => {
  const history = new FrameHistory(3);
  assert.deepEqual([...history.begin(Float32Array.of(1, 2))], [1, 2, 1, 2, 1, 2]);
  assert.deepEqual([...history.push(Float32Array.of(3, 4))], [1, 2, 1, 2, 3, 4]);
  assert.deepEqual([...history.push(Float32Array.of(5, 6))], [1, 2, 3, 4, 5, 6]);
  assert.deepEqual([...history.push(Float32Array.of(7, 8))], [3, 4, 5, 6, 7, 8]);
  assert.deepEqual([...history.begin(Float32Array.of(9, 9))], [9, 9, 9, 9, 9, 9]);
});

Deno.test("frame history: bytes stay bytes, and one frame is the observation itself", () => {
  assert.ok(new FrameHistory(2).begin(Uint8Array.of(1)) instanceof Uint8Array);
  const observation = Float32Array.of(1);
  assert.equal(new FrameHistory(1).push(observation), observation);
});
