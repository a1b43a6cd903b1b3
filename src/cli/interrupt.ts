/**
 * Ctrl-C: the first asks the run to stop cleanly, the second ends the program at once.
 *
 * @module
 */

/** The exit code of a program that Ctrl-C ended: 128 + SIGINT. */
export const INTERRUPTED = 130;

/** Where signals come from and how to end; Deno, or a test. */
export interface SignalSource {
  listen(handler: () => void): void;
  unlisten(handler: () => void): void;
  exit(code: number): void;
}

const DENO: SignalSource = {
  listen: (handler) => Deno.addSignalListener("SIGINT", handler),
  unlisten: (handler) => Deno.removeSignalListener("SIGINT", handler),
  exit: (code) => Deno.exit(code),
};

/** Listens for Ctrl-C until it is disposed of. */
export class Interrupt implements Disposable {
  readonly #controller = new AbortController();
  readonly #source: SignalSource;
  readonly #handler: () => void;

  /**
   * @param onFirst Called at the first Ctrl-C.
   * @param source Where signals come from.
   */
  constructor(onFirst: () => void, source: SignalSource = DENO) {
    this.#source = source;
    this.#handler = () => {
      if (this.signal.aborted) return source.exit(INTERRUPTED);
      this.#controller.abort();
      onFirst();
    };
    source.listen(this.#handler);
  }

  /** Aborted at the first Ctrl-C. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Stops listening. */
  [Symbol.dispose](): void {
    this.#source.unlisten(this.#handler);
  }
}
