/**
 * Forward and backward passes of a convolutional network by DinoQ, over and over: for convolutions.ts.
 *
 * @module
 */

import { Buffers, upload } from "../../src/gpu/buffers.ts";
import { Gpu } from "../../src/gpu/gpu.ts";
import { type ProfileRow, Program } from "../../src/gpu/program.ts";
import { Readback } from "../../src/gpu/readback.ts";
import { shaderText } from "../../src/gpu/shader.ts";
import { type Entry, reflectStruct, Table } from "../../src/gpu/table.ts";
import { planBackward } from "../../src/nn/backward.ts";
import { forwardSteps } from "../../src/nn/forward.ts";
import { initialParameters } from "../../src/nn/init.ts";
import { pack } from "../../src/nn/parameters.ts";
import { arenaOf, type Pass } from "../../src/nn/passes.ts";
import { buildNetwork } from "../../src/nn/structure.ts";
import { Workspace } from "../../src/nn/workspace.ts";
import type { Contestant, Measurement } from "./peer.ts";

/** A network, in the words of a request to the peer. */
export interface Shape {
  /** Channels, height, width. */
  readonly input: readonly [number, number, number];
  readonly bytes: boolean;
  /** Channels, kernel and stride of each. */
  readonly convolutions: readonly (readonly [number, number, number])[];
  readonly hidden: readonly number[];
  readonly outputs: number;
}

/** A request: what peer.ts wants, and the network. */
export interface Request extends Measurement, Shape {
  readonly name: string;
}

/** Online network on the observations, target network on the next ones. */
const PASSES: readonly Pass[] = [
  { network: "online", input: "observations", samples: 1 },
  { network: "target", input: "nextObservations", samples: 1 },
];
/** Rounds in one submit, at most. */
const MOST_TICKS = 1024;

/** A network's passes, compiled. */
interface Passes {
  /** Makes so many rounds and waits for them. */
  run(count: number): Promise<void>;
  profile(): Promise<ProfileRow[]>;
  /** Rounds of one submit. */
  count: number;
}

async function buildPasses(gpu: Gpu, buffers: Buffers, request: Request): Promise<Passes> {
  const { input: [channels, height, width], bytes, convolutions, hidden, outputs, batch } = request;
  const network = buildNetwork({
    input: { height, width, channels, isBytes: bytes, scale: 1 / 255 },
    convolutions: convolutions.map(([channels, kernel, stride]) => ({
      kind: "conv",
      channels,
      kernel: [kernel, kernel],
      stride: [stride, stride],
      padding: [0, 0],
    })),
    hiddenLayers: hidden,
    headLayers: [],
    actions: outputs,
    atoms: 1,
    activation: "relu",
    layerNorm: false,
    noisy: false,
    dueling: false,
    cosines: 0,
  });
  const workspace = new Workspace(buffers, network, {
    ...{ batch, passes: PASSES, inputs: PASSES.length, training: true, agents: 1 },
  });
  const { buffer } = workspace.inputs;
  const rows = 4 * PASSES.length * batch * workspace.inputWidth;
  const seen = Uint8Array.from({ length: rows }, (_, i) => Math.imul(i + 1, 0x9e3779b1) >>> 24);
  upload(gpu, buffer, bytes ? seen : Float32Array.from(seen, (x) => x / 255));
  const image = pack(network, initialParameters(network, "pytorch", 1));
  const parameters = buffers.storage("parameters", 2 * image.byteLength);
  upload(gpu, parameters, image);
  upload(gpu, parameters, image, image.byteLength);
  const deltas = Float32Array.from({ length: 4 * batch }, (_, i) => Math.sin(i));
  const place = workspace.slopesOf({ block: network.output.block, at4: 0 }).at;
  upload(gpu, workspace.deltas!, deltas, place * 16);

  const arenas = {
    ...{ buffer: parameters, count: 2, size4: network.parameters4 },
    ofPass: arenaOf(PASSES, false),
  };
  const gradients = buffers.storage("gradients", image.byteLength);
  const table = new Table(gpu, buffers, {
    ...{ file: "lib/tick", struct: "Tick", agents: 1, capacity: MOST_TICKS },
  });
  const program = await Program.build(gpu, request.name, [
    ...forwardSteps(gpu, arenas, workspace),
    ...planBackward(gpu, buffers, arenas, gradients, workspace).steps,
  ], table);
  const fields = reflectStruct(shaderText("lib/tick"), "Tick").map(({ name }) => [name, 0]);
  const entry: Entry = { ...Object.fromEntries(fields), maxGradValue: 3e38 };
  const readback = new Readback(gpu, buffers, "end", 16);
  const ticks = (count: number) => Array.from({ length: count }, () => [entry]);
  const run = async (count: number) => {
    program.run(ticks(count), {
      after: (encoder) => readback.record(encoder, gradients, 0, 16),
    });
    await readback.land(16);
  };
  await run(1);
  return { run, profile: () => program.profile(ticks(3)), count: 1 };
}

/**
 * DinoQ as a contestant: passes for each network, compiled when they are first timed.
 *
 * @param isProfile Print where the time goes, and measure nothing.
 */
export async function passesByDinoQ(isProfile: boolean): Promise<Contestant> {
  const gpu = await Gpu.open();
  const buffers = new Buffers(gpu);
  const built = new Map<string, Passes>();
  return {
    name: "DinoQ",
    description: gpu.adapter,
    async measure(measurement) {
      const request = measurement as Request;
      let passes = built.get(request.name);
      if (!passes) {
        passes = await gpu.scoped(request.name, () => buildPasses(gpu, buffers, request));
        built.set(request.name, passes);
      }
      if (isProfile) {
        console.log(`${request.name}, microseconds (a pass of its own costs some of them):`);
        for (const { label, microseconds, share } of await passes.profile()) {
          const percent = `${(100 * share).toFixed(1)} %`.padStart(8);
          console.log(`${label.padEnd(24)}${microseconds.toFixed(0).padStart(10)}${percent}`);
        }
        return NaN;
      }
      const started = performance.now();
      let [done, seconds] = [0, 0];
      while (seconds < request.seconds) {
        await passes.run(passes.count);
        done += passes.count;
        seconds = (performance.now() - started) / 1000;
        const wanted = Math.round(done / seconds * request.seconds / 8);
        passes.count = Math.min(MOST_TICKS, Math.max(1, wanted));
      }
      return done / seconds;
    },
    close() {
      buffers.destroy();
      gpu.close();
    },
  };
}
