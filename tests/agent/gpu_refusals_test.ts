/** Tests of what is refused where environments are on the GPU, and how it is said. @module */

import assert from "node:assert/strict";
import { Box, defineGpuEnv, Discrete, DQN, type DQNConfig, makeGpu } from "../../mod.ts";
import { device, smallAgent } from "./support.ts";
import { ladders } from "./gpu_support.ts";

const REFUSED: Record<string, [config: DQNConfig, message: RegExp]> = {
  "training by episodes": [
    { trainFreq: { every: 1, unit: "episode" } },
    /trainFreq counts episodes.*count steps/,
  ],
  "a target that follows episodes": [
    { targetUpdateInterval: { every: 2, unit: "episode" } },
    /targetUpdateInterval counts episodes.*count steps/,
  ],
  "masks": [{ actionMasks: true }, /actionMasks is set.*make instead of makeGpu/],
  "sequential sampling": [
    { sampling: "sequential" },
    /"sequential" needs to know where episodes end/,
  ],
  "lanes without room": [{ bufferSize: 20 }, /gives each of 8 lanes 2/],
};

for (const [name, [config, message]] of Object.entries(REFUSED)) {
  Deno.test(`GPU refusals: ${name}`, async () => {
    await assert.rejects(smallAgent(ladders(8), config), { name: "RangeError", message });
  });
}

/** An environment whose functions, or what they return, are replaced. */
function envOf(parts: { state?: string; step?: string; observe?: string; size?: number }) {
  const { state = "x: f32", step = "state, 1.0, false", observe = "state.x", size = 1 } = parts;
  return defineGpuEnv({
    id: "My/Lamp-v3",
    wgsl: `
      import package::lib::random::{Random, unit};
      struct State { ${state} }
      struct Outcome { state: State, reward: f32, terminated: bool }
      fn reset(random: ptr<function, Random>) -> State {
        var state: State;
        return state;
      }
      fn step(state: State, action: u32, random: ptr<function, Random>) -> Outcome {
        return Outcome(${step});
      }
      fn observe(state: State, element: u32) -> f32 { return ${observe}; }`,
    observationSpace: new Box(-1, 1, [size]),
    actionSpace: new Discrete(2),
  });
}

const BROKEN: Record<string, [parts: Parameters<typeof envOf>[0], message: RegExp]> = {
  "a name that is not there": [{ step: "state, missing, false" }, /missing/],
  "another type": [{ step: "state, 1u, false" }, /u32|reward|constructor|type/i],
  "a member that is not there": [{ observe: "state.y" }, /y/],
  "observe alone, in a kernel of its own": [{ observe: "state.y", size: 40 }, /y/],
  "a state of unknown size": [{ state: "x: f32, rest: array<Missing, 3>" }, /Missing/],
};

for (const [name, [parts, message]] of Object.entries(BROKEN)) {
  Deno.test(`GPU refusals: WGSL with ${name} is told with the environment's name`, async () => {
    // What its text shows is told at once, the rest when it is compiled.
    const make = async () => await smallAgent(makeGpu(envOf(parts), 2));
    await assert.rejects(make, (error: Error) => {
      assert.match(error.message, message);
      assert.match(error.message, /My\/Lamp-v3/);
      return true;
    });
    // The device is as good as before.
    using agent = await smallAgent(makeGpu(envOf({}), 2));
    assert.ok(agent.gpuBytes > 0);
  });
}

Deno.test("GPU refusals: an environment that gives no number stops learning, with a word on where to look", async () => {
  for (
    const parts of [{ step: "state, log(state.x - 1.0), false" }, { observe: "1.0 / state.x" }]
  ) {
    using agent = await smallAgent(makeGpu(envOf(parts), 2));
    await assert.rejects(agent.learn(100), /an environment on the GPU.*step and observe/);
  }
});

Deno.test("GPU refusals: a closed agent, one that learns already, and one without environments", async () => {
  const agent = await smallAgent(ladders());
  const run = agent.learn(400);
  await assert.rejects(agent.learn(1), /learning already/);
  await run;
  agent.close();
  await assert.rejects(agent.learn(1), /closed/);
  const { singleObservationSpace, singleActionSpace } = ladders();
  using bare = await DQN.create({
    observationSpace: singleObservationSpace,
    actionSpace: singleActionSpace,
  }, { device });
  await assert.rejects(bare.learn(1), /no environment/);
});
