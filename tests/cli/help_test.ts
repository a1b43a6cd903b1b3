import assert from "node:assert/strict";
import { parseArguments } from "../../src/cli/args.ts";
import type { Program } from "../../src/cli/program.ts";
import { FLAGS, SPECIAL_FLAGS } from "../../src/cli/flags.ts";
import { helpText, wrap } from "../../src/cli/help.ts";
import { ALGORITHMS } from "../../src/dqn/algorithms/by_name.ts";
import { CARTPOLE_PRESETS } from "../../src/dqn/presets/cartpole.ts";
import { PRESETS, PROGRAM } from "./fake.ts";

Deno.test("help: every flag is explained", () => {
  const text = helpText(PROGRAM, { presets: PRESETS, preset: "default" }, 100);
  for (const { name, flag, help } of FLAGS) {
    const isThere = new RegExp(`^  --${flag}\\b`, "m").test(text);
    assert.equal(isThere, !(name in SPECIAL_FLAGS), flag);
    assert.ok(help.length > 5, flag);
  }
  const plain = text.replaceAll(/\s+/g, " ");
  assert.ok(
    plain.includes(
      "for the steps that remain of its run; other flags change it; also --pretrained",
    ),
  );
  assert.ok(plain.includes("at the start; also --exploration-max [1]"));
  assert.ok(plain.includes("Without file flags no permission is needed; with them, --allow-read"));
});

Deno.test("help: a preset with environments on the GPU has none on the host", () => {
  const defaults = (gpuEnvs?: number) => {
    const presets = { default: { ...PRESETS.default, numEnvs: 3, gpuEnvs } };
    const text = helpText(PROGRAM, { presets, preset: "default" }, 100).replaceAll(/\s+/g, " ");
    return [
      /--num-envs N [^[]*(\[.*?\])/.exec(text)?.[1],
      /--gpu-envs N\|none [^[]*(\[.*?\])/.exec(text)?.[1],
    ];
  };
  assert.deepEqual(defaults(16), ["[none]", "[16]"]);
  assert.deepEqual(defaults(), ["[3]", "[none]"]);
});

Deno.test("help: a program of games lists them, its own flags and what it needs", () => {
  const program: Program = {
    ...PROGRAM,
    specialFlags: ["python"],
    evalEpisodes: 7,
    switches: [["--mirrored", "left and right change places"]],
    environments: {
      flag: "game",
      default: "Pong",
      ids: ["Pong", "Breakout"],
      presetsFor: () => PRESETS,
    },
  };
  const text = helpText(program, { presets: PRESETS, preset: "default" }, 100);
  assert.match(text, /^Games\n {2}Pong, Breakout$/m);
  assert.match(text, /^ {2}--game NAME .*\[Pong\]$/m);
  assert.match(text, /^ {2}--python FILE .*\[python3\]$/m);
  assert.match(text, /^ {2}--eval-episodes N .*\[7\]$/m);
  assert.doesNotMatch(text, /--env/);
  // With the others that say what to run.
  const whatToRun = text.slice(text.indexOf("What to run"), text.indexOf("Evaluation"));
  assert.match(whatToRun, /^ {2}--mirrored +left and right change places$/m);
  assert.match(text, /Python needs --allow-run=python3/);
});

Deno.test("help: shows the values of the preset that is asked about", () => {
  const plain = (text: string) => text.replaceAll(/\s+/g, " ");
  const steps = plain(helpText(PROGRAM, { presets: PRESETS, preset: "default" }, 100));
  assert.ok(steps.includes("--learning-rate X step size of the optimizer [0.001]"));
  assert.ok(steps.includes("all parts of a run together [200]"));
  assert.ok(steps.includes("keep the best network [50]"));
  assert.ok(steps.includes("train this many episodes instead --"));
  const episodes = plain(helpText(PROGRAM, { presets: PRESETS, preset: "tutorial" }, 100));
  assert.ok(episodes.includes("--learning-rate X step size of the optimizer [0.0001]"));
  assert.ok(episodes.includes("train this many episodes instead [6]"));
  assert.ok(episodes.includes("greedy episodes after training [100; with --test 4]"));
  assert.ok(episodes.includes("In brackets: the values of preset tutorial."));
});

Deno.test("help: fits the terminal", () => {
  const program = { ...PROGRAM, presets: CARTPOLE_PRESETS };
  for (const columns of [60, 80, 100, 200]) {
    const longest = Math.max(
      ...helpText(program, { presets: CARTPOLE_PRESETS, preset: "default" }, columns).split("\n")
        .map((line) => line.length),
    );
    assert.ok(longest < columns, `${longest} of ${columns} columns`);
  }
});

Deno.test("help: wrapping keeps all words and their order", () => {
  const text = "the quick brown fox jumps over the lazy dog";
  const lines = wrap(text, 12);
  assert.equal(lines.join(" "), text);
  assert.ok(lines.every((line) => line.length <= 12));
  assert.deepEqual(wrap("indivisible", 4), ["indivisible"]);
});

Deno.test("help: a program of several environments lists them, and shows the presets of the one named", () => {
  const environments = {
    default: "CartPole-v1",
    ids: ["CartPole-v1", "Acrobot-v1"],
    presetsFor: () => PRESETS,
  };
  const program = { ...PROGRAM, environments };
  const text = helpText(program, { presets: PRESETS, preset: "default" }, 100);
  assert.match(text, /^Environments\n {2}CartPole-v1, Acrobot-v1$/m);
  assert.match(text, /^ {2}--env ID +which environment to learn in.*\[CartPole-v1\]$/m);
});

Deno.test("help: lists the algorithms in a line each, and shows what one of them sets", () => {
  const text = helpText(PROGRAM, { presets: PRESETS, preset: "default" }, 100);
  for (const { name, title } of Object.values(ALGORITHMS)) {
    assert.ok(new RegExp(`^  ${name} +${title}: `, "m").test(text), name);
  }
  assert.match(text.replaceAll(/\s+/g, " "), /joined: double\+dueling \[the preset's\]/);
  const args = parseArguments(["--help", "--algorithm", "qr+nstep", "--quantiles", "9"], PROGRAM);
  const shown = helpText(PROGRAM, args, 100).replaceAll(/\s+/g, " ");
  assert.ok(shown.includes("joined: double+dueling [qr+nstep]"));
  assert.ok(shown.includes("quantiles of the return, for each action [9]"));
  assert.ok(shown.includes("(n-step returns) [3]"));
  assert.ok(shown.includes("the values of preset default with algorithm qr+nstep."));
});
