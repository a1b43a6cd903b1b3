/**
 * Tests of what networks are built: names, blocks and slices, and that nothing shares a place, for every
 * combination of parts.
 */

import assert from "node:assert/strict";
import { denseLayers, type Layer, type Network } from "../../src/nn/network.ts";
import { parameterShapes } from "../../src/nn/parameters.ts";
import { picture4, plain } from "../../src/nn/pictures.ts";
import { buildNetwork } from "../../src/nn/structure.ts";
import { parameterShapes as wantedShapes } from "../reference/family_network.ts";
import { everyStructure, flatInput, mlp, pictureStructures, structure } from "./harness.ts";

/** Names of the layers in order; a dense layer's parts joined by "+". */
function namesOf(network: Network): string[] {
  return network.layers.map((layer) => {
    if (layer.kind === "dense") return layer.parts.map(({ name }) => name).join("+");
    if (layer.kind === "pool") return "max";
    return layer.kind === "product" ? "×" : layer.name;
  });
}

Deno.test("structure: layers follow each other in the arena, rows padded to vec4s", () => {
  const network = mlp(5, [9, 4], 2, "tanh");
  const part = (
    name: string,
    outputs: number,
    isLast = false,
  ) => [{ name, at: 0, outputs, rows: plain(outputs), isLast }];
  const wanted: Layer[] = [
    {
      kind: "dense",
      parts: part("0", 9),
      inputs: 5,
      columns: plain(5),
      in4: 2,
      out4: 3,
      input: { block: 0, at4: 0 },
      output: { block: 1, at4: 0 },
      activation: "tanh",
      weightsAt: 0,
      biasAt: 24,
      noiseInAt: 0,
      noiseOutAt: 2,
    },
    {
      kind: "dense",
      parts: part("2", 4),
      inputs: 9,
      columns: plain(9),
      in4: 3,
      out4: 1,
      input: { block: 1, at4: 0 },
      output: { block: 2, at4: 0 },
      activation: "tanh",
      weightsAt: 27,
      biasAt: 39,
      noiseInAt: 5,
      noiseOutAt: 8,
    },
    {
      kind: "dense",
      parts: part("4", 2, true),
      inputs: 4,
      columns: plain(4),
      in4: 1,
      out4: 1,
      input: { block: 2, at4: 0 },
      output: { block: 3, at4: 0 },
      activation: "identity",
      weightsAt: 40,
      biasAt: 44,
      noiseInAt: 9,
      noiseOutAt: 10,
    },
  ];
  assert.deepEqual(network.layers, wanted);
  const widths = [2, 3, 1, 1];
  assert.deepEqual(network.blocks, widths.map((width4) => ({ width4, isSampled: false })));
  assert.equal(network.weights4, 45);
  assert.equal(network.parameters4, 45);
  assert.equal(network.noise4, 11);
  assert.deepEqual(network.input, { ...flatInput(5), margin: [0, 0] });
  assert.equal(network.isNoisy, false);
  assert.equal(network.cosines, undefined);
  assert.deepEqual(network.output, { block: 3, actions: 2, atoms: 1, valueAt: undefined });
});

Deno.test("structure: without hidden layers it is linear", () => {
  const { layers, parameters4 } = mlp(3, [], 2, "relu");
  assert.equal(layers.length, 1);
  assert(layers[0].kind === "dense" && layers[0].activation === "identity");
  assert.equal(parameters4, 5);
});

Deno.test("structure: layers are named as an nn.Sequential numbers them, streams and head from 0", () => {
  const widths = { hiddenLayers: [5, 6], headLayers: [7] };
  const cases: [Parameters<typeof structure>[0], string][] = [
    [{ hiddenLayers: [5, 6] }, "0 2 4"],
    [widths, "0 2 4 6"],
    [{ hiddenLayers: [5, 6], layerNorm: true }, "0 1 3 4 6"],
    [{ ...widths, layerNorm: true }, "0 1 3 4 6 7 9"],
    [{ dueling: true }, "advantage.0+value.0"],
    [{ hiddenLayers: [5], dueling: true }, "0 advantage.0+value.0"],
    [{ ...widths, dueling: true }, "0 2 advantage.0+value.0 advantage.2 value.2"],
    [
      { ...widths, headLayers: [7, 8], dueling: true },
      "0 2 advantage.0+value.0 advantage.2 value.2 advantage.4 value.4",
    ],
    [
      { ...widths, dueling: true, layerNorm: true },
      "0 1 3 4 advantage.0+value.0 advantage.1 value.1 advantage.3 value.3",
    ],
    [{ hiddenLayers: [5, 6], cosines: 3 }, "0 2 embedding × head.0"],
    [{ ...widths, cosines: 3 }, "0 2 embedding × head.0 head.2"],
    [{ ...widths, cosines: 3, layerNorm: true }, "0 1 3 4 embedding × head.0 head.1 head.3"],
    [{ cosines: 3 }, "embedding × head.0"],
    [
      { ...widths, cosines: 3, dueling: true },
      "0 2 embedding × advantage.0+value.0 advantage.2 value.2",
    ],
  ];
  for (const [given, names] of cases) {
    assert.equal(namesOf(buildNetwork(structure(given))).join(" "), names, JSON.stringify(given));
  }
});

Deno.test("structure: every combination has the parameters that the equations ask for", () => {
  for (const each of everyStructure()) {
    const { input: { channels: observationSize }, atoms, cosines } = each;
    const distribution = cosines > 0 ? "iqn" : atoms > 1 ? "c51" : "none";
    const wanted = wantedShapes({ ...each, observationSize, distribution });
    assert.deepEqual(
      parameterShapes(buildNetwork(each)),
      Object.fromEntries(wanted.map(({ name, shape }) => [name, shape])),
      JSON.stringify(each),
    );
  }
});

