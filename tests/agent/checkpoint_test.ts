/** Tests of the checkpoint format, without a GPU. @module */

import assert from "node:assert/strict";
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from "../../src/agent/checkpoint.ts";
import { resolveConfig } from "../../src/dqn/config.ts";
import { decodeSafetensors, encodeSafetensors, type Tensor } from "../../src/io/safetensors.ts";
import type { Parameters } from "../../src/nn/parameters.ts";

/** A 2-3-2 network's parameters, numbers from `first` on. */
function parameters(first: number): Parameters {
  let next = first;
  const make = (...shape: number[]) => {
    const size = shape.reduce((a, b) => a * b, 1);
    return { shape, data: Float32Array.from({ length: size }, () => next++ / 3) };
  };
  return {
    "0.weight": make(3, 2),
    "0.bias": make(3),
    "2.weight": make(2, 3),
    "2.bias": make(2),
  };
}

/** A run in the middle, with numbers that a careless format would spoil. */
const RUN: Checkpoint = {
  config: resolveConfig({ hiddenLayers: [3], optimizer: "rmsprop", learningRate: 1 / 3 }),
  observationSize: 2,
  observationShape: [2],
  isBytes: false,
  isShades: false,
  actions: 2,
  laneCount: 1,
  firstAction: -1,
  envIds: ["CartPole-v1", null],
  updates: 2 ** 40 + 1,
  horizon: 10_000,
  clock: {
    steps: 6000,
    episodes: 12,
    stepsCollected: 112,
    episodesCollected: 1,
    targetSteps: 3,
    targetEpisodes: 0,
    owed: 77,
    burst: 100,
    tauBefore: 1 - 0.9 ** 3,
    startsAt: 0,
    exploresFrom: 0,
    predictions: 2,
  },
  lanes: [{ env: { state: [0.1 + 0.2, "-0"] }, running: { return: 1e-300, length: 5 } }],
  recentReturns: [1, 2.5, -1 / 3],
  adapter: "some GPU",
  tensors: {
    online: parameters(0),
    target: parameters(100),
    moments: { square_avg: parameters(200), momentum_buffer: parameters(300) },
  },
  ring: {
    lanes: [{ head: 1, size: 2, open: true, linked: true }],
    region: 4,
    filled: 2,
    observations: Float32Array.of(1, 2, 3, -0),
    actions: Int32Array.of(1, 0),
    rewards: Float32Array.of(0.1, 0),
    kinds: Uint8Array.of(2, 0),
  },
};

const BYTES = encodeCheckpoint(RUN);

Deno.test("checkpoint: what is encoded is decoded, to the last bit", () => {
  const { config, ...rest } = RUN;
  const { config: readConfig, ...read } = decodeCheckpoint(BYTES);
  assert.deepEqual(read, rest);
  assert.deepEqual(resolveConfig(readConfig), config);
  assert.ok(Object.is(read.ring!.observations[3], -0));
});

Deno.test("checkpoint: is a safetensors file with PyTorch's names and shapes", () => {
  const { tensors, metadata } = decodeSafetensors(BYTES);
  const shapes = Object.fromEntries(Object.entries(tensors).map(([name, t]) => [name, t.shape]));
  const network = (prefix: string) => ({
    [`${prefix}.0.weight`]: [3, 2],
    [`${prefix}.0.bias`]: [3],
    [`${prefix}.2.weight`]: [2, 3],
    [`${prefix}.2.bias`]: [2],
  });
  assert.deepEqual(shapes, {
    ...network("q"),
    ...network("target"),
    ...network("optimizer.square_avg"),
    ...network("optimizer.momentum_buffer"),
    "replay.observations": [1, 2, 2],
    "replay.actions": [1, 2],
    "replay.rewards": [1, 2],
    "replay.kinds": [1, 2],
  });
  assert.deepEqual([metadata.format, metadata.version], ["dinoq", "1"]);
});

