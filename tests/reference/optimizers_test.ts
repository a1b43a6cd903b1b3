/** Tests of the reference optimisers on worked examples; dqn_test.ts compares them with PyTorch. */

import assert from "node:assert/strict";
import { Optimizer, type OptimizerOptions } from "./optimizers.ts";

/** One parameter, from 1, after steps along these gradients. */
function run(options: Omit<OptimizerOptions, "learningRate">, ...gradients: number[]): number {
  const optimizer = new Optimizer({ learningRate: 0.1, ...options });
  const parameter = Float64Array.of(1);
  for (const gradient of gradients) optimizer.step([parameter], [Float64Array.of(gradient)]);
  return parameter[0];
}

function near(actual: number, wanted: number): void {
  assert.ok(Math.abs(actual - wanted) < 1e-8, `${actual}, wanted ${wanted}`);
}

Deno.test("reference optimizers: the first steps worked out by hand", () => {
  near(run({ optimizer: "sgd" }, 2), 1 - 0.1 * 2);
  near(run({ optimizer: "sgd", momentum: 0.5 }, 2, 4), 1 - 0.1 * 2 - 0.1 * (0.5 * 2 + 4));
  near(run({ optimizer: "sgd", weightDecay: 0.5 }, 2), 1 - 0.1 * (2 + 0.5));
  // Bias correction makes Adam's first step lr · g/(|g| + ε), whatever the betas are.
  near(run({ optimizer: "adam", adamEps: 0.5 }, -2), 1 + 0.1 * 2 / (2 + 0.5));
  near(run({ optimizer: "adam", adamBeta1: 0.3, adamBeta2: 0.7 }, -2), 1 + 0.1);
  near(run({ optimizer: "adamw", weightDecay: 0.2 }, 3), 1 - 0.1 * 0.2 - 0.1);
  near(run({ optimizer: "adagrad" }, 3, 4), 1 - 0.1 * 3 / 3 - 0.1 * 4 / 5);
  near(run({ optimizer: "rmsprop", rmspropAlpha: 0.75 }, 3), 1 - 0.1 * 3 / Math.sqrt(0.25 * 9));
  near(
    run({ optimizer: "rmsprop", rmspropAlpha: 0.75, rmspropCentered: true }, 3),
    1 - 0.1 * 3 / Math.sqrt(0.25 * 9 - (0.25 * 3) ** 2),
  );
  near(
    run({ optimizer: "rmsprop", rmspropAlpha: 0.75, momentum: 0.5 }, 3, 0),
    1 - 0.1 * 2 - 0.1 * (0.5 * 2),
  );
});

Deno.test("reference optimizers: AdamW decays by 1e-2 unless told otherwise, Adam by nothing", () => {
  near(run({ optimizer: "adamw" }, 1), 1 - 0.1 * 0.01 - 0.1);
  near(run({ optimizer: "adam" }, 1), 1 - 0.1);
});

Deno.test("reference optimizers: every parameter has a state of its own", () => {
  const optimizer = new Optimizer({ optimizer: "adagrad", learningRate: 1 });
  const parameters = [Float64Array.of(0, 0), Float64Array.of(0)];
  optimizer.step(parameters, [Float64Array.of(3, 0), Float64Array.of(-1)]);
  optimizer.step(parameters, [Float64Array.of(4, 1), Float64Array.of(0)]);
  near(parameters[0][0], -1 - 0.8);
  near(parameters[0][1], -1);
  near(parameters[1][0], 1);
});
