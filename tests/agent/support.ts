/** What tests of the agent share: one device, a small configuration, checkpoints in memory. @module */

import assert from "node:assert/strict";
import { type AgentEnv, DQN, type DQNConfig, type Env, make } from "../../mod.ts";
import { layered } from "../../src/dqn/combinations.ts";
import type { UpdatePath } from "../../src/dqn/update.ts";
import { Pacer } from "../../src/gpu/pacer.ts";
import { openDevice, withPath } from "../dqn/update_path.ts";

/** One device for all agents of a test file, so that each kernel is compiled once. */
export const device: GPUDevice = await openDevice();

/** A network and a schedule so small that hundreds of steps take no time. */
export const SMALL: DQNConfig = {
  hiddenLayers: [8],
  batchSize: 8,
  bufferSize: 500,
  learningStarts: 20,
  learningRate: 1e-2,
  trainFreq: 4,
  gradientSteps: 2,
  targetUpdateInterval: 30,
  explorationFraction: 0.5,
  seed: 11,
  device,
};

/** An agent of the small configuration on the shared device. */
export function smallAgent(env: AgentEnv, config: DQNConfig = {}): Promise<DQN> {
  return DQN.create(env, layered(SMALL, config));
}

/**
 * An agent of the small configuration whose updates are made this way; throws where they are not.
 *
 * @param path On the shared device small updates are layered; fused ones are made on another.
 */
export async function agentOn(
  path: UpdatePath,
  env: AgentEnv,
  config: DQNConfig = {},
): Promise<DQN> {
  const own = await openDevice(path);
  return await withPath(path, () => smallAgent(env, { ...config, device: own }));
}

/** A checkpoint's bytes: everything that an agent is. */
export async function checkpointOf(agent: DQN): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  await agent.save(
    new WritableStream<Uint8Array>({
      write(chunk) {
        chunks.push(chunk.slice());
      },
    }),
  );
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

/** A fingerprint of a checkpoint, for messages that can be read. */
export async function digest(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", bytes);
  return new Uint8Array(hash).toHex();
}

/** The networks' numbers alone, without the configuration. */
export async function networkFingerprint(agent: DQN): Promise<string> {
  const parameters = Object.values(await agent.getParameters());
  const numbers = parameters.map(({ data }) => data as Float32Array<ArrayBuffer>);
  return await digest(new Uint8Array(await new Blob(numbers).arrayBuffer()));
}

/** Everything that an agent is, in one short string. */
export async function fingerprint(agent: DQN): Promise<string> {
  return await digest(await checkpointOf(agent));
}

/**
 * Runs the body with submits of exactly so many updates, where there are as many to make.
 *
 * @param onSubmit Called before each submit, perhaps several times.
 */
export async function withSubmitsOf<T>(
  updates: number,
  body: () => Promise<T>,
  onSubmit: () => void = () => {},
): Promise<T> {
  const { size, fits } = Pacer.prototype;
  Pacer.prototype.size = () => {
    onSubmit();
    return updates;
  };
  Pacer.prototype.fits = (_, { total }) => {
    if (total === 0) onSubmit();
    return total < updates;
  };
  try {
    return await body();
  } finally {
    Object.assign(Pacer.prototype, { size, fits });
  }
}

/** Runs the body in an empty folder that is removed afterwards. */
export async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The names in a folder, sorted. */
export function namesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}

/** What the body wrote by console.warn. */
export async function warningsOf(body: () => Promise<void>): Promise<string[]> {
  const warnings: string[] = [];
  const { warn } = console;
  console.warn = (...parts: unknown[]) => warnings.push(parts.join(" "));
  try {
    await body();
  } finally {
    console.warn = warn;
  }
  return warnings;
}

/** An agent that has learnt a little, and its checkpoint on disk, which must be as it was afterwards. */
export async function withSaved(
  body: (agent: DQN, path: string, folder: string) => Promise<void>,
  env: Env = make("CartPole-v1", { maxEpisodeSteps: 20 }),
): Promise<void> {
  await inFolder(async (folder) => {
    using agent = await smallAgent(env);
    await agent.learn(50);
    const path = `${folder}/agent.safetensors`;
    await agent.save(path);
    const before = Deno.readFileSync(path);
    await body(agent, path, folder);
    assert.deepEqual(namesIn(folder), ["agent.safetensors"]);
    assert.deepEqual(Deno.readFileSync(path), before);
  });
}
