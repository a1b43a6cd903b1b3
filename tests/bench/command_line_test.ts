/** Tests of what the benchmarks read from their command lines and write in tables. */

import assert from "node:assert/strict";
import { positiveNumber, seedList, wholeNumber } from "./command_line.ts";
import { fixed, markdownTable, rate, ratio } from "./table.ts";

Deno.test("bench command line: lists of seeds", () => {
  assert.deepEqual(seedList("1-3"), [1, 2, 3]);
  assert.deepEqual(seedList("7"), [7]);
  assert.deepEqual(seedList("1,4-6"), [1, 4, 5, 6]);
  assert.throws(() => seedList("3-1"), /--seeds wants a list .* got "3-1"/);
  assert.throws(() => seedList("x"), RangeError);
});

Deno.test("bench command line: numbers out of range name their flag", () => {
  assert.equal(wholeNumber("rounds", "5"), 5);
  assert.throws(() => wholeNumber("rounds", "0"), /--rounds must be a whole number of at least 1/);
  assert.throws(() => wholeNumber("rounds", "2.5"), RangeError);
  assert.equal(positiveNumber("seconds", "0.5"), 0.5);
  assert.throws(() => positiveNumber("seconds", "-1"), /--seconds must be a number above 0/);
});

Deno.test("bench tables: padded Markdown, rates and ratios", () => {
  assert.equal(
    markdownTable(["name", "n"], [["a", "1,000"]]),
    "| name |     n |\n| ---- | ----: |\n| a    | 1,000 |",
  );
  assert.equal(rate(20_913.7), "20,910");
  assert.equal(rate(66.123), "66.1");
  assert.equal(ratio(0.5312), "0.53×");
  assert.equal(ratio(Infinity), "–");
  assert.equal(fixed(undefined), "–");
  assert.equal(fixed(2.25), "2.3");
});
