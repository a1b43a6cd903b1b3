/**
 * Pictures between layers: their sizes, where their pixels lie in a row, and what convolutions and
 * poolings make of them.
 *
 * A picture lies pixel by pixel (NHWC), a pixel's channels padded to whole vec4s, so that what a kernel
 * covers in one line of pixels is one contiguous run. PyTorch has it channel by channel (NCHW); the
 * two meet where parameters go in and out.
 */

import { MOST_ROUNDS } from "./tiles.ts";

/** Something that is so large or so far in y and x. */
export type Pair = readonly [y: number, x: number];

/** A picture as a row of a block. */
export interface Picture {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /**
   * Lines above and below and columns left and right that are zero and are never written: the padding of
   * the convolution that reads it.
   */
  readonly margin: Pair;
}

/** A layer on pictures; the activation follows each convolution. */
export type PictureLayer = ConvolutionLayer | PoolingLayer;

/** A convolution. */
export interface ConvolutionLayer extends Window {
  readonly kind: "conv";
  /** Channels that it gives. */
  readonly channels: number;
}

/** The largest number of each window, channel by channel. */
export interface PoolingLayer extends Window {
  readonly kind: "maxPool";
}

/** Which pixels an output looks at. */
export interface Window {
  readonly kernel: Pair;
  readonly stride: Pair;
  /** Lines and columns thought around the picture: zeros for a convolution, −∞ for a pooling. */
  readonly padding: Pair;
}

/** Numbers whose order differs inside and outside: pixel by pixel here, channel by channel in PyTorch. */
export interface Flat {
  readonly pixels: number;
  readonly channels: number;
}

/** A plain row of numbers: one pixel with all of them as channels. */
export function plain(channels: number): Flat {
  return { pixels: 1, channels };
}

/** vec4s of a pixel. */
export function pixel4({ channels }: { readonly channels: number }): number {
  return Math.ceil(channels / 4);
}

/** vec4s of a line of pixels, margins included. */
export function line4({ width, channels, margin }: Picture): number {
  return (width + 2 * margin[1]) * pixel4({ channels });
}

/** vec4s of a whole picture, margins included. */
export function picture4(picture: Picture): number {
  return (picture.height + 2 * picture.margin[0]) * line4(picture);
}

/** The vec4 where the first pixel inside the margins lies. */
export function origin4(picture: Picture): number {
  const [y, x] = picture.margin;
  return y * line4(picture) + x * pixel4(picture);
}

/** A picture without margins as flat numbers. */
export function flattened({ height, width, channels }: Omit<Picture, "margin">): Flat {
  return { pixels: height * width, channels };
}

/** vec4s of flat numbers. */
export function flat4({ pixels, channels }: Flat): number {
  return pixels * pixel4({ channels });
}

/** How many flat numbers there are, padding left out. */
export function sizeOf({ pixels, channels }: Flat): number {
  return pixels * channels;
}

/** Where each of the numbers, in PyTorch's order, lies here; counted in numbers. */
export function placesOf({ pixels, channels }: Flat): Uint32Array {
  const places = new Uint32Array(pixels * channels);
  const stride = 4 * pixel4({ channels });
  for (let channel = 0; channel < channels; channel++) {
    for (let pixel = 0; pixel < pixels; pixel++) {
      places[channel * pixels + pixel] = pixel * stride + channel;
    }
  }
  return places;
}

/**
 * The size of what a layer makes of a picture, as PyTorch computes it: windows that would reach past the
 * padded edge are left out.
 *
 * @param layer The layer.
 * @param from The picture that it gets.
 * @param number Which layer it is, counted from 1, for the error's message.
 * @throws {RangeError} When the layer is no layer, or its kernel does not fit into the padded picture.
 */
export function pictureAfter(
  layer: PictureLayer,
  from: Omit<Picture, "margin">,
  number: number,
): Omit<Picture, "margin"> {
  const { kind, kernel, stride, padding } = layer;
  const name = `picture layer ${number} (${kind}, kernel ${kernel.join("×")})`;
  checkAll(name, "kernel", kernel, 1);
  checkAll(name, "stride", stride, 1);
  checkAll(name, "padding", padding, 0);
  if (kind === "conv") checkAll(name, "channels", [layer.channels], 1);
  if (kind === "maxPool" && padding.some((size, i) => 2 * size > kernel[i])) {
    throw new RangeError(
      `${name}: a pooling's padding must be at most half its kernel, got ${padding.join("×")}`,
    );
  }
  const [height, width] = [from.height, from.width].map((size, i) => {
    const padded = size + 2 * padding[i];
    if (kernel[i] > padded) {
      throw new RangeError(
        `${name}: the kernel is larger than what it gets, ${from.height}×${from.width} pixels with ` +
          `padding ${padding.join("×")}: take a smaller kernel, more padding or fewer layers`,
      );
    }
    return Math.floor((padded - kernel[i]) / stride[i]) + 1;
  });
  const rounds = roundsOf(layer, from);
  if (rounds > MOST_ROUNDS) {
    throw new RangeError(
      `${name}: a number of it follows from too many others, ${rounds} steps of at most ` +
        `${MOST_ROUNDS}: take a smaller kernel${kind === "conv" ? "" : " or a larger stride"}`,
    );
  }
  return { height, width, channels: kind === "conv" ? layer.channels : from.channels };
}

/** The most rounds that an invocation of the layer's kernels takes, forward or backward. */
function roundsOf(layer: PictureLayer, from: { readonly channels: number }): number {
  const [height, width] = layer.kernel;
  if (layer.kind === "conv") return height * width * Math.max(pixel4(from), pixel4(layer));
  // Backward, each pixel looks at all windows that cover it.
  const windows = layer.kernel.map((size, i) => Math.ceil(size / layer.stride[i]));
  return height * width * windows[0] * windows[1];
}

function checkAll(name: string, what: string, sizes: readonly number[], least: number): void {
  for (const size of sizes) {
    if (Number.isSafeInteger(size) && size >= least) continue;
    throw new RangeError(
      `${name}: ${what} must be whole numbers of at least ${least}, got ${sizes.join("×")}`,
    );
  }
}
