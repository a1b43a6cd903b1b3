/** Layers on pictures as steps of a program: convolutions and poolings, forward and backward. */

import type { Gpu } from "../gpu/gpu.ts";
import type { Step } from "../gpu/program.ts";
import { arenaOverrides, type Arenas } from "./arenas.ts";
import type { Conv, Pool, Slice } from "./network.ts";
import { readsOf } from "./passes.ts";
import { line4, origin4, pixel4 } from "./pictures.ts";
import { chooseTile, tileCount } from "./tiles.ts";
import type { Workspace } from "./workspace.ts";

/** A step that has no name yet. */
type Work = Omit<Step, "label">;

/** Invocations of a workgroup of a pooling. */
const POOL_WORKGROUP = 64;

/** One convolution, forward. */
export function convolutionStep(
  gpu: Gpu,
  arenas: Arenas,
  workspace: Workspace,
  layer: Conv,
): Work {
  const { batch, passes, agents, activations, slopes } = workspace;
  const { to, out4, weightsAt, biasAt, input } = layer;
  const rows = batch * to.height * to.width;
  const tile = chooseTile(gpu.kind, rows, out4, layer.in4);
  return {
    kernel: {
      kernel: "kernels/conv_forward",
      slots: { activation: `slots/activation/${layer.activation}` },
      conditions: { training: slopes !== undefined, bytes: readsBytes(workspace, input) },
      constants: { ROWS: tile.rows, COLUMNS4: tile.columns4, WORKGROUP: tile.workgroup },
      overrides: {
        BATCH: batch,
        KERNEL_HEIGHT: layer.kernel[0],
        OUT4: out4,
        WEIGHTS_AT: weightsAt,
        BIAS_AT: biasAt,
        ...patches(layer),
        ...inputPlaces(workspace, input),
        ...outputPlaces(workspace, layer),
        ...readsOf(passes, input.block),
        ...arenaOverrides(arenas),
        ARENA_OF: arenas.ofPass,
      },
    },
    buffers: {
      parameters: arenas.buffer,
      activations,
      ...slopes && { slopes },
      ...readsBytes(workspace, input) && { inputs: workspace.inputs.buffer },
    },
    workgroups: [Math.ceil(tileCount(tile, rows, out4) / tile.workgroup), passes.length, agents],
  };
}

/** From a convolution's deltas to those of its inputs. */
export function convolutionBackwardStep(
  gpu: Gpu,
  arenas: Arenas,
  workspace: Workspace,
  layer: Conv,
): Work {
  const { batch, agents, slopes, deltas, slopesStride } = workspace;
  const { from, to, kernel, stride, padding, input, output, out4 } = layer;
  const in4 = pixel4(from);
  // In strides from the padded picture's edge: the first and the last pixel of the picture itself.
  const first = padding.map((size, i) => Math.floor(size / stride[i]));
  const last = [from.height, from.width].map((size, i) =>
    Math.floor((padding[i] + size - 1) / stride[i])
  );
  const steps = last.map((each, i) => each - first[i] + 1);
  const rows = batch * steps[0] * steps[1];
  const tile = chooseTile(gpu.kind, rows, in4, kernel[0] * kernel[1] * out4);
  const tilesOfPhase = Math.ceil(rows / tile.rows);
  const above = workspace.slopesOf(output);
  const below = workspace.slopesOf(input);
  return {
    kernel: {
      kernel: "kernels/conv_backward",
      constants: { ROWS: tile.rows, COLUMNS4: tile.columns4, WORKGROUP: tile.workgroup },
      overrides: {
        BATCH: batch,
        IN_HEIGHT: from.height,
        IN_WIDTH: from.width,
        IN4: in4,
        OUT_HEIGHT: to.height,
        OUT_WIDTH: to.width,
        OUT4: out4,
        ...inBoth("KERNEL", ["HEIGHT", "WIDTH"], kernel),
        ...inBoth("STRIDE", YX, stride),
        ...inBoth("PADDING", YX, padding),
        ...inBoth("FIRST", YX, first),
        ...inBoth("STEPS", YX, steps),
        TILES_OF_PHASE: tilesOfPhase,
        INPUT_LINE4: line4(from),
        OUTPUT_LINE4: line4(to),
        INPUT_STRIDE: below.stride,
        OUTPUT_STRIDE: above.stride,
        INPUT_AT: below.at + origin4(from),
        OUTPUT_AT: above.at + origin4(to),
        WEIGHTS_AT: layer.weightsAt,
        ...arenaOverrides(arenas),
        SLOPES_AGENT: slopesStride,
      },
    },
    buffers: { parameters: arenas.buffer, slopes: slopes!, deltas: deltas! },
    workgroups: [
      Math.ceil(
        stride[0] * stride[1] * tilesOfPhase * Math.ceil(in4 / tile.columns4) / tile.workgroup,
      ),
      1,
      agents,
    ],
  };
}

