/** Tests of examples/pong.ts, started as a user would. @module */

import assert from "node:assert/strict";
import { inFolder, permissionsFor, runExample } from "./start.ts";

/** A network that sees little, and short runs. */
const SMALL = "--network 4@12/12 --hidden-layers 8 --steps 200 --learning-starts 100 " +
  "--train-freq 20 --gradient-steps 1 --batch-size 8 --buffer-size 1000 --num-envs 2";

const namesIn = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();

Deno.test("pong: trains from pixels without any permission", async () => {
  const { code, stdout, stderr } = await runExample(
    "pong",
    `${SMALL} --check-every none --eval-episodes 1 --json`,
  );
  assert.equal(code, 0, stderr);
  const { env, steps, updates, evaluation } = JSON.parse(stdout);
  assert.deepEqual([env, steps], ["DinoQ/Pong-v0", 200]);
  assert.ok(updates > 0 && evaluation.mean >= -21);
  assert.match(stderr, /4 stacked frames/);
});

Deno.test("pong: with and without frame stack, in one picture; what is finished is not made again", async () => {
  await inFolder(async (folder) => {
    const line =
      `--compare-frame-stack ${SMALL} --seeds 4-4 --check-every 200 --check-episodes 1 ` +
      `--eval-episodes 1 --jobs 2 --out ${folder}/out`;
    const made = await runExample("pong", line, ["--allow-run", ...permissionsFor(folder)]);
    assert.equal(made.code, 0, made.stdout + made.stderr);
    assert.deepEqual(namesIn(`${folder}/out`), [
      "curves.csv",
      "curves.svg",
      "frame-stack-1-4.json",
      "frame-stack-4-4.json",
      "table.md",
    ]);
    const svg = Deno.readTextFileSync(`${folder}/out/curves.svg`);
    for (const name of ["frame-stack-4", "frame-stack-1", "DinoQ/Pong-v0"]) {
      assert.ok(svg.includes(name), name);
    }
    for (const frames of [1, 4]) {
      const record = JSON.parse(
        Deno.readTextFileSync(`${folder}/out/frame-stack-${frames}-4.json`),
      );
      assert.equal(record.config.frameStack, frames);
      assert.deepEqual([record.settings.steps, record.seed], [200, 4]);
    }
    const again = await runExample("pong", line, ["--allow-run", ...permissionsFor(folder)]);
    assert.match(again.stdout, /2 runs, 2 of them finished before/);
  });
});

Deno.test("pong: its helps, and what is wrong", async () => {
  const help = await runExample("pong", "--ale --help");
  assert.match(help.stdout, /ALE\/Pong-v5/);
  assert.match(help.stdout, /^ {2}--compare-frame-stack /m);
  const compare = await runExample("pong", "--compare-frame-stack --help");
  assert.match(compare.stdout, /^Trains a DQN on Pong with four frames at once and with one/);
  const cases: [line: string, message: RegExp][] = [
    ["--compare-frame-stack --frame-stack 2", /^error: --frame-stack is what is compared\n/],
    ["--compare-frame-stak", /did you mean "--compare-frame-stack"/],
  ];
  for (const [line, message] of cases) {
    const { code, stderr } = await runExample("pong", line);
    assert.equal(code, 2, line);
    assert.match(stderr, message);
  }
});
