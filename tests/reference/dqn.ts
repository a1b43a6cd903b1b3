/**
 * A whole DQN update on an explicit batch, in float64: what `DQN.trainOnBatch` is compared with.
 *
 * @module
 */

import { clipByNorm, clipByValue } from "./clipping.ts";
import { type Loss, lossSlope, meanLoss } from "./losses.ts";
import {
  type Activation,
  arrays,
  backward,
  copy,
  forward,
  fromParameters,
  type Layer,
  type NamedParameters,
} from "./mlp.ts";
import { Optimizer, type OptimizerOptions } from "./optimizers.ts";

/** What an update depends on, in the names of DinoQ's configuration. */
export interface UpdateOptions extends OptimizerOptions {
  readonly activation: Activation;
  readonly loss: Loss;
  readonly gamma: number;
  readonly nSteps?: number;
  readonly doubleQ?: boolean;
  readonly target?: "max" | "sarsa";
  readonly maxGradNorm?: number | null;
  readonly maxGradValue?: number | null;
}

/** Transitions as `DQN.trainOnBatch` takes them. */
export interface Batch {
  readonly observations: ArrayLike<number>;
  readonly nextObservations: ArrayLike<number>;
  readonly actions: ArrayLike<number>;
  readonly rewards: ArrayLike<number>;
  readonly terminated: ArrayLike<boolean | number>;
  /** Importance weights; 1 when left out. */
  readonly weights?: ArrayLike<number>;
  /** What the next value counts, termination included; γⁿ · (1 − terminated) when left out. */
  readonly discounts?: ArrayLike<number>;
  /** What the SARSA target values. */
  readonly nextActions?: ArrayLike<number>;
}

/** What an update leaves to be seen. */
export interface Update {
  /** Mean over the batch of weight · loss(TD error). */
  readonly loss: number;
  /** Target − Q(s, a), row by row. */
  readonly tdErrors: Float64Array;
  /** The norm of all gradients, after clipping by value and before clipping by norm. */
  readonly gradNorm: number;
  /** Mean over the batch of Q(s, a). */
  readonly meanQ: number;
}

/** The index of the highest of `count` values from `start` on; the lowest such index at ties. */
function argmax(values: Float64Array, start: number, count: number): number {
  let best = 0;
  for (let a = 1; a < count; a++) if (values[start + a] > values[start + best]) best = a;
  return best;
}

/** An online and a target network with their optimiser. */
export class ReferenceDQN {
  readonly online: Layer[];
  readonly target: Layer[];
  readonly #options: UpdateOptions;
  readonly #optimizer: Optimizer;

  /**
   * @param parameters Where to start, `q.*` and `target.*`; without the latter the target is a copy.
   * @param options What the updates depend on.
   */
  constructor(parameters: NamedParameters, options: UpdateOptions) {
    this.online = fromParameters(parameters, "q");
    const target = fromParameters(parameters, "target");
    this.target = target.length > 0 ? target : copy(this.online);
    this.#options = options;
    this.#optimizer = new Optimizer(options);
  }

  /** Q-values of the online network, `[batch, actions]`. */
  qValues(observations: ArrayLike<number>): Float64Array {
    return forward(this.online, this.#options.activation, observations).output;
  }

  /** One update. */
  update(batch: Batch): Update {
    const { activation, loss, gamma, nSteps = 1, doubleQ = false } = this.#options;
    const rows = batch.actions.length;
    const actions = this.online[this.online.length - 1].outputs;
    const pass = forward(this.online, activation, batch.observations);
    const next = forward(this.target, activation, batch.nextObservations).output;
    const chooser = doubleQ
      ? forward(this.online, activation, batch.nextObservations).output
      : next;

    const tdErrors = new Float64Array(rows);
    const outputGradient = new Float64Array(rows * actions);
    let sumQ = 0;
    for (let b = 0; b < rows; b++) {
      const chosen = this.#options.target === "sarsa"
        ? batch.nextActions![b]
        : argmax(chooser, b * actions, actions);
      const discount = batch.discounts?.[b] ?? gamma ** nSteps * (1 - Number(batch.terminated[b]));
      const target = batch.rewards[b] + discount * next[b * actions + chosen];
      const taken = b * actions + batch.actions[b];
      tdErrors[b] = target - pass.output[taken];
      sumQ += pass.output[taken];
      // The target is a constant, so ∂TD error/∂Q is −1.
      outputGradient[taken] = -(batch.weights?.[b] ?? 1) * lossSlope(loss, tdErrors[b]) / rows;
    }

    const gradients = arrays(backward(this.online, activation, pass, outputGradient));
    if (typeof this.#options.maxGradValue === "number") {
      clipByValue(gradients, this.#options.maxGradValue);
    }
    const gradNorm = clipByNorm(gradients, this.#options.maxGradNorm ?? Infinity);
    this.#optimizer.step(arrays(this.online), gradients);
    return {
      loss: meanLoss(loss, tdErrors, batch.weights),
      tdErrors,
      gradNorm,
      meanQ: sumQ / rows,
    };
  }

  /** target ← τ · online + (1 − τ) · target; τ = 1 is the hard update. */
  updateTarget(tau: number = 1): void {
    const online = arrays(this.online);
    arrays(this.target).forEach((array, k) => {
      for (let i = 0; i < array.length; i++) array[i] = tau * online[k][i] + (1 - tau) * array[i];
    });
  }
}