/** One pooling, forward. */
export function poolingStep(workspace: Workspace, layer: Pool): Work {
  const { batch, passes, agents, activations, slopes } = workspace;
  const { to, input } = layer;
  const { at, stride } = workspace.activationsOf(input);
  return {
    kernel: {
      kernel: "kernels/pool_forward",
      conditions: { training: slopes !== undefined },
      overrides: {
        BATCH: batch,
        ...windows(layer),
        INPUT_STRIDE: stride,
        INPUT_AT: at + origin4(layer.from),
        ...outputPlaces(workspace, layer),
        ...readsOf(passes, input.block),
      },
    },
    buffers: { activations, ...slopes && { slopes } },
    workgroups: [
      Math.ceil(batch * to.height * to.width * pixel4(to) / POOL_WORKGROUP),
      passes.length,
      agents,
    ],
  };
}

/** From a pooling's deltas to those of its inputs. */
export function poolingBackwardStep(workspace: Workspace, layer: Pool): Work {
  const { batch, agents, activations, slopes, deltas } = workspace;
  const { from, to, input, output } = layer;
  const above = workspace.slopesOf(output);
  const below = workspace.slopesOf(input);
  return {
    kernel: {
      kernel: "kernels/pool_backward",
      overrides: {
        BATCH: batch,
        ...windows(layer),
        OUTPUT_LINE4: line4(to),
        INPUT_STRIDE: below.stride,
        OUTPUT_STRIDE: above.stride,
        VALUES_AT: workspace.activationsOf(input).at + origin4(from),
        INPUT_AT: below.at + origin4(from),
        OUTPUT_AT: above.at + origin4(to),
        ACTIVATIONS_AGENT: workspace.activationsStride,
        SLOPES_AGENT: workspace.slopesStride,
      },
    },
    buffers: { activations, slopes: slopes!, deltas: deltas! },
    workgroups: [
      Math.ceil(batch * from.height * from.width * pixel4(from) / POOL_WORKGROUP),
      1,
      agents,
    ],
  };
}

const YX = ["Y", "X"] as const;

/** An override for y and one for x. */
function inBoth(
  name: string,
  axes: readonly [y: string, x: string],
  [y, x]: readonly number[],
): Record<string, number> {
  return { [`${name}_${axes[0]}`]: y, [`${name}_${axes[1]}`]: x };
}

/** What a convolution's kernel covers for each output. */
export function patches({ from, to, kernel, stride, in4 }: Conv): Record<string, number> {
  return {
    OUT_HEIGHT: to.height,
    OUT_WIDTH: to.width,
    IN4: in4,
    RUN4: kernel[1] * pixel4(from),
    LINE4: line4(from),
    STEP_Y4: stride[0] * line4(from),
    STEP_X4: stride[1] * pixel4(from),
    OUTPUT_LINE4: line4(to),
  };
}

/** Whether a layer reads observations that are bytes. */
export function readsBytes({ network }: Workspace, { block }: Slice): boolean {
  return block === 0 && network.input.isBytes;
}

/** Where a convolution reads: the activations, or bytes in a buffer of their own. */
export function inputPlaces(workspace: Workspace, input: Slice): Record<string, number> {
  const { at, stride } = workspace.activationsOf(input);
  const isBytes = readsBytes(workspace, input);
  return {
    INPUT_STRIDE: stride,
    INPUT_AT: at,
    INPUTS_AGENT: isBytes ? workspace.inputs.stride : workspace.activationsStride,
    ...isBytes && { SCALE: workspace.network.input.scale },
  };
}

/** Where a layer's outputs and their slopes go. */
function outputPlaces(
  workspace: Workspace,
  { to, output }: Conv | Pool,
): Record<string, number> {
  const { slopes, activationsStride, slopesStride } = workspace;
  const { at, stride } = workspace.activationsOf(output);
  return {
    OUTPUT_LINE4: line4(to),
    OUTPUT_STRIDE: stride,
    OUTPUT_AT: at + origin4(to),
    ACTIVATIONS_AGENT: activationsStride,
    ...slopes && {
      SLOPES_AT: workspace.slopesOf(output).at + origin4(to),
      SLOPES_AGENT: slopesStride,
    },
  };
}

/** A pooling's windows. */
function windows(layer: Pool): Record<string, number> {
  const { from, to, kernel, stride, padding } = layer;
  return {
    CHANNELS4: pixel4(from),
    OUT_HEIGHT: to.height,
    OUT_WIDTH: to.width,
    ...inBoth("KERNEL", ["HEIGHT", "WIDTH"], kernel),
    ...inBoth("STRIDE", YX, stride),
    ...inBoth("PADDING", YX, padding),
    IN_HEIGHT: from.height,
    IN_WIDTH: from.width,
    LINE4: line4(from),
  };
}
