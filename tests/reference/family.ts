/**
 * A whole update of any member of the DQN family on an explicit batch, in float64: what
 * `DQN.trainOnBatch` is compared with where the network or the target is more than plain DQN's.
 *
 * @module
 */

import { clipByNorm, clipByValue } from "./clipping.ts";
import type { Batch } from "./dqn.ts";
import {
  denseLayers,
  FamilyNetwork,
  layoutOf,
  type Parameters,
  type PassInputs,
  readParameters,
} from "./family_network.ts";
import {
  type Mask,
  munchausenReward,
  perAction,
  shares,
  support,
  targetOf,
  type TargetOptions,
  valueOf,
} from "./family_targets.ts";
import { type Loss, lossSlope, lossValue, quantileLoss, quantileLossSlope } from "./losses.ts";
import type { NamedParameters } from "./mlp.ts";
import { Optimizer, type OptimizerOptions } from "./optimizers.ts";
import { list, logSoftmax, type Node, type Tape } from "./tape.ts";

/** What an update depends on, in the names of DinoQ's configuration. */
export interface FamilyOptions extends TargetOptions, OptimizerOptions {
  readonly loss?: Loss;
  readonly gamma: number;
  /** IQN: quantile fractions of the online pass, the target pass, and those that only choose. */
  readonly taus?: number;
  readonly targetTaus?: number;
  readonly actingTaus?: number;
  readonly kappa?: number;
  readonly maxGradNorm?: number | null;
  readonly maxGradValue?: number | null;
}

/** Transitions as `DQN.trainOnBatch` takes them. */
export interface FamilyBatch extends Batch {
  /** Actions allowed at the next observations, [batch × actions]; all when left out. */
  readonly nextActionMasks?: ArrayLike<boolean | number>;
  /** Likewise at the observations. */
  readonly actionMasks?: ArrayLike<boolean | number>;
  /** Standard normals, pass after pass. */
  readonly noise?: ArrayLike<number>;
  /** Quantile fractions, pass after pass. */
  readonly taus?: ArrayLike<number>;
}

/** What an update leaves to be seen. */
export interface FamilyUpdate {
  readonly loss: number;
  /** Mean target − Q(s, a), row by row. */
  readonly tdErrors: Float64Array;
  /** What prioritised replay would be told. */
  readonly priorities: Float64Array;
  /** The norm of all gradients, after clipping by value and before clipping by norm. */
  readonly gradNorm: number;
  /** Mean over the batch of Q(s, a). */
  readonly meanQ: number;
  /** By parameter, before any clipping. */
  readonly gradients: Parameters;
}

/** A forward pass of an update. */
export interface Pass {
  readonly network: "online" | "target";
  readonly at: "observations" | "nextObservations";
  /** IQN: quantile fractions of each row. */
  readonly samples: number;
  readonly role: "now" | "next" | "select" | "munchausen";
}

/** An update's forward passes, in the order in which noise and quantile fractions are given. */
export function passesOf(options: FamilyOptions): Pass[] {
  const { doubleQ, target, distribution, taus = 8, targetTaus = 8, actingTaus = 32 } = options;
  const passes: Pass[] = [
    { network: "online", at: "observations", samples: taus, role: "now" },
    { network: "target", at: "nextObservations", samples: targetTaus, role: "next" },
  ];
  const selects = { at: "nextObservations", samples: actingTaus, role: "select" } as const;
  if (doubleQ) passes.push({ network: "online", ...selects });
  else if (distribution === "iqn" && target !== "sarsa") {
    passes.push({ network: "target", ...selects });
  }
  if (target === "munchausen") {
    passes.push({
      network: "target",
      at: "observations",
      samples: actingTaus,
      role: "munchausen",
    });
  }
  return passes;
}

/** How many normals a pass takes. */
export function noiseLength(options: FamilyOptions): number {
  return denseLayers(layoutOf(options)).reduce((sum, l) => sum + l.inputs + l.outputs, 0);
}

