/**
 * Compares algorithms: trains each with several seeds and draws learning curves with confidence bands.
 *
 *   deno run -A examples/compare.ts --env CartPole-v1 dqn double per rainbow
 *   deno run -A examples/compare.ts --env Acrobot-v1 dqn qr double+dueling --seeds 10 --jobs 2
 *   deno run -A examples/compare.ts dqn qr per --quantiles 20 --priority-alpha 0.5
 *   deno run -A examples/compare.ts --help
 *
 * Options are for all algorithms; one that plays no part in some of them, as --quantiles in all but qr, is
 * left out there.
 *
 * Ctrl-C stops it, and the same command goes on where it was. Each run is a process of its own, so it
 * needs --allow-run, and --allow-read and --allow-write for the folder of its results.
 *
 * @module
 */

import { parseArguments } from "../src/cli/args.ts";
import { runComparison } from "../src/cli/compare/program.ts";
import { ALGORITHM_NAMES, ALGORITHMS } from "../src/dqn/algorithms/by_name.ts";
import { presetsFor } from "../src/dqn/presets/by_environment.ts";
import { registry } from "../src/envs/registry.ts";

if (import.meta.main) {
  const ids = [...registry().keys()];
  const program = {
    command: "deno run -A examples/compare.ts",
    summary: "",
    presets: {},
    environments: { default: "CartPole-v1", ids, presetsFor },
  };
  Deno.exit(
    await runComparison(Deno.args, {
      command: program.command,
      entry: import.meta.url,
      parser: {
        algorithms: ALGORITHM_NAMES,
        parse: (algorithm, argv, mayLeaveOut) =>
          parseArguments(["--algorithm", algorithm, ...argv], program, mayLeaveOut),
      },
      algorithms: Object.values(ALGORITHMS).map(({ name, description }) => [name, description]),
      environments: ids,
    }),
  );
}