Deno.test("checkpoint: without the replay buffer, and as files of before were", () => {
  const { ring: _, ...without } = RUN;
  const { config: __, ...read } = decodeCheckpoint(encodeCheckpoint(without));
  const { config: ___, ...rest } = without;
  assert.deepEqual(read, rest);
  const { tensors, metadata } = decodeSafetensors(BYTES);
  const { observationShape: _a, isBytes: _b, isShades: _c, laneCount: _d, ...state } = JSON.parse(
    metadata.state,
  );
  const before = encodeSafetensors(tensors, { ...metadata, state: JSON.stringify(state) });
  const { config: ____, ...old } = decodeCheckpoint(before);
  const { config: _____, ...now } = RUN;
  assert.deepEqual(old, now);
});

Deno.test("checkpoint: bytes, where observations are, with episodes' starts and the newest stacks", () => {
  const config = resolveConfig({ frameStack: 2 });
  const ring = {
    ...RUN.ring!,
    observations: Uint8Array.of(1, 2, 3, 255),
    firsts: Uint8Array.of(1, 0),
    stacks: Uint8Array.of(1, 2, 3, 255),
  };
  const run = { ...RUN, config, ring, isBytes: true, isShades: true };
  const read = decodeCheckpoint(encodeCheckpoint(run));
  assert.deepEqual(read.ring, ring);
  assert.deepEqual([read.isBytes, read.isShades], [true, true]);
});

Deno.test("checkpoint: masks and priorities, where the run has them", () => {
  const config = resolveConfig({ actionMasks: true, sampling: "prioritized" });
  const ring = {
    ...RUN.ring!,
    masks: Uint32Array.of(0xffffffff, 0b10),
    priorities: Float32Array.of(0.1, 0),
    maxPriority: Math.fround(1 / 3),
  };
  const bytes = encodeCheckpoint({ ...RUN, config, ring });
  assert.deepEqual(decodeCheckpoint(bytes).ring, ring);
  const { tensors } = decodeSafetensors(bytes);
  assert.deepEqual(tensors["replay.masks"], { shape: [1, 2], data: ring.masks });
  assert.deepEqual(tensors["replay.priorities"], { shape: [1, 2], data: ring.priorities });
  // A ring keeps masks whether or not anybody set one.
  const { masks: _, ...unmasked } = ring;
  const plain = encodeCheckpoint({ ...RUN, ring });
  assert.deepEqual(decodeCheckpoint(plain).ring, unmasked);
});

Deno.test("checkpoint: parameters may have any names", () => {
  const named = (first: number): Parameters =>
    Object.fromEntries(
      ["value.0.weight_mu", "advantage.0.bias_sigma", "embedding.weight"].map((name, i) => [
        name,
        { shape: [2], data: Float32Array.of(first + i, i / 3) },
      ]),
    );
  const tensors = { online: named(0), target: named(10), moments: { exp_avg: named(20) } };
  assert.deepEqual(decodeCheckpoint(encodeCheckpoint({ ...RUN, tensors })).tensors, tensors);
});

Deno.test("checkpoint: an empty replay buffer", () => {
  const empty: Checkpoint = {
    ...RUN,
    lanes: null,
    ring: {
      lanes: [{ head: -1, size: 0, open: false, linked: false }],
      region: 4,
      filled: 0,
      observations: new Float32Array(),
      actions: new Int32Array(),
      rewards: new Float32Array(),
      kinds: new Uint8Array(),
    },
  };
  const { ring, lanes } = decodeCheckpoint(encodeCheckpoint(empty));
  assert.deepEqual(ring, empty.ring);
  assert.equal(lanes, null);
});

Deno.test("checkpoint: holds no device and no function", () => {
  const device = {} as GPUDevice;
  const config = resolveConfig({ learningRate: (progress) => 1 - progress, device, seed: 4 });
  const read = decodeCheckpoint(encodeCheckpoint({ ...RUN, config })).config;
  assert.equal("device" in read, false);
  assert.equal("learningRate" in read, false);
  assert.equal(read.seed, 4);
  // And the configuration that was passed is as it was.
  assert.equal(typeof config.learningRate, "function");
  assert.equal(config.device, device);
});

Deno.test("checkpoint: truncated anywhere is said to be so", () => {
  const header = Number(new DataView(BYTES.buffer).getBigUint64(0, true));
  const lengths = [0, 5, 8, 9, 100, 8 + header - 1, 8 + header, 8 + header + 1, BYTES.length - 1];
  for (const length of lengths) {
    assert.throws(
      () => decodeCheckpoint(BYTES.subarray(0, length)),
      /truncated safetensors file|not a safetensors file: it holds \d bytes/,
      `${length} bytes`,
    );
  }
});

