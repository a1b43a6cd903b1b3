/**
 * Which parts of the DQN family a learner has, in words.
 *
 * @module
 */

import type { ResolvedConfig } from "../dqn/config.ts";
import { networkText } from "./network_text.ts";

/** What stands for the values. */
function head(config: ResolvedConfig): string[] {
  const { distribution, atoms, vMin, vMax, quantiles, taus, targetTaus, actingTaus } = config;
  switch (distribution) {
    case "none":
      return [];
    case "c51":
      return [`C51 (${atoms} atoms from ${vMin} to ${vMax})`];
    case "qr":
      return [`QR-DQN (${quantiles} quantiles)`];
    case "iqn":
      return [`IQN (${taus} and ${targetTaus} quantiles drawn, ${actingTaus} to act)`];
  }
}

function target({ target, munchausenTau, munchausenAlpha }: ResolvedConfig): string[] {
  switch (target) {
    case "max":
      return [];
    case "sarsa":
      return ["SARSA target"];
    case "munchausen":
      return [`Munchausen target (tau ${munchausenTau}, alpha ${munchausenAlpha})`];
  }
}

function replay(config: ResolvedConfig): string[] {
  const { sampling, replacement, priorityAlpha, priorityBeta, priorityBetaEnd } = config;
  switch (sampling) {
    case "uniform":
      return replacement ? [] : ["batches without replacement"];
    case "sequential":
      return ["sequential replay"];
    case "prioritized":
      return [
        `prioritised replay (alpha ${priorityAlpha}, beta ${priorityBeta} to ${priorityBetaEnd})`,
      ];
  }
}

/** All parts in a line; "plain DQN" where there is none. */
export function partsText(config: ResolvedConfig): string {
  const parts = [
    ...head(config),
    ...target(config),
    ...config.doubleQ ? ["Double DQN"] : [],
    ...config.dueling ? ["dueling networks"] : [],
    ...config.noisy ? ["noisy networks"] : [],
    ...replay(config),
    ...config.nSteps > 1 ? [`${config.nSteps}-step returns`] : [],
    ...config.layerNorm ? ["layer normalisation"] : [],
    ...config.network === "mlp" ? [] : [`convolutions ${networkText(config.network)}`],
    ...config.frameStack > 1 ? [`${config.frameStack} stacked frames`] : [],
    ...config.actionMasks ? ["action masks"] : [],
  ];
  return parts.length === 0 ? "plain DQN" : parts.join(", ");
}
