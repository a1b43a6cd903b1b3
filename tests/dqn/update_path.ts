/**
 * What tests share of the two ways to make an update, layer by layer or fused: a device on which each is
 * taken, and whether it was.
 */

import assert from "node:assert/strict";
import type { UpdatePath } from "../../src/dqn/update.ts";
import { Program } from "../../src/gpu/program.ts";

/** Both ways. */
export const PATHS: readonly UpdatePath[] = ["layered", "fused"];

const devices = new Map<UpdatePath, Promise<GPUDevice>>();

/**
 * One device for all agents of a file, so that each kernel is compiled once.
 *
 * @param path How small networks are to be updated. Fused updates bind more buffers than WebGPU's default
 *   limits allow, so their device has all that the adapter has, as one that an agent opens by itself.
 */
export function openDevice(path: UpdatePath = "layered"): Promise<GPUDevice> {
  let device = devices.get(path);
  if (!device) {
    device = requestDevice(path === "fused");
    devices.set(path, device);
  }
  return device;
}

async function requestDevice(isRaised: boolean): Promise<GPUDevice> {
  const adapter = await navigator.gpu.requestAdapter();
  if (!adapter) throw new Error("no GPU adapter");
  const requiredLimits: Record<string, number> = {};
  if (isRaised) {
    const limits = adapter.limits as unknown as Record<string, number>;
    // They are getters of its class, which Object.keys leaves out.
    // deno-lint-ignore guard-for-in
    for (const name in limits) requiredLimits[name] = limits[name];
  }
  return await adapter.requestDevice({ requiredLimits });
}

const { build } = Program;
/** What each body that is under way has had built. */
const watchers = new Set<Set<UpdatePath>>();

/** Builds a program, and tells all that watch how it makes updates, if it does. */
function buildWatched(...given: Parameters<typeof build>): Promise<Program> {
  const [, label, steps] = given;
  if (label === "update") {
    const isFused = steps.some(({ kernel }) => kernel.kernel === "kernels/fused_batch");
    for (const taken of watchers) taken.add(isFused ? "fused" : "layered");
  }
  return build.apply(Program, given);
}

/**
 * What the body gives; throws unless it has updates built, and all of them to be made this way. Bodies that
 * are under way at once see each other's.
 */
export async function withPath<T>(path: UpdatePath, body: () => Promise<T>): Promise<T> {
  const taken = new Set<UpdatePath>();
  watchers.add(taken);
  Program.build = buildWatched;
  try {
    const result = await body();
    assert.deepEqual([...taken], [path], "how updates are made");
    return result;
  } finally {
    watchers.delete(taken);
    if (watchers.size === 0) Program.build = build;
  }
}
