/** Tests of examples/compare.ts, started as a user would. @module */

import assert from "node:assert/strict";
import { exampleCommand, inFolder, runExample } from "./start.ts";

/** A small network and short evaluations. */
const SMALL =
  "--hidden-layers 8 --buffer-size 1000 --learning-starts 40 --train-freq 8 --gradient-steps 4 " +
  "--check-episodes 2 --eval-episodes 3";

const compare = (args: string) => runExample("compare", args, ["-A"]);

const namesIn = (folder: string) => Array.from(Deno.readDirSync(folder), ({ name }) => name).sort();

Deno.test("compare: two algorithms, side by side, with curves, table and JSON", async () => {
  await inFolder(async (folder) => {
    const out = `${folder}/out`;
    const args = "dqn double+nstep --seeds 7-7 --steps 150 --check-every 75";
    const all = `${args} ${SMALL} --out ${out} --json`;
    const { code, stdout, stderr } = await compare(all);
    assert.equal(code, 0, stderr);
    const result = JSON.parse(stdout);
    assert.deepEqual([result.env, result.steps, result.threshold], ["CartPole-v1", 150, 475]);
    assert.equal(result.command, `deno run -A examples/compare.ts ${all}`);
    for (const [i, algorithm] of ["dqn", "double+nstep"].entries()) {
      assert.equal(result.algorithms[i].algorithm, algorithm);
      assert.ok(result.algorithms[i].final >= 8, "a pole stands for some steps");
    }
    assert.deepEqual(namesIn(out), [
      "curves.csv",
      "curves.svg",
      "double+nstep-7.json",
      "dqn-7.json",
      "table.md",
    ]);
    const [plain, both] = ["dqn", "double+nstep"].map((name) =>
      JSON.parse(Deno.readTextFileSync(`${out}/${name}-7.json`))
    );
    assert.deepEqual([plain.config.doubleQ, plain.config.nSteps], [false, 1]);
    assert.deepEqual([both.config.doubleQ, both.config.nSteps], [true, 3]);
    assert.equal(both.curve.length, 2);

    // Nothing is left to do: the same again, at once.
    const again = await compare(all);
    assert.equal(again.code, 0);
    assert.equal(again.stdout, stdout);
    assert.match(again.stderr, /2 runs, 2 of them finished before/);
  });
});

Deno.test({
  name: "compare: Ctrl-C stops it cleanly; other settings in the same folder are refused",
  // There is no SIGINT to send.
  ignore: Deno.build.os === "windows",
  async fn() {
    await inFolder(async (folder) => {
      const args = (steps: number) =>
        `dqn --seeds 1 --steps ${steps} --check-every 80 --out ${folder} ${SMALL}`;
      const process = exampleCommand("compare", args(1_000_000), ["-A"]).spawn();
      const partial = "dqn-1.unfinished.json";
      const deadline = performance.now() + 60_000;
      while (!namesIn(folder).includes(partial) && performance.now() < deadline) {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      process.kill("SIGINT");
      const { code, ...output } = await process.output();
      const [stdout, stderr] = [output.stdout, output.stderr].map((bytes) =>
        new TextDecoder().decode(bytes)
      );
      assert.equal(code, 130, stdout + stderr);
      assert.match(stdout, /stopped by Ctrl-C: 0 of 1 runs are finished; to go on:\n {2}deno run/);
      assert.deepEqual(namesIn(folder), [
        "dqn-1.best.safetensors",
        partial,
        "dqn-1.unfinished.safetensors",
      ]);
      const other = await compare(args(2_000));
      assert.equal(other.code, 2);
      assert.match(other.stderr, /made with other settings \(steps was 1000000 and is 2000\)/);
      assert.equal(namesIn(folder).length, 3);
    });
  },
});

Deno.test("compare: what is wrong is refused before anything starts", async () => {
  const cases: [args: string, message: RegExp][] = [
    ["dqn rainbo", /^error: "rainbo" is no algorithm \(did you mean "rainbow"\?\)/],
    ["double munchausen+double", /^error: .*munchausen\+double.* doubleQ/],
    ["dqn --env LunarLanderContinuous-v3", /^error: .*Discrete/],
    ["dqn per --quantiles 20", /^error: .*quantiles \(20\) is an option of distribution "qr"/],
    [
      "dqn per --gpu-envs 4 --train-freq 1:episode",
      /^error: --gpu-envs: trainFreq counts episodes/,
    ],
  ];
  await inFolder(async (folder) => {
    for (const [args, message] of cases) {
      const { code, stdout, stderr } = await compare(`${args} --out ${folder}/out`);
      assert.notEqual(code, 0);
      assert.match(stderr, message);
      assert.equal(stdout, "");
    }
    assert.deepEqual(namesIn(folder), []);
  });
});
