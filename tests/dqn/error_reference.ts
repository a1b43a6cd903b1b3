/**
 * What `runErrors` has to leave, in float64: heads read, targets made, and the slopes of each loss worked
 * out by hand.
 */

import {
  munchausenReward,
  shares,
  support,
  targetOf,
  type TargetOptions,
  valueOf,
} from "../reference/family_targets.ts";
import { lossSlope, lossValue, quantileLoss, quantileLossSlope } from "../reference/losses.ts";
import {
  type Choice,
  columnsOf,
  type Given,
  maskOf,
  passesOf,
  resolved,
  type Wanted,
} from "./error_bench.ts";

/** What a row's loss comes to. */
interface RowLoss {
  readonly loss: number;
  /** By the numbers of the action taken. */
  readonly slopes: number[];
  readonly tdError: number;
  readonly priority: number;
}

const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);
const mean = (numbers: readonly number[]) => sum(numbers) / numbers.length;

/** The configuration in the reference's names. */
export function optionsOf(choice: Choice): TargetOptions {
  return { ...resolved(choice), observationSize: 2, actions: choice.actions };
}

/** The numbers of each action: its Q-value, logits or quantiles, by whatever streams. */
export function readHead(choice: Choice, given: Given, pass: number, row: number): number[][] {
  const { config, actions } = choice;
  const columns = columnsOf(choice);
  const { samples } = passesOf(choice)[pass];
  const own = columns / (actions + (config.dueling ? 1 : 0));
  const isSampled = config.distribution === "iqn";
  const count = isSampled ? samples : own;
  const at = (i: number, action: number) =>
    isSampled
      ? given.outputs[pass][(row * samples + i) * columns + action]
      : given.outputs[pass][row * columns + action * own + i];
  return Array.from({ length: actions }, (_, action) =>
    Array.from({ length: count }, (_, i) => {
      if (!config.dueling) return at(i, action);
      const advantages = Array.from({ length: actions }, (_, other) => at(i, other));
      // The value's numbers follow as if they were one more action's.
      return advantages[action] + at(i, actions) - mean(advantages);
    }));
}

/** Categorical cross-entropy; its slope by a logit is p − m. */
function categoricalLoss(z: readonly number[], logits: readonly number[], m: number[]): RowLoss {
  const highest = Math.max(...logits);
  const log = highest + Math.log(sum(logits.map((x) => Math.exp(x - highest))));
  const logs = logits.map((x) => x - log);
  const q = sum(z.map((x, i) => x * Math.exp(logs[i])));
  return {
    loss: -sum(m.map((p, i) => p * logs[i])),
    slopes: logs.map((x, i) => Math.exp(x) - m[i]),
    tdError: sum(z.map((x, i) => x * m[i])) - q,
    priority: sum(m.map((p, i) => p > 0 ? p * (Math.log(p) - logs[i]) : 0)),
  };
}

/** The quantile Huber loss of all pairs. */
function quantilesLoss(
  theta: readonly number[],
  targets: readonly number[],
  taus: readonly number[],
  kappa: number,
): RowLoss {
  const loss = sum(
    theta.map((x, i) => mean(targets.map((t) => quantileLoss(t - x, taus[i], kappa)))),
  );
  return {
    loss,
    slopes: theta.map((x, i) =>
      -mean(targets.map((t) => quantileLossSlope(t - x, taus[i], kappa)))
    ),
    tdError: mean(targets) - mean(theta),
    priority: loss / theta.length,
  };
}

/** Everything of one agent. */
export function wantedErrors(choice: Choice, given: Given): Wanted {
  const { batch, actions } = choice;
  const config = resolved(choice);
  const options = optionsOf(choice);
  const passes = passesOf(choice);
  const columns = columnsOf(choice);
  const isSampled = config.distribution === "iqn";
  const munchausen = config.target === "munchausen";
  const now = passes.length - 1;
  const select = passes.length - (munchausen ? 2 : 1);
  const { samples } = passes[0];
  const deltas = new Float64Array(batch * samples * columns);
  const rows = Array.from({ length: batch }, (_, row) => {
    const heads = passes.map((_, pass) => readHead(choice, given, pass, row));
    const values = heads.map((head) => head.map((numbers) => valueOf(options, numbers)));
    const action = given.actions[row];
    const chosen = shares(
      options,
      values[config.target === "sarsa" ? 1 : select],
      maskOf(given.nextMasks, row, actions),
      given.nextActions[row],
    );
    const bonus = munchausen
      ? munchausenReward(options, values[now], maskOf(given.masks, row, actions), action)
      : 0;
    const reward = given.rewards[row] + bonus;
    const target = targetOf(options, heads[1], chosen, reward, given.discounts[row]);
    const numbers = heads[0][action];
    let found: RowLoss;
    if (config.distribution === "none") {
      const tdError = target[0] - numbers[0];
      const slopes = [-lossSlope(config.loss, tdError)];
      const loss = lossValue(config.loss, tdError);
      found = { loss, slopes, tdError, priority: Math.abs(tdError) };
    } else if (config.distribution === "c51") {
      found = categoricalLoss(support(options), numbers, target);
    } else {
      const taus = numbers.map((_, i) =>
        isSampled ? given.taus![row * samples + i] : (i + 0.5) / numbers.length
      );
      found = quantilesLoss(numbers, target, taus, config.kappa);
    }
    found.slopes.forEach((raw, i) => {
      const slope = given.weights[row] * raw / batch;
      const place = (a: number) =>
        isSampled ? (row * samples + i) * columns + a : row * columns + a * found.slopes.length + i;
      for (let a = 0; a < actions; a++) {
        const share = config.dueling ? 1 / actions : 0;
        deltas[place(a)] = slope * ((a === action ? 1 : 0) - share);
      }
      if (config.dueling) deltas[place(actions)] = slope;
    });
    return { ...found, values, q: values[0][action] };
  });
  return {
    values: passes.map((_, pass) => rows.flatMap(({ values }) => values[pass])),
    deltas,
    tdErrors: rows.map(({ tdError }) => tdError),
    priorities: rows.map(({ priority }) => priority),
    history: [
      mean(rows.map(({ loss }, row) => given.weights[row] * loss)),
      mean(rows.map(({ q }) => q)),
      mean(rows.map(({ tdError }) => Math.abs(tdError))),
    ],
  };
}
