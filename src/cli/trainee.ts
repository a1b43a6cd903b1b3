/**
 * The agent of a run: a new one, or one that was saved.
 *
 * @module
 */

import { readFeed } from "../agent/feed.ts";
import type { DQNConfig } from "../dqn/config.ts";
import type { Preset } from "../dqn/presets/preset.ts";
import { type Arguments, onlyTests } from "./args.ts";
import { smallerBuffer } from "./buffer_size.ts";
import type { Run, Surroundings, Trainee } from "./run.ts";
import { spacesOf, type Stage } from "./stage.ts";

/** What no file holds of a preset: a learning rate that is a function. */
function unsaved({ config: { learningRate } }: Preset): DQNConfig {
  return typeof learningRate === "function" ? { learningRate } : {};
}

/** An agent that only plays leaves its replay buffer, of gigabytes perhaps, in the file. */
const PLAYS: DQNConfig = { bufferSize: 10_000, learningStarts: 0 };

/** Makes or loads the agent. One that is only to be tested has no environments to learn in. */
export async function openTrainee(
  { args, preset, plan, stage, around }: Pick<Run, "args" | "preset" | "plan" | "stage" | "around">,
): Promise<Trainee> {
  if (args.load === undefined) return await create(args, stage, around);
  const overrides = { ...unsaved(preset), ...args.overrides };
  if (!onlyTests(args)) {
    return await around.library.load(args.load, await stage.lanes(), overrides);
  }
  const env = spacesOf(await stage.judges(plan.testEpisodes));
  const modest = { ...overrides, ...PLAYS };
  return await around.library.load(args.load, env, modest, { replay: false });
}

/** Makes an agent, with a replay buffer that the machine has room for. */
async function create(
  { config, overrides }: Arguments,
  stage: Stage,
  { library, screen }: Surroundings,
): Promise<Trainee> {
  const lanes = await stage.lanes();
  const smaller = overrides.bufferSize === undefined
    ? smallerBuffer(config, readFeed(lanes).shape)
    : undefined;
  if (!smaller) return await library.create(lanes, config);
  const modest = { ...config, bufferSize: smaller.rows };
  if (await library.adapterKind(config.powerPreference) === "cpu") {
    screen.line(smaller.text("the adapter is a processor"));
    return await library.create(lanes, modest);
  }
  try {
    return await library.create(lanes, config);
  } catch (error) {
    // Only memory is a matter of size; whatever else is wrong is so again.
    if (!(error instanceof RangeError)) throw error;
    const agent = await library.create(lanes, modest);
    screen.line(smaller.text("the adapter has not the memory"));
    return agent;
  }
}
