/** Tests of the stage of environments in this process. @module */

import assert from "node:assert/strict";
import type { SingleEnv } from "../../src/agent/feed.ts";
import { registeredStage } from "../../src/cli/registered_stage.ts";
import { spacesOf } from "../../src/cli/stage.ts";
import { makeGpu } from "../../src/envs/gpu/make_gpu.ts";
import { make } from "../../src/envs/registry.ts";
import { makeVec } from "../../src/envs/vector/make_vec.ts";

Deno.test("registered stage: environments to learn in, others to be judged in, all closed in the end", async () => {
  let [made, closed] = [0, 0];
  const count = (id: string): SingleEnv => {
    made++;
    const env = make(id) as SingleEnv;
    env.close = () => void closed++;
    return env;
  };
  {
    await using stage = registeredStage({ env: "CartPole-v0", numEnvs: 3 }, count);
    assert.equal(stage.maxEpisodeSteps, 200);
    const lanes = await stage.lanes() as SingleEnv[];
    const judge = await stage.judges(10) as SingleEnv;
    const { env: film } = await stage.film();
    assert.equal(new Set([...lanes, judge, film]).size, 5);
    assert.equal(made, 5);
    assert.equal(stage.takeGames, undefined);
  }
  assert.equal(closed, 5);
});

Deno.test("registered stage: one environment is no list, and what is no Box is made one", async () => {
  await using stage = registeredStage({ env: "FrozenLake-v1", numEnvs: 1 });
  const env = await stage.lanes() as SingleEnv;
  assert.equal(String(env), "<OneHot<TimeLimit<FrozenLake<FrozenLake-v1>>>>");
});

Deno.test("stage: the spaces of an environment, alone or one of many", () => {
  const env = make("CartPole-v1") as SingleEnv;
  assert.equal(spacesOf(env).actionSpace, env.actionSpace);
  const vector = makeVec("CartPole-v1", 2) as unknown as Parameters<typeof spacesOf>[0];
  assert.ok(spacesOf(vector).observationSpace.equals(env.observationSpace));
  const gpu = makeGpu("CartPole-v1", 2);
  assert.ok(spacesOf(gpu).observationSpace.equals(env.observationSpace));
});

Deno.test("registered stage: on the GPU, where evaluations share their environments and pictures are drawn here", async () => {
  const request = { env: "CartPole-v0", numEnvs: 16, isOnGpu: true };
  await using stage = registeredStage(request);
  assert.equal(stage.maxEpisodeSteps, 200);
  assert.equal(String(await stage.lanes()), "<GpuEnv<CartPole-v0>, 16>");
  const judge = await stage.judges(50);
  assert.equal(String(judge), "<GpuEnv<CartPole-v0>, 50>");
  assert.equal(await stage.judges(100), judge);
  assert.equal(String((await stage.film()).env), "<Filmed<TimeLimit<CartPole<CartPole-v0>>>>");
  assert.deepEqual(stage.notes?.(), ["16 environments on the GPU, in lockstep"]);
  await using many = registeredStage(request);
  assert.equal(String(await many.judges(10_000)), "<GpuEnv<CartPole-v0>, 256>");
});
