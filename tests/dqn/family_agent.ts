/** What tests of the DQN family's updates share: agents, and comparisons. */

import assert from "node:assert/strict";
import { Box, Discrete, DQN, type DQNConfig } from "../../mod.ts";

/** What float32 may be off, as a share of the largest magnitude among the numbers compared. */
export const TOLERANCE = 1e-4;

/** An agent that only ever learns from explicit batches. */
export function createAgent(
  device: GPUDevice,
  observationSize: number,
  actions: number,
  config: DQNConfig,
): Promise<DQN> {
  const spaces = {
    observationSpace: new Box(-Infinity, Infinity, [observationSize]),
    actionSpace: new Discrete(actions),
  };
  return DQN.create(spaces, { bufferSize: 200, learningStarts: 0, device, ...config });
}

/** The data of parameters by name. */
export async function parametersOf(agent: DQN): Promise<Record<string, Float32Array>> {
  const all = await agent.getParameters();
  return Object.fromEntries(Object.entries(all).map(([name, { data }]) => [name, data]));
}

/**
 * Throws where numbers are further apart than the tolerance; NaN is far from everything.
 *
 * @param name What they are.
 * @param atLeast What the tolerance is a share of where all numbers are smaller.
 * @param slack Added to what they may be off.
 */
export function assertClose(
  name: string,
  actual: ArrayLike<number>,
  wanted: ArrayLike<number>,
  { atLeast = 0, slack = 0 }: { atLeast?: number; slack?: number } = {},
): void {
  assert.equal(actual.length, wanted.length, `${name}: how many`);
  let largest = atLeast;
  for (let i = 0; i < wanted.length; i++) largest = Math.max(largest, Math.abs(wanted[i]));
  const limit = TOLERANCE * largest + slack;
  for (let i = 0; i < wanted.length; i++) {
    if (!(Math.abs(actual[i] - wanted[i]) <= limit)) {
      assert.fail(`${name}[${i}] is ${actual[i]}, wanted ${wanted[i]} within ${limit}`);
    }
  }
}
