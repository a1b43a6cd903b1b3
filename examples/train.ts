/**
 * Trains a DQN in any environment, with a preset or with options of one's own.
 *
 *   deno run examples/train.ts --env MountainCar-v0                 that environment's first preset
 *   deno run examples/train.ts --env LunarLander-v3 --preset zoo    the preset of SB3's zoo
 *   deno run examples/train.ts --env LunarLander-v3 --preset lander
 *   deno run examples/train.ts --env FrozenLake-v1 --steps 20000    no preset: the library's defaults
 *   deno run examples/train.ts --env LunarLander-v3 --algorithm qr  the first preset, learnt by QR-DQN
 *   deno run examples/train.ts --env Acrobot-v1 --algorithm double+dueling --noisy
 *   deno run examples/train.ts --env Acrobot-v1 --preset small --gpu-envs 64   environments on the GPU
 *   deno run examples/train.ts --help                               all environments and all flags
 *   deno run -RW examples/train.ts --env Acrobot-v1 --gif acrobot.gif --save acrobot.safetensors
 *
 * It needs no permission but for the files that flags name.
 *
 * @module
 */

import { runProgram } from "../src/cli/main.ts";
import { presetsFor } from "../src/dqn/presets/by_environment.ts";
import { registry } from "../src/envs/registry.ts";

if (import.meta.main) {
  const ids = [...registry().keys()];
  Deno.exit(
    await runProgram(Deno.args, {
      command: "deno run examples/train.ts",
      summary:
        "Trains a DQN in an environment, all of its learner on the GPU, then evaluates it greedily.",
      presets: {},
      environments: { default: "CartPole-v1", ids, presetsFor },
    }),
  );
}
