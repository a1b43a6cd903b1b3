/** Tests of reading an environment's spaces, and of the checks on what environments return. @module */

import assert from "node:assert/strict";
import { Box, Discrete, make } from "../../mod.ts";
import { checkObservation, shapeOf } from "../../src/agent/spaces.ts";
import { StubEnv } from "./stub_env.ts";

Deno.test("spaces: sizes are read from the spaces", () => {
  assert.deepEqual(shapeOf(make("CartPole-v1")), {
    observationSize: 4,
    observationShape: [4],
    isBytes: false,
    isShades: false,
    actions: 2,
    firstAction: 0,
  });
  const spaces = {
    observationSpace: new Box(0, 1, [2, 3]),
    actionSpace: new Discrete(5, { start: -2 }),
  };
  const { observationSize, observationShape, actions, firstAction } = shapeOf(spaces);
  assert.deepEqual([observationSize, observationShape], [6, [2, 3]]);
  assert.deepEqual([actions, firstAction], [5, -2]);
});

Deno.test("spaces: bytes are told from floats, and shades from other bytes", () => {
  const kind = (space: Box<"float32" | "uint8">) => {
    const { isBytes, isShades } = shapeOf({
      observationSpace: space as Box,
      actionSpace: new Discrete(2),
    });
    return [isBytes, isShades];
  };
  assert.deepEqual(kind(new Box(0, 255, [2, 2], "uint8")), [true, true]);
  assert.deepEqual(kind(new Box(0, 1, [2, 2], "uint8")), [true, false]);
  assert.deepEqual(kind(new Box(0, 255, [2, 2])), [false, false]);
});

Deno.test("spaces: other spaces are refused", () => {
  const good = new StubEnv();
  const { observationSpace, actionSpace } = good;
  // The types refuse these too; a program in JavaScript has no types.
  const spaces = (parts: Record<string, unknown>) => () =>
    shapeOf({ ...{ observationSpace, actionSpace }, ...parts } as unknown as typeof good);
  assert.throws(spaces({ observationSpace: new Discrete(16) }), {
    name: "TypeError",
    message: "DQN needs observations in a Box, got Discrete(16): wrap the environment in OneHot",
  });
  assert.throws(spaces({ actionSpace: new Box(-1, 1, [1]) }), {
    name: "TypeError",
    message: "DQN needs a Discrete action space, got Box(-1, 1, [1], float32)",
  });
  assert.throws(spaces({ actionSpace: undefined }), /^TypeError: .*got undefined$/);
});

Deno.test("spaces: observations of any dtype are taken, and bytes count as numbers", () => {
  const observationSpace = new Box(0, 255, [2, 2], "uint8");
  const shape = shapeOf({ observationSpace, actionSpace: new Discrete(2) });
  assert.equal(shape.observationSize, 4);
  checkObservation(Uint8Array.of(0, 1, 2, 255), 4, "test");
  checkObservation(Float64Array.of(0.5), 1, "test");
  assert.throws(() => checkObservation(Uint8Array.of(1), 2, "test"), {
    name: "TypeError",
    message: "test: wanted a typed array of 2 numbers, got 1 numbers",
  });
  // What is wrong in a float array is told with who gave it, and by which call.
  assert.throws(() => checkObservation(Float64Array.of(0, -Infinity), 2, "Someone", "step"), {
    name: "RangeError",
    message: "Someone.step: number 1 of the observation is -Infinity",
  });
  assert.throws(() => checkObservation(new DataView(new ArrayBuffer(2)) as never, 2, "test"), {
    name: "TypeError",
  });
});
