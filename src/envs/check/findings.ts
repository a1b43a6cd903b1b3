/**
 * What a check of an environment finds: faults and warnings, collected so that all are told at once.
 *
 * @module
 */

/** Ends a part of the check that cannot go on; what is wrong has been recorded by then. */
export class GiveUp extends Error {}

/** Collects what is wrong with one environment. */
export class Findings {
  /** The environment's name, for the messages. */
  readonly name: string;
  readonly #className: string;
  readonly #faults = new Map<string, string>();
  readonly #warnings = new Map<string, string>();

  /**
   * @param name the environment's name
   * @param className the name of its class, which may serve for it
   */
  constructor(name: string, className: string) {
    this.name = name;
    this.#className = className;
  }

  /** Whether a text names the environment. */
  namedIn(text: string): boolean {
    return text.includes(this.name) || text.includes(this.#className);
  }

  /** The warnings, in the order in which they were found. */
  get warnings(): string[] {
    return [...this.#warnings.values()];
  }

  /**
   * Records that something is wrong.
   *
   * @param key what kind of fault it is: a thousand bad observations are told once
   * @param message what is wrong, what was given and what is wanted
   */
  fault(key: string, message: string): void {
    if (!this.#faults.has(key)) this.#faults.set(key, message);
  }

  /** Records that something is probably not as meant; otherwise as {@linkcode Findings.fault}. */
  warn(key: string, message: string): void {
    if (!this.#warnings.has(key)) this.#warnings.set(key, message);
  }

  /** Records a fault that leaves nothing more to try in this part of the check: throw what it returns. */
  giveUp(key: string, message: string): GiveUp {
    this.fault(key, message);
    return new GiveUp();
  }

  /** Runs a part of the check; the rest goes on when it gives up. */
  part(check: () => void): void {
    try {
      check();
    } catch (error) {
      if (!(error instanceof GiveUp)) throw error;
    }
  }

  /** Calls something that must not throw; when it does, that is a fault and the part gives up. */
  call<T>(what: string, action: () => T): T {
    try {
      return action();
    } catch (error) {
      throw this.giveUp(`throws ${what}`, `${what} threw ${thrown(error)}`);
    }
  }

  /** Whether anything is wrong. */
  get hasFaults(): boolean {
    return this.#faults.size > 0;
  }

  /** Whether a fault of this kind was found. */
  has(key: string): boolean {
    return this.#faults.has(key);
  }

  /** Everything in one text. */
  report(): string {
    const faults = [...this.#faults.values()];
    const list = (messages: readonly string[]) => messages.map((message) => `\n- ${message}`);
    return [
      `checkEnv: ${this.name} has ${faults.length} ${faults.length === 1 ? "fault" : "faults"}:`,
      ...list(faults),
      ...(this.warnings.length === 0 ? [] : ["\nIt is also worth a look that:"]),
      ...list(this.warnings),
    ].join("");
  }
}

/** What was thrown, for a message. */
export function thrown(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : `${error} (no Error)`;
}
