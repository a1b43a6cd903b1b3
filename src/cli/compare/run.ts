/**
 * One run of a comparison: trains an agent piece by piece, evaluates it after each, and writes down
 * where it stands, so that it goes on from there whenever it is stopped.
 *
 * @module
 */

import type { DQN } from "../../agent/dqn.ts";
import type { EvaluateOptions, Evaluation, Policy } from "../../agent/evaluation.ts";
import type { AgentEnv } from "../../agent/feed.ts";
import type { DQNConfig } from "../../dqn/config.ts";
import { readBytes, writeBytes, writeText } from "../../io/fs.ts";
import { decodeSafetensors, encodeSafetensors } from "../../io/safetensors.ts";
import { checkSeed, testSeed } from "../run.ts";
import type { JudgeEnv, OpenStage, Stage } from "../stage.ts";
import {
  configRecord,
  type CurvePoint,
  readRecord,
  removeFile,
  type RunPaths,
  type RunRecord,
  type Settings,
} from "./record.ts";
import { mean } from "./statistics.ts";

/** What a run needs of an agent. */
export type Learner =
  & Policy
  & Pick<
    DQN,
    | "config"
    | "steps"
    | "episodes"
    | "updates"
    | "adapter"
    | "learn"
    | "save"
    | "close"
    | "getParameters"
    | "setParameters"
  >;

/** The library, or what stands for it in a test. */
export interface RunLibrary {
  /** Opens a run's environments. */
  readonly open: OpenStage;
  create(env: AgentEnv, config: DQNConfig): Promise<Learner>;
  load(path: string, env: AgentEnv, overrides: DQNConfig): Promise<Learner>;
  evaluate(
    agent: Policy,
    env: JudgeEnv,
    options: EvaluateOptions,
  ): Promise<Evaluation>;
}

/** A run to make. */
export interface RunPlan {
  readonly algorithm: string;
  readonly seed: number;
  readonly settings: Settings;
  /** The learner's options, this run's seed among them. */
  readonly config: DQNConfig;
  /** Whether it is evaluated as it behaves while learning, and not greedily. */
  readonly testsExploring: boolean;
  /** The Python to start, where the environments are Python's. */
  readonly python?: string;
  readonly paths: RunPaths;
}

/** What a run tells while it goes on. */
export type RunEvent =
  | { readonly kind: "progress"; readonly steps: number; readonly meanReturn: number | null }
  | { readonly kind: "note"; readonly text: string };

/** How much of the time saving may take: a large replay buffer is not written at each point. */
const SAVING_SHARE = 0.05;

/** A run's record while it grows. */
interface Draft {
  seconds: number;
  curve: CurvePoint[];
  best: RunRecord["best"];
  /** Returns of the episodes since the last point. */
  pending: number[];
}

/** The record of a run that is going on. */
interface PartialRecord extends RunRecord {
  /** Where its agent stood. */
  readonly steps: number;
  readonly pending: readonly number[];
}

/** Reads where a run was stopped; a fresh draft where it never began. */
async function readDraft(path: string, steps: number): Promise<Draft> {
  const left = await readRecord(path) as PartialRecord | undefined;
  // Points that the agent has yet to reach are made again, and with them what led there.
  const curve = (left?.curve ?? []).filter((point) => point.steps <= steps);
  const top = curve.reduce<CurvePoint | null>(
    (best, point) => best && best.mean >= point.mean ? best : point,
    null,
  );
  return {
    seconds: left?.seconds ?? 0,
    curve,
    best: top && { mean: top.mean, std: top.std, steps: top.steps },
    pending: left?.steps === steps ? [...left.pending] : [],
  };
}

/** Opens the agent that was saved, or a new one. */
async function openAgent(
  { config, paths }: RunPlan,
  stage: Stage,
  library: RunLibrary,
  tell: (event: RunEvent) => void,
): Promise<Learner> {
  if (await readRecord(paths.partial)) {
    const { learningRate } = config;
    const unsaved = typeof learningRate === "function" ? { learningRate } : {};
    try {
      return await library.load(paths.checkpoint, await stage.lanes(), unsaved);
    } catch (error) {
      const reason = (error as Error).message;
      tell({ kind: "note", text: `can't go on where it was stopped (${reason}): it starts over` });
      await removeFile(paths.partial);
    }
  }
  return await library.create(await stage.lanes(), config);
}

/**
 * Makes a run, from its beginning or from where it was stopped.
 *
 * @param plan What to do.
 * @param library The library.
 * @param signal Stops it; what is done is written down first.
 * @param tell Called now and then.
 * @returns The record of the finished run; undefined when it was stopped.
 */
