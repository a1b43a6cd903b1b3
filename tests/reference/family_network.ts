/**
 * The networks of the DQN family in float64: dense trunks and heads, dueling streams, layer
 * normalisation, noisy layers, and the quantile embedding of IQN.
 *
 * @module
 */

import { activate, type Activation, type NamedParameters, slope } from "./mlp.ts";
import { centre, list, type Node, repeat, standardise, Tape, tile } from "./tape.ts";

/** What a network's structure follows from, in the names of DinoQ's configuration. */
export interface NetworkOptions {
  readonly observationSize: number;
  readonly actions: number;
  readonly hiddenLayers: readonly number[];
  readonly headLayers?: readonly number[];
  readonly activation: Activation;
  readonly layerNorm?: boolean;
  readonly dueling?: boolean;
  readonly noisy?: boolean;
  readonly distribution?: "none" | "c51" | "qr" | "iqn";
  readonly atoms?: number;
  readonly quantiles?: number;
  /** IQN: how many cosines the embedding has. */
  readonly cosines?: number;
}

/** A dense layer, and what follows it. */
export interface Dense {
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  /** The name of the layer normalisation that follows. */
  readonly norm?: string;
  readonly activated: boolean;
}

/** A network's layers: the trunk, with IQN the embedding, then one stream or two. */
export interface Layout {
  readonly trunk: readonly Dense[];
  readonly embedding?: Dense;
  /** One stream, or advantage and value. */
  readonly streams: readonly (readonly Dense[])[];
}

/** What a forward pass is given besides observations. */
export interface PassInputs {
  /** Standard normals: for each dense layer those of its inputs, then those of its outputs. */
  readonly noise?: ArrayLike<number>;
  /** Quantile fractions, [batch × samples]. */
  readonly taus?: ArrayLike<number>;
}

/** A parameter's name and shape. */
export interface ParameterShape {
  readonly name: string;
  readonly shape: readonly number[];
}

/** PyTorch's default ε of layer normalisation. */
const NORM_EPS = 1e-5;

/** How many numbers an action has in the network's output: atoms, quantiles, or 1. */
export function outputsPerAction({ distribution, atoms, quantiles }: NetworkOptions): number {
  if (distribution === "c51") return atoms!;
  return distribution === "qr" ? quantiles! : 1;
}

/** Layers of these widths, numbered as an `nn.Sequential` with norms and activations between. */
function sequence(
  prefix: string,
  widths: readonly number[],
  layerNorm: boolean,
  endsActivated: boolean,
): Dense[] {
  let index = 0;
  return widths.slice(1).map((outputs, l) => {
    const activated = endsActivated || l < widths.length - 2;
    const name = `${prefix}${index++}`;
    const norm = activated && layerNorm ? `${prefix}${index++}` : undefined;
    if (activated) index++;
    return { name, inputs: widths[l], outputs, norm, activated };
  });
}

/** The layers that the options ask for. */
export function layoutOf(options: NetworkOptions): Layout {
  const { observationSize, actions, hiddenLayers, headLayers = [], layerNorm = false } = options;
  const perAction = outputsPerAction(options);
  const widths = [observationSize, ...hiddenLayers];
  const embedded = options.distribution === "iqn";
  if (!embedded && !options.dueling) {
    const all = [...widths, ...headLayers, actions * perAction];
    return { trunk: [], streams: [sequence("", all, layerNorm, false)] };
  }
  const width = widths[widths.length - 1];
  const stream = (prefix: string, outputs: number) =>
    sequence(prefix, [width, ...headLayers, outputs], layerNorm, false);
  return {
    trunk: sequence("", widths, layerNorm, true),
    embedding: embedded
      ? { name: "embedding", inputs: options.cosines!, outputs: width, activated: true }
      : undefined,
    streams: options.dueling
      ? [stream("advantage.", actions * perAction), stream("value.", perAction)]
      : [stream("head.", actions * perAction)],
  };
}

