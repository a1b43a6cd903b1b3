/**
 * Defaults: most are in the table of options, and some follow from what another option says.
 *
 * @module
 */

import { OPTION_TABLE, type OptionName } from "./options.ts";

/** The configuration as far as it must be known to say what follows from it. */
export type Choices = Readonly<Partial<Record<OptionName, unknown>>>;

/** A default that another option decides. */
interface Following {
  readonly choice: OptionName;
  readonly value: (chosen: unknown) => unknown;
  /** Whether no value outlives the choice that it was made beside; else it is the defaults that don't. */
  readonly alwaysGoes?: boolean;
}

const FOLLOWING: Readonly<Partial<Record<OptionName, Following>>> = {
  // Noise in the weights explores; ε beside it would only be in its way.
  exploration: {
    choice: "noisy",
    value: (noisy) => noisy ? "greedy" : "epsilon-greedy",
    alwaysGoes: true,
  },
  // These two as in torch.optim.
  adamEps: {
    choice: "optimizer",
    value: (name) => name === "adagrad" ? 1e-10 : 1e-8,
  },
  weightDecay: {
    choice: "optimizer",
    value: (name) => name === "adamw" ? 1e-2 : 0,
  },
};

/** Options whose default another one decides. */
export const FOLLOWING_NAMES = Object.keys(FOLLOWING) as readonly OptionName[];

/**
 * An option's default.
 *
 * @param name The option.
 * @param config What is chosen otherwise.
 */
export function defaultOf(name: OptionName, config: Choices): unknown {
  const following = FOLLOWING[name];
  return following ? following.value(chosen(following.choice, config)) : OPTION_TABLE[name].default;
}

/** What an option says, or its default where it is left out. */
export function chosen(name: OptionName, config: Choices): unknown {
  const value = config[name];
  return value === undefined ? defaultOf(name, config) : value;
}

/**
 * Whether an option of `under` goes since `over` makes the choice behind it another one: what was the default
 * beside that choice does.
 */
export function goesWithChoice(name: OptionName, under: Choices, over: Choices): boolean {
  const following = FOLLOWING[name];
  if (!following) return false;
  const { choice, value, alwaysGoes } = following;
  const before = chosen(choice, under);
  if (over[choice] === undefined || over[choice] === before) return false;
  return alwaysGoes || under[name] === value(before);
}