Deno.test("checkpoint: bytes of another kind are said to be so", () => {
  for (const text of ["", "GIF89a and more", '{"a": 1}', "\0".repeat(64)]) {
    const bytes = new TextEncoder().encode(text);
    assert.throws(
      () => decodeCheckpoint(bytes),
      /^Error: (not a safetensors file|truncated)/,
      text,
    );
  }
});

Deno.test("checkpoint: a safetensors file from elsewhere is told apart", () => {
  const weights = { "q.0.weight": { shape: [1], data: Float32Array.of(1) } };
  for (const metadata of [{}, { format: "pt" }] as Record<string, string>[]) {
    assert.throws(() => decodeCheckpoint(encodeSafetensors(weights, metadata)), {
      message: "this safetensors file is no DinoQ checkpoint (its metadata does not say so); " +
        "to use weights from elsewhere, create an agent and call setParameters",
    });
  }
});

/** The file with another header or other tensors. */
function tampered(
  change: (tensors: Record<string, Tensor>, metadata: Record<string, string>) => void,
) {
  const { tensors, metadata } = decodeSafetensors(BYTES);
  change(tensors, metadata);
  return encodeSafetensors(tensors, metadata);
}

Deno.test("checkpoint: another version is refused", () => {
  for (const version of ["0", "2", "1.0"]) {
    const bytes = tampered((_, metadata) => metadata.version = version);
    assert.throws(() => decodeCheckpoint(bytes), {
      message: `this checkpoint has format version ${version}, and this DinoQ reads 1`,
    });
  }
});

Deno.test("checkpoint: a missing or strange part is named", () => {
  for (
    const [name, kind] of [
      ["replay.observations", "Float32Array"],
      ["replay.actions", "Int32Array"],
      ["replay.rewards", "Float32Array"],
      ["replay.kinds", "Uint8Array"],
    ]
  ) {
    const lacking = { message: `this checkpoint lacks "${name}" as a ${kind}: it is damaged` };
    assert.throws(() => decodeCheckpoint(tampered((tensors) => delete tensors[name])), lacking);
    const shape = decodeSafetensors(BYTES).tensors[name].shape;
    const size = shape.reduce((a, b) => a * b, 1);
    const strange = { shape, data: new Float64Array(size) };
    assert.throws(() => decodeCheckpoint(tampered((tensors) => tensors[name] = strange)), lacking);
  }
  const half = { shape: [2], data: new Uint16Array(2) };
  assert.throws(() => decodeCheckpoint(tampered((tensors) => tensors["q.2.bias"] = half)), {
    message: 'this checkpoint lacks "q.2.bias" as a Float32Array: it is damaged',
  });
  for (const key of ["config", "state"]) {
    for (const text of [undefined, "{", "null", "7"]) {
      const bytes = tampered((_, metadata) => {
        if (text === undefined) delete metadata[key];
        else metadata[key] = text;
      });
      assert.throws(() => decodeCheckpoint(bytes), {
        message: `this checkpoint's "${key}" is no JSON object: it is damaged`,
      }, `${key} ${text}`);
    }
  }
});

Deno.test("checkpoint: metadata without the run's state is refused", () => {
  for (
    const state of ["{}", '{"replayLanes": [], "clock": 7}', '{"clock": {}, "replayLanes": 1}']
  ) {
    const bytes = tampered((_, metadata) => metadata.state = state);
    assert.throws(() => decodeCheckpoint(bytes), {
      message: "this checkpoint's metadata lacks the run's state: it is damaged",
    });
  }
});

Deno.test("checkpoint: a replay buffer whose parts do not fit together is refused", () => {
  const short = { shape: [1, 1], data: Float32Array.of(1) };
  assert.throws(() => decodeCheckpoint(tampered((tensors) => tensors["replay.rewards"] = short)), {
    message: 'this checkpoint\'s "replay.rewards" has shape [1,1], not [1,2]: it is damaged',
  });
});
