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
  /** Whether a value that was chosen along with another choice means nothing beside this one. */
  readonly goesWithIt: boolean;
}

const FOLLOWING: Readonly<Partial<Record<OptionName, Following>>> = {
  // Noise in the weights explores; ε beside it would only be in its way.
  exploration: {
    choice: "noisy",
    value: (noisy) => noisy ? "greedy" : "epsilon-greedy",
    goesWithIt: true,
  },
  // These two as in torch.optim.
  adamEps: {
    choice: "optimizer",
    value: (name) => name === "adagrad" ? 1e-10 : 1e-8,
    goesWithIt: false,
  },
  weightDecay: {
    choice: "optimizer",
    value: (name) => name === "adamw" ? 1e-2 : 0,
    goesWithIt: true,
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

/** Whether a value of an option goes when `over` makes the choice behind it another one than `under`'s. */
export function goesWithChoice(name: OptionName, under: Choices, over: Choices): boolean {
  const following = FOLLOWING[name];
  if (!following?.goesWithIt) return false;
  const { choice } = following;
  return over[choice] !== undefined && over[choice] !== chosen(choice, under);
}
