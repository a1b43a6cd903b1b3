/**
 * Balances a pole: trains a DQN on CartPole, then evaluates it greedily.
 *
 *   deno run examples/cartpole.ts                    DinoQ's own preset, until it is solved
 *   deno run examples/cartpole.ts --preset gpu       the poles on the GPU too, 64 of them: in seconds
 *   deno run examples/cartpole.ts --help             presets, and a flag for every hyper-parameter
 *   deno run examples/cartpole.ts --preset zoo       the preset of Stable-Baselines3's zoo
 *   deno run examples/cartpole.ts --preset joyrl --test
 *   deno run examples/cartpole.ts --preset small --algorithm rainbow
 *   deno run examples/cartpole.ts --preset notes --algorithm per+double+dueling
 *   deno run examples/cartpole.ts --dueling --n-steps 5       single parts combine too
 *   deno run -RW examples/cartpole.ts --plot curve.svg --save agent.safetensors
 *
 * It needs no permission but for the files that flags name.
 *
 * @module
 */

import { runProgram } from "../src/cli/main.ts";
import { CARTPOLE_PRESETS } from "../src/dqn/presets/cartpole.ts";

if (import.meta.main) {
  Deno.exit(
    await runProgram(Deno.args, {
      command: "deno run examples/cartpole.ts",
      summary:
        "Trains a DQN on CartPole, all of its learner on the GPU, then evaluates it greedily.",
      presets: CARTPOLE_PRESETS,
    }),
  );
}
