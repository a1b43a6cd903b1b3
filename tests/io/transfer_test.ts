/** Tests of bringing and handing over bytes. @module */

import assert from "node:assert/strict";
import { deliverBytes, receiveBytes } from "../../src/io/transfer.ts";

const BYTES = Uint8Array.of(1, 2, 3, 250);

Deno.test("transfer: bytes come from a path, from memory, and from a stream in pieces", async () => {
  const path = await Deno.makeTempFile();
  try {
    await deliverBytes(path, BYTES);
    assert.deepEqual(await receiveBytes(path), BYTES);
  } finally {
    await Deno.remove(path);
  }
  assert.equal(await receiveBytes(BYTES), BYTES);
  const pieces = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(BYTES.slice(0, 3));
      controller.enqueue(BYTES.slice(3));
      controller.close();
    },
  });
  assert.deepEqual(await receiveBytes(pieces), BYTES);
});

Deno.test("transfer: a stream gets all bytes and is closed", async () => {
  const chunks: Uint8Array[] = [];
  let closed = false;
  await deliverBytes(
    new WritableStream<Uint8Array>({
      write: (chunk) => void chunks.push(chunk),
      close: () => void (closed = true),
    }),
    BYTES,
  );
  assert.deepEqual(chunks, [BYTES]);
  assert.ok(closed);
});

Deno.test("transfer: what goes wrong on the way is told", async () => {
  await assert.rejects(receiveBytes("/no/such/file"), { message: /there is no such file$/ });
  const broken = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.error(new Error("connection reset")),
  });
  await assert.rejects(receiveBytes(broken), /connection reset/);
  const full = new WritableStream<Uint8Array>({
    write: () => Promise.reject(new Error("disk full")),
  });
  await assert.rejects(deliverBytes(full, BYTES), { message: "disk full" });
});
