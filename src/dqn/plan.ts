/**
 * What a configuration means for the network: how it is built, and which forward passes an update
 * takes.
 */

import { buildNetwork, type Structure } from "../nn/structure.ts";
import type { Network } from "../nn/network.ts";
import type { Pass } from "../nn/passes.ts";
import type { Distribution, ResolvedConfig } from "./config.ts";
import { pictureLayers } from "./networks.ts";
import type { View } from "./view.ts";

/** Numbers that the network gives for each action in a row of its outputs. */
export function atomsOf({ distribution, atoms, quantiles }: ResolvedConfig): number {
  const counts: Record<Distribution, number> = { none: 1, c51: atoms, qr: quantiles, iqn: 1 };
  return counts[distribution];
}

/** The network that a configuration asks for, for what it sees and so many actions. */
export function networkOf(config: ResolvedConfig, { input }: View, actions: number): Network {
  const { hiddenLayers, headLayers, activation, layerNorm, noisy, dueling } = config;
  const structure: Structure = {
    input,
    convolutions: pictureLayers(config.network),
    hiddenLayers,
    headLayers,
    actions,
    atoms: atomsOf(config),
    activation,
    layerNorm,
    noisy,
    dueling,
    cosines: config.distribution === "iqn" ? config.cosines : 0,
  };
  return buildNetwork(structure);
}

/** The passes of an update, and which of them its target looks at. */
export interface PassPlan {
  readonly passes: readonly Pass[];
  /** Whose values choose the next action, or make the next policy. */
  readonly select: number;
  /** Whose values make the policy at the observations (Munchausen). */
  readonly now: number | undefined;
}

/** Pass 1: the target network on the next observations. */
const TARGET = 1;

/**
 * The passes of an update: the online network on the observations, the target network on the next
 * ones; then, where the next action is not chosen by that one's values, the pass that chooses; then
 * what Munchausen's reward looks at.
 */
export function planPasses(config: ResolvedConfig): PassPlan {
  const { distribution, doubleQ, target, taus, targetTaus, actingTaus } = config;
  const isSampled = distribution === "iqn";
  const samples = (count: number) => isSampled ? count : 1;
  const passes: Pass[] = [
    { network: "online", input: "observations", samples: samples(taus) },
    { network: "target", input: "nextObservations", samples: samples(targetTaus) },
  ];
  const acting = samples(actingTaus);
  // IQN chooses by samples of their own; what is drawn for the target would flatter its own choice.
  const choosesApart = doubleQ || (isSampled && target !== "sarsa");
  const select = choosesApart
    ? passes.push({
      network: doubleQ ? "online" : "target",
      input: "nextObservations",
      samples: acting,
    }) - 1
    : TARGET;
  const now = target === "munchausen"
    ? passes.push({ network: "target", input: "observations", samples: acting }) - 1
    : undefined;
  return { passes, select, now };
}
