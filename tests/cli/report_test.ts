import assert from "node:assert/strict";
import {
  configTable,
  episodeText,
  evaluationText,
  reachedRows,
  resultJson,
  table,
} from "../../src/cli/report.ts";
import { isUsed } from "../../src/dqn/combinations.ts";
import { resolveConfig } from "../../src/dqn/config.ts";
import { OPTION_NAMES } from "../../src/dqn/options.ts";

const EVALUATION = {
  episodes: 2,
  mean: 487.5,
  std: 12.5,
  min: 475,
  max: 500,
  returns: [475, 500],
  lengths: [475, 500],
};
const REACHED = {
  steps: 20_000,
  episodes: 312,
  updates: 9_984,
  seconds: 23.04,
  stepsPerSecond: 868.1,
  updatesPerSecond: 433.3,
};

Deno.test("report: a table's second column is aligned", () => {
  assert.deepEqual(table([["a", "1"], ["long name", "2"]]), ["  a          1", "  long name  2"]);
  assert.deepEqual(table([]), []);
});

Deno.test("report: the table of hyper-parameters holds every option that plays a part", () => {
  const lines = configTable(resolveConfig({ trainFreq: { every: 1, unit: "episode" } }), [
    ["env", "CartPole-v0"],
  ]);
  const rows = new Map(lines.map((line) => line.trim().split(/ +/) as [string, string]));
  assert.equal(rows.get("env"), "CartPole-v0");
  assert.equal(rows.get("trainFreq"), "1:episode");
  assert.equal(rows.get("maxGradNorm"), "10");
  const plain = resolveConfig();
  for (const name of OPTION_NAMES) {
    const hasValue = name !== "device" && name !== "powerPreference";
    assert.equal(rows.has(name), hasValue && isUsed(name, plain), name);
  }
  assert.equal(rows.has("quantiles"), false);
  const quantiles = configTable(resolveConfig({ distribution: "qr" }), []).join("\n");
  assert.match(quantiles, /^ {2}quantiles +50$/m);
  assert.doesNotMatch(quantiles, /^ {2}(loss|atoms) /m);
});

Deno.test("report: what was reached, in words", () => {
  assert.equal(
    evaluationText(EVALUATION),
    "mean 487.5 ± 12.5, min 475.0, max 500.0 over 2 greedy episodes",
  );
  assert.deepEqual(reachedRows(REACHED), [
    ["trained", "20,000 steps, 312 episodes, 9,984 updates in 23.0 s"],
    ["speed", "868 steps/s, 433 updates/s"],
  ]);
  assert.equal(
    episodeText(7, 120, { return: 23, length: 23 }),
    "episode   7/120  reward   23.0  steps   23",
  );
  assert.equal(
    episodeText(7, undefined, { return: 23, length: 23 }),
    "episode    7  reward   23.0  steps   23",
  );
});

Deno.test("report: the JSON has the promised fields and no others", () => {
  const run = { env: "CartPole-v1", preset: "zoo", seed: 3, adapter: "llvmpipe" };
  assert.deepEqual(JSON.parse(resultJson(run, REACHED, EVALUATION)), {
    env: "CartPole-v1",
    preset: "zoo",
    algorithm: null,
    seed: 3,
    steps: 20_000,
    episodes: 312,
    updates: 9_984,
    seconds: 23.04,
    stepsPerSecond: 868.1,
    updatesPerSecond: 433.3,
    evaluation: { episodes: 2, mean: 487.5, std: 12.5, min: 475, max: 500 },
    adapter: "llvmpipe",
  });
  assert.equal(JSON.parse(resultJson(run, REACHED, undefined)).evaluation, null);
  const other = { ...run, algorithm: "double+qr" };
  assert.equal(JSON.parse(resultJson(other, REACHED, undefined)).algorithm, "double+qr");
});
