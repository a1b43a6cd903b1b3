import assert from "node:assert/strict";
import { onlyTests, parseArguments } from "../../src/cli/args.ts";
import type { Program } from "../../src/cli/program.ts";
import { FLAGS, isSwitch, spellings } from "../../src/cli/flags.ts";
import { ATARI_GAMES } from "../../src/cli/atari_games.ts";
import { optionText } from "../../src/cli/format.ts";
import { resolveConfig } from "../../src/dqn/config.ts";
import { OPTION_NAMES, OPTION_TABLE } from "../../src/dqn/options.ts";
import { PROGRAM } from "./fake.ts";

function parse(line: string) {
  return parseArguments(line === "" ? [] : line.split(" "), PROGRAM);
}

Deno.test("args: nothing given means the first preset, as it is", () => {
  const args = parse("");
  assert.equal(args.preset, "default");
  assert.deepEqual(args.overrides, {});
  assert.equal(args.config.learningRate, 1e-3);
  assert.deepEqual([args.test, args.json, args.help], [false, false, false]);
  assert.equal(args.steps, undefined);
});

Deno.test("args: flags change single options of a preset", () => {
  const args = parse("--preset tutorial --learning-rate 2.5e-4 --batch-size=16");
  assert.equal(args.preset, "tutorial");
  assert.deepEqual(args.overrides, { learningRate: 2.5e-4, batchSize: 16 });
  assert.equal(args.config.batchSize, 16);
  assert.equal(args.config.explorationDecay, 500);
});

Deno.test("args: camelCase is accepted, and the last of several counts", () => {
  assert.equal(parse("--learningRate 0.5 --doubleQ").config.learningRate, 0.5);
  assert.equal(parse("--doubleQ").config.doubleQ, true);
  assert.equal(parse("--seed 1 --seed 2").config.seed, 2);
});

Deno.test("args: each kind of value is read", () => {
  const cases: [string, Record<string, unknown>][] = [
    ["--buffer-size 100_000", { bufferSize: 100_000 }],
    ["--gradient-steps -1", { gradientSteps: -1 }],
    ["--gradient-steps 3:epochs", { gradientSteps: { epochs: 3 } }],
    ["--exploration boltzmann --temperature 0.5", { exploration: "boltzmann", temperature: 0.5 }],
    ["--target sarsa", { target: "sarsa" }],
    ["--noisy --dueling --n-steps 3", { noisy: true, dueling: true, nSteps: 3 }],
    ["--distribution qr --quantiles 20", { distribution: "qr", quantiles: 20 }],
    [
      "--distribution c51 --v-min -10 --v-max=5",
      { distribution: "c51", vMin: -10, vMax: 5 },
    ],
    ["--no-replacement", { replacement: false }],
    ["--head-layers 32", { headLayers: [32] }],
    [
      "--exploration boltzmann --temperature-final none",
      { exploration: "boltzmann", temperatureFinal: null },
    ],
    ["--gamma .95", { gamma: 0.95 }],
    ["--double-q", { doubleQ: true }],
    ["--no-double-q", { doubleQ: false }],
    ["--double-q=false", { doubleQ: false }],
    ["--hidden-layers 64,32", { hiddenLayers: [64, 32] }],
    ["--hidden-layers 256", { hiddenLayers: [256] }],
    ["--hidden-layers none", { hiddenLayers: [] }],
    ["--train-freq 4", { trainFreq: 4 }],
    ["--train-freq 1:episode", { trainFreq: { every: 1, unit: "episode" } }],
    ["--target-update-interval 5:updates", { targetUpdateInterval: { every: 5, unit: "update" } }],
    ["--init uniform:0.1", { init: { uniform: 0.1 } }],
    ["--init he", { init: "he" }],
    ["--max-grad-norm none", { maxGradNorm: null }],
    ["--max-grad-value 1", { maxGradValue: 1 }],
    ["--optimizer sgd --momentum 0.9", { optimizer: "sgd", momentum: 0.9 }],
  ];
  for (const [line, overrides] of cases) assert.deepEqual(parse(line).overrides, overrides, line);
});

