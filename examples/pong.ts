/**
 * Plays Pong from pixels: DinoQ's own, which needs no Python, or the Arcade Learning Environment's.
 *
 *   deno run examples/pong.ts                                       a network for processors too
 *   deno run examples/pong.ts --preset nature                       the network of Nature, two million steps
 *   deno run -RW examples/pong.ts --save p.safetensors --save-every 50000 --plot p.svg --gif p.gif
 *   deno run -RW examples/pong.ts --play --load p.safetensors --gif p.gif
 *   deno run -A examples/pong.ts --ale                              Atari's Pong (see examples/atari.ts)
 *   deno run -A examples/pong.ts --compare-frame-stack --seeds 3    what four frames at once are good for
 *   deno run examples/pong.ts --help                                presets and all flags
 *
 * The comparison trains with four frames and with one, with the same seeds, and draws both curves in one
 * picture; Ctrl-C stops it, and the same command goes on where it was.
 *
 * @module
 */

import { parseArguments, UsageError } from "../src/cli/args.ts";
import type { Program } from "../src/cli/program.ts";
import { ATARI, gamePresets } from "../src/cli/atari_program.ts";
import { type ComparisonProgram, runComparison } from "../src/cli/compare/program.ts";
import { runProgram } from "../src/cli/main.ts";
import { presetsFor } from "../src/dqn/presets/by_environment.ts";

const COMMAND = "deno run -A examples/pong.ts";
const ALE = "--ale";
const COMPARE = "--compare-frame-stack";

const OWN: Program = {
  command: COMMAND,
  summary:
    "Trains a DQN on Pong from its pixels, all of its learner on the GPU, then evaluates it.",
  presets: presetsFor("DinoQ/Pong-v0"),
  evalEpisodes: 20,
  switches: [
    [ALE, "Atari's Pong, played by Python's Arcade Learning Environment, in place of DinoQ's own"],
    [COMPARE, "train with four frames at once and with one, and draw both curves; it has a --help"],
  ],
};

const ATARI_PONG: Program = { ...OWN, ...ATARI, presets: gamePresets("Pong") };

/** What is compared, and which frames the network sees at once. */
const STACKS: Readonly<Record<string, string>> = { "frame-stack-4": "4", "frame-stack-1": "1" };

/** The comparison of both, each algorithm that is named being a size of the stack. */
function comparison(program: Program): ComparisonProgram {
  return {
    command: COMMAND,
    entry: import.meta.url,
    switches: [ALE, COMPARE],
    heading: "a DQN on Pong with four frames at once and with one",
    algorithms: Object.entries(STACKS).map(([name, frames]) => [name, `--frame-stack ${frames}`]),
    environments: [program.presets[Object.keys(program.presets)[0]].env],
    parser: {
      algorithms: [],
      fixed: Object.keys(STACKS),
      folder: program === OWN ? "compare/pong-frame-stack" : "compare/ale-pong-frame-stack",
      parse(name, argv) {
        if (argv.some((word) => /^--frame-?stack/i.test(word))) {
          throw new UsageError("--frame-stack is what is compared");
        }
        return parseArguments([...argv, "--frame-stack", STACKS[name]], program);
      },
    },
    ...program.open && { open: program.open, permissions: ["--allow-run"] },
  };
}

if (import.meta.main) {
  const { args } = Deno;
  const program = args.includes(ALE) ? ATARI_PONG : OWN;
  Deno.exit(
    args.includes(COMPARE)
      ? await runComparison(args, comparison(program))
      : await runProgram(args.filter((word) => word !== ALE), program),
  );
}