/** Throws unless the ranges lie side by side from 0 to the end. */
function assertCovers(ranges: [at: number, size: number][], end: number, name: string): void {
  let next = 0;
  for (const [at, size] of ranges.sort(([a], [b]) => a - b)) {
    assert.equal(at, next, `${name}: a gap or an overlap at ${at}`);
    next += size;
  }
  assert.equal(next, end, name);
}

Deno.test("structure: weights, noise and columns of blocks have a place each, and no one twice", () => {
  for (const each of [...everyStructure(), ...pictureStructures()]) {
    const network = buildNetwork(each);
    const name = JSON.stringify(each);
    const weights: [number, number][] = [];
    const noise: [number, number][] = [];
    const columns = network.blocks.map(() => [] as [number, number][]);
    columns[0].push([0, network.blocks[0].width4]);
    if (network.cosines) {
      const { block, count } = network.cosines;
      assert.equal(count, each.cosines);
      columns[block].push([0, network.blocks[block].width4]);
    }
    // What a layer reads has been written before, by layers that have as many rows.
    const check = ({ block, at4 }: { block: number; at4: number }, width4: number) => {
      const written = columns[block].some(([at, size]) => at <= at4 && at4 + width4 <= at + size);
      assert(written, `${name}: block ${block} is read at ${at4} before it is written`);
      return network.blocks[block].isSampled;
    };
    for (const layer of network.layers) {
      const { isSampled } = network.blocks[layer.output.block];
      const { block, at4 } = layer.output;
      if (layer.kind === "dense") {
        const { in4, out4, parts } = layer;
        assert.equal(check(layer.input, in4), isSampled);
        weights.push([layer.weightsAt, 4 * in4 * out4], [layer.biasAt, out4]);
        noise.push([layer.noiseInAt, parts.length * in4], [layer.noiseOutAt, out4]);
        assertCovers(
          parts.map(({ at, rows }) => [at / 4, rows.pixels * Math.ceil(rows.channels / 4)]),
          out4,
          `${name}: parts`,
        );
        columns[block].push([at4, out4]);
      } else if (layer.kind === "conv" || layer.kind === "pool") {
        assert.equal(check(layer.input, picture4(layer.from)), false);
        columns[block].push([at4, picture4(layer.to)]);
        if (layer.kind === "pool") continue;
        weights.push([layer.weightsAt, 4 * layer.in4 * layer.out4], [layer.biasAt, layer.out4]);
      } else if (layer.kind === "norm") {
        assert.equal(check(layer.input, layer.width4), isSampled);
        weights.push([layer.scaleAt, layer.width4], [layer.shiftAt, layer.width4]);
        columns[block].push([at4, layer.width4]);
      } else {
        assert.equal(check(layer.features, layer.width4), false);
        assert.equal(check(layer.embedding, layer.width4), true);
        assert(isSampled);
        columns[block].push([at4, layer.width4]);
      }
    }
    assertCovers(weights, network.weights4, `${name}: weights`);
    assertCovers(noise, network.noise4, `${name}: noise`);
    columns.forEach((ranges, block) =>
      assertCovers(ranges, network.blocks[block].width4, `${name}: block ${block}`)
    );
    assert.equal(network.parameters4, (each.noisy ? 2 : 1) * network.weights4);
  }
});

Deno.test("structure: a dueling head's advantages lie from column 0 on, its values from a vec4 on", () => {
  for (const [actions, atoms, valueAt] of [[2, 1, 4], [5, 1, 8], [3, 7, 24], [2, 2, 4]]) {
    for (const headLayers of [[], [6]]) {
      const network = buildNetwork(structure({ actions, atoms, headLayers, dueling: true }));
      const block = network.blocks.length - 1;
      assert.deepEqual(network.output, { block, actions, atoms, valueAt });
      assert.equal(4 * network.blocks[block].width4, valueAt + 4 * Math.ceil(atoms / 4));
      // The last layer of each stream, and it alone, is told to be last.
      const last = denseLayers(network).flatMap(({ parts }) => parts.filter((part) => part.isLast));
      assert.deepEqual(last.map(({ outputs }) => outputs), [actions * atoms, atoms]);
    }
  }
});

Deno.test("structure: rows are quantile samples from the embedding on", () => {
  const network = buildNetwork(
    structure({ inputs: 9, hiddenLayers: [5], headLayers: [6], cosines: 7, layerNorm: true }),
  );
  assert.deepEqual(network.blocks, [
    { width4: 3, isSampled: false },
    { width4: 2, isSampled: false },
    { width4: 2, isSampled: false },
    { width4: 2, isSampled: true },
    { width4: 2, isSampled: true },
    { width4: 2, isSampled: true },
    { width4: 2, isSampled: true },
    { width4: 2, isSampled: true },
    { width4: 1, isSampled: true },
  ]);
  assert.deepEqual(network.cosines, { block: 3, count: 7 });
  assert.deepEqual(network.layers.find(({ kind }) => kind === "product"), {
    kind: "product",
    width4: 2,
    features: { block: 2, at4: 0 },
    embedding: { block: 4, at4: 0 },
    output: { block: 5, at4: 0 },
  });
  // The embedding's activation is its own.
  const [, embedding] = denseLayers(network);
  assert.equal(embedding.activation, "relu");
});
