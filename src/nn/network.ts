/**
 * A network: its blocks of numbers, the layers between them, and where the layers' parameters lie in
 * the arena.
 *
 * A block is what a layer reads or writes: a row for each row of the batch, or for each quantile sample
 * of it, padded to whole vec4s. All weights of a network lie in one buffer, the arena, so that one
 * dispatch can update them all. Padding is zero and stays zero: padded weights meet padded inputs, so
 * their gradients vanish. Offsets count vec4s.
 *
 * What networks there are is in structure.ts; how parameters go in and out of the arena in
 * parameters.ts.
 */

import type { Flat, Pair, Picture } from "./pictures.ts";

/** What a hidden layer applies to its outputs. */
export type Activation = "relu" | "tanh" | "gelu" | "identity";

/** Numbers that layers read and write. */
export interface Block {
  /** vec4s of a row. */
  readonly width4: number;
  /** Whether it has a row for each quantile sample of a row of the batch, not only one. */
  readonly isSampled: boolean;
}

/**
 * What goes in: a picture, its channels oldest frame first. Numbers without a shape are a picture of one
 * pixel.
 */
export interface InputLayout extends Picture {
  /** Whether a unit is not a vec4 of floats but a word of four bytes, the lowest being the first. */
  readonly isBytes: boolean;
  /** What a byte is multiplied with: as it is loaded, or before where the network gets floats. */
  readonly scale: number;
}

/** Columns of a block, from a vec4 on. */
export interface Slice {
  /** Index in {@link Network.blocks}. */
  readonly block: number;
  readonly at4: number;
}

/** One `nn.Linear` among those that a dense layer computes side by side. */
export interface Part {
  /** Its name in front of ".weight" and ".bias". */
  readonly name: string;
  /** Its first row in the layer's weights: a multiple of four. */
  readonly at: number;
  readonly outputs: number;
  /** The order of its outputs: a flattened picture's where they are multiplied with one. */
  readonly rows: Flat;
  /** Whether what it gives is what the network gives: orthogonal weights start smaller there. */
  readonly isLast: boolean;
}

/** A dense layer: y = f(W x + b). Linear parts that share their inputs lie under each other in one W. */
export interface Dense {
  readonly kind: "dense";
  readonly parts: readonly Part[];
  readonly inputs: number;
  /** The order of its inputs: a flattened picture's where it reads one. */
  readonly columns: Flat;
  /** vec4s of a row of W, and of a row of outputs. */
  readonly in4: number;
  readonly out4: number;
  readonly input: Slice;
  readonly output: Slice;
  readonly activation: Activation;
  /** Where the weights lie: out4·4 rows of in4 vec4s. */
  readonly weightsAt: number;
  /** Where the biases lie: out4 vec4s. */
  readonly biasAt: number;
  /** Where a noisy layer's noise lies: in4 vec4s of inputs for each part, and out4 of outputs. */
  readonly noiseInAt: number;
  readonly noiseOutAt: number;
}

/** Layer normalisation with learnt scale and shift, and the activation after it. */
export interface Norm {
  readonly kind: "norm";
  /** Its name in front of ".weight" and ".bias". */
  readonly name: string;
  readonly width: number;
  readonly width4: number;
  readonly input: Slice;
  readonly output: Slice;
  readonly activation: Activation;
  /** Where scale and shift lie: width4 vec4s each. */
  readonly scaleAt: number;
  readonly shiftAt: number;
}

/** The product of a row's features with the embedding of each of its quantile samples (IQN). */
export interface Product {
  readonly kind: "product";
  readonly width4: number;
  readonly features: Slice;
  readonly embedding: Slice;
  readonly output: Slice;
}

/** What layers on pictures have in common. */
interface OnPictures {
  readonly from: Picture;
  readonly to: Picture;
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly padding: Pair;
  readonly input: Slice;
  readonly output: Slice;
}

/** A convolution: y = f(W ∗ x + b). */
export interface Conv extends OnPictures {
  readonly kind: "conv";
  /** Its name in front of ".weight" and ".bias". */
  readonly name: string;
  /** vec4s of a row of W: what one kernel covers, line by line, pixel by pixel. */
  readonly in4: number;
  readonly out4: number;
  readonly activation: Activation;
  /** Where the weights lie: out4·4 rows of in4 vec4s. */
  readonly weightsAt: number;
  /** Where the biases lie: out4 vec4s. */
  readonly biasAt: number;
}

/** The largest number of each window, channel by channel. */
export interface Pool extends OnPictures {
  readonly kind: "pool";
}

/** One step of a network. */
export type Layer = Conv | Pool | Dense | Norm | Product;

/** The shape of a network and of its arena. */
export interface Network {
  readonly input: InputLayout;
  /** Block 0 holds the observations. */
  readonly blocks: readonly Block[];
  /** In the order in which they are computed. */
  readonly layers: readonly Layer[];
  /** What the network gives. */
  readonly output: OutputLayout;
  /** The block of the quantile samples' cosines, if it has quantile samples. */
  readonly cosines: { readonly block: number; readonly count: number } | undefined;
  /** Whether its dense layers are noisy: each parameter has a σ beside its mean. */
  readonly isNoisy: boolean;
  /** vec4s of the weights that a forward pass reads. */
  readonly weights4: number;
  /** vec4s of all that is learnt: the weights; in a noisy network their means, then their σs. */
  readonly parameters4: number;
  /** vec4s of one pass's noise. */
  readonly noise4: number;
}

/** How the last block is to be read. */
export interface OutputLayout {
  readonly block: number;
  readonly actions: number;
  /** Numbers for each action in a row: 1, or the atoms or quantiles of its distribution. */
  readonly atoms: number;
  /** Column of the state's value, one for each atom; the advantages lie from column 0 on. None without dueling. */
  readonly valueAt: number | undefined;
}

/** The row of vec4s where a dense layer's second part begins; its end where it has but one. */
export function splitOf({ parts, out4 }: Dense): number {
  return parts.length > 1 ? parts[1].at / 4 : out4;
}

/** The dense layers of a network. */
export function denseLayers({ layers }: Network): Dense[] {
  return layers.filter((layer) => layer.kind === "dense");
}

/** The convolutions of a network; their parameters lie first in the arena, one after the other. */
export function convolutions({ layers }: Network): Conv[] {
  return layers.filter((layer) => layer.kind === "conv");
}

/** vec4s that hold so many numbers. */
export function vec4s(count: number): number {
  return Math.ceil(count / 4);
}
