/**
 * What a child writes to its standard error: passed on, and the last of it kept for the report of its
 * death.
 *
 * @module
 */

const LINES = 20;
const CHARACTERS = 4000;

/** Reads a child's standard error to its end. */
export class StderrTail {
  /** Resolves when the stream has ended. */
  readonly ended: Promise<void>;
  #reader: ReadableStreamDefaultReader<Uint8Array>;
  #text = "";

  /**
   * @param stream the child's standard error
   * @param isShown whether this process's standard error shows it
   */
  constructor(stream: ReadableStream<Uint8Array>, isShown: boolean) {
    this.#reader = stream.getReader();
    this.ended = this.#readAll(isShown);
  }

  async #readAll(isShown: boolean): Promise<void> {
    const decoder = new TextDecoder();
    while (true) {
      const { value, done } = await this.#reader.read();
      if (done) return;
      if (isShown) writeAll(value);
      this.#text = (this.#text + decoder.decode(value, { stream: true })).slice(-CHARACTERS);
    }
  }

  /** The last lines, indented; empty when there was nothing. */
  toString(): string {
    const lines = this.#text.trimEnd().split("\n").slice(-LINES);
    return lines.map((line) => `  ${line}\n`).join("").trimEnd();
  }

  /** Stops reading. */
  async cancel(): Promise<void> {
    await this.#reader.cancel();
  }
}

function writeAll(bytes: Uint8Array): void {
  try {
    for (let at = 0; at < bytes.length;) at += Deno.stderr.writeSync(bytes.subarray(at));
  } catch {
    // Nobody reads our standard error: no reason to fail.
  }
}
