/**
 * Optimisers in float64, as those of `torch.optim`, with DinoQ's names for their options.
 *
 * @module
 */

/** An optimiser and its options; what is left out has the default of `torch.optim`. */
export interface OptimizerOptions {
  readonly optimizer: "adam" | "adamw" | "rmsprop" | "adagrad" | "sgd";
  readonly learningRate: number;
  readonly adamBeta1?: number;
  readonly adamBeta2?: number;
  /** Added to the root that divides the gradient; for all but "sgd". */
  readonly adamEps?: number;
  /** Added to the gradient as weightDecay · parameter, except by AdamW, which decouples it. */
  readonly weightDecay?: number;
  /** For "sgd" and "rmsprop". */
  readonly momentum?: number;
  readonly rmspropAlpha?: number;
  readonly rmspropCentered?: boolean;
}

/** What an optimiser remembers of one parameter. */
interface State {
  step: number;
  /** Running averages; which ones is each rule's own business. */
  m: number;
  v: number;
  mean: number;
}

/** A rule's new value of a parameter, given its gradient. */
type Rule = (parameter: number, gradient: number, state: State) => number;

/** An optimiser over a fixed list of parameter arrays. */
export class Optimizer {
  readonly #rule: Rule;
  #states: State[][] = [];

  /** @param options Which optimiser, and its options. */
  constructor(options: OptimizerOptions) {
    this.#rule = makeRule(options);
  }

  /** Changes the parameters in place by one step along the gradients. */
  step(parameters: readonly Float64Array[], gradients: readonly Float64Array[]): void {
    if (this.#states.length === 0) {
      this.#states = parameters.map((array) =>
        Array.from(array, () => ({ step: 0, m: 0, v: 0, mean: 0 }))
      );
    }
    parameters.forEach((array, k) => {
      for (let i = 0; i < array.length; i++) {
        const state = this.#states[k][i];
        state.step++;
        array[i] = this.#rule(array[i], gradients[k][i], state);
      }
    });
  }
}

function makeRule(options: OptimizerOptions): Rule {
  const { learningRate: lr, momentum = 0 } = options;
  const decay = options.weightDecay ?? (options.optimizer === "adamw" ? 1e-2 : 0);
  switch (options.optimizer) {
    case "adam":
    case "adamw": {
      const { adamBeta1: beta1 = 0.9, adamBeta2: beta2 = 0.999, adamEps: eps = 1e-8 } = options;
      const decoupled = options.optimizer === "adamw";
      return (parameter, gradient, state) => {
        const p = decoupled ? parameter * (1 - lr * decay) : parameter;
        const g = decoupled ? gradient : gradient + decay * parameter;
        state.m = beta1 * state.m + (1 - beta1) * g;
        state.v = beta2 * state.v + (1 - beta2) * g * g;
        const m = state.m / (1 - beta1 ** state.step);
        const v = state.v / (1 - beta2 ** state.step);
        return p - lr * m / (Math.sqrt(v) + eps);
      };
    }
    case "rmsprop": {
      const { rmspropAlpha: alpha = 0.99, rmspropCentered: centered = false } = options;
      const { adamEps: eps = 1e-8 } = options;
      return (parameter, gradient, state) => {
        const g = gradient + decay * parameter;
        state.v = alpha * state.v + (1 - alpha) * g * g;
        state.mean = alpha * state.mean + (1 - alpha) * g;
        const variance = centered ? state.v - state.mean ** 2 : state.v;
        state.m = momentum * state.m + g / (Math.sqrt(variance) + eps);
        return parameter - lr * state.m;
      };
    }
    case "adagrad": {
      const { adamEps: eps = 1e-10 } = options;
      return (parameter, gradient, state) => {
        const g = gradient + decay * parameter;
        state.v += g * g;
        return parameter - lr * g / (Math.sqrt(state.v) + eps);
      };
    }
    case "sgd":
      return (parameter, gradient, state) => {
        state.m = momentum * state.m + gradient + decay * parameter;
        return parameter - lr * state.m;
      };
  }
}
