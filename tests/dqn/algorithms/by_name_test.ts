/** Tests of the algorithms as data, and of their pages. @module */

import assert from "node:assert/strict";
import {
  ALGORITHM_NAMES,
  algorithmNames,
  ALGORITHMS,
  combineAlgorithms,
} from "../../../src/dqn/algorithms/by_name.ts";
import { resolveConfig } from "../../../src/dqn/config.ts";

Deno.test("algorithms: all twelve, each of which resolves", () => {
  assert.deepEqual(
    [...ALGORITHM_NAMES].sort(),
    "c51 double dqn dueling iqn munchausen noisy nstep per qr rainbow sarsa".split(" "),
  );
  for (const [name, algorithm] of Object.entries(ALGORITHMS)) {
    assert.equal(algorithm.name, name);
    assert.doesNotThrow(() => resolveConfig(algorithm.config), name);
    assert.equal(algorithm.needs === "support", algorithm.config.distribution === "c51", name);
  }
});

Deno.test("algorithms: each has a page with its equation, source, differences, command and result", async () => {
  const results = await Deno.readTextFile(
    new URL("../../../docs/results/algorithms.md", import.meta.url),
  );
  const [table] = results.split("\n## ").filter((part) => part.startsWith("CartPole-v1, all"));
  for (const { name, title, description, source } of Object.values(ALGORITHMS)) {
    const url = new URL(`../../../src/dqn/algorithms/${name}.ts`, import.meta.url);
    const page = (await Deno.readTextFile(url)).split("*/")[0].replaceAll(/\n \* ?/g, "\n");
    const plain = page.replaceAll(/\s+/g, " ");
    for (
      const wanted of [
        "Paper: ",
        "What is different here",
        "\n1. ",
        `deno run -A examples/compare.ts --env CartPole-v1 --preset small --seeds 5 ${name}\n`,
        "docs/results/algorithms.md",
      ]
    ) assert.ok(page.includes(wanted) || plain.includes(wanted), `${name}: ${wanted}`);
    // An equation, before the paper.
    assert.match(page, /\n```\n[^`]* = [^`]*\n```\n[^]*\nPaper: /, name);
    const [, result, best] = plain.match(
      /Result: CartPole-v1, preset small, five seeds: (\S+ ± \S+) after 50,000 steps, the best network on the way (\S+)\. More/,
    )!;
    const cells = table.split("\n").map((row) => row.split("|").map((cell) => cell.trim()));
    const row = cells.find(([, first]) => first === name)!;
    assert.deepEqual([result, best], [row[3], row[5]], name);
    for (const id of source.match(/\d{4}\.\d{5}/g) ?? []) assert.ok(plain.includes(id), name);
    assert.ok(title.length > 0 && description.length > 0 && description.length < 80, name);
  }
});

Deno.test("algorithms: together they have the parts of each, and no others", () => {
  const plain = ALGORITHMS.dqn.config;
  assert.deepEqual(combineAlgorithms(["double", "dueling"]), {
    ...plain,
    doubleQ: true,
    dueling: true,
  });
  assert.deepEqual(combineAlgorithms([]), plain);
  assert.deepEqual(combineAlgorithms(["dqn", "per"]), combineAlgorithms(["per"]));
  const rainbow = combineAlgorithms(["rainbow"]);
  const six = combineAlgorithms(["double", "dueling", "per", "nstep", "noisy", "c51"]);
  assert.deepEqual(rainbow, { ...six, priorityAlpha: 0.5 });
  assert.deepEqual(combineAlgorithms(["rainbow", "nstep"]), rainbow);
});

Deno.test("algorithms: two that want one option differently are refused", () => {
  assert.throws(() => combineAlgorithms(["double", "c51", "qr"]), {
    name: "RangeError",
    message:
      'c51 sets distribution to "c51", and qr to "qr": name one of the two; an option that ' +
      "is given by itself counts over both",
  });
  assert.throws(() => combineAlgorithms(["rainbow", "iqn"]), /^RangeError: rainbow sets distrib/);
  assert.throws(() => combineAlgorithms(["sarsa", "munchausen"]), /sarsa sets target to "sarsa"/);
  assert.throws(() => combineAlgorithms(["duel"]), /got "duel" \(did you mean "dueling"\?\)$/);
  // Names of Object's own are none of ours.
  assert.throws(() => combineAlgorithms(["toString"]), /^RangeError: an algorithm must be one of/);
});

Deno.test("algorithms: names are joined by + or commas, each counts once", () => {
  assert.deepEqual(algorithmNames("double+dueling"), ["double", "dueling"]);
  assert.deepEqual(algorithmNames("per, double,per"), ["per", "double"]);
  assert.throws(() => algorithmNames("per+ranbow"), {
    name: "RangeError",
    message: /^must be of dqn, .*, rainbow \(several joined by \+\), got "ranbow" \(did you mean/,
  });
  assert.throws(() => algorithmNames(""), /got ""$/);
});
