/**
 * Whole files by whichever way a user has them: a path, bytes, or a stream.
 *
 * @module
 */

import { readBytes, writeBytes } from "./fs.ts";

/** Where bytes come from: a file's path, the bytes themselves, or a stream of them. */
export type ByteSource = string | Uint8Array | ReadableStream<Uint8Array>;

/** Where bytes go: a file's path, or a stream, which is closed. */
export type ByteTarget = string | WritableStream<Uint8Array>;

/**
 * Brings all bytes.
 *
 * @param source Where from.
 * @throws {Error} When a file can't be read, with the reason; see {@link readBytes}.
 */
export async function receiveBytes(source: ByteSource): Promise<Uint8Array> {
  if (typeof source === "string") return await readBytes(source);
  if (source instanceof Uint8Array) return source;
  return new Uint8Array(
    await new Response(source as ReadableStream<Uint8Array<ArrayBuffer>>).arrayBuffer(),
  );
}

/**
 * Hands bytes over. A file appears whole or not at all.
 *
 * @param target Where to.
 * @param bytes All of them.
 * @throws {Error} When a file can't be written, with the reason; see {@link writeBytes}.
 */
export async function deliverBytes(target: ByteTarget, bytes: Uint8Array): Promise<void> {
  if (typeof target === "string") return await writeBytes(target, bytes);
  const writer = target.getWriter();
  await writer.write(bytes);
  await writer.close();
}
