/**
 * A worker as its vector environment sees it: questions and answers by messages, and a word when it
 * has died.
 *
 * @module
 */

import { receivedError, type WorkerCalls, type WorkerReply } from "./worker_protocol.ts";

interface Waiter {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** One worker. */
export class WorkerLink {
  /** What it is called in errors, e.g. `CartPole-v1, lanes 2 to 3: worker 1`. */
  readonly name: string;
  /** Why no answer will come any more; undefined while all is well. */
  failure: Error | undefined;
  readonly #worker: Worker;
  readonly #onFailure: () => void;
  readonly #waiting = new Map<number, Waiter>();
  /** Answers that came before anyone asked for them, as those to steps in shared memory do. */
  readonly #early = new Map<number, WorkerReply>();
  #hasAnswered = false;

  /**
   * Takes a worker over.
   *
   * @param name what it is called in errors
   * @param worker just started
   * @param onFailure told when it has died
   */
  constructor(name: string, worker: Worker, onFailure: () => void) {
    this.name = name;
    this.#onFailure = onFailure;
    this.#worker = worker;
    this.#worker.onmessage = ({ data }: MessageEvent<WorkerReply>) => this.#receive(data);
    this.#worker.onmessageerror = () => this.#fail("sent what could not be read");
    this.#worker.onerror = (event) => {
      event.preventDefault();
      const what = this.#hasAnswered ? "died" : "could not be started";
      this.#fail(`${what}: ${event.message}`);
    };
  }

  /** Throws when the worker has died. */
  check(): void {
    if (this.failure !== undefined) throw this.failure;
  }

  /** Asks the worker for something. */
  ask<N extends keyof WorkerCalls>(
    call: number,
    name: N,
    asked: WorkerCalls[N][0],
  ): Promise<WorkerCalls[N][1]> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    try {
      this.#worker.postMessage({ call, name, asked });
    } catch (error) {
      // Nothing has been sent: a function, for one, can't be.
      const { message } = error as Error;
      return Promise.reject(
        new TypeError(`${this.name} cannot be sent what ${name}() was given: ${message}`, {
          cause: error,
        }),
      );
    }
    return this.answer(call) as Promise<WorkerCalls[N][1]>;
  }

  /** The answer to a call. */
  answer(call: number): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#waiting.set(call, { resolve, reject });
      const early = this.#early.get(call);
      if (early !== undefined) this.#receive(early);
      else if (this.failure !== undefined) reject(this.failure);
    });
  }

  #receive(reply: WorkerReply): void {
    this.#hasAnswered = true;
    if ("ending" in reply) {
      this.#fail(`died: ${reply.ending}`);
      return;
    }
    const { call } = reply;
    const waiter = this.#waiting.get(call);
    if (waiter === undefined) {
      this.#early.set(call, reply);
      return;
    }
    this.#waiting.delete(call);
    this.#early.delete(call);
    if ("error" in reply) waiter.reject(receivedError(reply.error));
    else waiter.resolve(reply.answer);
  }

  #fail(how: string): void {
    this.end(new Error(`${this.name} ${how}`));
  }

  /** Ends the worker; whoever waits for it gets the reason. */
  end(reason: Error): void {
    if (this.failure !== undefined) return;
    this.failure = reason;
    this.#worker.terminate();
    for (const { reject } of this.#waiting.values()) reject(reason);
    this.#waiting.clear();
    this.#early.clear();
    this.#onFailure();
  }
}
