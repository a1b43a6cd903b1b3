/**
 * What the network sees of observations: a stack of the newest frames as a picture whose pixels have all
 * their channels side by side. Here it is laid out by the host, for acting and for batches given by
 * hand; shaders/kernels/gather_frames.wgsl does the same on its way out of the replay buffer.
 *
 * A frame is an observation as the environment gives it. A picture's is [height, width],
 * [height, width, planes] or [planes, height, width]: the smaller end is the planes.
 */

import type { InputLayout } from "../nn/network.ts";
import { origin4, picture4, pixel4 } from "../nn/pictures.ts";
import type { PictureLayout } from "../replay/gather.ts";
import type { ResolvedConfig } from "./config.ts";

/** A frame, as its space tells. */
export interface FrameShape {
  /** Numbers in a frame. */
  readonly observationSize: number;
  /** Its extents; one flat row when left out. */
  readonly observationShape?: readonly number[];
  /** Whether its numbers are bytes; floats when left out. */
  readonly isBytes?: boolean;
  /** Whether bytes are shades, up to 255, which networks see as 0 to 1; no when left out. */
  readonly isShades?: boolean;
}

/** How frames become what the network sees. */
export interface View {
  /** Numbers in a frame. */
  readonly frameSize: number;
  /** Frames in a stack. */
  readonly frames: number;
  /** Numbers of a frame at each pixel. */
  readonly planes: number;
  /** Where a frame has plane p of pixel i: at i · pixelStride + p · planeStride. */
  readonly pixelStride: number;
  readonly planeStride: number;
  /** What the network is built for. */
  readonly input: Omit<InputLayout, "margin">;
}

/**
 * How a configuration's network sees frames.
 *
 * @throws {RangeError} When a network for pictures is to see something else, or stacks are stacked again.
 */
export function viewOf(
  frame: FrameShape,
  { network, frameStack }: Pick<ResolvedConfig, "network" | "frameStack">,
): View {
  const { observationSize, observationShape = [observationSize] } = frame;
  const { isBytes = false, isShades = false } = frame;
  checkStacked(observationShape, frameStack);
  const scale = isShades ? 1 / 255 : 1;
  if (network === "mlp") {
    return {
      frameSize: observationSize,
      frames: frameStack,
      planes: observationSize,
      pixelStride: observationSize,
      planeStride: 1,
      input: {
        height: 1,
        width: 1,
        channels: frameStack * observationSize,
        isBytes: false,
        scale,
      },
    };
  }
  const { height, width, planes, isPlanesFirst } = pictureOf(observationShape, network);
  return {
    frameSize: observationSize,
    frames: frameStack,
    planes,
    pixelStride: isPlanesFirst ? 1 : planes,
    planeStride: isPlanesFirst ? height * width : 1,
    input: {
      height,
      width,
      channels: frameStack * planes,
      isBytes,
      scale,
    },
  };
}

/** Where a picture's extents are. */
function pictureOf(shape: readonly number[], network: ResolvedConfig["network"]) {
  if (shape.length === 2) {
    return { height: shape[0], width: shape[1], planes: 1, isPlanesFirst: false };
  }
  if (shape.length === 3) {
    const [a, b, c] = shape;
    return a < c
      ? { height: b, width: c, planes: a, isPlanesFirst: true }
      : { height: a, width: b, planes: c, isPlanesFirst: false };
  }
  if (shape.length > 3) {
    throw new RangeError(
      `observations of shape [${
        shape.join(", ")
      }] have too many dimensions to be pictures: leave the ` +
        "wrapper that stacks them out, and set frameStack",
    );
  }
  const name = typeof network === "string" ? `network "${network}"` : "a network of convolutions";
  throw new RangeError(
    `${name} wants pictures, observations of shape [height, width], [height, width, planes] or ` +
      `[planes, height, width], got [${shape.join(", ")}]: use network "mlp"`,
  );
}

function checkStacked(shape: readonly number[], frameStack: number): void {
  if (frameStack === 1 || shape.length < 3 || shape[0] !== frameStack) return;
  throw new RangeError(
    `frameStack is ${frameStack}, and the environment's observations of shape [${
      shape.join(", ")
    }] ` +
      "look stacked already: leave the wrapper that stacks them out (each frame is then stored once), " +
      "or set frameStack to 1",
  );
}

/** The view as the replay buffer's gather wants it. */
export function gatherLayout(view: View, { margin }: InputLayout): PictureLayout {
  const { height, width, channels, isBytes, scale } = view.input;
  const { pixelStride, planeStride } = view;
  return { height, width, channels, margin, isBytes, scale, pixelStride, planeStride };
}

/** Numbers that one input takes on the GPU, margins and padding included. */
export function inputWidth(input: InputLayout): number {
  return 4 * picture4(input);
}

/** An array for so many inputs. */
export function inputRows(input: InputLayout, rows: number): Float32Array | Uint8Array {
  const length = rows * inputWidth(input);
  return input.isBytes ? new Uint8Array(length) : new Float32Array(length);
}

/**
 * Lays a stack out as the network sees it.
 *
 * @param view How frames become what the network sees.
 * @param input What the network was built for.
 * @param stack [frames × frameSize], oldest first.
 * @param into Where to, as {@link inputRows} made it.
 * @param row Which row of it.
 */
export function layOutInput(
  view: View,
  input: InputLayout,
  stack: ArrayLike<number>,
  into: Float32Array | Uint8Array,
  row: number,
): void {
  const start = row * inputWidth(input);
  const { frameSize, frames, planes, pixelStride, planeStride } = view;
  const { height, width, margin } = input;
  if (height * width === 1 && planeStride === 1) {
    into.set(stack, start);
    if (!input.isBytes && input.scale !== 1) {
      for (let i = start; i < start + frames * frameSize; i++) into[i] *= input.scale;
    }
    return;
  }
  if (input.isBytes && frames === 4 && planes === 1) {
    layOutFour(view, input, stack, into as Uint8Array, start);
    return;
  }
  const pixel = 4 * pixel4(input);
  const line = (width + 2 * margin[1]) * pixel;
  const origin = start + 4 * origin4(input);
  for (let frame = 0; frame < frames; frame++) {
    for (let plane = 0; plane < planes; plane++) {
      const from = frame * frameSize + plane * planeStride;
      const to = origin + frame * planes + plane;
      for (let y = 0, i = from; y < height; y++) {
        const at = to + y * line;
        for (let x = 0; x < width; x++, i += pixelStride) into[at + x * pixel] = stack[i];
      }
    }
  }
}

/** The usual case: four frames of one plane are the four bytes of a pixel's word. */
function layOutFour(
  { frameSize, pixelStride }: View,
  input: InputLayout,
  stack: ArrayLike<number>,
  into: Uint8Array,
  start: number,
): void {
  const { height, width, margin } = input;
  const words = new Uint32Array(into.buffer, into.byteOffset, into.length / 4);
  const line = width + 2 * margin[1];
  const origin = start / 4 + origin4(input);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i += pixelStride) {
      words[origin + y * line + x] = stack[i] | stack[i + frameSize] << 8 |
        stack[i + 2 * frameSize] << 16 | stack[i + 3 * frameSize] << 24;
    }
  }
}

/** Numbers of a stack. */
export function stackSize({ frames, frameSize }: View): number {
  return frames * frameSize;
}
