/**
 * A Python child process that steps environments: started, asked, and ended without leaving a zombie.
 *
 * @module
 */

import { ANSWER, encodeFrame, type Frame, FrameReader, NoFrame, REQUEST } from "./frames.ts";
import { PythonError, type PythonFailure } from "./python_error.ts";
import { StderrTail } from "./stderr_tail.ts";

/** What to start. */
export interface Launch {
  /** The program, found on PATH or by its path. */
  readonly program: string;
  /** Its arguments. */
  readonly args: readonly string[];
  /** What its environment variables get on top of this process's. */
  readonly env: Readonly<Record<string, string>>;
  /** What is written to it before the first request. */
  readonly preamble: Uint8Array;
  /** Whether this process's standard error shows the child's. */
  readonly showsStderr: boolean;
}

/** How long a child that was asked to end may take, in ms, before it is told by a signal, twice. */
const CLOSE_GRACE = 2000;
const TERM_GRACE = 1000;
/** How long to wait for what a dead child may have left in its pipes, in ms. */
const LAST_WORDS = 300;

/** What a call is named in errors. */
export type Call = "make" | "reset" | "step" | "getState" | "setState";

/** A child and its pipes. One request at a time. */
export class PythonProcess {
  /** The process's number. */
  readonly pid: number;
  readonly #child: Deno.ChildProcess;
  readonly #who: string;
  readonly #firstLane: number;
  readonly #envName: string;
  readonly #requests: WritableStreamDefaultWriter<Uint8Array>;
  readonly #answers: FrameReader;
  readonly #stderr: StderrTail;
  readonly #status: Promise<Deno.CommandStatus>;
  #hasExited = false;
  #isBusy = false;
  #sentAt = 0;
  /** Whether it had ended before it was asked. */
  #wasDead = false;
  #isClosing = false;
  /** Why nothing can be asked any more. */
  #end: string | undefined;
  #lastWords: ReturnType<typeof setTimeout> | undefined;

  /**
   * Starts a child.
   *
   * @param launch what to start
   * @param envName the environment's name, for errors
   * @param lanes the first lane and how many there are, for errors
   */
  constructor(launch: Launch, envName: string, [first, count]: readonly [number, number]) {
    this.#envName = envName;
    this.#firstLane = first;
    this.#who = `${envName}, lane${
      count === 1 ? ` ${first}` : `s ${first} to ${first + count - 1}`
    }`;
    this.#child = spawn(launch, envName);
    this.pid = this.#child.pid;
    this.#requests = this.#child.stdin.getWriter();
    this.#answers = new FrameReader(this.#child.stdout);
    this.#stderr = new StderrTail(this.#child.stderr, launch.showsStderr);
    this.#status = this.#child.status;
    this.#status.then(() => {
      this.#hasExited = true;
      // A process that the environment has started may keep the pipe open: don't wait for its end.
      const timer = setTimeout(() => this.#answers.cancel(), LAST_WORDS);
      Deno.unrefTimer(timer);
      this.#lastWords = timer;
    });
    // An idle child does not keep this program running: when it ends, the child does.
    this.#child.unref();
    if (launch.preamble.length > 0) this.#write(launch.preamble);
  }

  #write(bytes: Uint8Array): void {
    // When the child has gone, the read that follows tells more than the failed write.
    this.#requests.write(bytes).catch(() => {});
  }

  /**
   * Asks for something; {@linkcode PythonProcess.receive} has the answer.
   *
   * @param call what is asked for
   * @param body bytes of arrays
   * @param value what is sent as JSON
   */
  send(call: Call, body?: Uint8Array, value?: unknown): void {
    if (this.#end !== undefined) return;
    this.#wasDead = this.#hasExited;
    this.#isBusy = true;
    this.#sentAt = performance.now();
    this.#child.ref();
    this.#write(encodeFrame(REQUEST[call], body, value));
  }

  /**
   * Waits for the answer to what was asked last. Its body is good until the next one.
   *
   * @param call what was asked for
   * @param timeout how long it may take, in ms; Infinity for ever
   * @throws {PythonError} When Python raised an exception; the child lives on.
   * @throws {Error} When the child has died, has sent nonsense or is late; it is dead then.
   */
  async receive(call: Call, timeout: number): Promise<Frame> {
    if (this.#end !== undefined) throw new Error(this.#end);
    try {
      const frame = timeout === Infinity
        ? await this.#answers.read()
        : await this.#readInTime(call, timeout);
      if (frame === undefined) throw await this.#died(this.#wasDead ? "while idle" : DURING[call]);
      if (frame.kind === ANSWER.error) throw this.#failed(call, frame);
      const wanted = WANTED[call];
      if (frame.kind === wanted) return frame;
      throw new NoFrame(`an answer of kind ${wanted} was wanted, one of kind ${frame.kind} came`);
    } catch (error) {
      if (error instanceof NoFrame || error instanceof SyntaxError) {
        throw this.#talkedNonsense(error);
      }
      throw error;
    } finally {
      this.#isBusy = false;
      if (!this.#isClosing) this.#child.unref();
    }
  }

  async #readInTime(call: Call, timeout: number): Promise<Frame | undefined> {
    const answer = this.#answers.read();
    // An answer that has lain in the pipe for long was not late.
    const left = Math.max(this.#sentAt + timeout - performance.now(), LAST_WORDS);
    const first = await within(left, answer);
    if (first !== LATE) return first;
    this.#end = `${this.#who}: Python has not answered ${call === "make" ? "" : `a ${call} `}` +
      `within ${timeout} ms (${call === "make" ? "startTimeout" : "callTimeout"}), and process ` +
      `${this.pid} was ended${this.#lastLines()}`;
    answer.catch(() => {});
    this.#kill("SIGKILL");
    throw new Error(this.#end);
  }

  #failed(call: Call | "close", { value }: Frame): PythonError {
    const failure = value as PythonFailure;
    const where = failure.lane === null
      ? `${this.#envName}, ${call}`
      : `${this.#envName}, lane ${this.#firstLane + failure.lane}, ${call}`;
    return new PythonError(where, failure);
  }

