import assert from "node:assert/strict";
import {
  duration,
  elapsed,
  kebab,
  optionText,
  score,
  short,
  significant,
  whole,
} from "../../src/cli/format.ts";

Deno.test("format: numbers for people", () => {
  assert.deepEqual([0, 999, 12345.4, 1e6].map(whole), ["0", "999", "12,345", "1,000,000"]);
  assert.deepEqual([500, 21.04, NaN].map(score), ["500.0", "21.0", "-"]);
  assert.deepEqual(
    [0, 0.012345, 1.5, 45.06, 195.3, 1234.5, 0.0000123, 3e7, NaN].map((n) => significant(n)),
    ["0", "0.0123", "1.5", "45.1", "195", "1230", "1.23e-5", "3.00e+7", "-"],
  );
});

Deno.test("format: short numbers never grow a digit by rounding", () => {
  assert.deepEqual(
    [0, 7.4, 999.4, 999.6, 1000, 2560, 12345, 123_456, 999_499, 999_600, 1.25e6, Infinity].map(
      short,
    ),
    ["0", "7", "999", "1k", "1k", "2.6k", "12k", "123k", "999k", "1M", "1.3M", "-"],
  );
});

Deno.test("format: times", () => {
  assert.deepEqual(
    [0, 7.4, 59.6, 754, 3723, NaN, Infinity, -1].map(duration),
    ["0:00", "0:07", "1:00", "12:34", "1:02:03", "-:--", "-:--", "-:--"],
  );
  assert.deepEqual([0.04, 7.26, 59.96, 754].map(elapsed), ["0.0 s", "7.3 s", "1:00", "12:34"]);
});

Deno.test("format: options as they are typed", () => {
  const cases: [unknown, string][] = [
    [null, "none"],
    [undefined, "none"],
    [1e-4, "0.0001"],
    [true, "true"],
    ["adam", "adam"],
    [[64, 64], "64,64"],
    [[], "none"],
    [{ every: 4, unit: "step" }, "4"],
    [{ every: 1, unit: "episode" }, "1:episode"],
    [{ uniform: 0.1 }, "uniform:0.1"],
    [() => 1, "a schedule"],
  ];
  for (const [value, text] of cases) assert.equal(optionText(value), text);
});

Deno.test("format: flags are kebab-case", () => {
  assert.deepEqual(
    ["learningRate", "nSteps", "doubleQ", "tau"].map(kebab),
    ["learning-rate", "n-steps", "double-q", "tau"],
  );
});
