import assert from "node:assert/strict";
import { MOUNTAIN_CAR_PRESETS } from "../../../src/dqn/presets/mountain_car.ts";

Deno.test("mountain car: the default is the zoo's with a smaller network, doubled and slowing down", () => {
  const { default: own, zoo } = MOUNTAIN_CAR_PRESETS;
  const changed = Object.entries(own.config).filter(([name, value]) =>
    value !== (zoo.config as Record<string, unknown>)[name]
  );
  assert.deepEqual(Object.fromEntries(changed), {
    learningRateSchedule: "linear",
    learningRateFinal: 1e-5,
    hiddenLayers: [128, 128],
    doubleQ: true,
  });
});
