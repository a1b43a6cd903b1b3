/**
 * How often the host speaks to the GPU while it learns.
 *
 * @module
 */

import type { DQN } from "../../mod.ts";
import type { Gpu } from "../../src/gpu/gpu.ts";
import { whole } from "../../src/cli/format.ts";

/** Makes so many updates, and says what they took of submits, uploads and readbacks. */
export async function trafficText(agent: DQN, gpu: Gpu, updates: number): Promise<string> {
  const before = { ...gpu.traffic };
  await agent.train(updates);
  const { submits, uploads, readbacks } = gpu.traffic;
  return `DinoQ, ${whole(updates)} updates: ${whole(submits - before.submits)} submits, ` +
    `${whole(uploads - before.uploads)} uploads, ${whole(readbacks - before.readbacks)} readbacks`;
}
