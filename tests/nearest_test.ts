import assert from "node:assert/strict";
import { nearest, suggestion } from "../src/nearest.ts";

const NAMES = ["learningRate", "batchSize", "gamma", "tau", "save", "plot"];

Deno.test("nearest: slips of the hand are found", () => {
  const cases: [string, string][] = [
    ["learnignRate", "learningRate"],
    ["learning-rate", "learningRate"],
    ["LEARNING_RATE", "learningRate"],
    ["learn", "learningRate"],
    ["bachSize", "batchSize"],
    ["gama", "gamma"],
    ["tua", "tau"],
    ["svae", "save"],
    ["plots", "plot"],
  ];
  for (const [given, expected] of cases) assert.equal(nearest(given, NAMES), expected, given);
});

Deno.test("nearest: nothing is suggested for what is like no name", () => {
  for (const given of ["lr", "zzz", "", "momentum"]) assert.equal(nearest(given, NAMES), undefined);
});

Deno.test("nearest: a suggestion is worded, or empty", () => {
  assert.equal(suggestion("gama", NAMES), ' (did you mean "gamma"?)');
  assert.equal(suggestion("zzz", NAMES), "");
});
