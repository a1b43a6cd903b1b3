import assert from "node:assert/strict";
import { parseArguments } from "../../src/cli/args.ts";
import { planRun } from "../../src/cli/plan.ts";
import { PRESETS, PROGRAM } from "./fake.ts";

function plan(line: string, maxEpisodeSteps: number | undefined = 500) {
  const args = parseArguments(line === "" ? [] : line.split(" "), PROGRAM);
  return planRun(args, PRESETS[args.preset], maxEpisodeSteps);
}

Deno.test("plan: the preset's length, in steps or in episodes", () => {
  const steps = plan("");
  assert.deepEqual([steps.steps, steps.episodes, steps.horizon], [200, undefined, 200]);
  assert.equal(steps.text, "200 steps");
  const episodes = plan("--preset tutorial", 200);
  assert.deepEqual([episodes.steps, episodes.episodes, episodes.horizon], [1200, 6, 1200]);
  assert.equal(episodes.text, "6 episodes");
});

Deno.test("plan: flags replace the preset's length", () => {
  const steps = plan("--preset tutorial --steps 3000");
  assert.deepEqual([steps.steps, steps.episodes, steps.horizon], [3000, undefined, 3000]);
  const episodes = plan("--episodes 40");
  // Schedules still run over the preset's steps.
  assert.deepEqual([episodes.steps, episodes.episodes, episodes.horizon], [20_000, 40, 200]);
  const both = plan("--steps 3000 --episodes 40");
  assert.deepEqual([both.steps, both.episodes, both.horizon], [3000, 40, 3000]);
  assert.equal(both.text, "40 episodes or 3,000 steps");
});

Deno.test("plan: what remains counts what lies behind", () => {
  assert.deepEqual(plan("").remaining({ steps: 150, episodes: 12 }), {
    steps: 50,
  });
  assert.deepEqual(plan("--preset tutorial", 200).remaining({ steps: 150, episodes: 4 }), {
    steps: 1050,
    episodes: 2,
  });
});

Deno.test("plan: a number of episodes needs a limit on their steps", () => {
  const args = parseArguments(["--episodes", "3"], PROGRAM);
  assert.throws(
    () => planRun(args, PRESETS.default, undefined),
    { name: "UsageError", message: /no limit on an episode's steps: use --steps/ },
  );
});

Deno.test("plan: evaluations while training", () => {
  assert.deepEqual(plan("").check, { every: 50, episodes: 5, stopAt: 475 });
  assert.deepEqual(plan("--check-every 20 --check-episodes 2 --stop-at 9").check, {
    every: 20,
    episodes: 2,
    stopAt: 9,
  });
  assert.deepEqual(plan("--stop-at none").check, { every: 50, episodes: 5, stopAt: undefined });
  assert.equal(plan("--check-every none").check, undefined);
  assert.equal(plan("--preset tutorial").check, undefined);
  assert.deepEqual(plan("--preset tutorial --check-every 100").check, {
    every: 100,
    episodes: 20,
    stopAt: undefined,
  });
  assert.throws(() => plan("--preset tutorial --stop-at 100"), /need --check-every/);
});

Deno.test("plan: episodes after training", () => {
  assert.equal(plan("").testEpisodes, 100);
  assert.equal(plan("--test").testEpisodes, 100);
  assert.equal(plan("--preset tutorial").testEpisodes, 100);
  assert.equal(plan("--preset tutorial --test").testEpisodes, 4);
  assert.equal(plan("--preset tutorial --test --eval-episodes 9").testEpisodes, 9);
});
