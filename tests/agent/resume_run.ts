/**
 * A part of a run, for the tests of resuming: makes or loads an agent, learns, saves. As a program it is
 * the new process in which a run goes on: `deno run resume_run.ts '<Part as JSON>'`.
 *
 * @module
 */

import { DQN, type DQNConfig, type Env, make, type StepResult, Wrapper } from "../../mod.ts";

/** What to do. */
export interface Part {
  /** Where to go on from; left out, a new agent is made. */
  readonly load?: string;
  /** A new agent's options. */
  readonly config?: DQNConfig;
  /** How many environments, and when their episodes are truncated. */
  readonly lanes: number;
  readonly maxEpisodeSteps: number;
  readonly steps: number;
  readonly horizon: number;
  readonly save: string;
}

/** What a part tells of itself. */
export interface Outcome {
  /** All actions that were taken, lane by lane. */
  readonly actions: readonly (readonly number[])[];
  readonly steps: number;
  readonly episodes: number;
  readonly updates: number;
  readonly epsilon: number;
  /** Greedy actions and Q-values at the end. */
  readonly greedy: readonly number[];
  readonly qValues: readonly (readonly number[])[];
}

/** Remembers actions. */
class Recorder extends Wrapper {
  readonly actions: number[] = [];

  override step(action: number): StepResult<Float32Array> {
    this.actions.push(action);
    return super.step(action);
  }
}

/** Where the network is asked at the end. */
const PLACES = [-0.2, -0.05, 0, 0.05, 0.2].map((x) => Float32Array.of(x, -x, x / 2, 3 * x));

/**
 * Does a part of a run.
 *
 * @param device The device to run on; left out, one is opened.
 */
export async function runPart(part: Part, device?: GPUDevice): Promise<Outcome> {
  const { load, config, lanes, maxEpisodeSteps, steps, horizon, save } = part;
  const envs = Array.from(
    { length: lanes },
    () => new Recorder(make("CartPole-v1", { maxEpisodeSteps })),
  );
  const env: Env | Env[] = lanes === 1 ? envs[0] : envs;
  using agent = load === undefined
    ? await DQN.create(env, { ...config, device })
    : await DQN.load(load, env, { device });
  await agent.learn(steps, { horizon });
  await agent.save(save);
  const qValues: number[][] = [];
  const greedy: number[] = [];
  for (const place of PLACES) {
    qValues.push([...await agent.qValues(place)]);
    greedy.push(await agent.predict(place));
  }
  const { episodes, updates, epsilon } = agent;
  const actions = envs.map((each) => each.actions);
  return { actions, steps: agent.steps, episodes, updates, epsilon, greedy, qValues };
}

if (import.meta.main) {
  console.log(JSON.stringify(await runPart(JSON.parse(Deno.args[0]))));
}
