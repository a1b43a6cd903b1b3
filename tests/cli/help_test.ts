import assert from "node:assert/strict";
import { FLAGS } from "../../src/cli/flags.ts";
import { helpText, wrap } from "../../src/cli/help.ts";
import { CARTPOLE_PRESETS } from "../../src/dqn/presets.ts";
import { PROGRAM } from "./fake.ts";

Deno.test("help: every flag is explained", () => {
  const text = helpText(PROGRAM, "default", 100);
  for (const { flag, help } of FLAGS) {
    assert.ok(new RegExp(`^  --${flag}\\b`, "m").test(text), flag);
    assert.ok(help.length > 5, flag);
  }
});

Deno.test("help: shows the values of the preset that is asked about", () => {
  const plain = (text: string) => text.replaceAll(/\s+/g, " ");
  const steps = plain(helpText(PROGRAM, "default", 100));
  assert.ok(steps.includes("--learning-rate X step size of the optimizer [0.001]"));
  assert.ok(steps.includes("all parts of a run together [200]"));
  assert.ok(steps.includes("keep the best network [50]"));
  assert.ok(steps.includes("train this many episodes instead --"));
  const episodes = plain(helpText(PROGRAM, "tutorial", 100));
  assert.ok(episodes.includes("--learning-rate X step size of the optimizer [0.0001]"));
  assert.ok(episodes.includes("train this many episodes instead [6]"));
  assert.ok(episodes.includes("greedy episodes after training [100; with --test 4]"));
  assert.ok(episodes.includes("In brackets: the values of preset tutorial."));
});

Deno.test("help: fits the terminal", () => {
  const program = { ...PROGRAM, presets: CARTPOLE_PRESETS };
  for (const columns of [60, 80, 100, 200]) {
    const longest = Math.max(
      ...helpText(program, "default", columns).split("\n").map((line) => line.length),
    );
    assert.ok(longest < columns, `${longest} of ${columns} columns`);
  }
});

Deno.test("help: wrapping keeps all words and their order", () => {
  const text = "the quick brown fox jumps over the lazy dog";
  const lines = wrap(text, 12);
  assert.equal(lines.join(" "), text);
  assert.ok(lines.every((line) => line.length <= 12));
  assert.deepEqual(wrap("indivisible", 4), ["indivisible"]);
});
