/** Tests of checkpoints in the course of training. @module */

import assert from "node:assert/strict";
import { parseArguments } from "../../src/cli/args.ts";
import { train } from "../../src/cli/train.ts";
import { FakeWorld, PRESETS, PROGRAM, type Script } from "./fake.ts";

async function run(line: string, script: Script) {
  const world = new FakeWorld(script);
  const args = parseArguments(line.split(" "), PROGRAM);
  const code = await train(args, PRESETS[args.preset], world.around());
  return { code, world, text: world.out.text };
}

Deno.test("train: checkpoints now and then, with the curves as they stand", async () => {
  const line = "--save a.st --save-every 70 --csv e.csv --eval-episodes 1";
  const { code, world, text } = await run(line, { isSlow: true });
  assert.equal(code, 0);
  assert.deepEqual(world.calls.slice(2), [
    "learn 200 of 200",
    // At steps 70 and 140, then in the end.
    "save a.st",
    "write e.csv",
    "save a.st",
    "write e.csv",
    "save a.st",
    "write e.csv",
    "evaluate 1 from 2000000000",
    "close",
  ]);
  const steps = [...text.matchAll(/saved the agent to a\.st, at step (\d+)\n/g)].map(([, at]) =>
    at
  );
  assert.deepEqual(steps, ["70", "140", "200"]);
  // Only the last table is told.
  assert.equal([...text.matchAll(/wrote .* to e\.csv/g)].length, 1);
});

Deno.test("train: a checkpoint that can't be written is told, and training goes on", async () => {
  const line = "--save a.st --save-every 100 --eval-episodes 1";
  const { code, world, text } = await run(line, { isSlow: true, broken: ["a.st"] });
  assert.equal(code, 1);
  assert.equal([...text.matchAll(/error: cannot write "a\.st"/g)].length, 2);
  assert.ok(text.includes("trained     200 steps"));
  assert.ok(world.calls.includes("evaluate 1 from 2000000000"));
});

Deno.test("train: agents can be saved without their replay buffer", async () => {
  const { world, text } = await run("--save a.st --no-save-replay --save-every 100", {
    isSlow: true,
  });
  const saves = world.calls.filter((call) => call.startsWith("save"));
  // At step 100; what falls due at the end is saved then anyway.
  assert.deepEqual(saves, new Array(2).fill("save a.st without replay"));
  assert.ok(
    text.includes("saved the agent to a.st without its replay buffer, at step 100\n"),
    text,
  );
});
