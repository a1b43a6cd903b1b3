/** Tests of a run's agent: loaded to play or to learn on, or new, with a replay buffer that fits. @module */

import assert from "node:assert/strict";
import { parseArguments } from "../../src/cli/args.ts";
import { train } from "../../src/cli/train.ts";
import type { Preset } from "../../src/dqn/presets/preset.ts";
import { FakeWorld, PRESETS, PROGRAM, type Script } from "./fake.ts";

async function run(line: string, script: Script = {}, presets = PRESETS) {
  const world = new FakeWorld(script);
  const args = parseArguments(line.split(" "), { ...PROGRAM, presets });
  const code = await train(args, presets[args.preset], world.around());
  return { code, world, text: world.out.text };
}

Deno.test("train: playing loads an agent without environments to learn in, and tells each episode", async () => {
  const { code, world, text } = await run("--play --pretrained a.st --eval-episodes 2 --gif g.gif");
  assert.equal(code, 0);
  assert.deepEqual(world.calls, [
    "check files",
    "load without environments",
    'load a.st {"bufferSize":10000,"learningStarts":0} without its replay buffer',
    "evaluate 2 from 2000009000",
    "evaluate 1 from 2000009000",
    "write g.gif",
    "close",
  ]);
  assert.ok(text.includes("\nepisode 1/2  reward  100.0  steps  100\n"), text);
  assert.ok(!text.includes("keeps the best network"));
});

Deno.test("train: with --train a loaded agent is trained on, and then tested", async () => {
  const line = "--train --test --pretrained a.st --exploration-max 0.2 --eval-episodes 2";
  const { world, text } = await run(line);
  assert.deepEqual(world.calls.slice(1), [
    'load a.st {"explorationInitialEps":0.2}',
    "learn 150 of 200",
    "evaluate 2 from 2000009000",
    "close",
  ]);
  assert.ok(text.includes("\nepisode 2/2  reward  101.0  steps  101\n"), text);
  assert.ok(text.includes("keeps the best network"));
});

/** A preset whose frames take 7 GB. */
const LARGE: Preset = {
  ...PRESETS.default,
  env: "DinoQ/Pong-v0",
  config: { bufferSize: 1_000_000, learningStarts: 10 },
};

/** What was asked and said about the replay buffer. */
async function bufferOf(line: string, script: Script): Promise<string[]> {
  const { world, text } = await run(`--eval-episodes 1 ${line}`.trim(), script, { large: LARGE });
  const said = text.split("\n").filter((one) => one.startsWith("replay buffer"));
  return [...world.calls.filter((call) => /^(look|create)/.test(call)), ...said];
}

Deno.test("train: a processor gets a replay buffer of a gigabyte, and that is said", async () => {
  const why = "replay buffer of 100,000 rows, 0.706 GB of observations, and not the preset's " +
    "1,000,000, 7.06 GB: ";
  assert.deepEqual(await bufferOf("", { adapter: "cpu", mostRows: 100_000 }), [
    "look at the adapter",
    "create",
    `${why}the adapter is a processor; --buffer-size sets another`,
  ]);
  assert.deepEqual(await bufferOf("", { adapter: "gpu" }), ["look at the adapter", "create"]);
  assert.deepEqual(await bufferOf("", { adapter: "gpu", mostRows: 500_000 }), [
    "look at the adapter",
    "create",
    "create",
    `${why}the adapter has not the memory; --buffer-size sets another`,
  ]);
});

Deno.test("train: a replay buffer that is asked for is made, or refused", async () => {
  assert.deepEqual(await bufferOf("--buffer-size 900000", { adapter: "cpu" }), ["create"]);
  await assert.rejects(bufferOf("--buffer-size 900000", { mostRows: 500_000 }), {
    message: "no memory for 900000 rows",
  });
});
