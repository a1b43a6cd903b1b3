/**
 * The arenas that forward and backward passes read their weights from: the parameters themselves, or
 * in a noisy network what noise has made of them.
 */

import type { Gpu } from "../gpu/gpu.ts";

/** Sets of weights side by side in a buffer. */
export interface Arenas {
  /** [agents × count × size4] vec4s. */
  readonly buffer: GPUBuffer;
  /** How many there are for each agent. */
  readonly count: number;
  /** vec4s of one. */
  readonly size4: number;
  /** Which one each pass reads, four bits each; the first pass reads the first. */
  readonly ofPass: number;
}

/** Bytes of a vec4. */
const VEC4 = 16;

/** One agent's two arenas as uniform buffers: ranges of the buffer. */
export interface UniformArenas {
  readonly online: GPUBufferBinding;
  readonly target: GPUBufferBinding;
  /** vec4s in the target's range ahead of its arena: a range starts where the device allows one to. */
  readonly targetAt: number;
}

/**
 * The arenas as uniform buffers, if they can be bound as such and that is faster. It is on a processor that
 * plays GPU; a graphics card would have threads of a workgroup wait for each other where they read
 * different weights.
 *
 * @param gpu The GPU.
 * @param arenas The weights.
 * @param agents How many agents the arenas are of.
 */
export function uniformArenas(
  { kind, device }: Gpu,
  { buffer, count, size4 }: Arenas,
  agents: number,
): UniformArenas | undefined {
  const { maxUniformBufferBindingSize, minUniformBufferOffsetAlignment } = device.limits;
  const isUniform = (buffer.usage & GPUBufferUsage.UNIFORM) !== 0;
  if (kind !== "cpu" || agents !== 1 || count !== 2 || !isUniform) return undefined;
  const size = size4 * VEC4;
  const ahead = size % minUniformBufferOffsetAlignment;
  if (ahead + size > maxUniformBufferBindingSize) return undefined;
  return {
    online: { buffer, offset: 0, size },
    target: { buffer, offset: size - ahead, size: ahead + size },
    targetAt: ahead / VEC4,
  };
}

/** The overrides of a kernel that reads weights. */
export function arenaOverrides({ count, size4 }: Arenas): Record<string, number> {
  return { ARENAS: count, ARENA4: size4 };
}
