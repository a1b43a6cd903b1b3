/**
 * What workers tell of a step, put together again in the order of the lanes.
 *
 * @module
 */

import { InfoMerger } from "./infos.ts";
import type { SharedMemory } from "./shared_memory.ts";
import type { VectorInfos } from "./vector_env.ts";
import type { WorkerOutcome } from "./worker_protocol.ts";

/** The rewards and ends of all lanes, from the shared memory or, without such, from the outcomes. */
export function readEnds(
  memory: SharedMemory | undefined,
  numEnvs: number,
  outcomes: readonly WorkerOutcome[],
): [rewards: Float64Array, terminated: boolean[], truncated: boolean[]] {
  if (memory === undefined) {
    return [
      Float64Array.from(outcomes.flatMap(({ rewards }) => [...rewards!])),
      outcomes.flatMap(({ terminated }) => terminated!),
      outcomes.flatMap(({ truncated }) => truncated!),
    ];
  }
  const terminated = new Array<boolean>(numEnvs);
  const truncated = new Array<boolean>(numEnvs);
  for (let lane = 0; lane < numEnvs; lane++) {
    terminated[lane] = memory.terminated(lane);
    truncated[lane] = memory.truncated(lane);
  }
  return [memory.rewards.slice(), terminated, truncated];
}

/** The infos of all lanes. */
export function mergeInfos<Obs>(
  envName: string,
  numEnvs: number,
  outcomes: readonly WorkerOutcome[],
): VectorInfos {
  const merger = new InfoMerger<Obs>(numEnvs, envName);
  for (const { events } of outcomes) {
    for (const event of events) {
      if (event.length === 3) merger.final(event[0], event[2] as Obs, event[1]);
      else merger.info(event[0], event[1]);
    }
  }
  return merger.infos;
}
