/**
 * Restoring an agent from a checkpoint: what may be changed when it is loaded, whether it fits, and where
 * its environments go on.
 */

import { layered } from "../dqn/combinations.ts";
import { type DQNConfig, resolveConfig } from "../dqn/config.ts";
import { Box } from "../envs/spaces/box.ts";
import { Discrete } from "../envs/spaces/discrete.ts";
import { type PictureLayerOption, pictureLayers } from "../dqn/networks.ts";
import type { LoadedCheckpoint } from "./checkpoint.ts";
import type { Loop } from "./loop.ts";
import { type Shape, type Spaces, spacesText } from "./spaces.ts";

/** Options that say what the network is, and so what its parameters mean. */
const NETWORK_OPTIONS = [
  "network",
  "frameStack",
  "hiddenLayers",
  "headLayers",
  "activation",
  "layerNorm",
  "dueling",
  "noisy",
  "distribution",
  "atoms",
  "vMin",
  "vMax",
  "quantiles",
  "cosines",
] as const satisfies readonly (keyof DQNConfig)[];

/** Options that say how parameters start. */
const START_OPTIONS = ["init", "noisySigma"] as const satisfies readonly (keyof DQNConfig)[];

/**
 * The configuration that a loaded agent is to have.
 *
 * @param saved The checkpoint.
 * @param overrides Options to change; undefined ones are not.
 * @throws {Error} When an option would make another network or be too late, or no file holds the learning
 *   rate.
 */
export function loadedConfig(saved: LoadedCheckpoint, overrides: DQNConfig): DQNConfig {
  const config = layered(saved.config, overrides);
  if (config.learningRate === undefined) {
    throw new Error(
      "the saved run's learningRate was a function, which no file holds: give it again, as in " +
        "DQN.load(source, env, { learningRate })",
    );
  }
  checkSameNetwork(saved, overrides);
  return config;
}

function checkSameNetwork(saved: LoadedCheckpoint, changes: DQNConfig): void {
  // Files of before lack options that came later; these then have their defaults.
  const was = resolveConfig(layered(saved.config, {}));
  const widths = (sizes: readonly number[]) =>
    [saved.observationSize, ...sizes, saved.actions].join("-");
  for (const name of START_OPTIONS) {
    if (changes[name] === undefined || isSame(changes[name], was[name])) continue;
    throw new Error(
      `${name} says how parameters start, and this checkpoint's have learnt: leave ${name} out when loading`,
    );
  }
  for (const name of NETWORK_OPTIONS) {
    const wanted = changes[name];
    if (wanted === undefined || isSame(wanted, was[name])) continue;
    const [has, asks] = name === "hiddenLayers" && Array.isArray(wanted)
      ? [`is ${widths(was.hiddenLayers)}`, widths(wanted)]
      : [`has ${name} ${JSON.stringify(was[name])}`, JSON.stringify(wanted)];
    throw new Error(
      `this checkpoint's network ${has}, and ${name} asks for ${asks}: leave ${name} out when loading`,
    );
  }
}

/** Whether two values are the same; networks are if their layers, spelt out, are. */
function isSame(a: unknown, b: unknown): boolean {
  const [one, other] = [a, b].map((value) =>
    JSON.stringify(isLayers(value) ? pictureLayers(value) : value)
  );
  return one === other;
}

function isLayers(value: unknown): value is readonly PictureLayerOption[] {
  return Array.isArray(value) && typeof value[0] === "object";
}

/**
 * Refuses an environment that a checkpoint is not for.
 *
 * @throws {Error} When its spaces have other sizes.
 */
export function checkFits(
  saved: LoadedCheckpoint,
  shape: Shape,
): void {
  const { observationSize, actions } = shape;
  if (saved.observationSize !== observationSize || saved.actions !== actions) {
    throw new Error(
      `this checkpoint is for observations of ${saved.observationSize} numbers and ` +
        `${saved.actions} actions; the environment has ${observationSize} and ${actions}`,
    );
  }
  // Names of actions may differ: what counts is how many there are.
  const { network = "mlp" } = saved.config;
  const [wanted, given] = [{ ...saved, firstAction: 0 }, { ...shape, firstAction: 0 }]
    .map((one) => spacesText(one, { network }));
  if (wanted !== given) {
    throw new Error(`this checkpoint is for ${wanted}; the environment has ${given}`);
  }
}

/** Spaces for an agent that is loaded without an environment. */
export function savedSpaces(saved: LoadedCheckpoint): Spaces {
  const { observationShape, isBytes, isShades, actions, firstAction } = saved;
  return {
    observationSpace: isBytes
      ? new Box(0, isShades ? 255 : 254, observationShape, "uint8")
      : new Box(-Infinity, Infinity, observationShape),
    actionSpace: new Discrete(actions, { start: firstAction }),
  };
}

/**
 * Lets environments go on where the saved run left them. Where that can't be, a new episode begins, and a
 * warning says why.
 *
 * @param lanes The environments; the replay buffer has been loaded.
 * @param saved The checkpoint.
 * @param usesMasks Whether the agent acts by masks.
 */
export async function resumeLanes(
  lanes: Loop,
  saved: LoadedCheckpoint,
  usesMasks: boolean,
): Promise<void> {
  const { ids } = lanes;
  if (saved.lanes === null && saved.envIds.length > 0) {
    lanes.cut();
    console.warn("the checkpoint does not say where the environments stood: a new episode begins");
  } else if (String(ids) !== String(saved.envIds) || saved.lanes === null) {
    lanes.cut();
    console.warn(
      `the saved run was in ${saved.envIds.join(", ") || "no environment"}, this one is in ` +
        `${ids.join(", ")}: a new episode begins`,
    );
  } else if (!saved.ring) {
    // What the environments have shown is not there to go on from; what they draw goes on where it was.
    await lanes.setState(saved.lanes);
    lanes.cut();
    console.warn(
      "the run was saved without its replay buffer: new episodes begin, and the buffer fills up again " +
        "before anything is learnt",
    );
  } else if (usesMasks && !saved.config.actionMasks) {
    lanes.cut();
    console.warn("the saved run knew no action masks: a new episode begins");
  } else if (!(await lanes.setState(saved.lanes))) {
    console.warn(
      "the environment can't be put back where the saved run left it (it has no getState and " +
        "setState, or one of the two runs is on the GPU and the other on the host): a new episode begins",
    );
  }
}
