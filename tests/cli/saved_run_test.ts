/** Tests of going on with the run that a saved agent is from. @module */

import assert from "node:assert/strict";
import { parseArguments } from "../../src/cli/args.ts";
import type { Program } from "../../src/cli/program.ts";
import { readCommandLine, readSavedRun, runMetadata } from "../../src/cli/saved_run.ts";
import type { DQNConfig } from "../../src/dqn/config.ts";
import { presetsFor } from "../../src/dqn/presets/by_environment.ts";
import { writeBytes } from "../../src/io/fs.ts";
import { encodeSafetensors } from "../../src/io/safetensors.ts";

const PROGRAM: Program = {
  command: "deno run examples/train.ts",
  summary: "",
  presets: {},
  environments: { default: "CartPole-v1", ids: ["CartPole-v1", "Acrobot-v1"], presetsFor },
};

/** What reading `then` makes of an agent that `first` saved. */
async function goOn(first: string, then: string, program = PROGRAM) {
  const path = await Deno.makeTempFile({ suffix: ".safetensors" });
  try {
    const tensors = { weight: { shape: [3], data: new Float32Array(3) } };
    const metadata = runMetadata(parseArguments(first.split(" ").filter(Boolean), PROGRAM));
    await writeBytes(path, encodeSafetensors(tensors, metadata));
    return await readCommandLine([`--load=${path}`, ...then.split(" ").filter(Boolean)], program);
  } finally {
    await Deno.remove(path);
  }
}

Deno.test("saved run: --load alone goes on with the same preset, length, evaluations and options", async () => {
  const first = "--env Acrobot-v1 --preset zoo --algorithm per --steps 700 --gamma 0.9 " +
    "--check-every 100 --stop-at=-90 --num-envs 3 --no-double-q --save a.st --json --log-episodes";
  const args = await goOn(first, "");
  assert.equal(args.continues, true);
  assert.equal(args.presets[args.preset].env, "Acrobot-v1");
  assert.deepEqual(
    [args.preset, args.algorithm, args.steps, args.checkEvery, args.stopAt, args.numEnvs],
    ["zoo", "per", 700, 100, -90, 3],
  );
  assert.deepEqual([args.typed.gamma, args.typed.doubleQ], ["0.9", "false"]);
  // What is in the agent is not said to it again: that would start exploration anew, among others.
  assert.deepEqual(args.overrides, {});
  // Files and outputs are each call's own.
  assert.deepEqual([args.save, args.json, args.logEpisodes], [undefined, false, undefined]);
  // Saved again, it is still that run.
  assert.deepEqual(runMetadata(args), runMetadata(parseArguments(first.split(" "), PROGRAM)));
});

Deno.test("saved run: flags change it, and are told to the agent", async () => {
  const args = await goOn("--steps 700 --algorithm per", "--steps 900 --priority-beta-end 0.9");
  assert.deepEqual([args.steps, args.continues], [900, true]);
  assert.deepEqual(args.overrides, { priorityBetaEnd: 0.9 });
  const rivals = await goOn("--steps 700 --num-envs 2", "--episodes 9 --gpu-envs 4");
  assert.deepEqual([rivals.steps, rivals.episodes], [undefined, 9]);
  assert.deepEqual([rivals.numEnvs, rivals.gpuEnvs], [undefined, 4]);
  const named = await goOn("--preset zoo --steps 700", "--preset zoo --env CartPole-v1");
  assert.deepEqual([named.continues, named.steps], [true, 700]);
});

Deno.test("saved run: a flag may undo the choice that saved ones belong to", async () => {
  const cases: [first: string, then: string, overrides: DQNConfig][] = [
    ["--exploration-fraction 0.2", "--exploration greedy", { exploration: "greedy" }],
    [
      "--learning-rate-schedule linear --learning-rate-final 1e-5",
      "--learning-rate-schedule constant",
      { learningRateSchedule: "constant" },
    ],
    ["--algorithm per --priority-alpha 0.5", "--sampling uniform", { sampling: "uniform" }],
    // Of an agent by another preset, or by no program, nothing is known here: loading it checks.
    ["--preset cleanrl", "--preset zoo --temperature 0.5", { temperature: 0.5 }],
  ];
  for (const [first, then, overrides] of cases) {
    assert.deepEqual((await goOn(first, then)).overrides, overrides, then);
  }
});

Deno.test("saved run: no environments on the GPU leaves the number of others", async () => {
  const args = await goOn("--preset gpu --num-envs 8", "--gpu-envs none");
  assert.deepEqual([args.numEnvs, args.gpuEnvs], [8, null]);
});

Deno.test("saved run: another preset or environment makes it another run", async () => {
  for (const then of ["--preset cleanrl", "--env Acrobot-v1"]) {
    const args = await goOn("--preset zoo --steps 700", then);
    assert.deepEqual([args.continues, args.steps], [undefined, undefined], then);
  }
  await assert.rejects(goOn("", "--env Pendulum-v1"), /^UsageError: --env must be one of/);
});

Deno.test("saved run: a program that has not got its environment or preset takes its own", async () => {
  const { cleanrl } = presetsFor("CartPole-v1");
  const program = { ...PROGRAM, environments: undefined, presets: { cleanrl } };
  assert.equal((await goOn("--preset cleanrl --steps 700", "", program)).steps, 700);
  for (const first of ["--preset zoo --steps 700", "--env Acrobot-v1 --steps 700"]) {
    const args = await goOn(first, "", program);
    assert.deepEqual([args.continues, args.steps, args.preset], [undefined, undefined, "cleanrl"]);
  }
});

Deno.test("saved run: a file that does not say, or is none, tells of no run", async () => {
  const path = await Deno.makeTempFile();
  try {
    for (
      const bytes of [
        new Uint8Array(),
        new TextEncoder().encode("no safetensors file at all"),
        encodeSafetensors({}, { format: "dinoq" }),
        encodeSafetensors({}, { run: "{" }),
        encodeSafetensors({}, { run: '{"env":"CartPole-v1","preset":3,"flags":{}}' }),
        encodeSafetensors({}, { run: '{"env":"CartPole-v1","preset":"zoo","flags":{"steps":7}}' }),
      ]
    ) {
      await writeBytes(path, bytes);
      assert.equal(await readSavedRun(path), undefined);
    }
  } finally {
    await Deno.remove(path);
  }
  assert.equal(await readSavedRun(path), undefined);
  const args = await readCommandLine(["--load", path, "--steps", "5"], PROGRAM);
  assert.deepEqual([args.continues, args.steps, args.preset], [undefined, 5, "default"]);
});
