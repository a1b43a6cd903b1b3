/**
 * Times vector environments in this process against workers: microseconds a step of all lanes, in turns.
 * Of many short rounds the best counts: it is the one that other programs disturbed least.
 *
 *     deno run --allow-read tests/envs/vector/worker_race.ts
 */

import { makeVec, type VectorEnv } from "../../../src/envs/mod.ts";
import "./worker_envs.ts";

const ROUNDS = 15;
const modules = [import.meta.resolve("./worker_envs.ts")];

/** Seconds that so many steps take, each with fresh random actions. */
async function time(env: VectorEnv, steps: number): Promise<number> {
  const actions = Array.from({ length: env.numEnvs }, () => env.singleActionSpace.sample());
  const start = performance.now();
  for (let i = 0; i < steps; i++) await env.step(actions);
  return (performance.now() - start) / 1000;
}

const cores = navigator.hardwareConcurrency;
console.log(`${cores} cores; µs for a step of all environments\n`);
console.log("environment        | n  | sync | shared | messages | sync/shared");
for (
  const [id, envOptions, name] of [
    ["CartPole-v1", {}, "CartPole-v1"],
    ["LunarLander-v3", {}, "LunarLander-v3"],
    ["Busy-v0", { microseconds: 100 }, "100 µs a step"],
    ["Busy-v0", { microseconds: 1000 }, "1 ms a step"],
  ] as const
) {
  for (const n of [4, 16]) {
    const options = { envOptions, vectorizationMode: "worker", modules } as const;
    const workers = Math.min(cores, n);
    const envs: VectorEnv[] = [
      makeVec(id, n, { envOptions }),
      await makeVec(id, n, { ...options, workers }),
      await makeVec(id, n, { ...options, workers, sharedMemory: false }),
    ];
    const best = envs.map(() => Infinity);
    const cost = "microseconds" in envOptions ? envOptions.microseconds : id[0] === "L" ? 20 : 1;
    const steps = Math.max(3, Math.floor(10_000 / (30 + n * cost)));
    for (const env of envs) {
      await env.reset({ seed: 1 });
      // Each worker compiles the environment's code for itself.
      for (let i = 0; i < 40; i++) await time(env, steps);
    }
    for (let round = 0; round < ROUNDS; round++) {
      for (const [i, env] of envs.entries()) best[i] = Math.min(best[i], await time(env, steps));
    }
    const [sync, shared, messages] = best.map((seconds) => seconds / steps * 1e6);
    console.log(
      `${name.padEnd(18)} | ${String(n).padEnd(2)} | ${sync.toFixed(1)} | ${shared.toFixed(1)} | ` +
        `${messages.toFixed(1)} | ${(sync / shared).toFixed(2)}`,
    );
    for (const env of envs) await env.close();
  }
}
