/** Tests of random numbers drawn one after another on the GPU: shaders/lib/random.wgsl. */

import assert from "node:assert/strict";
import { Buffers } from "../../src/gpu/buffers.ts";
import { Gpu } from "../../src/gpu/gpu.ts";
import { philox } from "../../src/gpu/philox.ts";
import {
  assertFrequencies,
  assertUncorrelated,
  assertUniform,
  countsOf,
} from "../envs/gpu/statistics.ts";
import { bytesOf } from "../gpu/harness.ts";

const LANES = 256;
const STEPS = 16;
const DRAWS = 18;
const SEED = 20_241;
const STREAM = 77;
const STEP_HIGH = 3;

const gpu = await Gpu.open();

/** Each lane's draws at each step, [steps × lanes × draws], of an expression that is a u32. */
async function drawn(expression: string): Promise<Uint32Array> {
  const buffers = new Buffers(gpu);
  const out = buffers.storage("draws", 4 * LANES * STEPS * DRAWS);
  const text = `import package::lib::random::{Random, randomOf, word, unit, below, chance};
    @group(0) @binding(0) var<storage, read_write> out: array<u32>;
    fn draw(random: ptr<function, Random>) -> u32 {
      return ${expression};
    }
    @compute @workgroup_size(64)
    fn main(@builtin(global_invocation_id) id: vec3u) {
      var random = randomOf(${SEED}u, ${STREAM}u, id.x, id.y, ${STEP_HIGH}u);
      let at = (id.y * ${LANES}u + id.x) * ${DRAWS}u;
      for (var i = 0u; i < ${DRAWS}u; i++) {
        out[at + i] = draw(&random);
      }
    }`;
  const kernel = await gpu.kernels.get({
    kernel: "tests/random_probe",
    texts: { "tests/random_probe": text },
  });
  const encoder = gpu.device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(kernel.pipeline);
  pass.setBindGroup(0, kernel.bind({ out }));
  pass.dispatchWorkgroups(LANES / 64, STEPS);
  pass.end();
  gpu.submit(encoder.finish());
  const draws = new Uint32Array(await bytesOf(gpu, out));
  buffers.destroy();
  return draws;
}

/** The words that the host says they are. */
function expectedWords(): Uint32Array {
  const words = new Uint32Array(LANES * STEPS * DRAWS);
  for (let step = 0, at = 0; step < STEPS; step++) {
    for (let lane = 0; lane < LANES; lane++) {
      for (let i = 0; i < DRAWS; i++) {
        words[at++] = philox([lane, i >> 2, step, STEP_HIGH], [SEED, STREAM])[i & 3];
      }
    }
  }
  return words;
}

const WORDS = expectedWords();

Deno.test("random: words are those of the host's Philox, four a call, lane and step as counter", async () => {
  assert.deepEqual(await drawn("word(random)"), WORDS);
});

Deno.test("random: unit, below and chance are functions of one word each", async () => {
  const units = new Float32Array((await drawn("bitcast<u32>(unit(random))")).buffer);
  assert.deepEqual(units, Float32Array.from(WORDS, (word) => (word >>> 8) / 2 ** 24));
  for (const n of [1, 2, 6, 7, 10, 1000, 2 ** 31]) {
    const expected = Uint32Array.from(
      WORDS,
      (word) => Number((BigInt(word) * BigInt(n)) >> 32n),
    );
    assert.deepEqual(await drawn(`below(random, ${n}u)`), expected, `below ${n}`);
  }
  const chances = await drawn("select(0u, 1u, chance(random, 0.25))");
  assert.deepEqual(chances, Uint32Array.from(WORDS, (word) => word >>> 30 === 0 ? 1 : 0));
});

Deno.test("random: unit is uniform over [0, 1), below over its numbers", async () => {
  const units = new Float32Array((await drawn("bitcast<u32>(unit(random))")).buffer);
  assert(units.every((value) => value >= 0 && value < 1));
  assertUniform(units, 0, 1, "unit");
  for (const n of [2, 3, 6, 7, 10, 18, 100]) {
    const counts = countsOf(await drawn(`below(random, ${n}u)`), n);
    assertFrequencies(counts, "equal", `below ${n}`);
  }
  assert((await drawn("below(random, 0u)")).every((value) => value === 0));
});

Deno.test("random: a chance comes true as often as it says; 0 never, 1 always", async () => {
  for (const p of [0.1, 0.5, 0.95]) {
    const counts = countsOf(await drawn(`select(0u, 1u, chance(random, ${p}))`), 2);
    assertFrequencies(counts, [1 - p, p], `chance ${p}`);
  }
  assert((await drawn("select(0u, 1u, chance(random, 0.0))")).every((value) => value === 0));
  assert((await drawn("select(0u, 1u, chance(random, 1.0))")).every((value) => value === 1));
});

Deno.test("random: draws, neighbouring lanes and neighbouring steps are independent", async () => {
  const dice = await drawn("below(random, 6u)");
  const distances = { draw: 1, call: 4, lane: DRAWS, step: LANES * DRAWS };
  for (const [name, distance] of Object.entries(distances)) {
    const first = dice.subarray(0, dice.length - distance);
    const second = dice.subarray(distance);
    assertUncorrelated(first, second, `next ${name}`);
    const pairs = first.map((value, i) => 6 * value + second[i]);
    assertFrequencies(countsOf(pairs, 36), "equal", `pairs with the next ${name}`);
  }
  // A start is as random as what follows it.
  const starts = dice.filter((_, i) => i % DRAWS === 0);
  assertFrequencies(countsOf(starts, 6), "equal", "first draws");
});