Deno.test("args: every option but device has a flag, and its text form reads back", () => {
  for (const name of OPTION_NAMES) {
    const flag = FLAGS.find((one) => one.name === name);
    assert.equal(flag === undefined, name === "device", name);
    if (!flag) continue;
    const { default: value } = OPTION_TABLE[name];
    if (value === undefined) continue;
    const { overrides } = parse(`--${flag.flag}=${optionText(value)}`);
    const resolved = resolveConfig(overrides) as unknown as Record<string, unknown>;
    const plain = resolveConfig() as unknown as Record<string, unknown>;
    assert.deepEqual(resolved[name], plain[name], name);
  }
});

Deno.test("args: the program's own flags", () => {
  const args = parse(
    "--steps 1e5 --episodes 30 --eval-episodes 7 --check-every none --check-episodes 3 " +
      "--stop-at none --save a --save-every 2_000 --no-save-replay --load b --plot c --csv d --json " +
      "--test --train --no-log-episodes --profile --help",
  );
  const { preset: _, presets: ____, overrides: __, config: ___, typed, ...own } = args;
  assert.equal(typed.saveEvery, "2_000");
  assert.equal(Object.keys(typed).length, 18);
  assert.deepEqual(own, {
    steps: 100_000,
    episodes: 30,
    evalEpisodes: 7,
    checkEvery: null,
    checkEpisodes: 3,
    stopAt: null,
    save: "a",
    saveEvery: 2_000,
    saveReplay: false,
    load: "b",
    plot: "c",
    csv: "d",
    json: true,
    test: true,
    train: true,
    logEpisodes: false,
    profile: true,
    help: true,
  });
  assert.equal(parse("-h").help, true);
});

Deno.test("args: mistakes are refused, with what is wanted and what was given", () => {
  const cases: [string, RegExp][] = [
    [
      "--lerning-rate 3",
      /^unknown flag --lerning-rate \(did you mean "--learning-rate"\?\); --help lists them all$/,
    ],
    ["--bacth-size=3", /^unknown flag --bacth-size \(did you mean "--batch-size"\?\)/],
    ["--frobnicate", /^unknown flag --frobnicate; --help/],
    ["--no-seed", /^unknown flag --no-seed/],
    ["--no-learning-rate", /^unknown flag --no-learning-rate/],
    ["-x", /^unknown flag -x/],
    ["--duelling", /^unknown flag --duelling \(did you mean "--dueling"\?\)/],
    [
      "--algorithm ranbow",
      /^--algorithm must be of dqn, .* got "ranbow" \(did you mean "rainbow"\?\)$/,
    ],
    ["--algorithm", /^--algorithm needs a value/],
    ["--algorithm c51+qr", /^with preset default and algorithm c51\+qr: c51 sets distribution/],
    ["--algorithm munchausen --double-q", /^with preset default and algorithm munchausen: doubleQ/],
    ["--quantiles 9", /^with preset default: quantiles \(9\) is an option of distribution "qr"/],
    ["--device gpu", /^unknown flag --device/],
    ["--batch-size 0", /^--batch-size must be an integer of at least 1, got 0$/],
    ["--batch-size many", /^--batch-size must be an integer of at least 1, got "many"$/],
    ["--batch-size 1e", /^--batch-size must be an integer of at least 1, got "1e"$/],
    ["--gamma", /^--gamma needs a value; --help says which$/],
    ["--save --json", /^--save needs a value, got the flag --json$/],
    ["--save=", /^--save must name a file, got ""$/],
    ["--json=3", /^--json takes no value, got "3"$/],
    ["--double-q=maybe", /^--double-q must be true or false, got "maybe"$/],
    ["--hidden-layers 64 64", /^unexpected argument "64": .* lists are written 64,64$/],
    ["--hidden-layers 64,x", /^--hidden-layers must be a list .* got \[64, "x"\] .*64,64\)$/],
    ["--train-freq 1:update", /^--train-freq must be .* 4, or 1:episode\)$/],
    ["--train-freq 1:2:3", /^--train-freq must be .* got "1:2:3"/],
    ["--init uniform:zero", /^--init: uniform must be a number greater than 0, got "zero"/],
    ["--init normal", /^--init must be one of .* got "normal" .* uniform:0.1\)$/],
    ["--optimizer adma", /^--optimizer must be one of .* \(did you mean "adam"\?\)$/],
    ["--steps 0", /^--steps must be an integer of at least 1, got 0$/],
    ["--preset tutrial", /^--preset must be one of default, tutorial, got "tutrial" \(did you/],
    [
      "--learning-starts 200000",
      /^with preset default: learningStarts \(200000\) must not be larger than bufferSize \(100000\)/,
    ],
    ["--play", /^--play needs an agent that plays: name its file with --load$/],
    ["--play --train --load a", /^--train and --play: one of them only; --train --test does both$/],
    ["--save-every 0 --save a", /^--save-every must be an integer of at least 1, got 0$/],
    ["--save-every 100", /^--save-every needs --save, which names the file$/],
    ["--no-save-replay", /^--no-save-replay needs --save, which names the file$/],
    ["--game pong", /^--game is a flag of examples\/minatar.ts and examples\/atari.ts$/],
    ["--python python3", /^--python is for games that run in Python, as in examples\/atari.ts$/],
    ["--pretraind a", /^unknown flag --pretraind \(did you mean "--pretrained"\?\)/],
    ["--csv f --plot f", /^--plot and --csv name the same file, "f"$/],
  ];
  for (const [line, message] of cases) {
    assert.throws(() => parse(line), { name: "UsageError", message }, line);
  }
});