  async #died(when: string): Promise<Error> {
    // The pipe may be closed by one that lives on; such a child is of no use.
    const status = await within(LAST_WORDS, this.#status);
    if (status === LATE) this.#kill("SIGKILL");
    await within(LAST_WORDS, this.#stderr.ended);
    const how = status === LATE
      ? "has closed its pipe"
      : status.signal !== null
      ? `was ended by ${status.signal}`
      : `ended with exit code ${status.code}`;
    this.#end ??= `${this.#who}: the Python process ${this.pid} ${how} ${when}${this.#lastLines()}`;
    return new Error(this.#end);
  }

  #talkedNonsense(error: Error): Error {
    this.#kill("SIGKILL");
    this.#end =
      `${this.#who}: the Python process ${this.pid} has broken the protocol, and was ended: ` +
      `${error.message}${this.#lastLines()}`;
    return new Error(this.#end);
  }

  #lastLines(): string {
    const lines = this.#stderr.toString();
    return lines === "" ? "; it wrote nothing to stderr" : `; its stderr ends with\n\n${lines}`;
  }

  #kill(signal: Deno.Signal): void {
    try {
      this.#child.kill(signal);
    } catch {
      // It has ended by itself.
    }
  }

  /**
   * Ends the child: asks it to close its environments, and after a while sends SIGTERM, then SIGKILL.
   * What it leaves is cleared away.
   *
   * @throws {PythonError} When an environment's `close` raised an exception; the child has ended.
   */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#child.ref();
    const isAsked = !this.#isBusy && !this.#hasExited && this.#end === undefined;
    this.#end ??= `${this.#who}: it is closed`;
    if (isAsked) this.#write(encodeFrame(REQUEST.close));
    this.#requests.close().catch(() => {});
    const farewell = isAsked ? this.#answers.read().catch(() => undefined) : undefined;
    if (await within(CLOSE_GRACE, this.#status) === LATE) {
      this.#kill("SIGTERM");
      if (await within(TERM_GRACE, this.#status) === LATE) this.#kill("SIGKILL");
    }
    await this.#status;
    const frame = await within(LAST_WORDS, farewell ?? Promise.resolve(undefined));
    clearTimeout(this.#lastWords);
    await this.#answers.cancel();
    if (await within(LAST_WORDS, this.#stderr.ended) === LATE) await this.#stderr.cancel();
    if (frame !== LATE && frame?.kind === ANSWER.error) throw this.#failed("close", frame);
  }
}

const DURING: Readonly<Record<Call, string>> = {
  make: "before it was ready",
  reset: "in the middle of a reset",
  step: "in the middle of a step",
  getState: "while it told its state",
  setState: "while it took a state",
};

const WANTED: Readonly<Record<Call, number>> = {
  make: ANSWER.ready,
  reset: ANSWER.result,
  step: ANSWER.result,
  getState: ANSWER.state,
  setState: ANSWER.state,
};

const LATE = Symbol("late");

/** What a promise comes to, or `LATE` after so many ms. */
async function within<T>(ms: number, promise: Promise<T>): Promise<T | typeof LATE> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<typeof LATE>((resolve) => timer = setTimeout(resolve, ms, LATE));
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

function spawn({ program, args, env }: Launch, envName: string): Deno.ChildProcess {
  try {
    return new Deno.Command(program, {
      args: [...args],
      env: { ...env },
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  } catch (error) {
    const who = `makePython ${envName}`;
    const { message } = error as Error;
    if (error instanceof Deno.errors.NotCapable) {
      throw new Error(
        `${who}: it starts Python, which needs a permission: run Deno with --allow-run=${program}` +
          ` (${message})`,
        { cause: error },
      );
    }
    if (error instanceof Deno.errors.NotFound) {
      throw new Error(
        `${who}: there is no Python at "${program}": install Python 3.10 or later, or give the path ` +
          `of one as option python, e.g. python: ".venv/bin/python"`,
        { cause: error },
      );
    }
    throw new Error(`${who}: "${program}" can't be started: ${message}`, { cause: error });
  }
}
