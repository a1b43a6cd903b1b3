/** Evaluation in a vector environment: each lane plays its share of the episodes. */

import type { VectorInfos } from "../envs/vector/vector_env.ts";
import { STREAMS } from "../gpu/philox.ts";
import type { EvaluateOptions, Policy } from "./evaluation.ts";
import { maskOfInfos } from "./action_masks.ts";
import { argmax, behave } from "./exploration.ts";
import type { ParallelEnv } from "./feed.ts";
import { FrameHistory } from "./frame_history.ts";
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
  const histories = shares.map(() => new FrameHistory(agent.config?.frameStack ?? 1));
  /** What a lane sees, at an episode's start or further on. */
  const see = (lane: number, observations: Observation, begins: boolean): Observation => {
    const row = observations.subarray(lane * observationSize, (lane + 1) * observationSize);
    checkObservation(row, observationSize, `${name}, environment ${lane}`);
    return begins ? histories[lane].begin(row) : histories[lane].push(row);
  };
  /** Which actions each lane allows, where the agent keeps to masks. */
  const masks: (number | undefined)[] = shares.map(() => undefined);
  const readMask = (lane: number, infos: VectorInfos, call: string) => {
    if (!agent.config?.actionMasks) return;
    const place = { lane, lanes: numEnvs };
    masks[lane] = maskOfInfos(infos, place, actions, `${name}, environment ${lane}`, call);
  };

  const [first, firstInfos] = await env.reset({ seed });
  const rows = shares.map((_, lane) => see(lane, first, true));
  shares.forEach((_, lane) => readMask(lane, firstInfos, "reset"));
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
          ? argmax(values, lane * actions, actions, masks[lane])
          : behave(agent, place, values, lane * actions, actions, masks[lane]));
    });
    const [observations, rewards, terminated, truncated, infos] = await env.step(chosen);
    for (const [lane, play] of running.entries()) {
      // An ended episode's mask is of no use, but in mode "same_step" it is the next one's first.
      const isOver = !hasEnded[lane] && (terminated[lane] || truncated[lane]);
      rows[lane] = see(
        lane,
        observations,
        hasEnded[lane] || (isOver && autoresetMode === "same_step"),
      );
      if (!isOver || autoresetMode === "same_step") readMask(lane, infos, "step");
      // With "next_step" this step was the reset, and with "disabled" it has been reset below.
      if (hasEnded[lane]) {
        hasEnded[lane] = false;
        continue;
      }
      checkReward(rewards[lane], `${name}, environment ${lane}`);
      play.return += rewards[lane];
      play.length++;
      if (!isOver) continue;
      if (shares[lane]-- > 0) {
        onEpisode?.({ index: returns.length, ...play });
        returns.push(play.return);
        lengths.push(play.length);
      }
      running[lane] = { return: 0, length: 0 };
      hasEnded[lane] = autoresetMode !== "same_step";
    }
    if (autoresetMode === "disabled" && hasEnded.includes(true)) {
      const [observations, infos] = await env.reset({ options: { resetMask: [...hasEnded] } });
      hasEnded.forEach((isReset, lane) => {
        if (!isReset) return;
        rows[lane] = see(lane, observations, true);
        readMask(lane, infos, "reset");
      });
      hasEnded.fill(false);
    }
  }
  return [returns, lengths];
}
