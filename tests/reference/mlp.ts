/**
 * A dense network in float64, forward and backward: what the GPU's layers are compared with.
 *
 * Written to be plainly right, not fast: one loop for each index of each equation.
 *
 * @module
 */

/** What a hidden layer applies to its outputs. */
export type Activation = "relu" | "tanh" | "gelu" | "identity";

/** One dense layer, y = W x + b; or the gradients of one, which have its shape. */
export interface Layer {
  readonly inputs: number;
  readonly outputs: number;
  /** W, `[outputs, inputs]` row by row. */
  readonly weight: Float64Array;
  readonly bias: Float64Array;
}

/** Layers in order; the last is linear, the others are followed by the activation. */
export type Network = readonly Layer[];

/** Named parameters, as `DQN.getParameters` returns them. */
export type NamedParameters = Record<
  string,
  { readonly shape: readonly number[]; readonly data: ArrayLike<number> }
>;

/** What a forward pass leaves for the backward pass: an entry per layer, `[batch, width]` each. */
export interface Pass {
  readonly batch: number;
  readonly inputs: Float64Array[];
  /** W x + b, before the activation. */
  readonly sums: Float64Array[];
  /** The last layer's outputs. */
  readonly output: Float64Array;
}

/**
 * The error function, from the series erf(x) = 2/√π · e^(−x²) · Σ 2ⁿ x²ⁿ⁺¹ / (1·3·5···(2n+1)).
 *
 * All terms have one sign, so nothing cancels; source: DLMF 7.6.2.
 */
export function erf(x: number): number {
  // 1 − erf(6) is below 2⁻⁵³.
  if (Math.abs(x) > 6) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
}

/** The activation's value at `x`. GELU is the exact one, x·Φ(x). */
export function activate(activation: Activation, x: number): number {
  switch (activation) {
    case "relu":
      return x > 0 ? x : 0;
    case "tanh":
      return Math.tanh(x);
    case "gelu":
      return x * 0.5 * (1 + erf(x / Math.SQRT2));
    case "identity":
      return x;
  }
}

/** The activation's slope at `x`; ReLU's at 0 is 0, as in PyTorch. */
export function slope(activation: Activation, x: number): number {
  switch (activation) {
    case "relu":
      return x > 0 ? 1 : 0;
    case "tanh":
      return 1 - Math.tanh(x) ** 2;
    case "gelu":
      return 0.5 * (1 + erf(x / Math.SQRT2)) + x * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
    case "identity":
      return 1;
  }
}

/** Runs the network on rows of observations, `[batch, inputs]`. */
export function forward(
  network: Network,
  activation: Activation,
  observations: ArrayLike<number>,
): Pass {
  const batch = observations.length / network[0].inputs;
  const inputs: Float64Array[] = [];
  const sums: Float64Array[] = [];
  let values = Float64Array.from(observations);
  network.forEach((layer, l) => {
    const sum = new Float64Array(batch * layer.outputs);
    for (let b = 0; b < batch; b++) {
      for (let o = 0; o < layer.outputs; o++) {
        let total = layer.bias[o];
        for (let i = 0; i < layer.inputs; i++) {
          total += layer.weight[o * layer.inputs + i] * values[b * layer.inputs + i];
        }
        sum[b * layer.outputs + o] = total;
      }
    }
    inputs.push(values);
    sums.push(sum);
    const last = l === network.length - 1;
    values = last ? sum : sum.map((x) => activate(activation, x));
  });
  return { batch, inputs, sums, output: values };
}

/**
 * The gradients of all weights and biases.
 *
 * @param outputGradient ∂loss/∂output, `[batch, outputs]`.
 */
export function backward(
  network: Network,
  activation: Activation,
  pass: Pass,
  outputGradient: Float64Array,
): Layer[] {
  const gradients: Layer[] = [];
  // ∂loss/∂sum of the layer at hand; the last layer has no activation.
  let delta = outputGradient;
  for (let l = network.length - 1; l >= 0; l--) {
    const { inputs, outputs, weight } = network[l];
    const weightGradient = new Float64Array(outputs * inputs);
    const biasGradient = new Float64Array(outputs);
    const inputGradient = new Float64Array(pass.batch * inputs);
    for (let b = 0; b < pass.batch; b++) {
      for (let o = 0; o < outputs; o++) {
        const d = delta[b * outputs + o];
        biasGradient[o] += d;
        for (let i = 0; i < inputs; i++) {
          weightGradient[o * inputs + i] += d * pass.inputs[l][b * inputs + i];
          inputGradient[b * inputs + i] += d * weight[o * inputs + i];
        }
      }
    }
    gradients.unshift({ inputs, outputs, weight: weightGradient, bias: biasGradient });
    if (l > 0) {
      delta = inputGradient.map((g, k) => g * slope(activation, pass.sums[l - 1][k]));
    }
  }
  return gradients;
}

/** The arrays of a network (or of its gradients) in the order in which PyTorch lists parameters. */
export function arrays(network: Network): Float64Array[] {
  return network.flatMap(({ weight, bias }) => [weight, bias]);
}

/** A copy with arrays of its own. */
export function copy(network: Network): Layer[] {
  return network.map((layer) => ({
    ...layer,
    weight: layer.weight.slice(),
    bias: layer.bias.slice(),
  }));
}

/**
 * The network called `prefix` ("q" or "target") among named parameters: `q.0.weight`, `q.0.bias`,
 * `q.2.weight`, …, as an `nn.Sequential` with activations between counts them.
 */
export function fromParameters(parameters: NamedParameters, prefix: string): Layer[] {
  const layers: Layer[] = [];
  for (let index = 0; `${prefix}.${index}.weight` in parameters; index += 2) {
    const weight = parameters[`${prefix}.${index}.weight`];
    const bias = parameters[`${prefix}.${index}.bias`];
    const [outputs, inputs] = weight.shape;
    layers.push({
      inputs,
      outputs,
      weight: Float64Array.from(weight.data),
      bias: Float64Array.from(bias.data),
    });
  }
  return layers;
}