export async function makeRun(
  plan: RunPlan,
  library: RunLibrary,
  signal: AbortSignal,
  tell: (event: RunEvent) => void,
): Promise<RunRecord | undefined> {
  const { algorithm, seed, settings, paths, testsExploring, python } = plan;
  const { env, numEnvs, isOnGpu } = settings;
  const places = { numEnvs, ...isOnGpu && { isOnGpu } };
  await using stage = library.open({ env, ...places, ...python !== undefined && { python } });
  const agent = await openAgent(plan, stage, library, tell);
  try {
    const draft = await readDraft(paths.partial, agent.steps);
    const record = (final: RunRecord["final"] = null): RunRecord => ({
      algorithm,
      seed,
      settings,
      config: configRecord(agent.config),
      adapter: agent.adapter,
      seconds: draft.seconds,
      episodes: agent.episodes,
      updates: agent.updates,
      curve: draft.curve,
      final,
      best: draft.best,
    });
    let savedAt = -1;
    const save = async () => {
      if (savedAt === agent.steps) return;
      const partial: PartialRecord = {
        ...record(),
        steps: agent.steps,
        pending: draft.pending,
      };
      await writeText(paths.partial, JSON.stringify(partial) + "\n");
      await agent.save(paths.checkpoint);
      savedAt = agent.steps;
    };
    const play = async (episodes: number, from: number) => {
      const evaluation = await library.evaluate(agent, await stage.judges(episodes), {
        episodes,
        seed: from,
        deterministic: !testsExploring,
        signal,
      });
      // A few episodes alone are not what the curve is made of.
      return evaluation.episodes < episodes ? undefined : evaluation;
    };

    let nextSave = 0;
    while (draft.curve.length === 0 || draft.curve.at(-1)!.steps < settings.steps) {
      const end = Math.min(settings.steps, (draft.curve.length + 1) * settings.every);
      if (agent.steps < end) {
        const result = await agent.learn(end - agent.steps, {
          horizon: settings.steps,
          signal,
          onEpisode(episode) {
            const ended = stage.takeGames?.(episode.lane) ?? [episode];
            for (const one of ended) draft.pending.push(one.return);
          },
          onProgress: ({ steps, meanReturn }) =>
            tell({
              kind: "progress",
              steps,
              meanReturn: Number.isNaN(meanReturn) ? null : meanReturn,
            }),
        });
        draft.seconds += result.seconds;
        if (result.stoppedBy === "signal") {
          // At the end of a piece updates may still be due, for which no later call would be made.
          if (agent.steps < end) await save();
          return undefined;
        }
      }
      const check = await play(settings.checkEpisodes, checkSeed(seed));
      if (!check) {
        await save();
        return undefined;
      }
      const { mean: height, std } = check;
      if (!draft.best || height > draft.best.mean) {
        draft.best = { mean: height, std, steps: agent.steps };
        await writeBytes(paths.best, encodeSafetensors(await agent.getParameters()));
      }
      const training = draft.pending.length === 0 ? null : mean(draft.pending);
      draft.curve.push({ steps: agent.steps, mean: height, std, training });
      draft.pending = [];
      if (performance.now() >= nextSave) {
        const began = performance.now();
        await save();
        const ended = performance.now();
        nextSave = ended + (ended - began) / SAVING_SHARE;
      }
    }

    const finished = await finish(
      plan,
      agent,
      draft,
      () => play(settings.testEpisodes, testSeed(seed)),
    );
    if (!finished) {
      await save();
      return undefined;
    }
    const whole = { ...record(finished.final), best: finished.best };
    await writeText(paths.record, JSON.stringify(whole) + "\n");
    for (const path of [paths.partial, paths.checkpoint, paths.best]) await removeFile(path);
    return whole;
  } finally {
    agent.close();
  }
}

/** Plays fresh episodes with the last network and with the best one; undefined when it is stopped. */
async function finish(
  { paths }: RunPlan,
  agent: Learner,
  { best }: Draft,
  test: () => Promise<Evaluation | undefined>,
): Promise<Pick<RunRecord, "final" | "best"> | undefined> {
  const last = await test();
  if (!last || !best) return undefined;
  const final = { mean: last.mean, std: last.std };
  if (best.steps === agent.steps) return { final, best: { ...final, steps: best.steps } };
  const own = await agent.getParameters();
  const { tensors } = decodeSafetensors(await readBytes(paths.best));
  await agent.setParameters(tensors as Parameters<Learner["setParameters"]>[0]);
  const top = await test();
  // Whoever saves the agent after this saves the last network.
  await agent.setParameters(own);
  return top && { final, best: { mean: top.mean, std: top.std, steps: best.steps } };
}
