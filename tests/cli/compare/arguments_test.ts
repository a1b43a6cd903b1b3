/** Tests of a comparison's command line, with the training program's own parser. @module */

import assert from "node:assert/strict";
import { parseArguments, UsageError } from "../../../src/cli/args.ts";
import { parseComparison, type RunParser, runsOf } from "../../../src/cli/compare/arguments.ts";
import { comparisonHelp } from "../../../src/cli/compare/help.ts";
import { FLAGS, SPECIAL_FLAGS } from "../../../src/cli/flags.ts";
import { ALGORITHM_NAMES } from "../../../src/dqn/algorithms/by_name.ts";
import { PRESET_IDS, presetsFor } from "../../../src/dqn/presets/by_environment.ts";
import { PRESETS } from "../fake.ts";

/** Three algorithms; the third is one that the options given below contradict. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  dqn: ["--no-double-q"],
  double: ["--double-q"],
  sarsa: ["--target", "sarsa"],
};

const PARSER: RunParser = {
  algorithms: Object.keys(PARTS),
  parse: (algorithm, argv) =>
    parseArguments([...algorithm.split("+").flatMap((name) => PARTS[name]), ...argv], {
      command: "deno run examples/fake.ts",
      summary: "",
      presets: {},
      environments: {
        default: "CartPole-v1",
        ids: ["CartPole-v1", "MinAtar/Breakout-v1"],
        presetsFor: (env) =>
          Object.fromEntries(
            Object.entries(PRESETS).map(([name, preset]) => [name, { ...preset, env }]),
          ),
      },
    }),
};

const parse = (line: string) => parseComparison(line.split(" ").filter(Boolean), PARSER)!;

/** Algorithms and presets as they are. */
const REAL: RunParser = {
  algorithms: ALGORITHM_NAMES,
  parse: (algorithm, argv, mayLeaveOut) =>
    parseArguments(["--algorithm", algorithm, ...argv], {
      command: "deno run examples/fake.ts",
      summary: "",
      presets: {},
      environments: { default: "CartPole-v1", ids: [...PRESET_IDS, "Taxi-v3"], presetsFor },
    }, mayLeaveOut),
};

const parseReal = (line: string) => parseComparison(line.split(" "), REAL)!;

function assertRefused(line: string, message: string | RegExp, read = parse): void {
  assert.throws(() => read(line), (error) => {
    assert.ok(error instanceof UsageError, String(error));
    if (typeof message === "string") assert.equal(error.message, message);
    else assert.match(error.message, message);
    return true;
  });
}

Deno.test("compare arguments: what is not said has its default", () => {
  const { contenders, seeds, settings, jobs, out, curve, statistic, json } = parse("dqn double");
  assert.deepEqual(contenders.map(({ name }) => name), ["dqn", "double"]);
  assert.deepEqual(contenders.map(({ config }) => config.doubleQ), [false, true]);
  assert.deepEqual(seeds, [1, 2, 3, 4, 5]);
  assert.deepEqual(settings, {
    env: "CartPole-v1",
    preset: "default",
    numEnvs: 1,
    steps: 200,
    every: 8,
    checkEpisodes: 10,
    testEpisodes: 100,
  });
  assert.deepEqual([jobs, out, curve, statistic, json], [
    undefined,
    "compare/CartPole-v1",
    "evaluation",
    "mean",
    false,
  ]);
});

Deno.test("compare arguments: flags of its own, and flags for all runs", () => {
  const comparison = parse(
    "--env MinAtar/Breakout-v1 dqn --seeds 3,1-2 --steps=1_000 double+sarsa --jobs 2 --gamma 0.5 " +
      "--checkEvery 100 --check-episodes 3 --eval-episodes 7 --num-envs 4 --curve training " +
      "--statistic iqm --json --no-double-q --max-grad-norm none",
  );
  assert.deepEqual(comparison.seeds, [3, 1, 2]);
  assert.deepEqual(comparison.settings, {
    env: "MinAtar/Breakout-v1",
    preset: "default",
    numEnvs: 4,
    steps: 1_000,
    every: 100,
    checkEpisodes: 3,
    testEpisodes: 7,
  });
  assert.equal(comparison.out, "compare/MinAtar-Breakout-v1");
  assert.deepEqual([comparison.jobs, comparison.curve], [2, "training"]);
  assert.deepEqual([comparison.statistic, comparison.json], ["iqm", true]);
  for (const { config } of comparison.contenders) {
    assert.deepEqual([config.gamma, config.doubleQ, config.maxGradNorm], [0.5, false, null]);
  }
  assert.deepEqual(comparison.contenders.map(({ config }) => config.target), ["max", "sarsa"]);
});

