/**
 * What networks there are: a trunk of hidden layers, for IQN the product with the embedded quantile
 * samples, and a head, in two streams when it is a dueling one.
 */

import {
  type Activation,
  type Block,
  type Layer,
  type Network,
  type Part,
  type Slice,
  vec4s,
} from "./network.ts";

/** What a network is made from. */
export interface Structure {
  /** Numbers in an observation. */
  readonly inputs: number;
  /** Widths of the trunk's layers. */
  readonly hiddenLayers: readonly number[];
  /** Widths of the head's layers before its last; each stream of a dueling head has its own. */
  readonly headLayers: readonly number[];
  readonly actions: number;
  /** Numbers for each action. */
  readonly atoms: number;
  readonly activation: Activation;
  /** Normalise each hidden layer's outputs before its activation. */
  readonly layerNorm: boolean;
  /** Weights are drawn from learnt normal distributions. */
  readonly noisy: boolean;
  /** Streams for the state's value and the actions' advantages. */
  readonly dueling: boolean;
  /** Cosines that embed a quantile sample (IQN); 0 for a network without samples. */
  readonly cosines: number;
}

/** One of the streams that a head has. */
interface Stream {
  /** What stands before the index in its parameters' names. */
  readonly prefix: string;
  /** Its next layer's place in the equivalent `nn.Sequential`; none where it is no sequence. */
  index: number | undefined;
  /** Where its newest outputs are. */
  at: Slice;
  width: number;
}

/** The name of a stream's next layer. */
function nameOf(stream: Stream): string {
  return stream.index === undefined ? stream.prefix : `${stream.prefix}${stream.index++}`;
}

/** A network in the making. */
class Draft {
  readonly #structure: Structure;
  readonly blocks: Block[] = [];
  readonly layers: Layer[] = [];
  weights4 = 0;
  noise4 = 0;

  constructor(structure: Structure) {
    this.#structure = structure;
  }

  block(width4: number, isSampled: boolean): number {
    return this.blocks.push({ width4, isSampled }) - 1;
  }

  /** One layer for streams that have the same inputs; each stream's outputs have columns of their own. */
  #layer(
    streams: readonly Stream[],
    widths: readonly number[],
    output: Slice,
    activation: Activation,
    isLast: boolean,
  ): void {
    const [{ at: input, width: inputs }] = streams;
    const parts: Part[] = [];
    let out4 = 0;
    streams.forEach((stream, i) => {
      parts.push({ name: nameOf(stream), at: 4 * out4, outputs: widths[i], isLast });
      stream.at = { block: output.block, at4: output.at4 + out4 };
      stream.width = widths[i];
      out4 += vec4s(widths[i]);
    });
    const in4 = vec4s(inputs);
    const weightsAt = this.#take(4 * out4 * in4);
    const biasAt = this.#take(out4);
    const noiseInAt = this.noise4;
    const noiseOutAt = noiseInAt + streams.length * in4;
    this.noise4 = noiseOutAt + out4;
    const places = { weightsAt, biasAt, noiseInAt, noiseOutAt };
    this.layers.push({
      kind: "dense",
      parts,
      inputs,
      in4,
      out4,
      input,
      output,
      activation,
      ...places,
    });
  }

  /** Hidden layers for all streams, from what each has at present. */
  hidden(streams: readonly Stream[], width: number): void {
    const { activation, layerNorm } = this.#structure;
    const { isSampled } = this.blocks[streams[0].at.block];
    const width4 = vec4s(width);
    const newBlock = () => this.block(streams.length * width4, isSampled);
    const block = newBlock();
    const direct = layerNorm ? "identity" : activation;
    this.dense(streams, streams.map(() => width), { block, at4: 0 }, direct, false);
    if (layerNorm) {
      const normed = newBlock();
      for (const stream of streams) this.#norm(stream, normed);
    }
    for (const stream of streams) stream.index!++;
  }

  /** The head's last layer. */
  last(streams: readonly Stream[], widths: readonly number[]): number {
    const { isSampled } = this.blocks[streams[0].at.block];
    const block = this.block(widths.reduce((sum, width) => sum + vec4s(width), 0), isSampled);
    this.dense(streams, widths, { block, at4: 0 }, "identity", true);
    return block;
  }

  /** Dense layers: side by side where the streams still share inputs, one by one where they have parted. */
  dense(
    streams: readonly Stream[],
    widths: readonly number[],
    output: Slice,
    activation: Activation,
    isLast: boolean,
  ): void {
    const [first] = streams;
    const isShared = streams.every(({ at }) =>
      at.block === first.at.block && at.at4 === first.at.at4
    );
    if (isShared) return this.#layer(streams, widths, output, activation, isLast);
    let at4 = output.at4;
    streams.forEach((stream, i) => {
      this.#layer([stream], [widths[i]], { block: output.block, at4 }, activation, isLast);
      at4 += vec4s(widths[i]);
    });
  }

  #norm(stream: Stream, block: number): void {
    const { activation } = this.#structure;
    const { at: input, width } = stream;
    const width4 = vec4s(width);
    const output = { block, at4: input.at4 };
    const scaleAt = this.#take(width4);
    const shiftAt = this.#take(width4);
    this.layers.push({
      kind: "norm",
      name: nameOf(stream),
      width,
      width4,
      input,
      output,
      activation,
      scaleAt,
      shiftAt,
    });
    stream.at = output;
  }

  #take(count4: number): number {
    const at = this.weights4;
    this.weights4 += count4;
    return at;
  }
}

