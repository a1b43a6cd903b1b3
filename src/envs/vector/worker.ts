/**
 * What runs in a worker of a `WorkerVectorEnv`: makes environments and steps them as it is told. Not to
 * be imported; `new Worker` loads it.
 *
 * @module
 */

import { make } from "../registry.ts";
import { LaneGroup, type LaneResets, type LaneState } from "./lane_group.ts";
import { type Layout, misfit, put } from "./layout.ts";
import { DONE, SharedMemory, TOLD_BY_MESSAGE } from "./shared_memory.ts";
import {
  compact,
  EventList,
  sentError,
  type WorkerCalls,
  type WorkerMade,
  type WorkerOutcome,
  type WorkerReply,
  type WorkerRequest,
  type WorkerSetup,
} from "./worker_protocol.ts";

/** What a worker's global object has, whatever the type checker takes it for. */
interface WorkerScope {
  onmessage: ((event: MessageEvent<WorkerRequest>) => void) | null;
  postMessage(message: WorkerReply): void;
  close(): void;
  addEventListener(type: "error", listener: (event: ErrorEvent) => void): void;
  addEventListener(
    type: "unhandledrejection",
    listener: (event: PromiseRejectionEvent) => void,
  ): void;
  readonly Deno?: { exit(code?: number): never };
}

const scope = globalThis as unknown as WorkerScope;

/** The environments of this worker. */
class LaneServer {
  readonly #setup: WorkerSetup;
  readonly #group: LaneGroup<unknown, unknown>;
  readonly #memory: SharedMemory | undefined;
  readonly #rewards: Float64Array;
  readonly #terminated: boolean[];
  readonly #truncated: boolean[];

  constructor(setup: WorkerSetup) {
    const { id, envOptions, autoresetMode, first, count, memory } = setup;
    this.#setup = setup;
    const envs = Array.from({ length: count }, () => make<unknown, unknown>(id, envOptions));
    this.#group = new LaneGroup(envs, autoresetMode, first);
    if (memory !== undefined) this.#memory = new SharedMemory(memory);
    this.#rewards = new Float64Array(count);
    this.#terminated = new Array(count).fill(false);
    this.#truncated = new Array(count).fill(false);
  }

  get made(): WorkerMade {
    const { observationSpace, actionSpace } = this.#group.envs[0];
    return {
      observationSpace: `${observationSpace}`,
      actionSpace: `${actionSpace}`,
      hasState: this.#group.hasState,
    };
  }

  reset(resets: LaneResets): WorkerOutcome {
    const { events } = this.#moved((sink) => this.#group.reset(resets, sink));
    return { events, ...this.#observations() };
  }

  step(actions: ArrayLike<unknown>): WorkerOutcome {
    const { events } = this.#stepped(actions);
    return {
      events,
      ...this.#observations(),
      rewards: this.#rewards,
      terminated: this.#terminated,
      truncated: this.#truncated,
    };
  }

  getState(): LaneState[] {
    return this.#group.getState();
  }

  setState(states: readonly LaneState[]): null {
    this.#group.setState(states);
    return null;
  }

  close(): null {
    this.#group.close();
    return null;
  }

  #stepped(actions: ArrayLike<unknown>): EventList<unknown> {
    return this.#moved((sink) =>
      this.#group.step(actions, this.#rewards, this.#terminated, this.#truncated, sink)
    );
  }

  #moved(move: (sink: EventList<unknown>) => void): EventList<unknown> {
    const sink = new EventList<unknown>();
    move(sink);
    if (this.#memory !== undefined) this.#write(this.#memory, this.#setup.memory!.observation);
    return sink;
  }

  #observations(): Pick<WorkerOutcome, "observations"> {
    return this.#memory === undefined
      ? { observations: this.#group.observations.map(compact) }
      : {};
  }

  /** Writes what the last step or reset gave to the shared memory. */
  #write(memory: SharedMemory, layout: Layout): void {
    const { first, count, id } = this.#setup;
    for (let i = 0; i < count; i++) {
      const observation = this.#group.observations[i];
      const wanted = misfit(layout, observation);
      if (wanted !== undefined) {
        throw new TypeError(`${id}, lane ${first + i}: the observation must be ${wanted}`);
      }
      put(layout, memory.observations, first + i, observation);
      memory.rewards[first + i] = this.#rewards[i];
      memory.putEnd(first + i, this.#terminated[i], this.#truncated[i]);
    }
  }

  /** Steps whenever the shared memory says so, for ever. */
  async serve(): Promise<never> {
    const memory = this.#memory!;
    const { worker } = this.#setup;
    let call = 0;
    for (;;) {
      call = await memory.nextRequest(worker, call);
      let status = DONE;
      try {
        const { events } = this.#stepped(this.#actions(memory, this.#setup.memory!.action));
        if (events.length > 0) {
          scope.postMessage({ call, answer: { events } });
          status = TOLD_BY_MESSAGE;
        }
      } catch (error) {
        scope.postMessage({ call, error: sentError(error) });
        status = TOLD_BY_MESSAGE;
      }
      memory.answer(worker, call, status);
    }
  }

  #actions({ actions }: SharedMemory, { size, isScalar }: Layout): ArrayLike<unknown> {
    const { first, count } = this.#setup;
    if (isScalar) return actions.subarray(first, first + count);
    return Array.from(
      { length: count },
      (_, i) => actions.slice((first + i) * size, (first + i + 1) * size),
    );
  }
}

let server: LaneServer | undefined;

async function open(setup: WorkerSetup): Promise<WorkerMade> {
  for (const address of setup.modules) {
    try {
      await import(/* @vite-ignore */ address);
    } catch (error) {
      throw new Error(`cannot import ${address}: ${(error as Error)?.message ?? error}`, {
        cause: error,
      });
    }
  }
  server = new LaneServer(setup);
  if (setup.memory !== undefined) server.serve();
  return server.made;
}

async function answerTo({ name, asked }: WorkerRequest): Promise<unknown> {
  if (name === "open") return await open(asked as WorkerSetup);
  const methods = server as unknown as Record<keyof WorkerCalls, (asked: unknown) => unknown>;
  return methods[name](asked);
}

scope.onmessage = async ({ data }) => {
  const { call } = data;
  try {
    scope.postMessage({ call, answer: await answerTo(data) });
  } catch (error) {
    scope.postMessage({ call, error: sentError(error) });
  }
};

// An environment that ends the worker would leave the others waiting, for nobody is told of it; and
// what fails in a timer or a promise may go unnoticed.
const endingWith = (ending: string) => scope.postMessage({ ending });
const end = scope.close.bind(scope);
scope.close = () => {
  endingWith("close() was called in it");
  end();
};
const deno = scope.Deno;
if (deno !== undefined) {
  const exit = deno.exit.bind(deno);
  deno.exit = (code) => {
    endingWith(`Deno.exit(${code ?? ""}) was called in it`);
    return exit(code);
  };
}
scope.addEventListener("error", (event) => {
  event.preventDefault();
  endingWith(event.error?.stack ?? event.message);
});
scope.addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  endingWith(event.reason?.stack ?? String(event.reason));
});