Deno.test("compare arguments: an option of one algorithm is left out for the others", () => {
  const read = (line: string) =>
    parseReal(line).contenders.map(({ config, leftOut }) => ({ config, leftOut }));
  const [plain, quantiles, both] = read("dqn qr double+qr --quantiles 20 --gamma 0.5");
  assert.deepEqual([plain.leftOut, quantiles.leftOut, both.leftOut], [["quantiles"], [], []]);
  assert.deepEqual([quantiles, both].map(({ config }) => config.quantiles), [20, 20]);
  assert.deepEqual(plain.config, read("dqn --gamma 0.5")[0].config);
  assert.equal(plain.config.gamma, 0.5);

  const [dqn, per] = read("dqn per --priority-alpha 0.5");
  assert.deepEqual([dqn.leftOut, per.leftOut], [["priorityAlpha"], []]);
  assert.deepEqual([dqn, per].map(({ config }) => config.priorityAlpha), [0.6, 0.5]);
  const [he, noisy] = read("dqn noisy --init he");
  assert.deepEqual([he.leftOut, noisy.leftOut], [[], ["init"]]);
  assert.equal(he.config.init, "he");
  const [mse, own] = read("dqn qr --loss mse");
  assert.deepEqual([mse.leftOut, own.leftOut], [[], ["loss"]]);
  assert.equal(mse.config.loss, "mse");

  const [unknown, atoms] = read("dqn c51 --env Taxi-v3 --v-min -200 --v-max 20");
  assert.deepEqual([unknown.leftOut, atoms.leftOut], [["vMin", "vMax"], []]);
  assert.deepEqual([atoms.config.vMin, atoms.config.vMax], [-200, 20]);

  // Together they make sense for all, since options count over algorithms.
  for (const one of read("dqn rainbow qr --sampling prioritized --priority-alpha 0.25")) {
    assert.deepEqual([one.config.sampling, one.config.priorityAlpha], ["prioritized", 0.25]);
    assert.deepEqual(one.leftOut, []);
  }
});

Deno.test("compare arguments: what goes with an option that is left out is left out too", () => {
  const [dqn, softmax] = parseComparison(
    "dqn soft --temperature-final 0.1 --exploration-fraction 0.3".split(" "),
    {
      algorithms: ["dqn", "soft"],
      parse: (name, argv, mayLeaveOut) => {
        const [first, second] = name === "soft"
          ? ["--exploration", "boltzmann"]
          : ["--exploration-schedule", "exponential"];
        const more = name === "soft" ? [] : ["--exploration-decay", "500"];
        return REAL.parse("dqn", [first, second, ...more, ...argv], mayLeaveOut);
      },
    },
  )!.contenders;
  assert.deepEqual(dqn.leftOut, ["temperatureFinal", "explorationFraction"]);
  assert.deepEqual(softmax.leftOut, []);
});

Deno.test("compare arguments: an option of none of the algorithms is refused, and so is a conflict", () => {
  assertRefused(
    "dqn per --quantiles 20",
    'with preset default and algorithm dqn: quantiles (20) is an option of distribution "qr", and ' +
      'distribution is "none": leave quantiles out, or set distribution to "qr"',
    parseReal,
  );
  assertRefused(
    "qr iqn --quantiles 20 --priority-alpha 0.5",
    /algorithm qr: priorityAlpha \(0\.5\) is an option of sampling "prioritized"/,
    parseReal,
  );
  assertRefused(
    "dqn c51 --env Taxi-v3",
    /algorithm c51: C51 needs the range of returns/,
    parseReal,
  );
  assertRefused("dqn sarsa --double-q", /algorithm sarsa: doubleQ .* target "sarsa"/, parseReal);
  assertRefused("dqn munchausen --n-steps 3", /algorithm munchausen: nSteps \(3\)/, parseReal);
});

