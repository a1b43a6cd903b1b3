/**
 * A submit: steps of environments and updates of the network on their way to the GPU, in their order. Hundreds
 * go off at once, as many as take about 50 ms, and nothing of what they see, do or learn crosses to the host.
 */

import type { Gpu } from "../gpu/gpu.ts";
import { Load, type Pacer } from "../gpu/pacer.ts";
import { Program, type Tick } from "../gpu/program.ts";
import type { Table } from "../gpu/table.ts";
import { type Entries, IDLE, type UpdateSettings } from "./entries.ts";
import { type Rollout, rolloutEntry, type StepSettings } from "./rollout.ts";

/** What a submit has of its learner. */
export interface SubmitParts {
  readonly gpu: Gpu;
  readonly table: Table;
  readonly pacer: Pacer;
  /** Each agent's. */
  readonly entries: readonly Entries[];
  /** The learner's next update, which is counted by asking for it. */
  nextUpdate(settings: readonly UpdateSettings[]): Promise<Tick>;
  /** Waits for what was sent, and throws if it failed. */
  settle(): Promise<void>;
}

/** Steps and updates, to be filled in one by one and sent. */
export class Submit {
  /** What there is to do. */
  readonly ticks: Tick[] = [];
  readonly #parts: SubmitParts;
  /** What the ticks are, for the pacer. */
  readonly #load = new Load();

  /** @param parts The learner's. */
  constructor(parts: SubmitParts) {
    this.#parts = parts;
  }

  /** Whether a step has room beside what there is already, so that it takes about 50 ms. */
  hasRoomForStep(rollout: Rollout, settings: readonly StepSettings[]): boolean {
    return this.#parts.pacer.fits(stepKind(rollout, settings), this.#load);
  }

  /** Whether an update has. */
  hasRoomForUpdate(): boolean {
    return this.#parts.pacer.fits("update", this.#load);
  }

  /**
   * Adds a step of environments.
   *
   * @param rollout Which ones.
   * @param step Its number, from 0, which random numbers follow from.
   * @param settings How each agent acts.
   * @param seed Of random numbers; the agents' own when left out.
   */
  addStep(
    rollout: Rollout,
    step: number,
    settings: readonly StepSettings[],
    seed?: number,
  ): void {
    const { ring, program } = rollout;
    // Read by the host alone: all agents' networks are asked where any of them is.
    const acts = Number(asksNetwork(settings));
    const entries = settings.map((own, agent) => ({
      ...this.#parts.entries[agent].of(IDLE, 0, step),
      ...rolloutEntry(ring, own),
      ...(seed !== undefined && { seed }),
      acts,
    }));
    ring.advance();
    this.ticks.push({ program, entries });
    this.#load.add(stepKind(rollout, settings));
  }

  /**
   * Adds the next update.
   *
   * @param settings Each agent's learning rate and target updates.
   */
  async addUpdate(settings: readonly UpdateSettings[]): Promise<void> {
    this.ticks.push(await this.#parts.nextUpdate(settings));
    this.#load.add("update");
  }

  /**
   * Sends all of it off, and waits until it is done.
   *
   * @throws {Error} When training has diverged, or the GPU has failed.
   */
  async send(): Promise<void> {
    if (this.ticks.length === 0) return;
    const { gpu, table, pacer, settle } = this.#parts;
    const started = performance.now();
    Program.runEach(gpu, table, this.ticks);
    await settle();
    pacer.note(this.#load, performance.now() - started);
    await pacer.turn();
  }
}

/** Whether any action is not random. */
function asksNetwork(settings: readonly StepSettings[]): boolean {
  return settings.some(({ epsilon }) => epsilon < 1);
}

/** Steps that cost the same: in the same environments, with or without the network. */
function stepKind({ number }: Rollout, settings: readonly StepSettings[]): string {
  return `${asksNetwork(settings) ? "step" : "random step"} of ${number}`;
}
