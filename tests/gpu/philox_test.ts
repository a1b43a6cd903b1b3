/** Tests of the counter-based generator: the host's is Philox4x32-10, and the GPU's is the same. */

import assert from "node:assert/strict";
import { Buffers } from "../../src/gpu/buffers.ts";
import { Gpu } from "../../src/gpu/gpu.ts";
import { philox, STREAMS, uniform, words } from "../../src/gpu/philox.ts";
import { Program } from "../../src/gpu/program.ts";
import { philox4x32 } from "../reference/philox.ts";
import { addShader, bufferOf, bytesOf } from "./harness.ts";

type Counter = [number, number, number, number];
type Key = [number, number];

/** The philox4x32 10 lines of Random123's kat_vectors: counter, key, answer. */
const KNOWN_ANSWERS = [
  "00000000 00000000 00000000 00000000 00000000 00000000 6627e8d5 e169c58d bc57ac4c 9b00dbd8",
  "ffffffff ffffffff ffffffff ffffffff ffffffff ffffffff 408f276d 41c83b0e a20bc7c6 6d5451fd",
  "243f6a88 85a308d3 13198a2e 03707344 a4093822 299f31d0 d16cfe09 94fdcceb 5001e420 24126ea1",
].map((line) => line.split(" ").map((word) => parseInt(word, 16)));

/** Counters and keys with words from all over their range, its ends included. */
function spread(count: number): { counter: Counter; key: Key }[] {
  const edges = [0, 1, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff];
  return Array.from({ length: count }, (_, i) => {
    const word = (k: number) =>
      (i + k) % 3 === 0
        ? edges[(i + 2 * k) % edges.length]
        : Math.imul(i + 1, 0x9e3779b1 + 2 * k) >>> 0;
    return { counter: [word(0), word(1), word(2), word(3)], key: [word(4), word(5)] };
  });
}

Deno.test("philox: the host gives the answers published with Random123", () => {
  for (const vector of KNOWN_ANSWERS) {
    assert.deepEqual(
      philox(vector.slice(0, 4) as Counter, vector.slice(4, 6) as Key),
      vector.slice(6),
    );
  }
});

Deno.test("philox: the host agrees with whole-number arithmetic", () => {
  for (const { counter, key } of spread(500)) {
    assert.deepEqual(philox(counter, key), philox4x32(counter, key), `${counter} / ${key}`);
  }
});

Deno.test("philox: the GPU's words are the host's", async () => {
  addShader(
    "tests/philox_probe",
    `import package::lib::philox::philox;
    @group(0) @binding(0) var<storage, read> asked: array<array<u32, 6>>;
    @group(0) @binding(1) var<storage, read_write> answers: array<vec4u>;
    @compute @workgroup_size(64)
    fn main(@builtin(global_invocation_id) id: vec3u) {
      if (id.x < arrayLength(&asked)) {
        let a = asked[id.x];
        answers[id.x] = philox(vec4u(a[0], a[1], a[2], a[3]), vec2u(a[4], a[5]));
      }
    }`,
  );
  const gpu = await Gpu.open();
  const buffers = new Buffers(gpu);
  const known = KNOWN_ANSWERS.map((v) => ({
    counter: v.slice(0, 4) as Counter,
    key: v.slice(4, 6) as Key,
  }));
  const questions = [...known, ...spread(1021)];
  const asked = bufferOf(
    gpu,
    buffers,
    Uint32Array.from(questions.flatMap(({ counter, key }) => [...counter, ...key])),
  );
  const answers = buffers.storage("answers", questions.length * 16);
  const program = await Program.build(gpu, "philox probe", [{
    label: "philox",
    kernel: { kernel: "tests/philox_probe" },
    buffers: { asked, answers },
    workgroups: [Math.ceil(questions.length / 64), 1, 1],
  }]);
  program.run([[{}]]);
  const got = new Uint32Array(await bytesOf(gpu, answers));
  questions.forEach(({ counter, key }, i) => {
    assert.deepEqual([...got.subarray(4 * i, 4 * i + 4)], philox(counter, key), `question ${i}`);
  });
  buffers.destroy();
  gpu.close();
});

Deno.test("philox: a number is split into words that make it up again", () => {
  for (const n of [0, 1, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 1, 3 * 2 ** 40 + 7, 2 ** 53 - 1]) {
    const [low, high] = words(n);
    assert.equal(high * 2 ** 32 + low, n);
    assert(low >= 0 && low < 2 ** 32 && high >= 0 && high < 2 ** 32);
  }
});

Deno.test("philox: a word becomes a number from 0 to just below 1", () => {
  assert.equal(uniform(0), 0);
  assert.equal(uniform(2 ** 31), 0.5);
  assert(uniform(2 ** 32 - 1) < 1);
});

Deno.test("philox: no two uses share a stream", () => {
  const streams = Object.values(STREAMS);
  assert.equal(new Set(streams).size, streams.length);
});