Deno.test("compare arguments: tested exploring is only what values the policy that explores", () => {
  const { contenders } = parseReal(
    "dqn sarsa --env LunarLander-v3 --preset lander --steps 1000",
  );
  assert.deepEqual(contenders.map((one) => one.testsExploring), [false, true]);
  const [sarsa] = parseReal("sarsa --env LunarLander-v3").contenders;
  assert.equal(sarsa.testsExploring, false, "where the preset does not say so");
});

Deno.test("compare arguments: what can't be on the GPU is refused before any run", () => {
  assertRefused(
    "dqn per --gpu-envs 4 --train-freq 1:episode",
    /^--gpu-envs: trainFreq counts episodes, and where environments are on the GPU/,
    parseReal,
  );
  assertRefused("dqn --gpu-envs 4 --action-masks", /^--gpu-envs: actionMasks is set/, parseReal);
  assertRefused("dqn --env Taxi-v3 --gpu-envs 4", /^--gpu-envs: Taxi-v3 does not/, parseReal);
});

Deno.test("compare arguments: environments on the GPU are a setting of all runs", () => {
  const { numEnvs, isOnGpu } = parse("dqn --gpu-envs 16").settings;
  assert.deepEqual([numEnvs, isOnGpu], [16, true]);
  // Runs that were made before there was a choice stay comparable.
  assert.ok(!("isOnGpu" in parse("dqn --gpu-envs none").settings));
});

Deno.test("compare arguments: runs go seed by seed, each with its seed and files", () => {
  const runs = runsOf(parse("dqn double --seeds 4,6 --out here/"));
  assert.deepEqual(runs.map(({ algorithm, seed, config }) => [algorithm, seed, config.seed]), [
    ["dqn", 4, 4],
    ["double", 4, 4],
    ["dqn", 6, 6],
    ["double", 6, 6],
  ]);
  assert.equal(runs[3].paths.record, "here/double-6.json");
  const paths = runs.flatMap((run) => Object.values(run.paths));
  assert.equal(new Set(paths).size, 16);
});