/**
 * The dense layers in the order in which noise is given and parameters are listed: streams side by side,
 * the advantage's layer before the value's.
 */
export function denseLayers({ trunk, embedding, streams }: Layout): Dense[] {
  const heads = streams[0].flatMap((_, depth) => streams.map((stream) => stream[depth]));
  return [...trunk, ...(embedding ? [embedding] : []), ...heads];
}

/** Names and shapes of all parameters of a network, in a fixed order. */
export function parameterShapes(options: NetworkOptions): ParameterShape[] {
  const kinds = options.noisy ? ["_mu", "_sigma"] : [""];
  return denseLayers(layoutOf(options)).flatMap(({ name, inputs, outputs, norm }) => [
    ...kinds.map((kind) => ({ name: `${name}.weight${kind}`, shape: [outputs, inputs] })),
    ...kinds.map((kind) => ({ name: `${name}.bias${kind}`, shape: [outputs] })),
    ...(norm === undefined ? [] : [
      { name: `${norm}.weight`, shape: [outputs] },
      { name: `${norm}.bias`, shape: [outputs] },
    ]),
  ]);
}

/** A network's parameters by name. */
export type Parameters = Map<string, Float64Array>;

/** The parameters called `prefix` ("q" or "target"), of the shapes that the options ask for. */
export function readParameters(
  options: NetworkOptions,
  parameters: NamedParameters,
  prefix: string,
): Parameters {
  return new Map(
    parameterShapes(options).map(({ name, shape }) => {
      const given = parameters[`${prefix}.${name}`];
      if (String(given?.shape) !== String(shape)) {
        throw new RangeError(`${prefix}.${name} must have shape [${shape}], got [${given?.shape}]`);
      }
      return [name, Float64Array.from(given.data)];
    }),
  );
}

/** f of arXiv 1706.10295: sgn(x) √|x|. */
function spread(x: number): number {
  return Math.sign(x) * Math.sqrt(Math.abs(x));
}

/** A network with its parameters on a tape. */
export class FamilyNetwork {
  readonly tape: Tape = new Tape();
  readonly leaves: Map<string, Node>;
  readonly #options: NetworkOptions;

  /**
   * @param options What the structure follows from.
   * @param parameters All parameters by name.
   */
  constructor(options: NetworkOptions, parameters: Parameters) {
    this.#options = options;
    this.leaves = new Map([...parameters].map(([name, data]) => [name, this.tape.leaf(data)]));
  }

