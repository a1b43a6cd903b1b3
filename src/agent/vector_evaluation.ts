/** Evaluation in a vector environment: each lane plays its share of the episodes. */

import { STREAMS } from "../gpu/philox.ts";
import type { EvaluateOptions, Policy } from "./evaluation.ts";
import { argmax, behave } from "./exploration.ts";
import type { ParallelEnv } from "./feed.ts";
import { checkObservation, checkReward, type Observation, shapeOf } from "./spaces.ts";

/**
 * Plays episodes. A lane that has played its share goes on, but what it does no longer counts: stopping
 * at the first episodes to finish would favour short ones.
 *
 * @returns Returns and lengths, in the order in which episodes ended.
 */
export async function playVector(
  agent: Policy,
  env: ParallelEnv,
  episodes: number,
  { seed = 0, deterministic = true, signal, onEpisode }: EvaluateOptions,
): Promise<[returns: number[], lengths: number[]]> {
  const { numEnvs, autoresetMode } = env;
  const { observationSize, actions, firstAction } = shapeOf({
    observationSpace: env.singleObservationSpace,
    actionSpace: env.singleActionSpace,
  });
  const name = env.spec?.id ?? String(env);
  const shares = Array.from({ length: numEnvs }, (_, i) => Math.floor((episodes + i) / numEnvs));
  const running = shares.map(() => ({ return: 0, length: 0 }));
  const hasEnded = shares.map(() => false);
  const returns: number[] = [];
  const lengths: number[] = [];
  const rowsOf = (observations: Observation): Observation[] =>
    shares.map((_, lane) => {
      const row = observations.subarray(lane * observationSize, (lane + 1) * observationSize);
      checkObservation(row, observationSize, `${name}, environment ${lane}`);
      return row;
    });

  let rows = rowsOf((await env.reset({ seed }))[0]);
  for (let step = 0; returns.length < episodes && !signal?.aborted; step++) {
    const values = await agent.qValuesOf(rows);
    if (values.length !== numEnvs * actions) {
      throw new TypeError(
        `${name} has ${actions} actions, and the agent knows ${values.length / numEnvs}`,
      );
    }
    const chosen = shares.map((_, lane) => {
      const place = { seed, stream: STREAMS.evaluate, lane, step };
      return firstAction +
        (deterministic
          ? argmax(values, lane * actions, actions)
          : behave(agent, place, values, lane * actions, actions));
    });
    const [observations, rewards, terminated, truncated] = await env.step(chosen);
    rows = rowsOf(observations);
    for (const [lane, play] of running.entries()) {
      // With "next_step" this step was the reset, and with "disabled" it has been reset below.
      if (hasEnded[lane]) {
        hasEnded[lane] = false;
        continue;
      }
      checkReward(rewards[lane], `${name}, environment ${lane}`);
      play.return += rewards[lane];
      play.length++;
      if (!terminated[lane] && !truncated[lane]) continue;
      if (shares[lane]-- > 0) {
        onEpisode?.({ index: returns.length, ...play });
        returns.push(play.return);
        lengths.push(play.length);
      }
      running[lane] = { return: 0, length: 0 };
      hasEnded[lane] = autoresetMode !== "same_step";
    }
    if (autoresetMode === "disabled" && hasEnded.includes(true)) {
      rows = rowsOf((await env.reset({ options: { resetMask: [...hasEnded] } }))[0]);
      hasEnded.fill(false);
    }
  }
  return [returns, lengths];
}
