/** A world for the training program without GPU, files or terminal: what happens is told beforehand. */

import { readFeed } from "../../src/agent/feed.ts";
import type { Program } from "../../src/cli/program.ts";
import type { FileRequest, Files } from "../../src/cli/files.ts";
import { registeredStage } from "../../src/cli/registered_stage.ts";
import type { Library, Surroundings, Trainee } from "../../src/cli/run.ts";
import type { OpenStage } from "../../src/cli/stage.ts";
import { Screen, type Terminal } from "../../src/cli/terminal.ts";
import { resolveConfig } from "../../src/dqn/config.ts";
import type { Preset } from "../../src/dqn/presets/preset.ts";
import { GpuEnv } from "../../src/envs/gpu/gpu_env.ts";
import { make } from "../../src/envs/registry.ts";
import type { AdapterKind } from "../../src/gpu/gpu.ts";
import type { ProfileRow } from "../../src/gpu/program.ts";

/** A terminal that keeps what is written. */
export class FakeTerminal implements Terminal {
  readonly isTerminal: boolean;
  width: number;
  text = "";

  constructor(isTerminal = false, width = 80) {
    this.isTerminal = isTerminal;
    this.width = width;
  }

  columns(): number {
    return this.width;
  }

  write(text: string): void {
    this.text += text;
  }

  /** The lines as they stand on the screen after all redrawing. */
  lines(): string[] {
    return this.text.split("\n").map((line) => line.split("\r\x1b[2K").at(-1)!);
  }
}

/** A program with two presets, one counted in steps and one in episodes. */
export const PRESETS: Readonly<Record<string, Preset>> = {
  default: {
    description: "counted in steps",
    source: "a test",
    env: "CartPole-v1",
    config: { learningRate: 1e-3, hiddenLayers: [8], learningStarts: 10 },
    length: { steps: 200 },
    evaluation: { every: 50, episodes: 5, stopAt: 475 },
  },
  tutorial: {
    description: "counted in episodes",
    source: "a test",
    env: "CartPole-v0",
    config: { explorationSchedule: "exponential", explorationDecay: 500 },
    length: { episodes: 6 },
    testEpisodes: 4,
    showsTable: true,
    logsEpisodes: true,
    smoothing: 0.9,
  },
};

export const PROGRAM: Program = {
  command: "deno run examples/fake.ts",
  summary: "Pretends to train.",
  presets: PRESETS,
};

/** What a fake run does. */
export interface Script {
  /** Means of the evaluations while training, in turn. */
  readonly checks?: readonly number[];
  /** Called before each step; may abort or throw. */
  readonly onStep?: (step: number) => void;
  /** Steps and episodes that a loaded agent has behind it. */
  readonly loaded?: { steps: number; episodes: number };
  /** Called before each episode of an evaluation. */
  readonly onTest?: (episode: number) => void;
  /** Paths that can't be written. */
  readonly broken?: readonly string[];
  /** What the permission check throws. */
  readonly refused?: Error;
  /** Opens the environments; registered ones when left out. */
  readonly open?: OpenStage;
  /** What shaders run on; a graphics card when left out. */
  readonly adapter?: AdapterKind;
  /** Whether training takes so long that other work gets its turns. */
  readonly isSlow?: boolean;
  /** Where an update's time goes, or why that can't be said; an adapter without timestamps when left out. */
  readonly profile?: readonly ProfileRow[] | Error;
  /** Rows from which on a replay buffer does not fit. */
  readonly mostRows?: number;
}

const EPISODE_LENGTH = 10;

/** A world, and what was done in it. */
export class FakeWorld {
  readonly out: FakeTerminal;
  readonly calls: string[] = [];
  readonly written = new Map<string, string>();
  readonly results: string[] = [];
  readonly requests: FileRequest[] = [];
  readonly controller = new AbortController();
  readonly #script: Script;

  constructor(script: Script = {}, out: FakeTerminal = new FakeTerminal()) {
    this.#script = script;
    this.out = out;
  }

  /** What the program sees of it. */
  around(): Surroundings {
    return {
      library: this.#library(),
      files: this.#files(),
      screen: new Screen(this.out),
      printResult: (line) => void this.results.push(line),
      signal: this.controller.signal,
    };
  }

