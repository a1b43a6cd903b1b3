import assert from "node:assert/strict";
import { ANSWER, encodeFrame, FrameReader, NoFrame } from "../../../src/envs/python/frames.ts";

/** A stream of bytes that come in these pieces. */
function stream(pieces: readonly Uint8Array[]): ReadableStream<Uint8Array> {
  const rest = [...pieces];
  return new ReadableStream({
    type: "bytes",
    pull(controller) {
      const piece = rest.shift();
      if (piece !== undefined) return controller.enqueue(piece.slice());
      controller.close();
      controller.byobRequest?.respond(0);
    },
  });
}

function cut(bytes: Uint8Array, length: number): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += length) pieces.push(bytes.subarray(at, at + length));
  return pieces;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

const BODY = Uint8Array.from({ length: 1000 }, (_, i) => i * 7 % 256);

Deno.test("frames: what is encoded is read again, body and JSON", async () => {
  const bytes = encodeFrame(ANSWER.result, BODY, { name: "naïve", list: [1, null, true] });
  const reader = new FrameReader(stream([bytes]));
  const frame = await reader.read();
  assert.equal(frame?.kind, ANSWER.result);
  assert.deepEqual(frame?.body.slice(), BODY);
  assert.deepEqual(frame?.value, { name: "naïve", list: [1, null, true] });
  assert.equal(await reader.read(), undefined);
});

Deno.test("frames: pieces of any length, across header, body and JSON", async () => {
  const frames = [
    encodeFrame(ANSWER.result, BODY),
    encodeFrame(ANSWER.error, undefined, { lane: 3 }),
    encodeFrame(ANSWER.result, BODY.subarray(0, 5), [1]),
    encodeFrame(ANSWER.closed),
  ];
  const all = joined(frames);
  for (const length of [1, 3, 15, 16, 17, 1000, all.length]) {
    const reader = new FrameReader(stream(cut(all, length)));
    const kinds: number[] = [];
    for (let k = 0; k < frames.length; k++) {
      const frame = (await reader.read())!;
      kinds.push(frame.kind);
      if (k === 0) assert.deepEqual(frame.body.slice(), BODY, `pieces of ${length}`);
      if (k === 1) assert.deepEqual(frame.value, { lane: 3 });
      if (k === 2) assert.deepEqual(frame.body.slice(), BODY.slice(0, 5));
    }
    assert.deepEqual(kinds, [12, 13, 12, 14]);
    assert.equal(await reader.read(), undefined);
  }
});

Deno.test("frames: one that is longer than the reader's buffer", async () => {
  const long = Uint8Array.from({ length: 300_000 }, (_, i) => i % 251);
  const bytes = joined([encodeFrame(ANSWER.result, BODY), encodeFrame(ANSWER.result, long)]);
  const reader = new FrameReader(stream(cut(bytes, 40_000)));
  assert.deepEqual((await reader.read())?.body.slice(), BODY);
  assert.deepEqual((await reader.read())?.body.slice(), long);
});

Deno.test("frames: an empty body and no JSON", async () => {
  const frame = await new FrameReader(stream([encodeFrame(ANSWER.closed)])).read();
  assert.equal(frame?.body.length, 0);
  assert.equal(frame?.value, undefined);
});

Deno.test("frames: tagged arrays and numbers become what they stand for", async () => {
  const floats = new Float32Array([1.5, NaN, -Infinity]);
  const data = btoa(String.fromCharCode(...new Uint8Array(floats.buffer)));
  const value = {
    mask: { __array__: "float32", data },
    nan: { __float__: "NaN" },
    down: [{ __float__: "-Infinity" }],
    plain: { __array__: "complex64", data },
  };
  const tagged = await new FrameReader(stream([encodeFrame(ANSWER.result | 256, BODY, value)]))
    .read();
  assert.equal(tagged?.kind, ANSWER.result);
  assert.deepEqual(tagged?.value, { ...value, mask: floats, nan: NaN, down: [-Infinity] });
  const untagged = await new FrameReader(stream([encodeFrame(ANSWER.result, BODY, value)])).read();
  assert.deepEqual(untagged?.value, value);
});

Deno.test("frames: garbage is quoted, not read", async () => {
  const garbage = new TextEncoder().encode("Hello, I am a print statement");
  await assert.rejects(
    new FrameReader(stream([garbage])).read(),
    (error) => error instanceof NoFrame && /Hello, I am a print/.test(error.message),
  );
});

Deno.test("frames: a stream that ends within a frame", async () => {
  const frame = encodeFrame(ANSWER.result, BODY);
  await assert.rejects(new FrameReader(stream([frame.subarray(0, 9)])).read(), NoFrame);
  await assert.rejects(new FrameReader(stream([frame.subarray(0, 500)])).read(), NoFrame);
});

Deno.test("frames: lengths that no frame has", async () => {
  const frame = encodeFrame(ANSWER.result, BODY);
  new DataView(frame.buffer).setUint32(8, 0xffff_ffff, true);
  await assert.rejects(new FrameReader(stream([frame])).read(), NoFrame);
});