  /**
   * Runs the network on rows of observations.
   *
   * @returns [batch, actions, numbers per action]; of IQN, [batch, actions, samples].
   */
  forward(observations: ArrayLike<number>, { noise, taus }: PassInputs = {}): Node {
    const { observationSize, actions, dueling } = this.#options;
    const { tape } = this;
    const batch = observations.length / observationSize;
    const layout = layoutOf(this.#options);
    const dense = this.#noisyLayers(layout, noise);
    const run = (layers: readonly Dense[], x: Node) => layers.reduce((y, l) => dense(l, y), x);
    let features = run(layout.trunk, tape.leaf(observations));
    let samples = 1;
    if (layout.embedding) {
      samples = taus!.length / batch;
      features = this.#embed(layout.embedding, dense, features, taus!, samples);
    }
    const rows = batch * samples;
    const perAction = outputsPerAction(this.#options);
    const outputs = layout.streams.map((stream) => run(stream, features));
    const output = dueling
      ? this.#combine(outputs[1], outputs[0], rows, actions, perAction)
      : outputs[0];
    if (!layout.embedding) return output;
    // [batch, samples, actions] to [batch, actions, samples].
    return tape.gather(
      output,
      list(rows * actions, (i) => {
        const [k, rest] = [i % samples, Math.floor(i / samples)];
        const [a, b] = [rest % actions, Math.floor(rest / actions)];
        return (b * samples + k) * actions + a;
      }),
    );
  }

  /** A function that runs a dense layer with what follows it, each with its share of the noise. */
  #noisyLayers(layout: Layout, noise?: ArrayLike<number>): (layer: Dense, x: Node) => Node {
    const all = denseLayers(layout);
    const starts = new Map<string, number>();
    let total = 0;
    for (const { name, inputs, outputs } of all) {
      starts.set(name, total);
      total += inputs + outputs;
    }
    if (this.#options.noisy && noise?.length !== total) {
      throw new RangeError(`a pass takes ${total} normals, got ${noise?.length}`);
    }
    const drawn = Array.from(noise ?? [], spread);
    return (layer, x) => {
      const start = starts.get(layer.name)!;
      return this.#dense(layer, x, drawn.slice(start, start + layer.inputs + layer.outputs));
    };
  }

  #dense(layer: Dense, x: Node, noise: number[]): Node {
    const { tape, leaves } = this;
    const { name, inputs, outputs, norm } = layer;
    const of = (kind: string) => leaves.get(`${name}.${kind}`)!;
    let [weight, bias] = [of("weight"), of("bias")];
    if (this.#options.noisy) {
      const [ofInputs, ofOutputs] = [noise.slice(0, inputs), noise.slice(inputs)];
      const product = list(
        outputs * inputs,
        (i) => ofOutputs[Math.floor(i / inputs)] * ofInputs[i % inputs],
      );
      weight = tape.add(of("weight_mu"), tape.multiply(of("weight_sigma"), tape.leaf(product)));
      bias = tape.add(of("bias_mu"), tape.multiply(of("bias_sigma"), tape.leaf(ofOutputs)));
    }
    const rows = x.value.length / inputs;
    let y = tape.add(tape.matmul(x, weight, inputs), tile(tape, bias, rows));
    if (norm !== undefined) {
      y = standardise(tape, y, outputs, NORM_EPS);
      y = tape.multiply(y, tile(tape, leaves.get(`${norm}.weight`)!, rows));
      y = tape.add(y, tile(tape, leaves.get(`${norm}.bias`)!, rows));
    }
    if (!layer.activated) return y;
    // The quantile embedding's activation is its own (arXiv 1806.06923, equation 4).
    const kind = name === "embedding" ? "relu" : this.#options.activation;
    return tape.map(y, (v) => activate(kind, v), (v) => slope(kind, v));
  }

  /** ψ(s) ∘ φ(τ) for each row and sample, φ(τ) = relu(W cos(π i τ) + b). */
  #embed(
    layer: Dense,
    dense: (layer: Dense, x: Node) => Node,
    features: Node,
    taus: ArrayLike<number>,
    samples: number,
  ): Node {
    const { tape } = this;
    const { inputs, outputs: width } = layer;
    const cosines = list(
      taus.length * inputs,
      (i) => Math.cos(Math.PI * (i % inputs) * taus[Math.floor(i / inputs)]),
    );
    const rows = list(taus.length * width, (i) => {
      const b = Math.floor(i / (width * samples));
      return b * width + i % width;
    });
    return tape.multiply(tape.gather(features, rows), dense(layer, tape.leaf(cosines)));
  }

  /** Value plus advantage less the mean advantage over all actions (arXiv 1511.06581, equation 9). */
  #combine(value: Node, advantage: Node, rows: number, actions: number, perAction: number): Node {
    const { tape } = this;
    const size = rows * actions * perAction;
    // Actions side by side for the mean: [rows, perAction, actions] and back.
    const sideBySide = list(size, (i) => {
      const [a, rest] = [i % actions, Math.floor(i / actions)];
      return (Math.floor(rest / perAction) * actions + a) * perAction + rest % perAction;
    });
    const back = new Float64Array(size);
    sideBySide.forEach((from, to) => (back[from] = to));
    const centred = centre(tape, tape.gather(advantage, sideBySide), actions);
    return tape.gather(tape.add(centred, repeat(tape, value, actions)), back);
  }
}