Deno.test("compare arguments: what is wrong is refused, with what is wanted", () => {
  assertRefused("", "name the algorithms to compare, such as: dqn double per; --help lists them");
  assertRefused(
    "dqn doubel",
    '"doubel" is no algorithm (did you mean "double"?); there are dqn, double, sarsa, and ' +
      "combinations such as double+dueling",
  );
  assertRefused("dqn+", /^"" is no algorithm/);
  assertRefused("dqn double dqn", "dqn is named twice");
  assertRefused("dqn --sedes 3", /^unknown flag --sedes \(did you mean "--seeds"\?\)/);
  assertRefused("dqn --gama 1", /^unknown flag --gama \(did you mean "--gamma"\?\)/);
  assertRefused("dqn --env CartPol-v1", /--env must be one of .* \(did you mean "CartPole-v1"\?\)/);
  assertRefused("dqn --preset zo", /^--preset must be one of default, tutorial, got "zo"/);
  assertRefused("dqn --gamma 2", /^--gamma must/);
  assertRefused("dqn --steps 0", /^--steps must/);
  assertRefused("dqn double+sarsa", /doubleQ .*sarsa/);
  for (const seeds of ["0", "-1", "a", "3-1", "1,,2", "1-2000", "4294967296-4294967297"]) {
    assertRefused(
      `dqn --seeds=${seeds}`,
      /^--seeds must be a number of seeds such as 5, or a list/,
    );
  }
  for (const jobs of ["0", "1.5", "x", "1000"]) {
    assertRefused(`dqn --jobs ${jobs}`, /^--jobs must be/);
  }
  assertRefused("dqn double --seeds 600", /more than 1000 runs/);
  assertRefused("dqn --seeds", "--seeds needs a value; --help says which");
  assertRefused("dqn --seeds --json", "--seeds needs a value; --help says which");
  assertRefused("dqn --json=yes", '--json takes no value, got "yes"');
  assertRefused("dqn --out=", '--out must name a folder, got ""');
  assertRefused(
    "dqn --curve train",
    /^--curve must be one of evaluation, training, got "train" \(/,
  );
  assertRefused("dqn --statistic median", /^--statistic must be one of mean, iqm/);
  assertRefused("dqn --check-every none", "--check-every none leaves no points for the curve");
  assertRefused("dqn --steps 50 --check-every 51", /must not be larger than --steps \(50\)/);
  assertRefused(
    "dqn --preset tutorial",
    "preset tutorial is counted in episodes: say how long with --steps",
  );
});

Deno.test("compare arguments: flags that make no sense side by side say what to do instead", () => {
  const flags = [
    ...["seed 1", "episodes 3", "stop-at 1", "save a", "save-every 3", "load a", "plot a", "csv a"],
    ...["pretrained a", "play", "train", "no-save-replay", "profile"],
  ];
  for (const flag of flags) {
    assertRefused(
      `dqn --${flag}`,
      new RegExp(`^--${flag.split(" ")[0]} has no place in a comparison: `),
    );
  }
  assertRefused("dqn --test", /has no place in a comparison/);
  assertRefused("dqn --no-log-episodes", /has no place in a comparison/);
});

Deno.test("compare arguments: --help wins over what is wrong, and lists everything", () => {
  assert.equal(parseComparison(["--help"], PARSER), undefined);
  assert.equal(parseComparison(["-h", "nonsense"], PARSER), undefined);
  const subject = {
    command: "deno run -A x.ts",
    algorithms: [["dqn", "the plain one"]] as const,
    environments: ["CartPole-v1"],
  };
  const text = comparisonHelp(subject, 80);
  const flags = ["--seeds", "--jobs", "--out", "--curve", "--statistic", "--json", "--check-every"];
  const options = ["--learning-rate", "--hidden-layers", "--optimizer", "--exploration"];
  for (const word of [...flags, ...options, "dqn", "the plain one", "CartPole-v1"]) {
    assert.ok(text.includes(word), word);
  }
  assert.match(text, /An option that plays no part in one of the algorithms/);
  assert.ok(text.split("\n").every((line) => line.length < 80));
  assert.match(text, /^Usage: deno run -A x\.ts ALGORITHM\.\.\. \[flags\]$/m);
  const fixed = comparisonHelp({ ...subject, heading: "day and night" }, 80);
  assert.match(fixed, /^Trains day and night with several seeds each/);
  assert.match(fixed, /^Usage: deno run -A x\.ts \[flags\]$/m);
});

Deno.test("compare arguments: --help names every flag that goes to the runs, and no other", () => {
  const text = comparisonHelp({ command: "x", algorithms: [], environments: [] }, 80);
  const own = ["env", "json", "help"];
  for (const { name, flag } of FLAGS) {
    if (Object.hasOwn(SPECIAL_FLAGS, name) && !own.includes(name)) continue;
    let isRefused = false;
    try {
      parse(`dqn --${flag}`);
    } catch (error) {
      isRefused = /has no place in a comparison/.test((error as Error).message);
    }
    const isNamed = new RegExp(`--${flag}(?![\\w-])`).test(text);
    assert.equal(isNamed, !isRefused, flag);
  }
});

Deno.test("compare arguments: what is compared may be fixed, and then nothing is named", () => {
  const parser: RunParser = {
    algorithms: [],
    fixed: ["small", "large"],
    folder: "compare/sizes",
    parse: (name, argv, mayLeaveOut) =>
      PARSER.parse("dqn", [...argv, `--hidden-layers=${name.length}`], mayLeaveOut),
  };
  const read = (...line: string[]) => parseComparison(line, parser)!;
  const { contenders, out, settings } = read("--steps", "500", "--num-envs", "3");
  assert.deepEqual(contenders.map(({ name }) => name), ["small", "large"]);
  assert.deepEqual([out, settings.steps, settings.numEnvs], ["compare/sizes", 500, 3]);
  assert.equal(read("--out", "elsewhere").out, "elsewhere");
  assert.throws(() => read("dqn"), {
    name: "UsageError",
    message: 'unexpected argument "dqn": compared are small and large',
  });
});

Deno.test("compare arguments: which Python is to be started goes to every run", () => {
  const parser: RunParser = {
    ...PARSER,
    parse: (...given) => ({ ...PARSER.parse(...given), python: ".venv/bin/python" }),
  };
  const runs = runsOf(parseComparison(["dqn", "--seeds", "2"], parser)!);
  assert.deepEqual(runs.map(({ python }) => python), new Array(2).fill(".venv/bin/python"));
  assert.ok(!("python" in runsOf(parse("dqn"))[0]));
});
