/**
 * Convolutions and poolings in float64 by plain loops: what the GPU's are compared with. Pictures are as
 * PyTorch has them, [batch, channels, height, width].
 */

import type { Pair, PictureLayer } from "../../src/nn/pictures.ts";
import { activate, type Activation, slope } from "../reference/mlp.ts";

/** Channels, height, width. */
export type Size = readonly [channels: number, height: number, width: number];

/** A layer with its weights; a pooling has none. */
export interface ReferenceLayer {
  readonly layer: PictureLayer;
  readonly from: Size;
  readonly to: Size;
  readonly weight: Float64Array;
  readonly bias: Float64Array;
}

/** What a layer gave, and what its activation got. */
export interface ReferencePass {
  readonly input: Float64Array;
  readonly sums: Float64Array;
  readonly output: Float64Array;
}

/** The gradients of a layer. */
export interface ReferenceGradients {
  readonly input: Float64Array;
  readonly weight: Float64Array;
  readonly bias: Float64Array;
}

/** The size of what a layer gives. */
export function sizeAfter(layer: PictureLayer, [channels, height, width]: Size): Size {
  const { kernel, stride, padding } = layer;
  const after = (size: number, i: number) =>
    Math.floor((size + 2 * padding[i] - kernel[i]) / stride[i]) + 1;
  return [layer.kind === "conv" ? layer.channels : channels, after(height, 0), after(width, 1)];
}

/** Index of a number in a batch of pictures. */
function at([channels, height, width]: Size, b: number, c: number, y: number, x: number): number {
  return ((b * channels + c) * height + y) * width + x;
}

/** Calls with each pixel that a window covers and its place in the kernel, in scan order. */
function eachCovered(
  { kernel, stride, padding }: PictureLayer,
  [, height, width]: Size,
  [oy, ox]: Pair,
  call: (y: number, x: number, place: number) => void,
): void {
  for (let ky = 0; ky < kernel[0]; ky++) {
    for (let kx = 0; kx < kernel[1]; kx++) {
      const y = oy * stride[0] + ky - padding[0];
      const x = ox * stride[1] + kx - padding[1];
      if (y >= 0 && y < height && x >= 0 && x < width) call(y, x, ky * kernel[1] + kx);
    }
  }
}

/** Calls with each number of a batch of outputs: where it is, and its batch row, channel and pixel. */
function eachOutput(
  to: Size,
  batch: number,
  call: (index: number, b: number, c: number, pixel: Pair) => void,
): void {
  for (let index = 0; index < batch * to[0] * to[1] * to[2]; index++) {
    const [x, rest] = [index % to[2], Math.floor(index / to[2])];
    const [y, plane] = [rest % to[1], Math.floor(rest / to[1])];
    call(index, Math.floor(plane / to[0]), plane % to[0], [y, x]);
  }
}

/** One layer, forward. */
export function forwardLayer(
  { layer, from, to, weight, bias }: ReferenceLayer,
  activation: Activation,
  input: ArrayLike<number>,
): ReferencePass {
  const batch = input.length / (from[0] * from[1] * from[2]);
  const sums = new Float64Array(batch * to[0] * to[1] * to[2]);
  const covered = layer.kernel[0] * layer.kernel[1];
  eachOutput(to, batch, (index, b, o, pixel) => {
    if (layer.kind === "maxPool") {
      sums[index] = -Infinity;
      eachCovered(layer, from, pixel, (y, x) => {
        sums[index] = Math.max(sums[index], input[at(from, b, o, y, x)]);
      });
      return;
    }
    sums[index] = bias[o];
    for (let c = 0; c < from[0]; c++) {
      eachCovered(layer, from, pixel, (y, x, place) => {
        sums[index] += weight[(o * from[0] + c) * covered + place] * input[at(from, b, c, y, x)];
      });
    }
  });
  const output = layer.kind === "conv" ? sums.map((x) => activate(activation, x)) : sums;
  return { input: Float64Array.from(input), sums, output };
}

/** One layer, backward from the gradients of its output. */
export function backwardLayer(
  { layer, from, to, weight, bias }: ReferenceLayer,
  activation: Activation,
  { input, sums }: ReferencePass,
  above: ArrayLike<number>,
): ReferenceGradients {
  const gradients = {
    input: new Float64Array(input.length),
    weight: new Float64Array(weight.length),
    bias: new Float64Array(bias.length),
  };
  const covered = layer.kernel[0] * layer.kernel[1];
  eachOutput(to, input.length / (from[0] * from[1] * from[2]), (index, b, o, pixel) => {
    if (layer.kind === "maxPool") {
      let largest = -1;
      eachCovered(layer, from, pixel, (y, x) => {
        const i = at(from, b, o, y, x);
        if (largest < 0 || input[i] > input[largest]) largest = i;
      });
      gradients.input[largest] += above[index];
      return;
    }
    const delta = above[index] * slope(activation, sums[index]);
    gradients.bias[o] += delta;
    for (let c = 0; c < from[0]; c++) {
      eachCovered(layer, from, pixel, (y, x, place) => {
        const [i, w] = [at(from, b, c, y, x), (o * from[0] + c) * covered + place];
        gradients.input[i] += delta * weight[w];
        gradients.weight[w] += delta * input[i];
      });
    }
  });
  return gradients;
}

/** Picture layers with their weights, named as an `nn.Sequential` numbers them. */
export function referenceLayers(
  layers: readonly PictureLayer[],
  input: Size,
  parameters: Record<string, { readonly data: ArrayLike<number> }>,
): ReferenceLayer[] {
  let [from, index] = [input, 0];
  return layers.map((layer) => {
    const to = sizeAfter(layer, from);
    const get = (kind: string) =>
      Float64Array.from(layer.kind === "conv" ? parameters[`${index}.${kind}`].data : []);
    const made = { layer, from, to, weight: get("weight"), bias: get("bias") };
    from = to;
    index += layer.kind === "conv" ? 2 : 1;
    return made;
  });
}

/** Layers one after the other; the last pass's output is what nn.Flatten gives, too. */
export function forwardAll(
  layers: readonly ReferenceLayer[],
  activation: Activation,
  input: ArrayLike<number>,
): ReferencePass[] {
  let below = input;
  return layers.map((layer) => {
    const pass = forwardLayer(layer, activation, below);
    below = pass.output;
    return pass;
  });
}