/** The share of the batch's noise and quantile fractions that each pass has. */
export function passInputs(options: FamilyOptions, batch: FamilyBatch): PassInputs[] {
  const each = noiseLength(options);
  let start = 0;
  return passesOf(options).map(({ samples }, p) => {
    const end = start + samples * batch.actions.length;
    const taus = Array.from(batch.taus ?? []).slice(start, end);
    start = end;
    return { taus, noise: Array.from(batch.noise ?? []).slice(p * each, (p + 1) * each) };
  });
}

/** An online and a target network with their optimiser. */
export class ReferenceFamily {
  readonly online: Parameters;
  readonly target: Parameters;
  readonly #options: FamilyOptions;
  readonly #optimizer: Optimizer;

  /**
   * @param parameters Where to start, `q.*` and `target.*`.
   * @param options What the updates depend on.
   */
  constructor(parameters: NamedParameters, options: FamilyOptions) {
    this.#options = options;
    this.online = readParameters(options, parameters, "q");
    this.target = readParameters(options, parameters, "target");
    this.#optimizer = new Optimizer(options);
  }

  /** All parameters as `DQN.getParameters` names them, without their shapes. */
  parameters(): Record<string, Float64Array> {
    return Object.fromEntries([
      ...[...this.online].map(([name, data]) => [`q.${name}`, data]),
      ...[...this.target].map(([name, data]) => [`target.${name}`, data]),
    ]);
  }

