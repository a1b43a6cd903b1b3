/** A run with the real learner, stopped and gone on with: its record is the same to the last bit. @module */

import assert from "node:assert/strict";
import { DQN } from "../../../src/agent/dqn.ts";
import { evaluate } from "../../../src/agent/evaluation.ts";
import { learnable } from "../../../src/cli/learnable.ts";
import { registeredStage } from "../../../src/cli/registered_stage.ts";
import { pathsOf } from "../../../src/cli/compare/record.ts";
import { makeRun, type RunLibrary, type RunPlan } from "../../../src/cli/compare/run.ts";
import { inFolder, SETTINGS } from "./fixtures.ts";

const CONFIG = {
  seed: 3,
  hiddenLayers: [16],
  learningStarts: 50,
  bufferSize: 400,
  trainFreq: 8,
  gradientSteps: 8,
  learningRate: 1e-2,
};

function planIn(folder: string): RunPlan {
  return {
    algorithm: "dqn",
    seed: CONFIG.seed,
    settings: { ...SETTINGS, numEnvs: 2, steps: 330, every: 110 },
    config: CONFIG,
    testsExploring: false,
    paths: pathsOf(folder, "dqn", CONFIG.seed),
  };
}

/** The library, which aborts at its so many-th evaluation or environment step. */
function library(controller: AbortController, stop: { check?: number; step?: number }): RunLibrary {
  let checks = 0;
  let steps = 0;
  const make = (id: string) => {
    const env = learnable(id);
    if (stop.step === undefined) return env;
    const step = env.step.bind(env);
    env.step = (action) => {
      if (++steps === stop.step) controller.abort();
      return step(action);
    };
    return env;
  };
  return {
    open: (request) => registeredStage(request, make),
    create: (env, config) => DQN.create(env, config),
    load: (path, env, overrides) => DQN.load(path, env, overrides),
    evaluate(agent, env, options) {
      if (++checks === stop.check) controller.abort();
      return evaluate(agent, env, options);
    },
  };
}

Deno.test("compare run: with the real learner a run that was stopped ends as if it had not been", async () => {
  const make = async (folder: string, stop: { check?: number; step?: number } = {}) => {
    const controller = new AbortController();
    return await makeRun(planIn(folder), library(controller, stop), controller.signal, () => {});
  };
  await inFolder(async (whole) => {
    const wanted = await make(whole);
    assert.equal(wanted!.curve.length, 3);
    assert.ok(wanted!.updates > 200);
    for (const stop of [{ step: 170 }, { check: 2 }, { check: 4 }]) {
      await inFolder(async (folder) => {
        assert.equal(await make(folder, stop), undefined, JSON.stringify(stop));
        const record = await make(folder);
        assert.deepEqual(
          { ...record, seconds: 0 },
          { ...wanted, seconds: 0 },
          JSON.stringify(stop),
        );
      });
    }
  });
});
