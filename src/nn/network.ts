/**
 * A fully connected network: its layers, where their weights lie in the arena, and what they are
 * called outside.
 *
 * All weights and biases of a network lie in one buffer, so that one dispatch can update them all.
 * Rows are padded to whole vec4s, and padding is zero and stays zero: padded weights meet padded
 * inputs, so their gradients vanish. Offsets count vec4s.
 */

/** What a hidden layer applies to its outputs. */
export type Activation = "relu" | "tanh" | "gelu" | "identity";

/** One dense layer. */
export interface Dense {
  /** Its index in the equivalent `nn.Sequential`, where each activation takes a place too. */
  readonly index: number;
  readonly inputs: number;
  readonly outputs: number;
  /** The same, in vec4s. */
  readonly in4: number;
  readonly out4: number;
  readonly activation: Activation;
  /** Where the weights lie: out4·4 rows of in4 vec4s. */
  readonly weightsAt: number;
  /** Where the biases lie: out4 vec4s. */
  readonly biasAt: number;
}

/** The shape of a network and of its arena. */
export interface Network {
  readonly inputs: number;
  readonly outputs: number;
  readonly layers: readonly Dense[];
  /** vec4s of one set of parameters. */
  readonly parameters4: number;
}

/** Numbers with a shape, as PyTorch would hold them. */
export interface Parameter {
  /** [out, in] for weights, [out] for biases. */
  readonly shape: readonly number[];
  /** The numbers, row by row. */
  readonly data: Float32Array;
}

/** Parameters by name, such as "0.weight" and "0.bias". */
export type Parameters = Record<string, Parameter>;

/** vec4s that hold so many numbers. */
export function vec4s(count: number): number {
  return Math.ceil(count / 4);
}

/**
 * Lays out a multilayer perceptron with a linear last layer.
 *
 * @param inputs Numbers in an observation.
 * @param hidden Widths of the hidden layers; none gives a linear network.
 * @param outputs Numbers that come out.
 * @param activation Applied after each hidden layer.
 */
export function mlp(
  inputs: number,
  hidden: readonly number[],
  outputs: number,
  activation: Activation,
): Network {
  const widths = [inputs, ...hidden, outputs];
  const layers: Dense[] = [];
  let at = 0;
  for (let l = 0; l + 1 < widths.length; l++) {
    const in4 = vec4s(widths[l]);
    const out4 = vec4s(widths[l + 1]);
    const weightsAt = at;
    const biasAt = weightsAt + 4 * out4 * in4;
    at = biasAt + out4;
    layers.push({
      index: 2 * l,
      inputs: widths[l],
      outputs: widths[l + 1],
      in4,
      out4,
      activation: l + 2 < widths.length ? activation : "identity",
      weightsAt,
      biasAt,
    });
  }
  return { inputs, outputs, layers, parameters4: at };
}

/** Names and shapes of a network's parameters, in order. */
export function parameterShapes(network: Network): Record<string, number[]> {
  const shapes: Record<string, number[]> = {};
  for (const { index, inputs, outputs } of network.layers) {
    shapes[`${index}.weight`] = [outputs, inputs];
    shapes[`${index}.bias`] = [outputs];
  }
  return shapes;
}

/** Takes the parameters out of an arena's image. */
export function unpack(network: Network, arena: Float32Array): Parameters {
  const parameters: Parameters = {};
  for (const { index, inputs, outputs, in4, weightsAt, biasAt } of network.layers) {
    const weight = new Float32Array(outputs * inputs);
    for (let o = 0; o < outputs; o++) {
      const row = 4 * (weightsAt + o * in4);
      weight.set(arena.subarray(row, row + inputs), o * inputs);
    }
    parameters[`${index}.weight`] = { shape: [outputs, inputs], data: weight };
    const bias = arena.slice(4 * biasAt, 4 * biasAt + outputs);
    parameters[`${index}.bias`] = { shape: [outputs], data: bias };
  }
  return parameters;
}

/**
 * Lays parameters out as an arena's image.
 *
 * @throws {Error} When a parameter is missing, unknown, or of another shape.
 */
export function pack(network: Network, parameters: Parameters): Float32Array {
  const shapes = parameterShapes(network);
  for (const name of Object.keys(parameters)) {
    if (!(name in shapes)) {
      throw new Error(
        `unknown parameter "${name}": this network has ${Object.keys(shapes).join(", ")}`,
      );
    }
  }
  for (const [name, shape] of Object.entries(shapes)) {
    const given = parameters[name];
    if (!given) throw new Error(`parameter "${name}" of shape [${shape}] is missing`);
    const size = shape.reduce((a, b) => a * b, 1);
    if (String(given.shape) !== String(shape) || given.data.length !== size) {
      throw new Error(
        `parameter "${name}" must have shape [${shape}] and ${size} numbers, ` +
          `got shape [${given.shape}] and ${given.data.length} numbers`,
      );
    }
  }
  const arena = new Float32Array(4 * network.parameters4);
  for (const { index, inputs, outputs, in4, weightsAt, biasAt } of network.layers) {
    const weight = parameters[`${index}.weight`].data;
    for (let o = 0; o < outputs; o++) {
      arena.set(weight.subarray(o * inputs, (o + 1) * inputs), 4 * (weightsAt + o * in4));
    }
    arena.set(parameters[`${index}.bias`].data, 4 * biasAt);
  }
  return arena;
}
