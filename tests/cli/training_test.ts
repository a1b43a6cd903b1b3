/** Tests of training on a stage where an episode is not a whole game. @module */

import assert from "node:assert/strict";
import { parseArguments } from "../../src/cli/args.ts";
import { registeredStage } from "../../src/cli/registered_stage.ts";
import type { Stage } from "../../src/cli/stage.ts";
import { train } from "../../src/cli/train.ts";
import { FakeTerminal, FakeWorld, PRESETS, PROGRAM } from "./fake.ts";

async function run(line: string, world: FakeWorld) {
  const args = parseArguments(line === "" ? [] : line.split(" "), PROGRAM);
  await train(args, PRESETS[args.preset], world.around());
  return world.out.text;
}

/** A stage on which every other episode only costs a life, and that tells what is done with it. */
function arcade(calls: string[], more: Partial<Stage> = {}): Stage {
  const inner = registeredStage({ env: "CartPole-v1", numEnvs: 1 });
  let lives = 0;
  return {
    ...inner,
    framesPerStep: 4,
    notes: () => ["2 games in a box"],
    takeGames: () => ++lives % 2 === 0 ? [{ return: 100 * lives, length: 20 }] : [],
    judges(episodes) {
      calls.push(`judges for ${episodes}`);
      return inner.judges(episodes);
    },
    [Symbol.asyncDispose]() {
      calls.push("close the stage");
      return Promise.resolve();
    },
    ...more,
  };
}

Deno.test("train: where an episode is a life, curves and averages are of games", async () => {
  const world: FakeWorld = new FakeWorld(
    { open: () => arcade(world.calls) },
    new FakeTerminal(true, 200),
  );
  const line = "--csv e.csv --plot c.svg --log-episodes --eval-episodes 3 --check-every 100";
  const text = await run(line, world);
  // 20 lives are 10 games, whose scores are not the lives' returns.
  const rows = world.written.get("e.csv")!.trimEnd().split("\n");
  assert.equal(rows.length, 11);
  assert.equal(rows[1], "1,20,200,20,0.5,200");
  assert.equal(rows[10], "10,200,2000,20,0.5,1100");
  assert.ok(world.written.get("c.svg")!.includes("score of a game"));
  for (
    const part of [
      "2 games in a box\n",
      "episode   10  reward 2000.0  steps   20  average 1100.0",
      // The progress line.
      "episode 10  return 1100.0",
      "  trained     200 steps, 20 episodes, ",
      "  speed       20 steps/s (80 frames/s), 40 updates/s\n",
      "  games       10, mean score of the last 100: 1100.0\n",
    ]
  ) assert.ok(text.includes(part), `${part}\n---\n${text}`);
  assert.ok(world.calls.includes("judges for 5") && world.calls.includes("judges for 3"));
  assert.equal(world.calls.at(-1), "close the stage");
});

Deno.test("train: environments are closed when anything fails, and nothing is made for a wrong plan", async () => {
  const failing: FakeWorld = new FakeWorld({
    open: () => arcade(failing.calls, { lanes: () => Promise.reject(new Error("no Python")) }),
  });
  await assert.rejects(run("", failing), { message: "no Python" });
  assert.deepEqual(failing.calls, ["check files", "close the stage"]);

  const endless: FakeWorld = new FakeWorld({
    open: () => arcade(endless.calls, { maxEpisodeSteps: undefined }),
  });
  await assert.rejects(run("--episodes 3", endless), /use --steps/);
  assert.deepEqual(endless.calls, ["check files", "close the stage"]);
});
