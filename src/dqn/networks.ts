/**
 * The option `network`: what stands between observations and the hidden layers. Nothing, for plain
 * numbers; convolutions, for pictures.
 *
 * @module
 */

import type { Pair, PictureLayer } from "../nn/pictures.ts";

/** So much in y and x: one number for both, or one each. */
export type Extent = number | readonly [y: number, x: number];

/** A convolution, `torch.nn.Conv2d`, and the activation after it. */
export interface ConvolutionOption {
  /** That it is one. */
  readonly kind: "conv";
  /** Channels that it gives. */
  readonly channels: number;
  /** Pixels that an output looks at. */
  readonly kernel: Extent;
  /** From one output to the next; 1 when left out. */
  readonly stride?: Extent;
  /** Zeros around the picture; 0 when left out. */
  readonly padding?: Extent;
}

/** The largest number of each window, `torch.nn.MaxPool2d`. */
export interface MaxPoolOption {
  /** That it is one. */
  readonly kind: "maxPool";
  /** Pixels of a window. */
  readonly kernel: Extent;
  /** From one window to the next; as much as the kernel when left out. */
  readonly stride?: Extent;
  /** How far windows reach past the edge; 0 when left out. */
  readonly padding?: Extent;
}

/** One layer on pictures. */
export type PictureLayerOption = ConvolutionOption | MaxPoolOption;

/** Networks that have a name; see {@linkcode NetworkOption}. */
export type NetworkName = "mlp" | "nature-cnn" | "minatar-cnn";

/** All of these. */
export const NETWORK_NAMES: readonly NetworkName[] = ["mlp", "nature-cnn", "minatar-cnn"];

/**
 * What comes before the hidden layers:
 * - "mlp": nothing
 * - "nature-cnn": 32 channels of 8×8 with stride 4, 64 of 4×4 with 2, 64 of 3×3 (Mnih et al.,
 *   "Human-level control through deep reinforcement learning", Nature 2015, methods); the hidden layer
 *   behind it has 512 unless `hiddenLayers` says otherwise
 * - "minatar-cnn": 16 channels of 3×3 (Young & Tian, "MinAtar", arXiv 1903.03176, section 3); the
 *   hidden layer behind it has 128
 * - layers of one's own, the first reading the observations
 */
export type NetworkOption = NetworkName | readonly PictureLayerOption[];

const LAYERS: Readonly<Record<NetworkName, readonly PictureLayerOption[]>> = {
  mlp: [],
  "nature-cnn": [
    { kind: "conv", channels: 32, kernel: 8, stride: 4 },
    { kind: "conv", channels: 64, kernel: 4, stride: 2 },
    { kind: "conv", channels: 64, kernel: 3 },
  ],
  "minatar-cnn": [{ kind: "conv", channels: 16, kernel: 3 }],
};

const HIDDEN: Readonly<Record<NetworkName, readonly number[]>> = {
  mlp: [64, 64],
  "nature-cnn": [512],
  "minatar-cnn": [128],
};

/** The layers on pictures of a network, spelt out. */
export function pictureLayers(network: NetworkOption): PictureLayer[] {
  const layers = typeof network === "string" ? LAYERS[network] : network;
  return layers.map((layer) => {
    const { kernel, stride = layer.kind === "maxPool" ? kernel : 1, padding = 0 } = layer;
    const window = { kernel: pair(kernel), stride: pair(stride), padding: pair(padding) };
    return layer.kind === "conv"
      ? { kind: layer.kind, channels: layer.channels, ...window }
      : { kind: layer.kind, ...window };
  });
}

/** Widths of the hidden layers where nothing is said of them. */
export function hiddenLayersOf(network: NetworkOption): readonly number[] {
  return HIDDEN[typeof network === "string" ? network : "mlp"];
}

function pair(extent: Extent): Pair {
  return typeof extent === "number" ? [extent, extent] : [extent[0], extent[1]];
}

/** What is wanted of a network that is a list, in words. */
const WANTED = 'layers like { kind: "conv", channels: 32, kernel: 8, stride: 4 } and ' +
  '{ kind: "maxPool", kernel: 2 }';

/**
 * What is wrong with a list of layers, in words; undefined when nothing is. Whether kernels fit shows when
 * the observations are known.
 */
export function networkProblem(layers: readonly unknown[]): string | undefined {
  if (layers.length === 0) return `an empty list has no layers: wanted ${WANTED}, or "mlp"`;
  for (const [i, layer] of layers.entries()) {
    const problem = layerProblem(layer);
    if (problem) return `layer ${i + 1} ${problem}`;
  }
  return (layers[0] as PictureLayerOption).kind === "conv"
    ? undefined
    : "layer 1 must be a conv, which reads the observations";
}

function layerProblem(layer: unknown): string | undefined {
  if (typeof layer !== "object" || layer === null) return `must be one of the ${WANTED}`;
  const { kind, channels, kernel, stride, padding, ...rest } = layer as Record<string, unknown>;
  if (kind !== "conv" && kind !== "maxPool") return `must be one of the ${WANTED}`;
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) return `has "${unknown}", which no layer has`;
  if (kind === "conv" ? !isCount(channels, 1) : channels !== undefined) {
    return kind === "conv"
      ? "needs channels, an integer of at least 1"
      : "pools each channel by itself: leave channels out";
  }
  if (!isExtent(kernel, 1)) return "needs a kernel, an integer of at least 1 or [y, x]";
  if (stride !== undefined && !isExtent(stride, 1)) {
    return "has a stride that is no integer of at least 1 or [y, x]";
  }
  if (padding !== undefined && !isExtent(padding, 0)) {
    return "has a padding that is no integer of at least 0 or [y, x]";
  }
  return undefined;
}

function isCount(value: unknown, least: number): boolean {
  return Number.isSafeInteger(value) && (value as number) >= least;
}

function isExtent(value: unknown, least: number): boolean {
  return isCount(value, least) ||
    (Array.isArray(value) && value.length === 2 && value.every((one) => isCount(one, least)));
}
