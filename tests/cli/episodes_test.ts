import assert from "node:assert/strict";
import { EpisodeLog, movingAverage, smoothed } from "../../src/cli/episodes.ts";

function logOf(returns: readonly number[]): EpisodeLog {
  const log = new EpisodeLog();
  let steps = 0;
  returns.forEach((value, i) => {
    steps += value;
    log.add({ episode: i + 1, steps, return: value, length: value, epsilon: 1 / (i + 1) });
  });
  return log;
}

Deno.test("episodes: a moving average takes what there is, then the window", () => {
  assert.deepEqual(movingAverage([1, 2, 3, 4, 5], 3), [1, 1.5, 2, 3, 4]);
  assert.deepEqual(movingAverage([], 3), []);
});

Deno.test("episodes: smoothing is 0.9 of before and 0.1 of now", () => {
  assert.deepEqual(smoothed([10, 20, 0], 0.9), [10, 0.9 * 10 + 0.1 * 20, 0.9 * 11]);
  assert.deepEqual(smoothed([], 0.9), []);
});

Deno.test("episodes: the table has a row for each episode", () => {
  assert.equal(
    logOf([10, 20, 60]).csv(),
    "episode,steps,return,length,epsilon,moving_average\n" +
      "1,10,10,10,1,10\n2,30,20,20,0.5,15\n3,90,60,60,0.3333333333333333,30\n",
  );
});

Deno.test("episodes: the newest, their average and length", () => {
  const log = logOf([...Array(100).fill(10), 30, 50]);
  assert.equal(log.count, 102);
  assert.equal(log.lastReturn, 50);
  assert.equal(log.average, (98 * 10 + 30 + 50) / 100);
  assert.equal(log.meanLength, (8 * 10 + 30 + 50) / 10);
  const empty = new EpisodeLog();
  assert.ok(Number.isNaN(empty.average) && Number.isNaN(empty.lastReturn));
});

Deno.test("episodes: the best average is over a whole hundred", () => {
  assert.equal(logOf([500, ...Array(98).fill(10)]).bestAverage(), undefined);
  const returns = [...Array(100).fill(10), ...Array(100).fill(20), ...Array(50).fill(5)];
  assert.deepEqual(logOf(returns).bestAverage(), { mean: 20, episode: 200 });
});

Deno.test("episodes: the curve shows returns, their average, epsilon and evaluations", () => {
  const options = {
    title: "DQN on CartPole-v1",
    subtitle: "seed 1",
    over: "steps",
    epsilon: true,
  } as const;
  const svg = logOf([10, 20, 60]).curve({ ...options, checks: [{ steps: 50, mean: 70 }] });
  assert.ok(svg.startsWith("<svg"));
  for (
    const label of [
      "DQN on CartPole-v1",
      "return of an episode",
      "mean of the last 100",
      "epsilon",
      "greedy evaluation",
      "environment steps",
    ]
  ) assert.ok(svg.includes(label), label);
});

Deno.test("episodes: a tutorial's curve is over episodes, smoothed, and may lack epsilon", () => {
  const svg = logOf([10, 20, 60]).curve({
    title: "test",
    subtitle: "",
    over: "episodes",
    smoothing: 0.9,
    epsilon: false,
  });
  assert.ok(svg.includes("smoothed (0.9 / 0.1)"));
  assert.ok(!svg.includes("epsilon") && !svg.includes("mean of the last"));
});
