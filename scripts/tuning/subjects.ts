/**
 * What is tuned: the products of one dense layer, as the library plans them, with any tile in the place
 * of its own.
 *
 * @module
 */

import type { Buffers } from "../../src/gpu/buffers.ts";
import type { Gpu } from "../../src/gpu/gpu.ts";
import { Program, type Step } from "../../src/gpu/program.ts";
import { shaderText } from "../../src/gpu/shader.ts";
import { reflectStruct, Table } from "../../src/gpu/table.ts";
import type { Arenas } from "../../src/nn/arenas.ts";
import { planBackward } from "../../src/nn/backward.ts";
import { denseGradientStep } from "../../src/nn/dense_gradient.ts";
import { forwardSteps } from "../../src/nn/forward.ts";
import { type Dense, denseLayers, type Network } from "../../src/nn/network.ts";
import { arenaOf, type Pass } from "../../src/nn/passes.ts";
import { buildNetwork } from "../../src/nn/structure.ts";
import { chooseTile, gradientTile, type Tile, tileCount } from "../../src/nn/tiles.ts";
import { Workspace } from "../../src/nn/workspace.ts";
import { candidates } from "./candidates.ts";

/** The kernels whose tiles are chosen. */
export const KERNELS = ["dense_forward", "dense_backward", "weight_gradient"] as const;

/** One of them. */
export type KernelName = typeof KERNELS[number];

/** A product: rows × 4·columns4 outputs, each a sum of 4·depth4 products. */
export interface Product {
  readonly rows: number;
  readonly columns4: number;
  readonly depth4: number;
}

/** Something to tune. */
export interface Subject {
  readonly kernel: KernelName;
  /** Layer and batch, in words. */
  readonly name: string;
  /** What the library chooses by: the product, or of gradients the vec4s of all weights. */
  readonly product?: Product;
  readonly weights4?: number;
  /** What it chooses now. */
  readonly present: Tile;
  /** Tiles to try; the present one is the first. */
  readonly tiles: readonly Tile[];
  /** Compiles it with a tile. */
  build(tile: Tile): Promise<Program>;
}

/** A layer between two others, and the batch that goes through it. */
export interface LayerShape {
  readonly inputs: number;
  readonly outputs: number;
  readonly batch: number;
}

/** Numbers below and above the layer: few, since theirs are not what is timed. */
const AROUND = 8;
/** DQN's passes. */
const PASSES: readonly Pass[] = [
  { network: "online", input: "observations", samples: 1 },
  { network: "target", input: "nextObservations", samples: 1 },
];
/** Larger than any gradient, smaller than what overflows. */
const NO_LIMIT = 3e38;

/** A network whose middle layer has that shape. */
function networkOf({ inputs, outputs }: LayerShape): Network {
  return buildNetwork({
    input: { height: 1, width: 1, channels: AROUND, isBytes: false, scale: 1 },
    ...{ convolutions: [], hiddenLayers: [inputs, outputs], headLayers: [] },
    ...{ actions: AROUND, atoms: 1, cosines: 0 },
    activation: "relu",
    ...{ layerNorm: false, noisy: false, dueling: false },
  });
}

/** A step with another tile, whose product has those extents. */
function withTile(step: Step, tile: Tile, { rows, columns4 }: Product): Step {
  const [, passes, agents] = step.workgroups;
  const { constants } = step.kernel;
  return {
    ...step,
    kernel: {
      ...step.kernel,
      constants: {
        ...constants,
        ROWS: tile.rows,
        COLUMNS4: tile.columns4,
        WORKGROUP: tile.workgroup,
      },
    },
    workgroups: [Math.ceil(tileCount(tile, rows, columns4) / tile.workgroup), passes, agents],
  };
}

/**
 * Plans the subjects of a layer.
 *
 * @param gpu The GPU.
 * @param buffers Who owns the buffers made here.
 * @param shape The layer and the batch.
 * @param wanted Which kernels.
 */
export function subjectsOf(
  gpu: Gpu,
  buffers: Buffers,
  shape: LayerShape,
  wanted: readonly KernelName[],
): Subject[] {
  const { inputs, outputs, batch } = shape;
  const network = networkOf(shape);
  const workspace = new Workspace(buffers, network, {
    ...{ batch, passes: PASSES, inputs: 2, training: true, agents: 1 },
  });
  const bytes = network.parameters4 * 16;
  const parameters = buffers.storage("parameters", 2 * bytes);
  const gradients = buffers.storage("gradients", bytes);
  const arenas: Arenas = {
    buffer: parameters,
    count: 2,
    size4: network.parameters4,
    ofPass: arenaOf(PASSES, false),
  };
  const table = new Table(gpu, buffers, {
    ...{ file: "lib/tick", struct: "Tick", agents: 1, capacity: 1 },
  });
  const fields = reflectStruct(shaderText("lib/tick"), "Tick").map(({ name }) => [name, 0]);
  table.fill(0, [{ ...Object.fromEntries(fields), maxGradNorm: NO_LIMIT, maxGradValue: NO_LIMIT }]);
  table.flush(1);

  const layer = network.layers[1] as Dense;
  const name = `${inputs}-${outputs}, batch ${batch}`;
  const build = (step: Step) => Program.build(gpu, `${step.label}, ${name}`, [step], table);
  const backward = () => planBackward(gpu, buffers, arenas, gradients, workspace).steps;
  const product = (kernel: KernelName, step: Step, each: Product): Subject => {
    const present = chooseTile(gpu.kind, each.rows, each.columns4, each.depth4);
    return {
      ...{ kernel, name, product: each, present },
      tiles: candidates(gpu.kind, present, each),
      build: (tile) => build(withTile(step, tile, each)),
    };
  };
  const subjects: Record<KernelName, () => Subject> = {
    dense_forward: () =>
      product("dense_forward", forwardSteps(gpu, arenas, workspace)[1], {
        ...{ rows: batch, columns4: layer.out4, depth4: layer.in4 },
      }),
    dense_backward: () =>
      product("dense_backward", backward().find(({ label }) => label === "backward 1")!, {
        ...{ rows: batch, columns4: layer.in4, depth4: layer.out4 },
      }),
    weight_gradient() {
      const dense = denseLayers(network);
      const weights4 = dense.reduce((sum, { in4, out4 }) => sum + 4 * out4 * in4, 0);
      const present = gradientTile(gpu.kind, weights4);
      return {
        ...{ kernel: "weight_gradient", name, weights4, present },
        tiles: candidates(gpu.kind, present),
        build(tile) {
          const tiles = dense.reduce((sum, { in4, out4 }) => sum + tileCount(tile, out4, in4), 0);
          const groups = Math.ceil(tiles / tile.workgroup);
          const partials = buffers.storage("gradient norm", groups * 4);
          const to = { buffer: gradients, partials, partialCount: groups };
          return build(
            denseGradientStep(gpu, buffers, workspace, to, { tile, tiles, groups }),
          );
        },
      };
    },
  };
  return wanted.map((kernel) => subjects[kernel]());
}
