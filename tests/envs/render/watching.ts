/**
 * What must hold for the pictures of every environment.
 *
 * @module
 */

import assert from "node:assert/strict";
import { type Env, make } from "../../../src/envs/mod.ts";
import { assertSamePicture } from "./pixels.ts";

/**
 * Checks that drawing before a reset and in an unknown mode are errors, and that who looks on at every
 * step sees the same episodes as who does not.
 */
export function assertWatchable(id: string, fps: number, hasText: boolean): void {
  const modes = hasText ? '"rgb_array" or "ansi"' : '"rgb_array"';
  const [watched, unwatched] = [0, 1].map(() => make(id) as Env<unknown, number>);
  assert.equal(watched.renderFps, fps);
  assert.throws(() => watched.render!(), {
    name: "Error",
    message: `${id}: render() before the first reset(); call reset() to start an episode`,
  });
  for (const env of [watched, unwatched]) {
    env.actionSpace.seed(5);
    env.reset({ seed: 8 });
  }
  for (const mode of ["human", "rgb", null, ...hasText ? [] : ["ansi"]]) {
    assert.throws(() => watched.render!(mode as "ansi"), {
      name: "RangeError",
      message: `${id}: render mode must be ${modes}, got ${JSON.stringify(mode)}`,
    });
  }
  const first = watched.render!(), second = watched.render!();
  assertSamePicture(first, second);
  assert.notEqual(first.data, second.data, "a fresh picture each time");
  for (let i = 0; i < 40; i++) {
    watched.render!();
    if (hasText) assert.equal(typeof watched.render!("ansi"), "string");
    const action = watched.actionSpace.sample();
    assert.equal(unwatched.actionSpace.sample(), action);
    const step = watched.step(action);
    assert.deepEqual(unwatched.step(action), step);
    if (!step[2] && !step[3]) continue;
    watched.render!(); // the end can be seen too
    assert.deepEqual(unwatched.reset(), watched.reset());
  }
  assert.deepEqual(unwatched.getState!(), watched.getState!());
  assert.deepEqual(unwatched.reset(), watched.reset());
}
