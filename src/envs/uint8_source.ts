/**
 * Fresh Uint8Arrays at a sixth of the usual cost: what {@linkcode Float32Source} is for bytes, and for
 * the same reason. For small observations only, since one kept array keeps the buffer of 64.
 *
 * @module
 */

/** How many arrays a buffer holds. */
const ARRAYS_PER_BUFFER = 64;

/** Makes zeroed Uint8Arrays of one length, none of which overlap. */
export class Uint8Source {
  readonly #length: number;
  #buffer = new ArrayBuffer(0);
  #offset = 0;

  /** @param length how many bytes each array has */
  constructor(length: number) {
    this.#length = length;
  }

  /** A new array. */
  next(): Uint8Array {
    const offset = this.#offset;
    // Also so when someone has transferred the buffer away, which leaves it 0 bytes long.
    if (offset + this.#length > this.#buffer.byteLength) {
      this.#buffer = new ArrayBuffer(ARRAYS_PER_BUFFER * this.#length);
      this.#offset = this.#length;
      return new Uint8Array(this.#buffer, 0, this.#length);
    }
    this.#offset = offset + this.#length;
    return new Uint8Array(this.#buffer, offset, this.#length);
  }
}
