/** Tests of rounds: who plays when, what is left out, and what tables make of it. */

import assert from "node:assert/strict";
import type { Contestant } from "./peer.ts";
import { openContestants, outcomeText, playRounds, summaryTable } from "./rounds.ts";

/** A contestant whose rates are told beforehand. */
function told(name: string, rates: number[], given: Partial<Contestant<number>> = {}) {
  const calls: string[] = [];
  const contestant: Contestant<number> = {
    name,
    description: `${name}'s version`,
    measure(request) {
      calls.push(`${name} ${request}`);
      return Promise.resolve(rates.shift()!);
    },
    close: () => void calls.push(`${name} closed`),
    ...given,
  };
  return { contestant, calls };
}

const SETTINGS = { what: "steps per second", by: "size", rounds: 3, seconds: 1 };

Deno.test("rounds: ratios are of a round's two rates, and tables hold medians", async () => {
  // Both are ten times as fast in the second round: the machine's mood, not theirs.
  const ours = told("DinoQ", [200, 2000, 210], { isOurs: true });
  const peer = told("Torch", [100, 1000, 100]);
  const tasks = [{ name: "64", request: 64 }];
  const contestants = [peer.contestant, ours.contestant];
  const outcome = await playRounds({ ...SETTINGS, tasks, contestants, notes: ["all is well"] });
  assert.deepEqual(peer.calls, ["Torch 64", "Torch 64", "Torch 64", "Torch closed"]);
  assert.deepEqual(outcome.results, [
    { task: "64", rates: { Torch: [100, 1000, 100], DinoQ: [200, 2000, 210] } },
  ]);
  assert.deepEqual(outcomeText(outcome).split("\n"), [
    "steps per second, median of 3 rounds of 1 s",
    "- Torch: Torch's version",
    "- DinoQ: DinoQ's version",
    "- all is well",
    "",
    "| size | Torch | DinoQ | DinoQ ÷ Torch |",
    "| ---- | ----: | ----: | ------------: |",
    "| 64   |   100 |   210 |          2.0× |",
  ]);
});

Deno.test("rounds: the summary sets DinoQ at its fastest against the fastest peer", async () => {
  const contestants = [
    told("slow", [1, 1, 1, 1, 1, 1]).contestant,
    told("picky", [4, 4, 4], { takes: (n) => n === 2 }).contestant,
    told("DinoQ", [8, 8, 8, 8, 8, 8], { isOurs: true }).contestant,
    told("DinoQ, GPU", [2, 2, 2, 2, 2, 2], { isOurs: true }).contestant,
  ];
  const tasks = [{ name: "a", request: 1 }, { name: "b", request: 2 }];
  const outcome = await playRounds({ ...SETTINGS, tasks, contestants });
  assert.deepEqual(summaryTable([outcome]).split("\n").slice(2), [
    "| steps per second: a |     8 |         1 |  slow |         8.0× |",
    "| steps per second: b |     8 |         4 | picky |         2.0× |",
  ]);
  assert.match(outcomeText(outcome), /^\| a +\| +1 \| +– \| +8 \| +2 \| +8\.0× \| +– \|$/m);
});

Deno.test("rounds: contestants are closed when one fails, and keys are checked before any is opened", async () => {
  const fails = told("fails", [], { measure: () => Promise.reject(new Error("no")) });
  const other = told("other", []);
  const contestants = [fails.contestant, other.contestant];
  const tasks = [{ name: "a", request: 1 }];
  await assert.rejects(playRounds({ ...SETTINGS, tasks, contestants }), /no/);
  assert.deepEqual([fails.calls, other.calls], [["fails closed"], ["other closed"]]);

  const known = { other: () => Promise.reject(new Error("opened")) };
  await assert.rejects(
    openContestants(known, ["other", "nobody"]),
    /^RangeError: --only wants some of other, got "nobody"$/,
  );
});

Deno.test("rounds: of times less is better, and what never came is a dash", async () => {
  const contestants = [
    told("slow", [10, 10, 10]).contestant,
    told("never", [Infinity, Infinity, 5]).contestant,
    told("DinoQ", [5, 5, 2], { isOurs: true }).contestant,
  ];
  const tasks = [{ name: "a", request: 1 }];
  const what = "seconds to 475";
  const outcome = await playRounds({ ...SETTINGS, what, tasks, contestants, isTime: true });
  assert.match(summaryTable([outcome]), /\| seconds to 475: a \| +5 \| +10 \| +slow \| +2\.0× \|/);
  assert.match(outcomeText(outcome), /^seconds to 475, median of 3 rounds\n/);
  assert.match(outcomeText(outcome), /^\| a +\| +10 \| +– \| +5 \| +2\.0× \| +– \|$/m);
});
