/**
 * A network in the making: layers are added one after the other, and each gets its name, its block and
 * its place in the arena.
 */

import {
  type Activation,
  type Block,
  type Layer,
  type Part,
  type Slice,
  vec4s,
} from "./network.ts";
import {
  type Flat,
  flat4,
  type Picture,
  picture4,
  type PictureLayer,
  pixel4,
  plain,
  sizeOf,
} from "./pictures.ts";

/** One of the streams that a head has, or the trunk. */
export interface Stream {
  /** What stands before the index in its parameters' names. */
  readonly prefix: string;
  /** Its next layer's place in the equivalent `nn.Sequential`; none where it is no sequence. */
  index: number | undefined;
  /** Where its newest outputs are. */
  at: Slice;
  /** How many they are and in which order. */
  flat: Flat;
}

/** The name of a stream's next layer. */
function nameOf(stream: Stream): string {
  return stream.index === undefined ? stream.prefix : `${stream.prefix}${stream.index++}`;
}

/** A network in the making. */
export class Draft {
  readonly #activation: Activation;
  readonly #layerNorm: boolean;
  readonly blocks: Block[] = [];
  readonly layers: Layer[] = [];
  weights4 = 0;
  noise4 = 0;

  /** @param structure What hidden layers have after them. */
  constructor(structure: { readonly activation: Activation; readonly layerNorm: boolean }) {
    this.#activation = structure.activation;
    this.#layerNorm = structure.layerNorm;
  }

  block(width4: number, isSampled: boolean): number {
    return this.blocks.push({ width4, isSampled }) - 1;
  }

  /** A layer from one picture to another, which gets a block of its own. */
  picture(stream: Stream, layer: PictureLayer, from: Picture, to: Picture): void {
    const { kernel, stride, padding } = layer;
    const output = { block: this.block(picture4(to), false), at4: 0 };
    const common = { from, to, kernel, stride, padding, input: stream.at, output };
    const name = nameOf(stream);
    if (layer.kind === "conv") {
      const in4 = kernel[0] * kernel[1] * pixel4(from);
      const out4 = pixel4(to);
      const weightsAt = this.#take(4 * out4 * in4);
      const biasAt = this.#take(out4);
      const activation = this.#activation;
      this.layers.push({ kind: "conv", name, ...common, in4, out4, activation, weightsAt, biasAt });
      stream.index!++;
    } else {
      this.layers.push({ kind: "pool", ...common });
    }
    stream.at = output;
  }

  /** Hidden layers for all streams, from what each has at present. */
  hidden(streams: readonly Stream[], width: number): void {
    const { isSampled } = this.blocks[streams[0].at.block];
    const width4 = vec4s(width);
    const newBlock = () => this.block(streams.length * width4, isSampled);
    const block = newBlock();
    const direct = this.#layerNorm ? "identity" : this.#activation;
    this.dense(streams, streams.map(() => plain(width)), { block, at4: 0 }, direct, false);
    if (this.#layerNorm) {
      const normed = newBlock();
      for (const stream of streams) this.#norm(stream, normed);
    }
    for (const stream of streams) stream.index!++;
  }

  /** The head's last layer. */
  last(streams: readonly Stream[], widths: readonly number[]): number {
    const { isSampled } = this.blocks[streams[0].at.block];
    const block = this.block(widths.reduce((sum, width) => sum + vec4s(width), 0), isSampled);
    this.dense(streams, widths.map(plain), { block, at4: 0 }, "identity", true);
    return block;
  }

  /** Dense layers: side by side where the streams still share inputs, one by one where they have parted. */
  dense(
    streams: readonly Stream[],
    outputs: readonly Flat[],
    output: Slice,
    activation: Activation,
    isLast: boolean,
  ): void {
    const [first] = streams;
    const isShared = streams.every(({ at }) =>
      at.block === first.at.block && at.at4 === first.at.at4
    );
    if (isShared) return this.#layer(streams, outputs, output, activation, isLast);
    let at4 = output.at4;
    streams.forEach((stream, i) => {
      this.#layer([stream], [outputs[i]], { block: output.block, at4 }, activation, isLast);
      at4 += flat4(outputs[i]);
    });
  }

  /** One layer for streams that have the same inputs; each stream's outputs have columns of their own. */
  #layer(
    streams: readonly Stream[],
    outputs: readonly Flat[],
    output: Slice,
    activation: Activation,
    isLast: boolean,
  ): void {
    const [{ at: input, flat: columns }] = streams;
    const parts: Part[] = [];
    let out4 = 0;
    streams.forEach((stream, i) => {
      const rows = outputs[i];
      parts.push({ name: nameOf(stream), at: 4 * out4, outputs: sizeOf(rows), rows, isLast });
      stream.at = { block: output.block, at4: output.at4 + out4 };
      stream.flat = rows;
      out4 += flat4(rows);
    });
    const in4 = flat4(columns);
    const weightsAt = this.#take(4 * out4 * in4);
    const biasAt = this.#take(out4);
    const noiseInAt = this.noise4;
    const noiseOutAt = noiseInAt + streams.length * in4;
    this.noise4 = noiseOutAt + out4;
    this.layers.push({
      kind: "dense",
      parts,
      inputs: sizeOf(columns),
      columns,
      in4,
      out4,
      input,
      output,
      activation,
      weightsAt,
      biasAt,
      noiseInAt,
      noiseOutAt,
    });
  }

  #norm(stream: Stream, block: number): void {
    const { at: input, flat } = stream;
    const width4 = flat4(flat);
    const output = { block, at4: input.at4 };
    const scaleAt = this.#take(width4);
    const shiftAt = this.#take(width4);
    this.layers.push({
      kind: "norm",
      name: nameOf(stream),
      width: sizeOf(flat),
      width4,
      input,
      output,
      activation: this.#activation,
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
