import assert from "node:assert/strict";
import { FlattenObservation, FrameStack, make, makeVec } from "../../../src/envs/mod.ts";
import { assertSameBits } from "../fixture.ts";

// 700 bytes an observation: three of them end at no word's border.
const ID = "MinAtar/Freeway-v1";
const envOptions = { maxEpisodeSteps: 20 };

Deno.test("minatar: bytes go through vector environments, here and in workers", async () => {
  for (const autoresetMode of ["next_step", "same_step"] as const) {
    const sync = makeVec<Uint8Array>(ID, 3, { autoresetMode, envOptions });
    const lone = make<Uint8Array>(ID, envOptions);
    const [first] = sync.reset({ seed: 4 });
    assert.ok(first instanceof Uint8Array);
    assert.equal(first.length, 3 * 700);
    assertSameBits(first.slice(1400), lone.reset({ seed: 6 })[0], "the third lane");
    assert.equal(
      `${sync.observationSpace}`,
      "Box(0, 1, [3, 10, 10, 7], uint8)",
    );
    const wanted = Array.from({ length: 45 }, (_, i) => sync.step([1, i % 3, 2]));
    for (const sharedMemory of [true, false]) {
      await using env = await makeVec<Uint8Array>(ID, 3, {
        vectorizationMode: "worker",
        workers: 2,
        autoresetMode,
        envOptions,
        sharedMemory,
      });
      assertSameBits((await env.reset({ seed: 4 }))[0], first, `shared memory: ${sharedMemory}`);
      for (const [i, one] of wanted.entries()) {
        const [observations, ...rest] = await env.step([1, i % 3, 2]);
        assertSameBits(observations, one[0], `shared memory: ${sharedMemory}, step ${i}`);
        assert.deepEqual(rest, one.slice(1));
      }
    }
  }
});

Deno.test("minatar: bytes go through wrappers", () => {
  const plain = make<Uint8Array>(ID);
  const [first] = plain.reset({ seed: 1 });
  const [second] = plain.step(1);
  const stack = new FrameStack(make<Uint8Array>(ID), 2);
  stack.reset({ seed: 1 });
  const [stacked] = stack.step(1);
  assert.ok(stacked instanceof Uint8Array);
  assertSameBits(stacked, Uint8Array.of(...first, ...second), "two observations");
  const flat = new FlattenObservation<Uint8Array, number, Uint8Array>(make(ID));
  assert.equal(`${flat.observationSpace}`, "Box(0, 1, [700], uint8)");
  assertSameBits(flat.reset({ seed: 1 })[0], first, "flattened");
});
