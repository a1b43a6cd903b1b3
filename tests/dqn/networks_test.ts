import assert from "node:assert/strict";
import { resolveConfig } from "../../src/dqn/config.ts";
import { networkProblem, pictureLayers } from "../../src/dqn/networks.ts";

Deno.test("networks: names stand for layers, and bring the width of their hidden layer", () => {
  assert.deepEqual(pictureLayers("mlp"), []);
  assert.deepEqual(resolveConfig({}).hiddenLayers, [64, 64]);
  assert.deepEqual(
    pictureLayers("nature-cnn").map((layer) => [layer.kind, layer.kernel, layer.stride]),
    [["conv", [8, 8], [4, 4]], ["conv", [4, 4], [2, 2]], ["conv", [3, 3], [1, 1]]],
  );
  assert.deepEqual(resolveConfig({ network: "nature-cnn" }).hiddenLayers, [512]);
  assert.deepEqual(resolveConfig({ network: "minatar-cnn" }).hiddenLayers, [128]);
  assert.deepEqual(
    resolveConfig({ network: "nature-cnn", hiddenLayers: [] }).hiddenLayers,
    [],
  );
});

Deno.test("networks: layers of one's own take one number for both directions, and defaults", () => {
  assert.deepEqual(
    pictureLayers([
      { kind: "conv", channels: 5, kernel: [3, 2], stride: [2, 1], padding: 1 },
      { kind: "maxPool", kernel: 2 },
      { kind: "conv", channels: 7, kernel: 1 },
    ]),
    [
      { kind: "conv", channels: 5, kernel: [3, 2], stride: [2, 1], padding: [1, 1] },
      { kind: "maxPool", kernel: [2, 2], stride: [2, 2], padding: [0, 0] },
      { kind: "conv", channels: 7, kernel: [1, 1], stride: [1, 1], padding: [0, 0] },
    ],
  );
});

Deno.test("networks: a resolved configuration shares no layers with what was passed", () => {
  const network = [{ kind: "conv" as const, channels: 2, kernel: 3 }];
  const resolved = resolveConfig({ network });
  network[0].channels = 9;
  assert.deepEqual(resolved.network, [{ kind: "conv", channels: 2, kernel: 3 }]);
  assert.deepEqual(resolveConfig(resolved), resolved);
});

Deno.test("networks: what is no network is refused with what is wrong", () => {
  const conv = { kind: "conv", channels: 2, kernel: 3 };
  const cases: [unknown[], RegExp][] = [
    [[], /empty list/],
    [[conv, 5], /layer 2 must be one of/],
    [[{ kind: "dense" }], /layer 1 must be one of/],
    [[{ ...conv, channels: 0 }], /layer 1 needs channels/],
    [[{ ...conv, kernel: [3, 3, 3] }], /needs a kernel/],
    [[{ ...conv, stride: 0 }], /stride/],
    [[{ ...conv, padding: -1 }], /padding/],
    [[{ ...conv, dilation: 2 }], /has "dilation"/],
    [[conv, { kind: "maxPool", kernel: 2, channels: 3 }], /leave channels out/],
    [[{ kind: "maxPool", kernel: 2 }], /layer 1 must be a conv/],
  ];
  for (const [layers, message] of cases) {
    assert.match(networkProblem(layers) ?? "", message);
    assert.throws(() => resolveConfig({ network: layers as never }), message);
  }
  assert.throws(() => resolveConfig({ network: "nature" as never }), /"nature-cnn"/);
  assert.throws(() => resolveConfig({ network: 3 as never }), TypeError);
});
