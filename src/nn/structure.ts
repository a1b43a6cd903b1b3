/**
 * What networks there are: convolutions where observations are pictures, a trunk of hidden layers, for
 * IQN the product with the embedded quantile samples, and a head, in two streams when it is a dueling
 * one.
 */

import { Draft, type Stream } from "./draft.ts";
import { type Activation, type InputLayout, type Network, vec4s } from "./network.ts";
import {
  flat4,
  flattened,
  type Picture,
  picture4,
  pictureAfter,
  type PictureLayer,
  plain,
} from "./pictures.ts";

export type { PictureLayer } from "./pictures.ts";

/** What a network is made from. */
export interface Structure {
  /** What goes in; its margins follow from the first layer. */
  readonly input: Omit<InputLayout, "margin">;
  /** Layers on pictures; what the last one gives is flattened. */
  readonly convolutions: readonly PictureLayer[];
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
  /** Weights of dense layers are drawn from learnt normal distributions. */
  readonly noisy: boolean;
  /** Streams for the state's value and the actions' advantages. */
  readonly dueling: boolean;
  /** Cosines that embed a quantile sample (IQN); 0 for a network without samples. */
  readonly cosines: number;
}

/**
 * Lays out a network.
 *
 * @throws {RangeError} When a kernel does not fit into its picture, or bytes have no convolution to read
 *   them.
 */
export function buildNetwork(structure: Structure): Network {
  const { convolutions, hiddenLayers, headLayers, actions, atoms, dueling, cosines, noisy } =
    structure;
  if (structure.input.isBytes && convolutions[0]?.kind !== "conv") {
    throw new RangeError(
      `observations can be bytes where a convolution reads them, got ` +
        `${convolutions[0]?.kind ?? "a dense layer"} first: give it floats`,
    );
  }
  const pictures = picturesOf(structure);
  const draft = new Draft(structure);
  const [first] = pictures;
  const last = pictures[pictures.length - 1];
  const trunk: Stream = {
    prefix: "",
    index: 0,
    at: { block: draft.block(picture4(first), false), at4: 0 },
    flat: flattened(last),
  };
  convolutions.forEach((layer, l) => draft.picture(trunk, layer, pictures[l], pictures[l + 1]));
  // nn.Flatten has an index too.
  if (convolutions.length > 0) trunk.index!++;
  for (const width of hiddenLayers) draft.hidden([trunk], width);
  const cosineBlock = cosines > 0 ? embed(draft, trunk, cosines) : undefined;

  const names = dueling ? ["advantage.", "value."] : cosines > 0 ? ["head."] : undefined;
  const streams = names?.map((prefix) => ({ ...trunk, prefix, index: 0 })) ?? [trunk];
  for (const width of headLayers) draft.hidden(streams, width);
  const widths = [actions * atoms, ...dueling ? [atoms] : []];
  const block = draft.last(streams, widths);
  const { blocks, layers, weights4, noise4 } = draft;
  return {
    input: { ...structure.input, margin: first.margin },
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

/** The input and what each layer makes of it, with the margins that the next one wants. */
function picturesOf({ input, convolutions }: Structure): Picture[] {
  const { height, width, channels } = input;
  let picture = { height, width, channels };
  const pictures = convolutions.map((layer, l) => {
    const from = { ...picture, margin: layer.kind === "conv" ? layer.padding : NO_MARGIN };
    picture = pictureAfter(layer, picture, l + 1);
    return from;
  });
  return [...pictures, { ...picture, margin: NO_MARGIN }];
}

const NO_MARGIN = [0, 0] as const;

/**
 * Quantile samples join the trunk: features ∘ relu(W cos(π i τ) + b).
 * Dabney, Ostrovski, Silver, Munos: Implicit quantile networks (arXiv 1806.06923), equation 4.
 */
function embed(draft: Draft, trunk: Stream, cosines: number): number {
  const { at: features, flat } = trunk;
  const width4 = flat4(flat);
  const cosineBlock = draft.block(vec4s(cosines), true);
  const embedded = draft.block(width4, true);
  const output = { block: draft.block(width4, true), at4: 0 };
  const stream: Stream = {
    prefix: "embedding",
    index: undefined,
    at: { block: cosineBlock, at4: 0 },
    flat: plain(cosines),
  };
  draft.dense([stream], [flat], { block: embedded, at4: 0 }, "relu", false);
  draft.layers.push({ kind: "product", width4, features, embedding: stream.at, output });
  trunk.at = output;
  return cosineBlock;
}
