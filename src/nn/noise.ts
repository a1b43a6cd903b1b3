/**
 * Noisy networks: weights drawn anew for each pass, as two steps ahead of the forward pass. To all
 * that comes after them they are weights like others.
 *
 * Fortunato et al., "Noisy networks for exploration" (arXiv 1706.10295), factorised Gaussian noise.
 */

import { type Buffers, upload } from "../gpu/buffers.ts";
import type { Gpu } from "../gpu/gpu.ts";
import type { Step } from "../gpu/program.ts";
import type { Arenas } from "./arenas.ts";
import { denseLayers, type Network, splitOf } from "./network.ts";
import { arenaOf, networkOf, type Pass } from "./passes.ts";
import { placesOf } from "./pictures.ts";
import { arenaWorkgroups } from "./tiles.ts";

/** Words of a layer in the uniform that shaders/kernels/noisy_weights.wgsl reads. */
const LAYER_WORDS = 8;

/** Noise and the weights that it makes. */
export interface Noise {
  /** Draws the noise. */
  readonly draw: Step;
  /** Makes each pass's weights of it. */
  readonly mix: Step;
  readonly arenas: Arenas;
  /** [agents × agent4] vec4s: f(ε), pass after pass. */
  readonly buffer: GPUBuffer;
  /** vec4s of all passes' noise. */
  readonly agent4: number;
}

/**
 * Plans the noise of some passes.
 *
 * @param gpu The GPU.
 * @param buffers Who owns the buffers made here.
 * @param network A noisy network.
 * @param parameters Its parameters, [agents × (online, target) × (mean, σ)].
 * @param passes Each gets noise of its own.
 * @param stream Which of the run's random numbers.
 * @param agents How many agents.
 */
export function planNoise(
  gpu: Gpu,
  buffers: Buffers,
  network: Network,
  parameters: GPUBuffer,
  passes: readonly Pass[],
  stream: number,
  agents: number,
): Noise {
  const { weights4, noise4 } = network;
  const dense = denseLayers(network);
  const agent4 = passes.length * noise4;
  const buffer = buffers.storage("noise", agents * agent4 * 16);
  const weights = buffers.storage("noisy weights", agents * passes.length * weights4 * 16);
  const layers = new Uint32Array(LAYER_WORDS * dense.length);
  dense.forEach((layer, l) => {
    const { in4, out4, weightsAt, biasAt, noiseInAt, noiseOutAt } = layer;
    const end = biasAt + out4;
    layers.set(
      [in4, weightsAt, biasAt, end, noiseInAt, noiseOutAt, splitOf(layer)],
      LAYER_WORDS * l,
    );
  });
  const layersBuffer = buffers.uniform("noisy layers", layers.byteLength);
  upload(gpu, layersBuffer, layers);
  return {
    buffer,
    agent4,
    arenas: {
      buffer: weights,
      count: passes.length,
      size4: weights4,
      ofPass: arenaOf(passes, true),
    },
    draw: {
      label: "draw noise",
      kernel: {
        kernel: "kernels/draw_noise",
        constants: { AGENTS: agents },
        overrides: { NOISE_AGENT: agent4, STREAM: stream },
      },
      buffers: { noise: buffer },
      workgroups: [Math.ceil(agent4 / 64), 1, agents],
    },
    mix: {
      label: "noisy weights",
      kernel: {
        kernel: "kernels/noisy_weights",
        constants: { LAYERS: dense.length },
        overrides: { WEIGHTS4: weights4, NOISE4: noise4, NETWORK_OF: networkOf(passes) },
      },
      buffers: { layers: layersBuffer, parameters, noise: buffer, weights },
      workgroups: [arenaWorkgroups(gpu.kind, weights4), passes.length, agents],
    },
  };
}

/**
 * Lays noise out as {@link Noise.buffer} has it.
 *
 * @param network The network.
 * @param passes How many passes.
 * @param normals For each pass, for each linear part, standard normals of its inputs, then of its outputs.
 */
export function layOutNoise(
  network: Network,
  passes: number,
  normals: Float32Array,
): Float32Array {
  const noise = new Float32Array(4 * passes * network.noise4);
  const spread = (x: number) => Math.sign(x) * Math.sqrt(Math.abs(x));
  let next = 0;
  const put = (at: number, places: Uint32Array) => {
    for (const place of places) noise[at + place] = spread(normals[next++]);
  };
  for (let pass = 0; pass < passes; pass++) {
    const start = pass * network.noise4;
    for (const { columns, in4, parts, noiseInAt, noiseOutAt } of denseLayers(network)) {
      parts.forEach(({ at, rows }, i) => {
        put(4 * (start + noiseInAt + i * in4), placesOf(columns));
        put(4 * (start + noiseOutAt) + at, placesOf(rows));
      });
    }
  }
  return noise;
}

/** Normals that one pass takes: see {@link layOutNoise}. */
export function normalsPerPass(network: Network): number {
  return denseLayers(network).reduce(
    (sum, { inputs, parts }) => sum + parts.reduce((n, { outputs }) => n + inputs + outputs, 0),
    0,
  );
}
