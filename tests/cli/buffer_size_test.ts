/** Tests of the replay buffer's size where nobody names one. @module */

import assert from "node:assert/strict";
import { smallerBuffer } from "../../src/cli/buffer_size.ts";
import { type DQNConfig, resolveConfig } from "../../src/dqn/config.ts";

const ATARI = { observationSize: 84 * 84, isBytes: true };

function rows(config: DQNConfig, shape = ATARI): number | undefined {
  return smallerBuffer(resolveConfig(config), shape)?.rows;
}

Deno.test("buffer size: a million frames become a gigabyte's worth, in round numbers", () => {
  assert.equal(rows({ bufferSize: 1_000_000 }), 100_000);
  assert.equal(
    smallerBuffer(resolveConfig({ bufferSize: 1_000_000 }), ATARI)!.text("the disk is blue"),
    "replay buffer of 100,000 rows, 0.706 GB of observations, and not the preset's 1,000,000, " +
      "7.06 GB: the disk is blue; --buffer-size sets another",
  );
});

Deno.test("buffer size: what fits stays, and floats take four bytes", () => {
  assert.equal(rows({ bufferSize: 141_723 }), undefined);
  assert.equal(rows({ bufferSize: 141_724 }), 100_000);
  assert.equal(rows({ bufferSize: 1_000_000 }, { observationSize: 4, isBytes: false }), undefined);
  assert.equal(
    rows({ bufferSize: 1_000_000 }, { observationSize: 1_000, isBytes: true }),
    undefined,
  );
  assert.equal(
    rows({ bufferSize: 1_000_000 }, { observationSize: 1_000, isBytes: false }),
    200_000,
  );
});

Deno.test("buffer size: there is room for what is collected before learning starts", () => {
  assert.equal(rows({ bufferSize: 1_000_000, learningStarts: 250_000 }), 250_000);
  assert.equal(rows({ bufferSize: 200_000, learningStarts: 200_000 }), 200_000);
});
