/**
 * Where a program writes: a terminal, whose last line can be redrawn, or a pipe or file, which only
 * takes whole lines.
 *
 * @module
 */

/** A place to write text to. */
export interface Terminal {
  /** Whether a person looks on, so that lines can be redrawn. */
  readonly isTerminal: boolean;
  /** Characters that fit in a line. */
  columns(): number;
  /** Writes text as it is. */
  write(text: string): void;
}

/** What a standard stream offers. */
interface Stream {
  writeSync(bytes: Uint8Array): number;
  isTerminal(): boolean;
}

const DEFAULT_COLUMNS = 80;

/** Standard output or standard error. */
export function openTerminal(stream: Stream): Terminal {
  const encoder = new TextEncoder();
  const isTerminal = stream.isTerminal();
  return {
    isTerminal,
    columns() {
      try {
        // Asked each time: windows are resized.
        return (isTerminal && Deno.consoleSize().columns) || DEFAULT_COLUMNS;
      } catch {
        return DEFAULT_COLUMNS;
      }
    },
    write(text) {
      const bytes = encoder.encode(text);
      for (let done = 0; done < bytes.length;) done += stream.writeSync(bytes.subarray(done));
    },
  };
}

/** Lines, and below them one line that is redrawn in place. */
export class Screen {
  readonly #terminal: Terminal;
  #live = "";

  /** @param terminal Where to write. */
  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** Whether there is a live line at all. */
  get isTerminal(): boolean {
    return this.#terminal.isTerminal;
  }

  /** Characters that a live line may have; one less than a line, since a full line would wrap. */
  get columns(): number {
    return this.#terminal.columns() - 1;
  }

  /** Writes a line (or several) above the live line. */
  line(text = ""): void {
    this.#terminal.write(this.#erase() + text + "\n" + this.#live);
  }

  /** Draws the live line anew; on no terminal nothing happens. */
  live(text: string): void {
    if (!this.isTerminal || text === this.#live) return;
    const erase = this.#erase();
    this.#live = [...text].slice(0, Math.max(0, this.columns)).join("");
    this.#terminal.write(erase + this.#live);
  }

  /** Takes the live line away. */
  clear(): void {
    if (this.#live === "") return;
    this.#terminal.write(this.#erase());
    this.#live = "";
  }

  #erase(): string {
    return this.#live === "" ? "" : "\r\x1b[2K";
  }
}
