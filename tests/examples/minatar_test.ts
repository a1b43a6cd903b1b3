/** Tests of examples/minatar.ts, started as a user would. @module */

import assert from "node:assert/strict";
import { decodeCheckpoint } from "../../src/agent/checkpoint.ts";
import { inFolder, permissionsFor, runExample } from "./start.ts";

const SHORT =
  "--steps 300 --learning-starts 100 --train-freq 20 --gradient-steps 2 --batch-size 8 " +
  "--buffer-size 1000 --check-every none --eval-episodes 2 --seed 3";

Deno.test("minatar: trains, saves without the replay buffer, and the agent plays", async () => {
  await inFolder(async (folder) => {
    const allowed = permissionsFor(folder);
    const agent = `${folder}/b.safetensors`;
    const trained = await runExample(
      "minatar",
      `--game Breakout ${SHORT} --json --save ${agent} --no-save-replay --plot ${folder}/b.svg`,
      allowed,
    );
    assert.equal(trained.code, 0, trained.stderr);
    const { env, preset, steps, updates, evaluation } = JSON.parse(trained.stdout);
    assert.deepEqual([env, preset, steps], ["MinAtar/Breakout-v1", "default", 300]);
    assert.ok(updates > 0 && evaluation.episodes === 2);
    assert.match(trained.stderr, /saved the agent to .* without its replay buffer, at step 300\n/);
    assert.match(Deno.readTextFileSync(`${folder}/b.svg`), /DQN on MinAtar\/Breakout-v1/);
    assert.equal(decodeCheckpoint(Deno.readFileSync(agent)).ring, undefined);

    const played = await runExample(
      "minatar",
      `--play --pretrained ${agent} --eval-episodes 2 --gif ${folder}/b.gif`,
      allowed,
    );
    assert.equal(played.code, 0, played.stderr);
    assert.match(played.stdout, /^DQN on MinAtar\/Breakout-v1: .*b\.safetensors plays\n/);
    assert.match(played.stdout, /\nepisode 2\/2 {2}reward/);
    assert.ok(!played.stdout.includes("trained"));
    const gif = Deno.readFileSync(`${folder}/b.gif`);
    assert.equal(String.fromCharCode(...gif.subarray(0, 6)), "GIF89a");
  });
});

Deno.test("minatar: games by name, whose presets are listed; typos are found", async () => {
  const help = await runExample("minatar", "--game space-invaders --preset authors --help");
  assert.equal(help.code, 0, help.stderr);
  for (const word of ["seaquest", "MinAtar/SpaceInvaders-v1", "dopamine-quantile"]) {
    assert.ok(help.stdout.includes(word), word);
  }
  const wrong = await runExample("minatar", "--game frewey");
  assert.deepEqual([wrong.code, wrong.stdout], [2, ""]);
  assert.match(wrong.stderr, /^error: --game: there is no "frewey" \(did you mean "freeway"\?\)/);
});
