/**
 * Several lines at the bottom of a terminal that are redrawn in place, and lines that scroll above
 * them. Elsewhere only the scrolling lines are written.
 *
 * @module
 */

import type { Terminal } from "../terminal.ts";

/** Moves up one line and to its beginning, and clears from there to the end of the screen. */
const UP = "\x1b[1A";
const CLEAR_BELOW = "\r\x1b[J";

/** Lines, and below them some that are redrawn. */
export class Board {
  readonly #terminal: Terminal;
  #drawn: string[] = [];

  /** @param terminal Where to write. */
  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** Whether lines can be redrawn. */
  get isTerminal(): boolean {
    return this.#terminal.isTerminal;
  }

  /** Writes a line above those that are redrawn. */
  line(text = ""): void {
    this.#terminal.write(this.#erase() + text + "\n" + this.#text());
  }

  /** Draws these lines in place of those before; on no terminal nothing happens. */
  draw(lines: readonly string[]): void {
    if (!this.isTerminal) return;
    const erase = this.#erase();
    // A line that wraps would make the next redraw begin too low.
    const width = Math.max(0, this.#terminal.columns() - 1);
    this.#drawn = lines.map((line) => [...line].slice(0, width).join(""));
    this.#terminal.write(erase + this.#text());
  }

  /** Takes the redrawn lines away. */
  clear(): void {
    const erase = this.#erase();
    this.#drawn = [];
    if (erase !== "") this.#terminal.write(erase);
  }

  #text(): string {
    return this.#drawn.map((line) => line + "\n").join("");
  }

  #erase(): string {
    return this.#drawn.length === 0 ? "" : UP.repeat(this.#drawn.length) + CLEAR_BELOW;
  }
}
