import assert from "node:assert/strict";
import type { Progress } from "../../src/agent/learn.ts";
import { bar, progressLine, ProgressReport } from "../../src/cli/progress.ts";
import { Screen } from "../../src/cli/terminal.ts";
import { FakeTerminal } from "./fake.ts";

const PROGRESS: Progress = {
  steps: 12_345,
  totalSteps: 50_000,
  episodes: 231,
  updates: 6_000,
  meanReturn: 195.34,
  epsilon: 0.04,
  loss: 0.01234,
  meanQ: 45.12,
  gradNorm: 1,
  tdError: 1,
  seconds: 10,
  stepsPerSecond: 1_021.4,
  updatesPerSecond: 2_560.2,
  secondsLeft: 42.3,
  phase: { name: "collecting", done: 57, of: 256, unit: "steps" },
};
const GOAL = { episodes: 1_000, lastReturn: 23, meanLength: 20 };

Deno.test("progress: a wide line tells everything in words", () => {
  assert.equal(
    progressLine(PROGRESS),
    "step 12,345/50,000  episode 231  return 195.3  eps 0.040  loss 0.0123  Q 45.1  " +
      "1,021 steps/s  2,560 updates/s  0:42 left",
  );
});

Deno.test("progress: 80 columns still hold everything", () => {
  assert.equal(
    progressLine(PROGRESS, undefined, 79),
    "12k/50k ep 231 ret 195 eps .04 loss .012 Q 45.1 1k/s 2.6k up/s -0:42",
  );
  assert.equal(
    progressLine(PROGRESS, GOAL, 79),
    "ep 231/1000 rew 23 ret 195 eps .04 loss .012 Q 45.1 1k/s 2.6k up/s -0:42",
  );
});

Deno.test("progress: on a narrow terminal the least important goes first, and it always fits", () => {
  assert.equal(progressLine(PROGRESS, undefined, 40), "12k/50k ep 231 ret 195 eps .04 -0:42");
  for (let columns = 15; columns < 140; columns++) {
    assert.ok(progressLine(PROGRESS, undefined, columns).length <= columns, String(columns));
    assert.ok(progressLine(PROGRESS, GOAL, columns).length <= columns, String(columns));
  }
});

Deno.test("progress: what is not known yet is a dash", () => {
  const line = progressLine({
    ...PROGRESS,
    meanReturn: NaN,
    loss: NaN,
    meanQ: NaN,
    secondsLeft: Infinity,
  });
  assert.ok(line.includes("return -  eps 0.040  loss -  Q -"), line);
  assert.ok(line.endsWith("-:-- left"), line);
});

Deno.test("progress: a terminal sees each report, in place", () => {
  const terminal = new FakeTerminal(true, 80);
  const report = new ProgressReport(new Screen(terminal));
  report.show(PROGRESS);
  report.show({ ...PROGRESS, steps: 13_000 });
  assert.equal(terminal.lines().length, 1);
  assert.ok(terminal.lines()[0].startsWith("13k/50k"));
});

Deno.test("progress: elsewhere there is a line every few seconds", () => {
  const terminal = new FakeTerminal(false);
  const report = new ProgressReport(new Screen(terminal));
  for (let seconds = 0; seconds <= 20; seconds += 0.25) report.show({ ...PROGRESS, seconds });
  assert.equal(terminal.lines().length - 1, 4);
  assert.ok(!terminal.text.includes("\r"));
});

Deno.test("progress: the last known loss stays when a report saw no update", () => {
  const terminal = new FakeTerminal(true, 200);
  const report = new ProgressReport(new Screen(terminal));
  report.show(PROGRESS);
  report.show({ ...PROGRESS, loss: NaN, meanQ: NaN });
  assert.ok(terminal.lines()[0].includes("loss 0.0123  Q 45.1"));
});

Deno.test("progress: a run counted in episodes expects the next to be as long as the newest", () => {
  const terminal = new FakeTerminal(true, 200);
  const report = new ProgressReport(new Screen(terminal));
  report.show({ ...PROGRESS, episodes: 400, stepsPerSecond: 100 }, GOAL);
  // 600 episodes of 20 steps at 100 steps/s.
  assert.ok(terminal.lines()[0].endsWith("2:00 left"), terminal.lines()[0]);
});

Deno.test("progress: a bar is as full as the share says", () => {
  assert.equal(bar(0, 4), "[----]");
  assert.equal(bar(0.5, 4), "[##--]");
  assert.equal(bar(1, 4), "[####]");
  assert.equal(bar(1.2, 4), "[####]");
});

Deno.test("progress: where collecting and training take long turns, each has a bar", () => {
  const terminal = new FakeTerminal(true, 120);
  const report = new ProgressReport(new Screen(terminal));
  const phase = { name: "collecting", done: 250, of: 1_000, unit: "episodes" } as const;
  report.show({ ...PROGRESS, phase }, GOAL);
  assert.match(terminal.lines()[0], /^collecting \[##------\] 250\/1,000 ep 231\/1000 /);
  // How many updates there are does not matter: a burst may be short.
  const training = { name: "training", done: 30, of: 40, unit: "updates" } as const;
  report.show({ ...PROGRESS, phase: training }, GOAL);
  assert.match(terminal.lines()[0], /^training \[######--\] 30\/40 /);
  const wide = progressLine({ ...PROGRESS, phase }, GOAL, 400, true);
  assert.ok(wide.startsWith("collecting [#####---------------] 250/1,000 episodes  step "), wide);
  // Where turns are short, nobody wants to see them change.
  report.show(PROGRESS);
  assert.ok(!terminal.lines()[0].includes("["), terminal.lines()[0]);
});