  /** What an update would see, and its gradients, with nothing changed. */
  evaluate(batch: FamilyBatch): Omit<FamilyUpdate, "gradNorm"> {
    const rows = batch.actions.length;
    const { actions } = this.#options;
    const inputs = passInputs(this.#options, batch);
    const outputs: Partial<Record<Pass["role"], Float64Array>> = {};
    let online: { network: FamilyNetwork; output: Node } | undefined;
    passesOf(this.#options).forEach((pass, p) => {
      const network = new FamilyNetwork(this.#options, this[pass.network]);
      const output = network.forward(batch[pass.at], inputs[p]);
      outputs[pass.role] = output.value;
      online ??= { network, output };
    });
    const { network, output } = online!;
    const wanted = Array.from({ length: rows }, (_, b) => this.#target(batch, b, outputs));
    const taken = Array.from(batch.actions, (a, b) => perAction(output.value, b, rows, actions)[a]);
    const weighted = this.#loss(network.tape, output, batch, wanted, inputs[0].taus!);
    network.tape.backward(weighted.loss);

    const q = taken.map((numbers) => valueOf(this.#options, numbers));
    const tdErrors = list(rows, (b) => this.#meanOf(wanted[b]) - q[b]);
    return {
      loss: weighted.loss.value[0],
      tdErrors,
      priorities: list(rows, (b) => this.#priority(wanted[b], tdErrors[b], weighted.perRow[b])),
      meanQ: q.reduce((a, b) => a + b) / rows,
      gradients: new Map([...network.leaves].map(([name, leaf]) => [name, leaf.gradient])),
    };
  }

  /** One update. */
  update(batch: FamilyBatch): FamilyUpdate {
    const seen = this.evaluate(batch);
    const gradients = [...seen.gradients.values()].map((gradient) => gradient.slice());
    const { maxGradValue, maxGradNorm } = this.#options;
    if (typeof maxGradValue === "number") clipByValue(gradients, maxGradValue);
    const gradNorm = clipByNorm(gradients, maxGradNorm ?? Infinity);
    this.#optimizer.step([...this.online.values()], gradients);
    return { ...seen, gradNorm };
  }

  /** target ← τ · online + (1 − τ) · target; τ = 1 is the hard update. */
  updateTarget(tau: number = 1): void {
    for (const [name, target] of this.target) {
      const online = this.online.get(name)!;
      target.forEach((x, i) => (target[i] = tau * online[i] + (1 - tau) * x));
    }
  }

  /** What a row is moved towards. */
  #target(
    batch: FamilyBatch,
    b: number,
    outputs: Partial<Record<Pass["role"], Float64Array>>,
  ): number[] {
    const { actions, gamma } = this.#options;
    const rows = batch.actions.length;
    const numbers = (output: Float64Array) => perAction(output, b, rows, actions);
    const values = (output: Float64Array) =>
      numbers(output).map((each) => valueOf(this.#options, each));
    const mask = (masks?: ArrayLike<boolean | number>): Mask =>
      Array.from({ length: actions }, (_, a) => !masks || Boolean(masks[b * actions + a]));
    const chosen = shares(
      this.#options,
      values(outputs.select ?? outputs.next!),
      mask(batch.nextActionMasks),
      batch.nextActions?.[b],
    );
    let reward = batch.rewards[b];
    if (outputs.munchausen) {
      reward += munchausenReward(
        this.#options,
        values(outputs.munchausen),
        mask(batch.actionMasks),
        batch.actions[b],
      );
    }
    const discount = batch.terminated[b] ? 0 : batch.discounts?.[b] ?? gamma;
    return targetOf(this.#options, numbers(outputs.next!), chosen, reward, discount);
  }

  /** The loss on the tape, and each row's unweighted. */
  #loss(
    tape: Tape,
    output: Node,
    batch: FamilyBatch,
    wanted: readonly number[][],
    taus: ArrayLike<number>,
  ): { loss: Node; perRow: Float64Array } {
    const { distribution = "none", loss = "huber", kappa = 1, actions } = this.#options;
    const rows = batch.actions.length;
    const size = output.value.length / (rows * actions);
    const taken = tape.gather(
      output,
      list(rows * size, (i) => {
        const b = Math.floor(i / size);
        return (b * actions + batch.actions[b]) * size + i % size;
      }),
    );
    let perRow: Node;
    if (distribution === "none") {
      perRow = tape.map(
        taken,
        (q, b) => lossValue(loss, wanted[b][0] - q),
        (q, b) => -lossSlope(loss, wanted[b][0] - q),
      );
    } else if (distribution === "c51") {
      const m = (i: number) => wanted[Math.floor(i / size)][i % size];
      const terms = tape.map(
        logSoftmax(tape, taken, size),
        (log, i) => -m(i) * log,
        (_, i) => -m(i),
      );
      perRow = tape.sum(terms, size);
    } else {
      // All pairs of a quantile i and a target j: [rows, size, targets].
      const others = wanted[0].length;
      const pairs = tape.gather(taken, list(rows * size * others, (k) => Math.floor(k / others)));
      const tau = (k: number) => {
        const i = Math.floor(k / others);
        return distribution === "qr" ? (i % size + 0.5) / size : taus[i];
      };
      const target = (k: number) => wanted[Math.floor(k / (size * others))][k % others];
      const terms = tape.map(
        pairs,
        (theta, k) => quantileLoss(target(k) - theta, tau(k), kappa) / others,
        (theta, k) => -quantileLossSlope(target(k) - theta, tau(k), kappa) / others,
      );
      perRow = tape.sum(terms, size * others);
    }
    const weight = (b: number) => (batch.weights?.[b] ?? 1) / rows;
    const weighted = tape.map(perRow, (x, b) => weight(b) * x, (_, b) => weight(b));
    return { loss: tape.sum(weighted, rows), perRow: perRow.value };
  }

  /** The value that a target stands for. */
  #meanOf(wanted: readonly number[]): number {
    if (this.#options.distribution === "c51") {
      const z = support(this.#options);
      return wanted.reduce((sum, p, i) => sum + p * z[i], 0);
    }
    return wanted.reduce((a, b) => a + b) / wanted.length;
  }

  #priority(wanted: readonly number[], tdError: number, loss: number): number {
    switch (this.#options.distribution ?? "none") {
      case "none":
        return Math.abs(tdError);
      case "c51":
        // KL(m‖p): the cross-entropy less the entropy of m.
        return loss + wanted.reduce((sum, p) => p > 0 ? sum + p * Math.log(p) : sum, 0);
      case "qr":
        return loss / this.#options.quantiles!;
      case "iqn":
        return loss / (this.#options.taus ?? 8);
    }
  }
}
