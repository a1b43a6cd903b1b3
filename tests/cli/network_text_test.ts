/** Tests of layers on pictures, as they are typed. @module */

import assert from "node:assert/strict";
import { networkText, readNetwork } from "../../src/cli/network_text.ts";
import { resolveConfig } from "../../src/dqn/config.ts";
import type { NetworkOption } from "../../src/dqn/networks.ts";

const CASES: readonly [text: string, network: NetworkOption][] = [
  ["16@3", [{ kind: "conv", channels: 16, kernel: 3 }]],
  ["16@3+1", [{ kind: "conv", channels: 16, kernel: 3, padding: 1 }]],
  ["32@8/4", [{ kind: "conv", channels: 32, kernel: 8, stride: 4 }]],
  ["32@8/4+2", [{ kind: "conv", channels: 32, kernel: 8, stride: 4, padding: 2 }]],
  [
    "8@5x3/2x1+0x1",
    [{ kind: "conv", channels: 8, kernel: [5, 3], stride: [2, 1], padding: [0, 1] }],
  ],
  ["4@3,max@2", [{ kind: "conv", channels: 4, kernel: 3 }, { kind: "maxPool", kernel: 2 }]],
  [
    "4@3,max@3/2+1",
    [{ kind: "conv", channels: 4, kernel: 3 }, {
      kind: "maxPool",
      kernel: 3,
      stride: 2,
      padding: 1,
    }],
  ],
];

Deno.test("network text: layers, there and back", () => {
  for (const [text, network] of CASES) {
    assert.deepEqual(readNetwork(text), network, text);
    assert.equal(networkText(network), text);
    assert.deepEqual(resolveConfig({ network }).network, network, text);
  }
});

Deno.test("network text: squares are one number, and blanks do not matter", () => {
  assert.deepEqual(
    readNetwork("32@8x8/4x4, 64@4x4/2"),
    readNetwork("32@8/4,64@4/2"),
  );
  assert.equal(networkText([{ kind: "conv", channels: 2, kernel: [3, 3] }]), "2@3x3");
});

Deno.test("network text: names stay names, and what is no layer is left for the check", () => {
  for (const text of ["mlp", "nature-cnn", "nonsense", "16@", "@3", "16@3x", "16@3,", "min@2"]) {
    assert.equal(readNetwork(text), text);
  }
  assert.equal(networkText("nature-cnn"), "nature-cnn");
  assert.throws(() => resolveConfig({ network: readNetwork("16@3x") as NetworkOption }), /network/);
});
