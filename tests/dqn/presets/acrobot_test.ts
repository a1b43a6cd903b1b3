import assert from "node:assert/strict";
import { ACROBOT_PRESETS } from "../../../src/dqn/presets/acrobot.ts";

Deno.test("acrobot: the default is the zoo's QR-DQN, of which it keeps the best network", () => {
  const { default: own, "zoo-qr": zoo } = ACROBOT_PRESETS;
  assert.deepEqual([own.config, own.length, own.env], [zoo.config, zoo.length, "Acrobot-v1"]);
  assert.equal(own.config.distribution, "qr");
  assert.deepEqual(own.evaluation, { every: 2_000, episodes: 100 });
  assert.equal(zoo.evaluation, undefined);
});
