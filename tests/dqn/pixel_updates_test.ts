/**
 * Five whole updates of the networks for pixels, through the public API, end where PyTorch's float64 ends;
 * see tests/fixtures/torch/record_pixels.py.
 */

import assert from "node:assert/strict";
import { Box, Discrete, DQN, type DQNConfig, type Parameter } from "../../mod.ts";
import { openDevice } from "./update_path.ts";

interface PixelCase {
  readonly name: string;
  readonly network: "nature-cnn" | "minatar-cnn";
  readonly shape: readonly number[];
  readonly stack: number;
  readonly actions: number;
  readonly batch: number;
  readonly quantiles: number;
  readonly losses: readonly number[];
  readonly tdErrors: readonly (readonly number[])[];
  /** After each update, some elements of each parameter. */
  readonly parameters: readonly Readonly<Record<string, readonly number[]>>[];
  /** [batch × actions]: Q-values of other pictures in the end. */
  readonly values: readonly (readonly number[])[];
}

interface Recorded {
  readonly gamma: number;
  readonly learningRate: number;
  readonly adamEps: number;
  readonly samples: number;
  readonly cases: readonly PixelCase[];
}

const path = new URL("../fixtures/torch/pixels.json", import.meta.url);
const recorded: Recorded = JSON.parse(await Deno.readTextFile(path));
const device = await openDevice();

/** Numbers that look random, as the recording script makes them. */
function numbers(stream: number, count: number): Uint32Array {
  return Uint32Array.from({ length: count }, (_, i) => {
    let x = (Math.imul(i, 2654435761) + Math.imul(stream, 40503)) >>> 0;
    x = Math.imul(x ^ (x >>> 16), 0x85ebca6b) >>> 0;
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35) >>> 0;
    return (x ^ (x >>> 16)) >>> 0;
  });
}

/** Weights for each parameter of a network, in order. */
function weights(
  shapes: readonly (readonly [name: string, shape: readonly number[]])[],
  stream: number,
): Record<string, Parameter> {
  return Object.fromEntries(shapes.map(([name, shape], i) => {
    const size = shape.reduce((a, b) => a * b, 1);
    const fanIn = shape.length > 1 ? size / shape[0] : 100;
    const data = Float32Array.from(
      numbers(stream + i, size),
      (x) => (x / 2 ** 32 * 2 - 1) / Math.sqrt(fanIn),
    );
    return [name, { shape, data }];
  }));
}

function pictures({ network, shape, stack, batch }: PixelCase, stream: number): Uint8Array {
  const count = shape.reduce((a, b) => a * b, batch * stack);
  return Uint8Array.from(numbers(stream, count), (x) => x >>> (network === "nature-cnn" ? 24 : 31));
}

/** Within 1e-4 of the largest of the numbers. */
function assertClose(what: string, actual: ArrayLike<number>, wanted: readonly number[]): void {
  assert.equal(actual.length, wanted.length, what);
  const limit = 1e-4 * Math.max(...wanted.map(Math.abs));
  wanted.forEach((value, i) => {
    assert.ok(Math.abs(actual[i] - value) <= limit, `${what} [${i}]: ${actual[i]}, not ${value}`);
  });
}

function spaces({ network, shape, actions }: PixelCase) {
  return {
    observationSpace: new Box(0, network === "nature-cnn" ? 255 : 1, shape, "uint8"),
    actionSpace: new Discrete(actions),
  };
}

for (const one of recorded.cases) {
  Deno.test(`pixel updates: five of ${one.name} are PyTorch's`, async () => {
    const { gamma, learningRate, adamEps, samples } = recorded;
    const { batch, actions, quantiles } = one;
    const config: DQNConfig = {
      device,
      network: one.network,
      frameStack: one.stack,
      gamma,
      learningRate,
      adamEps,
      batchSize: batch,
      bufferSize: 64,
      learningStarts: 0,
      maxGradNorm: null,
      targetUpdateInterval: { every: 100, unit: "update" },
      ...quantiles > 0 && { distribution: "qr", quantiles },
    };
    using agent = await DQN.create(spaces(one), config);
    const shapes = Object.entries(await agent.getParameters())
      .filter(([name]) => name.startsWith("q."))
      .map(([name, { shape }]) => [name.slice(2), shape] as const);
    const named = (prefix: string, all: Record<string, Parameter>) =>
      Object.fromEntries(Object.entries(all).map(([name, value]) => [prefix + name, value]));
    await agent.setParameters({
      ...named("q.", weights(shapes, 100)),
      ...named("target.", weights(shapes, 200)),
    });
    for (const [update, wanted] of one.parameters.entries()) {
      const at = 1000 + 10 * update;
      const { loss, tdErrors } = await agent.trainOnBatch({
        observations: pictures(one, at),
        nextObservations: pictures(one, at + 1),
        actions: Int32Array.from(numbers(at + 2, batch), (x) => x % actions),
        rewards: Float32Array.from(numbers(at + 3, batch), (x) => x % 3 - 1),
        terminated: Array.from(numbers(at + 4, batch), (x) => x % 3 === 0),
      });
      assertClose(`update ${update}: loss`, [loss], [one.losses[update]]);
      assertClose(`update ${update}: TD errors`, tdErrors, one.tdErrors[update]);
      const all = await agent.getParameters();
      assert.deepEqual(Object.keys(wanted), shapes.map(([name]) => name));
      for (const [name, values] of Object.entries(wanted)) {
        const { data } = all[`q.${name}`];
        const places = Array.from(
          { length: samples },
          (_, i) => Math.floor(i * (data.length - 1) / (samples - 1)),
        );
        assertClose(`update ${update}: ${name}`, places.map((place) => data[place]), values);
      }
    }
    const seen = pictures(one, 2000);
    const size = seen.length / batch;
    const rows = Array.from({ length: batch }, (_, i) => seen.subarray(i * size, (i + 1) * size));
    assertClose("Q-values", await agent.qValuesOf(rows), one.values.flat());
  });
}