/** Lays out a network. */
export function buildNetwork(structure: Structure): Network {
  const { inputs, hiddenLayers, headLayers, actions, atoms, dueling, cosines, noisy } = structure;
  const draft = new Draft(structure);
  const observations = draft.block(vec4s(inputs), false);
  const trunk: Stream = {
    prefix: "",
    index: 0,
    at: { block: observations, at4: 0 },
    width: inputs,
  };
  for (const width of hiddenLayers) draft.hidden([trunk], width);
  const cosineBlock = cosines > 0 ? embed(draft, trunk, cosines) : undefined;

  const names = dueling ? ["advantage.", "value."] : cosines > 0 ? ["head."] : undefined;
  const streams = names?.map((prefix) => ({ ...trunk, prefix, index: 0 })) ?? [trunk];
  for (const width of headLayers) draft.hidden(streams, width);
  const widths = [actions * atoms, ...dueling ? [atoms] : []];
  const block = draft.last(streams, widths);
  const { blocks, layers, weights4, noise4 } = draft;
  return {
    inputs,
    blocks,
    layers,
    output: { block, actions, atoms, valueAt: dueling ? 4 * vec4s(widths[0]) : undefined },
    cosines: cosineBlock === undefined ? undefined : { block: cosineBlock, count: cosines },
    isNoisy: noisy,
    weights4,
    parameters4: noisy ? 2 * weights4 : weights4,
    noise4,
  };
}

/**
 * Quantile samples join the trunk: features ∘ relu(W cos(π i τ) + b).
 * Dabney, Ostrovski, Silver, Munos: Implicit quantile networks (arXiv 1806.06923), equation 4.
 */
function embed(draft: Draft, trunk: Stream, cosines: number): number {
  const cosineBlock = draft.block(vec4s(cosines), true);
  const width4 = vec4s(trunk.width);
  const embedded = draft.block(width4, true);
  const output = { block: draft.block(width4, true), at4: 0 };
  const features = trunk.at;
  const stream: Stream = {
    prefix: "embedding",
    index: undefined,
    at: { block: cosineBlock, at4: 0 },
    width: cosines,
  };
  draft.dense([stream], [trunk.width], { block: embedded, at4: 0 }, "relu", false);
  draft.layers.push({ kind: "product", width4, features, embedding: stream.at, output });
  trunk.at = output;
  return cosineBlock;
}