Deno.test("args: no two flags share a spelling, and none begins with no-", () => {
  const all = FLAGS.flatMap(spellings);
  assert.equal(new Set(all).size, all.length);
  for (const flag of FLAGS.filter(isSwitch)) assert.ok(!flag.flag.startsWith("no-"));
});

Deno.test("args: --env picks the environment and its presets, wherever it stands", () => {
  const presetsFor = (id: string) => ({ zoo: { ...PROGRAM.presets.default, env: id } });
  const environments = { default: "CartPole-v1", ids: ["CartPole-v1", "Acrobot-v1"], presetsFor };
  const program = { ...PROGRAM, environments };
  const args = parseArguments(["--preset", "zoo", "--env", "Acrobot-v1"], program);
  assert.equal(args.presets[args.preset].env, "Acrobot-v1");
  const none = parseArguments([], program);
  assert.deepEqual([none.preset, none.presets.zoo.env], ["zoo", "CartPole-v1"]);
  assert.throws(() => parseArguments(["--env", "Acrobt-v1"], program), {
    name: "UsageError",
    message:
      '--env must be one of CartPole-v1, Acrobot-v1, got "Acrobt-v1" (did you mean "Acrobot-v1"?)',
  });
  assert.throws(() => parseArguments(["--env", "Acrobot-v1"], PROGRAM), {
    name: "UsageError",
    message:
      "--env is a flag of examples/train.ts; this program has its environments in its presets",
  });
});

Deno.test("args: an algorithm stands over the preset, single flags over it", () => {
  const none = parse("--dueling");
  assert.equal(none.algorithm, undefined);
  assert.deepEqual(none.overrides, { dueling: true });
  const args = parse("--algorithm double,per --n-steps 5 --priority-alpha 0.3");
  assert.equal(args.algorithm, "double+per");
  const { doubleQ, sampling, nSteps, priorityAlpha, dueling, learningRate } = args.config;
  assert.deepEqual(
    [doubleQ, sampling, nSteps, priorityAlpha, dueling, learningRate],
    [true, "prioritized", 5, 0.3, false, 1e-3],
  );
  // A saved agent takes the same, but no preset's options.
  assert.deepEqual([args.overrides.doubleQ, args.overrides.nSteps], [true, 5]);
  assert.equal("learningRate" in args.overrides, false);
});

Deno.test("args: C51 learns over the returns of the environment", () => {
  const { vMin, vMax } = parse("--algorithm c51").config;
  assert.deepEqual([vMin, vMax], [0, 100]);
  const flag = parse("--distribution c51 --gamma 0.9").config;
  assert.deepEqual([flag.vMin, flag.vMax], [0, 10]);
});

