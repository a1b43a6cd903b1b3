/**
 * The workers of a vector environment: who has which lanes, and asking all of them at once.
 *
 * @module
 */

import { type Layout, put } from "./layout.ts";
import { type MemoryPlan, SharedMemory, TOLD_BY_MESSAGE } from "./shared_memory.ts";
import { WorkerLink } from "./worker_link.ts";
import type { WorkerCalls, WorkerOutcome } from "./worker_protocol.ts";

/** Where the workers' code is; written so that bundlers see it. */
const startWorker = () => new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });

/** A run of lanes. */
export interface LaneRange {
  /** The first lane. */
  readonly first: number;
  /** How many. */
  readonly count: number;
}

/** Deals lanes out to workers, in order, as evenly as it goes. */
export function dealLanes(numEnvs: number, workers: number): LaneRange[] {
  return Array.from({ length: workers }, (_, worker) => {
    const first = Math.floor(worker * numEnvs / workers);
    return { first, count: Math.floor((worker + 1) * numEnvs / workers) - first };
  });
}

/** Started workers. */
export class WorkerPool {
  /** Which lanes each worker has. */
  readonly lanes: readonly LaneRange[];
  /** The memory shared with them, if any. */
  readonly memory: SharedMemory | undefined;
  readonly #action: Layout | undefined;
  readonly #links: readonly WorkerLink[];
  #call = 0;

  /**
   * Starts the workers.
   *
   * @param envName the environments' name, for errors
   * @param lanes which lanes each worker has
   * @param plan the memory to share with them, if any
   */
  constructor(envName: string, lanes: readonly LaneRange[], plan: MemoryPlan | undefined) {
    this.lanes = lanes;
    this.memory = plan && new SharedMemory(plan);
    this.#action = plan?.action;
    this.#links = lanes.map(({ first, count }, worker) => {
      const which = count === 1 ? `lane ${first}` : `lanes ${first} to ${first + count - 1}`;
      const name = `${envName}, ${which}: worker ${worker}`;
      return new WorkerLink(name, startWorker(), () => this.memory?.wake(worker));
    });
  }

  /** Asks every worker for its part; waits for all of them, also when one fails, then throws that. */
  all<N extends keyof WorkerCalls>(
    name: N,
    asked: (lanes: LaneRange, worker: number) => WorkerCalls[N][0],
  ): Promise<WorkerCalls[N][1][]> {
    const call = this.#nextCall();
    return allDone(
      this.#links.map((link, worker) => link.ask(call, name, asked(this.lanes[worker], worker))),
    );
  }

  /**
   * Steps every worker's lanes.
   *
   * @param actions an action for each lane
   * @param ended the lanes whose actions are ignored
   */
  step(actions: ArrayLike<unknown>, ended: readonly boolean[]): Promise<WorkerOutcome[]> {
    const { memory } = this;
    if (memory === undefined) {
      const all = Array.from(actions);
      return this.all("step", ({ first, count }) => all.slice(first, first + count));
    }
    for (let lane = 0; lane < ended.length; lane++) {
      if (!ended[lane]) put(this.#action!, memory.actions, lane, actions[lane]);
    }
    const call = this.#nextCall();
    this.#links.forEach((_, worker) => memory.request(worker, call));
    return allDone(this.#links.map((link, worker) => outcomeOf(memory, link, worker, call)));
  }

  #nextCall(): number {
    this.#call = (this.#call + 1) | 0;
    return this.#call;
  }

  /** Whether a worker has died. */
  get hasFailed(): boolean {
    return this.#links.some(({ failure }) => failure !== undefined);
  }

  /** Throws why a worker has died, if one has. */
  check(): void {
    for (const link of this.#links) link.check();
  }

  /** Ends all workers; whoever waits for one gets the reason. */
  end(reason: Error): void {
    for (const link of this.#links) link.end(reason);
  }
}

const NOTHING: WorkerOutcome = { events: [] };

async function outcomeOf(
  memory: SharedMemory,
  link: WorkerLink,
  worker: number,
  call: number,
): Promise<WorkerOutcome> {
  const status = await memory.answered(worker, call, () => link.check());
  return status === TOLD_BY_MESSAGE ? await link.answer(call) as WorkerOutcome : NOTHING;
}

async function allDone<T>(promises: readonly Promise<T>[]): Promise<T[]> {
  const results = await Promise.allSettled(promises);
  return results.map((result) => {
    if (result.status === "rejected") throw result.reason;
    return result.value;
  });
}
