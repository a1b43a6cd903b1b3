/**
 * A learner with environments on the GPU, without an agent: steps are asked for one by one, and what the
 * ring holds then can be read, and drawn as an update draws it.
 *
 * @module
 */

import { SAMPLE_WORDS } from "../../src/dqn/batch.ts";
import { type DQNConfig, resolveConfig } from "../../src/dqn/config.ts";
import { Learner } from "../../src/dqn/learner.ts";
import type { Rollout, StepSettings } from "../../src/dqn/rollout.ts";
import { rolloutSource } from "../../src/agent/gpu_source.ts";
import { shapeOf } from "../../src/agent/spaces.ts";
import type { GpuEnvDefinition } from "../../src/envs/gpu/gpu_env.ts";
import { makeGpu } from "../../src/envs/gpu/make_gpu.ts";
import type { Gpu } from "../../src/gpu/gpu.ts";
import { words } from "../../src/gpu/philox.ts";
import { Program } from "../../src/gpu/program.ts";
import { Readback } from "../../src/gpu/readback.ts";
import { Table } from "../../src/gpu/table.ts";
import { drawEntry, planDraw } from "../../src/replay/draw.ts";
import { gatherSteps } from "../../src/replay/gather.ts";
import type { LockstepRing } from "../../src/replay/lockstep_ring.ts";
import { flatLayout } from "../replay/harness.ts";
import { tickEntry } from "../nn/harness.ts";

/** Every action is a random one. */
export const RANDOM: StepSettings = { epsilon: 1, temperature: null };
/** Every action is the best one. */
export const GREEDY: StepSettings = { epsilon: 0, temperature: null };
/** Steps to a submit. */
const SUBMIT = 400;

/** A row of a batch. */
export interface LockstepDraw {
  readonly observation: readonly number[];
  readonly nextObservation: readonly number[];
  readonly action: number;
  readonly return: number;
  readonly discount: number;
  readonly weight: number;
  readonly nextAction: number;
}

/** A learner, its environments, and how far they have come. */
export class LockstepBench implements Disposable {
  readonly learner: Learner;
  readonly rollout: Rollout;
  readonly #gpu: Gpu;
  #steps = 0;

  private constructor(gpu: Gpu, learner: Learner, rollout: Rollout) {
    this.#gpu = gpu;
    this.learner = learner;
    this.rollout = rollout;
  }

  /** Makes a small learner for so many environments. */
  static async create(
    gpu: Gpu,
    definition: GpuEnvDefinition,
    lanes: number,
    config: DQNConfig = {},
  ): Promise<LockstepBench> {
    const env = makeGpu(definition, lanes);
    const shape = shapeOf({
      observationSpace: env.singleObservationSpace,
      actionSpace: env.singleActionSpace,
    });
    const learner = await Learner.create(
      gpu,
      { ...shape, lanes, isOnGpu: true },
      resolveConfig({
        ...{ hiddenLayers: [6], batchSize: 4, bufferSize: 40 * lanes, learningStarts: 0, seed: 5 },
        ...config,
      }),
    );
    return new LockstepBench(gpu, learner, await learner.rollout(rolloutSource(env)));
  }

  get ring(): LockstepRing {
    return this.learner.ring as LockstepRing;
  }

  /** So many steps of all lanes. */
  async step(count: number, settings = RANDOM): Promise<void> {
    for (let left = count; left > 0; left -= SUBMIT) {
      const submit = this.learner.open();
      for (let i = 0; i < Math.min(left, SUBMIT); i++) {
        submit.addStep(this.rollout, this.#steps++, [settings]);
      }
      await submit.send();
    }
  }

  /** A batch as an update would draw it, stacks flat, oldest frame first. */
  async draw(
    batch: number,
    { gamma = 0.5, seed = 5 }: { gamma?: number; seed?: number } = {},
  ): Promise<LockstepDraw[]> {
    const { ring } = this;
    const { observationSize, frameStack } = ring;
    const layout = flatLayout({ observationSize, frameStack, lanes: 1, capacity: 1, nSteps: 1 });
    const stride = Math.ceil(layout.channels / 4);
    const { buffers } = ring;
    const plan = planDraw(ring, { batch }, buffers);
    const { draws } = plan;
    const inputs = buffers.storage("test inputs", 2 * batch * stride * 16);
    const samples = buffers.storage("test batch", batch * SAMPLE_WORDS * 4);
    const health = buffers.storage("test health", 4);
    const gather = gatherSteps(ring, {
      ...{ batch, samples, health, draws, layout },
      inputs: { buffer: inputs, stride: 2 * batch * stride },
    });
    const table = new Table(this.#gpu, buffers, {
      ...{ file: "lib/tick", struct: "Tick", agents: 1, capacity: 1 },
    });
    const program = await Program.build(this.#gpu, "draw", [...plan.steps, ...gather], table);
    const [updateLow, updateHigh] = words(0);
    const entry = { ...drawEntry(ring, { batch }, seed, 0), seed, updateLow, updateHigh, gamma };
    program.run([[
      tickEntry({ ...entry, rewardScale: 1, rewardClip: 3e38, priorityBeta: 1 }),
    ]]);
    const readback = new Readback(this.#gpu, buffers, "drawn", 1 << 18);
    const [failed] = new Uint32Array(await readback.read(health, 0, 4));
    if (failed) throw new Error("a row could not be drawn");
    const seen = new Float32Array(await readback.read(inputs));
    const values = new Float32Array(await readback.read(samples));
    const integers = new Uint32Array(values.buffer);
    return Array.from({ length: batch }, (_, i): LockstepDraw => {
      const inputOf = (
        row: number,
      ) => [...seen.subarray(4 * row * stride, 4 * row * stride + layout.channels)];
      const at = SAMPLE_WORDS * i;
      return {
        observation: inputOf(i),
        nextObservation: inputOf(batch + i),
        action: integers[at],
        return: values[at + 1],
        discount: values[at + 2],
        weight: values[at + 3],
        nextAction: integers[at + 4],
      };
    });
  }

  [Symbol.dispose](): void {
    this.learner.close();
  }
}