  #files(): Files {
    return {
      check: (requests) => {
        this.calls.push("check files");
        this.requests.push(...requests);
        return this.#script.refused ? Promise.reject(this.#script.refused) : Promise.resolve();
      },
      writeText: (path, text) => {
        this.calls.push(`write ${path}`);
        if (this.#script.broken?.includes(path)) {
          return Promise.reject(new Error(`cannot write "${path}": the disk is full`));
        }
        this.written.set(path, text);
        return Promise.resolve();
      },
      writeBytes: (path, bytes) => {
        this.calls.push(`write ${path}`);
        this.written.set(path, String.fromCharCode(...bytes.subarray(0, 6)));
        return Promise.resolve();
      },
    };
  }

  #library(): Library {
    return {
      open: this.#script.open ?? ((request) => registeredStage(request, (id) => make(id))),
      adapterKind: () => {
        this.calls.push("look at the adapter");
        return Promise.resolve(this.#script.adapter ?? "gpu");
      },
      create: (env, config) => {
        const several = Array.isArray(env) ? env.length : String(env);
        this.calls.push(
          env instanceof GpuEnv || Array.isArray(env) ? `create in ${several}` : "create",
        );
        const resolved = resolveConfig(config);
        if (resolved.bufferSize > (this.#script.mostRows ?? Infinity)) {
          return Promise.reject(new RangeError(`no memory for ${resolved.bufferSize} rows`));
        }
        return Promise.resolve(this.#agent({ steps: 0, episodes: 0 }, resolved));
      },
      load: (path, env, overrides, options) => {
        if (readFeed(env).count === 0) this.calls.push("load without environments");
        const shown = JSON.stringify(
          overrides,
          (_, value) => typeof value === "function" ? "a function" : value,
        );
        const without = options?.replay === false ? " without its replay buffer" : "";
        this.calls.push(`load ${path} ${shown}${without}`);
        const behind = this.#script.loaded ?? { steps: 50, episodes: 5 };
        return Promise.resolve(this.#agent({ ...behind }, resolveConfig({ seed: 9 })));
      },
      evaluate: async (_agent, env, { episodes = 0, seed, deterministic, signal, onEpisode }) => {
        if (!(env instanceof GpuEnv)) await env.reset({ seed });
        const place = env instanceof GpuEnv ? ` in ${env}` : "";
        const how = (deterministic === false ? " exploring" : "") + place;
        this.calls.push(`evaluate ${episodes} from ${seed}${how}`);
        const returns: number[] = [];
        for (let index = 0; index < episodes; index++) {
          this.#script.onTest?.(index);
          if (signal?.aborted) break;
          returns.push(100 + index);
          onEpisode?.({ index, return: 100 + index, length: 100 + index });
        }
        return {
          episodes: returns.length,
          mean: returns.reduce((a, b) => a + b, 0) / returns.length,
          std: 1.5,
          min: Math.min(...returns),
          max: Math.max(...returns),
          returns,
          lengths: returns,
        };
      },
    };
  }

  #agent(state: { steps: number; episodes: number }, config: Trainee["config"]): Trainee {
    const { calls } = this;
    const script = this.#script;
    return {
      config,
      adapter: "a fake adapter",
      epsilon: 0.5,
      temperature: null,
      get steps() {
        return state.steps;
      },
      get episodes() {
        return state.episodes;
      },
      get updates() {
        return 2 * state.steps;
      },
      owns: () => false,
      qValuesOf: () => Promise.reject(new Error("a fake agent has no Q-values")),
      save(target, { replay = true } = {}) {
        calls.push(`save ${target}${replay ? "" : " without replay"}`);
        return script.broken?.includes(String(target))
          ? Promise.reject(new Error(`cannot write "${target}": the disk is full`))
          : Promise.resolve();
      },
      profile() {
        calls.push("profile");
        const { profile = [] } = script;
        return profile instanceof Error ? Promise.reject(profile) : Promise.resolve([...profile]);
      },
      close: () => void calls.push("close"),
      async learn(
        steps,
        { signal, horizon, episodes = Infinity, onEpisode, onProgress, evaluation } = {},
      ) {
        calls.push(`learn ${steps} of ${horizon}`);
        const from = { ...state };
        let stoppedBy: "steps" | "episodes" | "signal" | "solved" = "steps";
        let best: { mean: number; steps: number } | undefined;
        let check = 0;
        while (state.steps < from.steps + steps) {
          script.onStep?.(state.steps);
          if (state.episodes - from.episodes >= episodes) {
            stoppedBy = "episodes";
            break;
          }
          if (signal?.aborted) {
            stoppedBy = "signal";
            break;
          }
          state.steps++;
          if (state.steps % EPISODE_LENGTH === 0) {
            onEpisode?.({
              episode: ++state.episodes,
              return: EPISODE_LENGTH + state.episodes,
              length: EPISODE_LENGTH,
              steps: state.steps,
              epsilon: 0.5,
              lane: 0,
              terminated: true,
            });
            if (script.isSlow) await new Promise((resolve) => setTimeout(resolve, 0));
          }
          if (evaluation && state.steps % evaluation.every === 0) {
            const mean = script.checks?.[check++] ?? 0;
            const isBest = mean > (best?.mean ?? -Infinity);
            if (isBest) best = { mean, steps: state.steps };
            evaluation.onEvaluation?.({
              episodes: evaluation.episodes,
              mean,
              std: 0,
              min: mean,
              max: mean,
              returns: [],
              lengths: [],
              steps: state.steps,
              best: isBest,
            });
            if (mean >= (evaluation.stopAt ?? Infinity)) {
              stoppedBy = "solved";
              break;
            }
          }
        }
        onProgress?.({
          steps: state.steps,
          totalSteps: from.steps + steps,
          episodes: state.episodes,
          updates: 2 * state.steps,
          meanReturn: 20,
          epsilon: 0.5,
          loss: 0.01,
          meanQ: 3,
          gradNorm: 1,
          tdError: 1,
          seconds: 10,
          stepsPerSecond: 20,
          updatesPerSecond: 40,
          secondsLeft: 0,
          phase: { name: "collecting", done: 1, of: 4, unit: "steps" },
        });
        await Promise.resolve();
        return {
          steps: state.steps - from.steps,
          episodes: state.episodes - from.episodes,
          updates: 2 * (state.steps - from.steps),
          seconds: 10,
          stepsPerSecond: 20,
          updatesPerSecond: 40,
          stoppedBy,
          ...best && { best },
        };
      },
    };
  }
}
