/**
 * Updates of a convolutional network by DinoQ, over and over: for convolutions.ts.
 *
 * @module
 */

import { Box, Discrete, DQN, type NetworkName } from "../../mod.ts";
import type { Contestant, Measurement } from "./peer.ts";

/** What is learnt from, in the words of a request to the peer, and how DinoQ is told of it. */
export interface Shape {
  /** Channels, height, width of what the network sees. */
  readonly input: readonly [number, number, number];
  /** The highest byte: shades up to 255 become 0 to 1. */
  readonly highest: number;
  /** Channels, kernel and stride of each convolution. */
  readonly convolutions: readonly (readonly [number, number, number])[];
  readonly hidden: readonly number[];
  readonly outputs: number;
  readonly network: NetworkName;
  /** A frame's extents, and how many make what the network sees. */
  readonly frame: readonly number[];
  readonly frameStack: number;
}

/** A request: what peer.ts wants, and the network. */
export interface Request extends Measurement, Shape {
  readonly name: string;
}

/** Transitions to draw from, as the peer has. */
const ROWS = 1_000;

async function agentFor(request: Request): Promise<DQN> {
  const { frame, frameStack, highest, outputs, network, batch } = request;
  const agent = await DQN.create({
    observationSpace: new Box(0, highest, frame, "uint8"),
    actionSpace: new Discrete(outputs),
  }, {
    network,
    frameStack,
    batchSize: batch,
    bufferSize: 2 * ROWS,
    targetUpdateInterval: { every: 1_000, unit: "update" },
    learningRate: 1e-4,
  });
  const size = frame.reduce((a, b) => a * b, 1);
  const frames = Uint8Array.from(
    { length: (ROWS + 1) * size },
    (_, i) => (Math.imul(i + 1, 0x9e3779b1) >>> 24) % (highest + 1),
  );
  const each = (value: (i: number) => number) => Array.from({ length: ROWS }, (_, i) => value(i));
  await agent.replay.add({
    observations: frames.subarray(0, ROWS * size),
    nextObservations: frames.subarray(size),
    actions: each((i) => i % outputs),
    rewards: each((i) => Math.sin(i)),
    terminated: each((i) => Number(i % 100 === 99)),
  });
  await agent.train(1);
  return agent;
}

/**
 * DinoQ as a contestant: an agent for each network, made when it is first timed.
 *
 * @param isProfile Print where the time goes, and measure nothing.
 */
export function updatesByDinoQ(isProfile: boolean): Contestant {
  const agents = new Map<string, DQN>();
  return {
    name: "DinoQ",
    get description() {
      return [...agents.values()][0]?.adapter ?? "not started";
    },
    async measure(measurement) {
      const request = measurement as Request;
      const agent = agents.get(request.name) ?? await agentFor(request);
      agents.set(request.name, agent);
      if (isProfile) {
        console.log(`${request.name}, microseconds (a pass of its own costs some of them):`);
        for (const { label, microseconds, share } of await agent.profile()) {
          const percent = `${(100 * share).toFixed(1)} %`.padStart(8);
          console.log(`${label.padEnd(24)}${microseconds.toFixed(0).padStart(10)}${percent}`);
        }
        return NaN;
      }
      const started = performance.now();
      let [done, seconds, count] = [0, 0, 1];
      while (seconds < request.seconds) {
        await agent.train(count);
        done += count;
        seconds = (performance.now() - started) / 1000;
        count = Math.max(1, Math.round(done / seconds * request.seconds / 8));
      }
      return done / seconds;
    },
    close() {
      for (const agent of agents.values()) agent.close();
    },
  };
}
