/**
 * Frames: what goes over the pipes between this process and a Python child. `dinoq_frames.py` in
 * the folder `server` describes the format and is the other end.
 *
 * @module
 */

import { ARRAYS, type BoxArrays, type BoxDtype } from "../spaces/dtype.ts";

/** What this process asks for. */
export const REQUEST = {
  make: 1,
  reset: 2,
  step: 3,
  close: 4,
  getState: 5,
  setState: 6,
} as const;

/** What a child answers. */
export const ANSWER = { ready: 11, result: 12, error: 13, closed: 14, state: 15 } as const;

/** Set in an answer's kind when its JSON holds arrays or numbers that JSON lacks. */
const TAGGED = 256;

/** "DQP1", read as a little-endian number. */
const MAGIC = 0x31505144;
const HEADER_BYTES = 16;

/** The most that a frame may announce: a longer one is no frame. */
const LONGEST = 2 ** 31;

/** What has arrived. */
export interface Frame {
  /** One of {@linkcode ANSWER}. */
  readonly kind: number;
  /** The arrays' bytes, until the next {@linkcode FrameReader.read}. */
  readonly body: Uint8Array<ArrayBuffer>;
  /** The JSON's value; undefined where there is none. */
  readonly value: unknown;
}

/** Thrown when something else than frames comes over a pipe. */
export class NoFrame extends Error {}

const NOTHING = new Uint8Array(0);
const ENCODER = new TextEncoder();
const DECODER = new TextDecoder();

/** A request in bytes. */
export function encodeFrame(
  kind: number,
  body: Uint8Array = NOTHING,
  value?: unknown,
): Uint8Array {
  const json = value === undefined ? NOTHING : ENCODER.encode(JSON.stringify(value));
  const frame = new Uint8Array(HEADER_BYTES + body.length + json.length);
  const header = new DataView(frame.buffer);
  header.setUint32(0, MAGIC, true);
  header.setUint32(4, kind, true);
  header.setUint32(8, body.length, true);
  header.setUint32(12, json.length, true);
  frame.set(body, HEADER_BYTES);
  if (json.length > 0) frame.set(json, HEADER_BYTES + body.length);
  return frame;
}

/**
 * Takes frames out of a stream of bytes. It reads straight into one buffer that it keeps, as much as
 * there is at a time: where a frame is in the pipe, one call of the system gets it.
 */
export class FrameReader {
  readonly #reader: ReadableStreamBYOBReader;
  #buffer = new ArrayBuffer(1 << 16);
  /** What has been read and not yet been handed out is from here... */
  #start = 0;
  /** ...to here. */
  #end = 0;

  /** @param stream where the bytes come from */
  constructor(stream: ReadableStream<Uint8Array>) {
    this.#reader = stream.getReader({ mode: "byob" });
  }

  /**
   * The next frame; undefined when the stream has ended.
   *
   * @throws {NoFrame} When what came is no frame, or only a part of one.
   */
  async read(): Promise<Frame | undefined> {
    let length = HEADER_BYTES;
    while (true) {
      const there = this.#end - this.#start;
      // As soon as may be, so that a few words of something else are not waited upon.
      if (there >= 4) length = this.#lengthOf(there);
      if (there >= length) break;
      if (await this.#readMore(length)) continue;
      if (this.#end === this.#start) return undefined;
      throw new NoFrame(`the stream ended within a frame of ${length} bytes`);
    }
    const header = new DataView(this.#buffer, this.#start, HEADER_BYTES);
    const kind = header.getUint32(4, true);
    const bodyLength = header.getUint32(8, true);
    const jsonLength = header.getUint32(12, true);
    const bodyStart = this.#start + HEADER_BYTES;
    const body = new Uint8Array(this.#buffer, bodyStart, bodyLength);
    const json = new Uint8Array(this.#buffer, bodyStart + bodyLength, jsonLength);
    this.#start += length;
    return { kind: kind & ~TAGGED, body, value: parse(json, (kind & TAGGED) !== 0) };
  }

  /** The length of the frame that begins here, or of its header when no more is there. */
  #lengthOf(there: number): number {
    const header = new DataView(this.#buffer, this.#start, there);
    if (header.getUint32(0, true) !== MAGIC) {
      throw new NoFrame(`something else than a frame came: ${this.#quote()}`);
    }
    if (there < HEADER_BYTES) return HEADER_BYTES;
    const length = HEADER_BYTES + header.getUint32(8, true) + header.getUint32(12, true);
    if (length > LONGEST) throw new NoFrame(`a frame can't be of ${length} bytes`);
    return length;
  }

  /** Lets a pending read end, as if the stream had ended. */
  async cancel(): Promise<void> {
    await this.#reader.cancel();
  }

  /** Reads what there is, with room for `count` bytes in all; false when the stream has ended. */
  async #readMore(count: number): Promise<boolean> {
    if (this.#start === this.#end) this.#start = this.#end = 0;
    if (this.#start + count > this.#buffer.byteLength) this.#makeRoom(count);
    // The buffer goes into the read and comes back in its result.
    const { value, done } = await this.#reader.read(new Uint8Array(this.#buffer, this.#end));
    if (value === undefined) {
      // Cancelled: what was there is lost with the buffer.
      this.#buffer = new ArrayBuffer(1 << 16);
      this.#start = this.#end = 0;
      return false;
    }
    this.#buffer = value.buffer;
    this.#end += value.length;
    return !done;
  }

  /** Moves what is there to the front of the buffer, or of a larger one. */
  #makeRoom(count: number): void {
    const rest = new Uint8Array(this.#buffer, this.#start, this.#end - this.#start);
    if (count > this.#buffer.byteLength) this.#buffer = new ArrayBuffer(2 * count);
    new Uint8Array(this.#buffer).set(rest);
    this.#start = 0;
    this.#end = rest.length;
  }

  /** The beginning of what is there, in words. */
  #quote(): string {
    const bytes = new Uint8Array(this.#buffer, this.#start, this.#end - this.#start).subarray(
      0,
      80,
    );
    return JSON.stringify(DECODER.decode(bytes));
  }
}

/** A fresh array of a type with these bytes. */
export function arrayOf<D extends BoxDtype>(dtype: D, bytes: Uint8Array): BoxArrays[D] {
  const { BYTES_PER_ELEMENT } = ARRAYS[dtype] as unknown as { BYTES_PER_ELEMENT: number };
  const array = new ARRAYS[dtype](bytes.length / BYTES_PER_ELEMENT);
  new Uint8Array(array.buffer).set(bytes);
  return array;
}

function parse(json: Uint8Array, isTagged: boolean): unknown {
  if (json.length === 0) return undefined;
  return JSON.parse(DECODER.decode(json), isTagged ? untag : undefined);
}

/** The array or number that a tagged value stands for. */
function untag(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const { __array__: type, __float__: float, data } = value as Readonly<Record<string, unknown>>;
  if (typeof float === "string") return Number(float);
  if (typeof data === "string" && Object.hasOwn(ARRAYS, type as string)) {
    const bytes = Uint8Array.fromBase64(data);
    return arrayOf(type as BoxDtype, bytes);
  }
  return value;
}
