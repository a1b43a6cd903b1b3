/** Tests of where a run has its environments. @module */

import assert from "node:assert/strict";
import { placesOf } from "../../src/cli/places.ts";

Deno.test("places: how many environments, and where: flags come before the preset", () => {
  const gpu = { gpuEnvs: 16, numEnvs: 3 };
  assert.deepEqual(placesOf({}, {}), { numEnvs: 1 });
  assert.deepEqual(placesOf({}, { numEnvs: 3 }), { numEnvs: 3 });
  assert.deepEqual(placesOf({ numEnvs: 2 }, { numEnvs: 3 }), { numEnvs: 2 });
  assert.deepEqual(placesOf({}, gpu), { numEnvs: 16, isOnGpu: true });
  assert.deepEqual(placesOf({ gpuEnvs: 8 }, gpu), { numEnvs: 8, isOnGpu: true });
  assert.deepEqual(placesOf({ gpuEnvs: 8 }, { numEnvs: 3 }), { numEnvs: 8, isOnGpu: true });
  assert.deepEqual(placesOf({ gpuEnvs: null }, gpu), { numEnvs: 3 });
  assert.deepEqual(placesOf({ numEnvs: 2 }, gpu), { numEnvs: 2 });
});
