/**
 * Algorithms of the DQN family as data: each is the part of a configuration that makes it what it is. A
 * file of this folder is an algorithm's page: what it changes, whose idea it is, what is different here.
 *
 * @module
 */

import type { DQNConfig } from "../config.ts";

/** An algorithm as data. */
export interface Algorithm {
  /** What `--algorithm` calls it. */
  readonly name: string;
  /** What papers call it. */
  readonly title: string;
  /** What it does, in a line. */
  readonly description: string;
  /** Where it is from. */
  readonly source: string;
  /** Options that make it: what they leave open is a preset's, or has its default. */
  readonly config: DQNConfig;
  /** What it can't do without: a support is the range of returns that C51's atoms span. */
  readonly needs?: "support";
}
