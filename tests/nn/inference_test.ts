/** Tests of a network put to use: any number of observations, odd widths, the online network alone. */

import assert from "node:assert/strict";
import { Buffers, upload } from "../../src/gpu/buffers.ts";
import { Gpu } from "../../src/gpu/gpu.ts";
import { Inference } from "../../src/nn/inference.ts";
import { mlp, pack } from "../../src/nn/network.ts";
import { bufferOf } from "../gpu/harness.ts";
import { forward } from "../reference/mlp.ts";
import { distance, randomFloats, randomParameters, referenceOf } from "./harness.ts";

const gpu = await Gpu.open();

/** Observations as the environment gives them: one array each. */
function observations(count: number, size: number, seed: number): Float32Array[] {
  return Array.from({ length: count }, (_, i) => randomFloats(size, 100 * seed + i));
}

for (const [inputs, outputs] of [[3, 2], [4, 4], [6, 5]]) {
  Deno.test(`inference: Q-values of ${inputs} inputs and ${outputs} actions are the reference's`, async () => {
    const buffers = new Buffers(gpu);
    const network = mlp(inputs, [7], outputs, "tanh");
    const [online, target] = [randomParameters(network, 1), randomParameters(network, 2)];
    const arenas = Float32Array.of(...pack(network, online), ...pack(network, target));
    const parameters = bufferOf(gpu, buffers, arenas);
    for (const batch of [1, 4]) {
      const inference = await Inference.create(gpu, buffers, network, parameters, batch);
      // As many as it is for, and fewer.
      for (const [round, count] of [batch, 1, Math.ceil(0.7 * batch)].entries()) {
        const seen = observations(count, inputs, round);
        const got = await inference.run(seen);
        assert.equal(got.length, count * outputs);
        const flat = seen.flatMap((each) => [...each]);
        const wanted = forward(referenceOf(online), "tanh", flat).output;
        assert(distance(got, wanted) < 2e-6, `off by ${distance(got, wanted)}`);
      }
    }
    buffers.destroy();
  });
}

Deno.test("inference: one upload, one submit and one readback a call, and new parameters at once", async () => {
  const buffers = new Buffers(gpu);
  const network = mlp(2, [], 3, "relu");
  const parameters = bufferOf(gpu, buffers, new Float32Array(8 * network.parameters4));
  const inference = await Inference.create(gpu, buffers, network, parameters, 1);
  const observation = Float32Array.of(2, -1);
  assert.deepEqual([...await inference.run([observation])], [0, 0, 0]);
  const given = {
    "0.weight": { shape: [3, 2], data: Float32Array.of(1, 0, 0, 1, 1, 1) },
    "0.bias": { shape: [3], data: Float32Array.of(0, 0, 10) },
  };
  upload(gpu, parameters, pack(network, given));
  const before = { ...gpu.traffic };
  assert.deepEqual([...await inference.run([observation])], [2, -1, 11]);
  assert.deepEqual(gpu.traffic, {
    submits: before.submits + 1,
    uploads: before.uploads + 1,
    readbacks: before.readbacks + 1,
  });
  buffers.destroy();
});
