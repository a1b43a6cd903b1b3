/** Tests of what runs come to, and how it is shown. @module */

import assert from "node:assert/strict";
import {
  chart,
  curvesCsv,
  page,
  type Results,
  resultsJson,
  tableLines,
} from "../../../src/cli/compare/page.ts";
import { curveOf, summarize } from "../../../src/cli/compare/summary.ts";
import { meanInterval } from "../../../src/cli/compare/statistics.ts";
import { recordOf, SETTINGS } from "./fixtures.ts";

const DQN = [
  recordOf("dqn", 1, [10, 480, 300]),
  recordOf("dqn", 2, [20, 100, 500], { updates: 3_000 }),
  recordOf("dqn", 3, [30, 200, 400], { updates: 2_000 }),
];

function resultsOf(more: Partial<Results> = {}): Results {
  const runs = new Map([["dqn", DQN], ["double+per", [recordOf("double+per", 1, [5, 6, 7])]]]);
  return {
    settings: SETTINGS,
    threshold: 475,
    statistic: "mean",
    kind: "evaluation",
    command: "deno run -A examples/compare.ts dqn double+per --seeds 3",
    commit: "abc123",
    seeds: 3,
    exploring: [],
    runs,
    summaries: [...runs.values()].map((records) => summarize(records, 475)),
    ...more,
  };
}

Deno.test("compare summary: means, spread and how many seeds solved it", () => {
  assert.deepEqual(summarize(DQN, 475), {
    algorithm: "dqn",
    seeds: [1, 2, 3],
    final: 400,
    std: 100,
    median: 400,
    best: (480 + 500 + 400) / 3,
    solved: 1,
    bestSolved: 2,
    reached: 2,
    stepsToThreshold: 300,
    updatesPerSecond: 1_000,
  });
});

Deno.test("compare summary: what can't be said is null", () => {
  const summary = summarize([recordOf("dqn", 1, [1], { updates: 0, seconds: 0 })], undefined);
  const { std, solved, bestSolved, reached, stepsToThreshold, updatesPerSecond } = summary;
  const all = [std, solved, bestSolved, reached, stepsToThreshold, updatesPerSecond];
  assert.deepEqual(all, all.map(() => null));
  // The median seed has to reach the threshold, not only the fastest.
  assert.equal(summarize(DQN, 490).stepsToThreshold, null);
  assert.equal(summarize(DQN, 490).reached, 1);
});

Deno.test("compare summary: a curve is the mean of each point with its interval", () => {
  const { steps, center, low, high } = curveOf(DQN, "evaluation", "mean");
  assert.deepEqual(steps, [100, 200, 300]);
  assert.deepEqual(center, [20, 260, 400]);
  const last = meanInterval([300, 500, 400]);
  assert.ok(last.high > 500, "where the interval ends by itself");
  assert.deepEqual(high[2], 500);
  assert.deepEqual(low[2], last.low);
  assert.equal(low[0], 10, "and nothing under the lowest run");
});

Deno.test("compare summary: curves of training, and points that a run lacks", () => {
  const sparse = recordOf("dqn", 4, [100]);
  const untold = { ...DQN[0], curve: DQN[0].curve.map((point) => ({ ...point, training: null })) };
  const { center } = curveOf([DQN[1], sparse, untold], "training", "mean");
  assert.deepEqual(center, [30, 50, 250]);
  assert.ok(curveOf([untold], "training", "mean").center.every(Number.isNaN));
});

Deno.test("compare summary: the interquartile mean cares little for one bad seed", () => {
  const runs = [0, 490, 495, 500, 500].map((mean, i) => recordOf("dqn", i, [mean]));
  assert.equal(curveOf(runs, "evaluation", "mean").center[0], 397);
  assert.ok(curveOf(runs, "evaluation", "iqm").center[0] > 490);
});

Deno.test("compare page: the table is plain text and Markdown", () => {
  assert.deepEqual(tableLines(resultsOf()), [
    "| algorithm  | seeds | final mean ± std | median |  best | solved | best solved | steps to threshold | updates/s |",
    "| ---------- | ----: | ---------------: | -----: | ----: | -----: | ----------: | -----------------: | --------: |",
    "| dqn        |     3 |    400.0 ± 100.0 |  400.0 | 460.0 | 1 of 3 |      2 of 3 |       300 (2 of 3) |     1,000 |",
    "| double+per |     1 |              7.0 |    7.0 |   7.0 | 0 of 1 |      0 of 1 |         - (0 of 1) |       500 |",
  ]);
  const [header] = tableLines(resultsOf({ threshold: undefined }));
  assert.doesNotMatch(header, /solved|threshold/);
});

Deno.test("compare page: where the numbers are from stands beside them", () => {
  const text = page(resultsOf());
  for (
    const part of ["examples/compare.ts dqn double+per --seeds 3", "abc123", "a test", "curves.svg"]
  ) {
    assert.ok(text.includes(part), part);
  }
  assert.match(text, /- unfinished: 4 of 6 runs are done/);
  assert.doesNotMatch(page(resultsOf({ commit: undefined })), /commit/);
});

Deno.test("compare page: the chart has a line for each algorithm, bands and the threshold", () => {
  const svg = chart(resultsOf());
  for (const text of ["CartPole-v1", "dqn", "double+per", "solved (475)", "environment steps"]) {
    assert.ok(svg.includes(`>${text}</text>`), text);
  }
  // One seed has no spread.
  assert.equal(svg.split("fill-opacity").length - 1, 1);
  assert.match(svg, /; mean of 3 seeds; bands: 95 % \(Student's t\), cut off where no run went;/);
  assert.match(chart(resultsOf({ statistic: "iqm" })), /interquartile mean of 3 seeds.*bootstrap/);
  assert.match(chart(resultsOf({ kind: "training" })), /training episodes/);
  assert.match(chart(resultsOf({ seeds: 1 })), /one seed/);
  assert.doesNotMatch(chart(resultsOf({ threshold: undefined })), /solved/);
});

Deno.test("compare page: says whether episodes were greedy or explored", () => {
  const episodes = (exploring: string[]) => {
    const results = resultsOf({ exploring });
    const [, final] = /over 3 fresh (.*) episodes with/.exec(page(results))!;
    const [, point] = />2 (.*) episodes a point;/.exec(chart(results))!;
    assert.equal(point, final);
    return final;
  };
  assert.equal(episodes([]), "greedy");
  assert.equal(episodes(["dqn", "double+per"]), "exploring");
  assert.equal(episodes(["dqn"]), "greedy (dqn: exploring)");
});

Deno.test("compare page: tables and JSON for other programs", () => {
  const lines = curvesCsv(resultsOf()).trimEnd().split("\n");
  assert.equal(lines.length, 1 + 4 * 3);
  assert.deepEqual(lines.slice(0, 2), [
    "algorithm,seed,steps,mean,std,training",
    "dqn,1,100,10,1,5",
  ]);
  const json = JSON.parse(resultsJson(resultsOf({ threshold: undefined, commit: undefined })));
  assert.deepEqual([json.env, json.threshold, json.commit], ["CartPole-v1", null, null]);
  assert.deepEqual(json.algorithms.map(({ final }: { final: number }) => final), [400, 7]);
});