Deno.test("args: some flags go by two names", () => {
  assert.equal(parse("--pretrained a.st").load, "a.st");
  const cases = ["--exploration-max 0.3", "--explorationMax 0.3", "--exploration-initial-eps 0.3"];
  for (const line of cases) {
    assert.deepEqual(parse(line).overrides, { explorationInitialEps: 0.3 }, line);
  }
});

Deno.test("args: a loaded agent is trained, tested, or both", () => {
  const cases: [line: string, test: boolean, onlyTest: boolean][] = [
    ["", false, false],
    ["--test", true, false],
    ["--load a", false, false],
    ["--train --pretrained a", false, false],
    ["--test --load a", true, true],
    ["--play --load a", true, true],
    ["--train --test --load a", true, false],
  ];
  for (const [line, test, onlyTest] of cases) {
    const args = parse(line);
    assert.deepEqual([args.test, onlyTests(args)], [test, onlyTest], line);
    assert.ok(!("play" in args));
  }
});

const ARCADE: Program = {
  ...PROGRAM,
  specialFlags: ["python"],
  evalEpisodes: 7,
  switches: [["--mirrored", "left and right change places"]],
  environments: {
    flag: "game",
    default: "SpaceInvaders",
    ids: ["Breakout", "SpaceInvaders"],
    presetsFor: (game) => ({ plain: { ...PROGRAM.presets.default, env: `Arcade/${game}-v1` } }),
  },
};

Deno.test("args: --game picks a game, however it is spelt", () => {
  const envOf = (...line: string[]) => parseArguments(line, ARCADE).presets.plain.env;
  assert.equal(envOf(), "Arcade/SpaceInvaders-v1");
  for (const name of ["breakout", "BREAKOUT", "Breakout"]) {
    assert.equal(envOf("--game", name), "Arcade/Breakout-v1", name);
  }
  for (const name of ["spaceinvaders", "space_invaders", "Space Invaders", "space-invaders"]) {
    assert.equal(envOf("--preset", "plain", "--game", name), "Arcade/SpaceInvaders-v1", name);
  }
  assert.throws(() => envOf("--game", "brekout"), {
    name: "UsageError",
    message:
      '--game: there is no "brekout" (did you mean "Breakout"?); there are Breakout, SpaceInvaders',
  });
  assert.throws(() => envOf("--env", "Arcade/Breakout-v1"), /^UsageError: --env is a flag of/);
  const many = { ...ARCADE.environments!, ids: ATARI_GAMES };
  assert.throws(() => parseArguments(["--game", "pnog"], { ...ARCADE, environments: many }), {
    message: '--game: there is no "pnog" (did you mean "Pong"?); --help lists the games',
  });
});

Deno.test("args: a program's own flags, and episodes after training", () => {
  const read = (...line: string[]) => parseArguments(line, ARCADE);
  assert.equal(read("--python", ".venv/bin/python").python, ".venv/bin/python");
  assert.throws(() => read("--python="), /^UsageError: --python must name a file, got ""/);
  assert.equal(read().evalEpisodes, 7);
  assert.equal(read("--eval-episodes", "3").evalEpisodes, 3);
  // The program has taken its switches out before.
  assert.throws(() => read("--mirorred"), /did you mean "--mirrored"/);
});

Deno.test("args: environments on the GPU, where there are such", () => {
  assert.equal(parse("--gpu-envs 16").gpuEnvs, 16);
  assert.equal(parse("--gpuEnvs none").gpuEnvs, null);
  const refused = (line: string, program: Program, message: RegExp) =>
    assert.throws(() => parseArguments(line.split(" "), program), { name: "UsageError", message });
  refused("--gpu-envs 16 --num-envs 2", PROGRAM, /^--num-envs and --gpu-envs: one of them only$/);
  refused("--gpu-envs 0", PROGRAM, /^--gpu-envs must be/);
  const { default: preset } = PROGRAM.presets;
  const lake = { ...PROGRAM, presets: { default: { ...preset, env: "FrozenLake-v1" } } };
  refused(
    "--gpu-envs 16",
    lake,
    /^--gpu-envs: FrozenLake-v1 does not run on the GPU; there are CartPole-v0, .*Breakout/,
  );
  assert.doesNotThrow(() => parseArguments(["--gpu-envs", "none"], lake));
});
