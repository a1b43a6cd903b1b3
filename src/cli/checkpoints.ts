/**
 * Checkpoints in the course of training, so that little is lost when the machine stops.
 *
 * @module
 */

import { whole } from "./format.ts";
import { attempt, writeCurves } from "./outputs.ts";
import type { Run } from "./run.ts";
import { runMetadata } from "./saved_run.ts";

/** Saves the agent of a run. */
export async function saveAgent({ args, agent, around: { screen } }: Run): Promise<void> {
  const { save, saveReplay = true } = args;
  const steps = agent.steps;
  await agent.save(save!, { replay: saveReplay, metadata: runMetadata(args) });
  const without = saveReplay ? "" : " without its replay buffer";
  screen.line(`saved the agent to ${save}${without}, at step ${whole(steps)}`);
}

/** Saves now and then; training goes on meanwhile. */
export class Checkpoints {
  readonly #run: Run;
  readonly #every: number;
  readonly #end: number;
  /** Steps at the last look, so that however many are made at once, none is passed over. */
  #looked: number;
  #writing: Promise<void> | undefined;

  /**
   * @param run Whose agent is saved, where `--save` says.
   * @param every Environment steps between checkpoints; Infinity for none.
   * @param end The agent's steps when training ends: it is saved then anyway.
   */
  constructor(run: Run, every: number, end: number) {
    this.#run = run;
    this.#every = every;
    this.#end = end;
    this.#looked = run.agent.steps;
  }

  /** Begins to save when one is due and none is being written. */
  look(): void {
    const { steps } = this.#run.agent;
    const isDue = Math.floor(steps / this.#every) > Math.floor(this.#looked / this.#every);
    if (!isDue || steps >= this.#end || this.#writing) return;
    this.#looked = steps;
    this.#writing = this.#save().finally(() => this.#writing = undefined);
  }

  /** Waits until what is being written lies there. */
  async finished(): Promise<void> {
    await this.#writing;
  }

  async #save(): Promise<void> {
    const run = this.#run;
    await attempt(run, () => saveAgent(run));
    await writeCurves(run, false);
  }
}
