/** Tests of what the benchmarks of environments and training loops time, without the peers. */

import assert from "node:assert/strict";
import { timeSteps } from "./gpu_env_steps.ts";
import { timeLoops } from "./loop.ts";
import { arrivalByDinoQ, gpuFeed, hostFeed, speedByDinoQ } from "./loop_dinoq.ts";
import { CLEANRL, keepsRatio } from "./loop_request.ts";
import { openPeer } from "./peer.ts";

const OPTIONS = { python: "python3", device: "auto", rounds: 1, seconds: 0.01 };
/** So small that hundreds of steps take no time. */
const SMALL = {
  ...CLEANRL,
  ...{ envs: 2, every: 4, hidden: [4], batch: 4, buffer: 100, learningStarts: 20, steps: 200 },
};

Deno.test("loop: the ratio of updates to steps must be kept by so many environments", async () => {
  assert.ok(keepsRatio({ ...CLEANRL, envs: 1 }));
  assert.ok(keepsRatio({ ...CLEANRL, envs: 5 }));
  assert.ok(keepsRatio({ ...CLEANRL, envs: 30 }));
  assert.ok(!keepsRatio({ ...CLEANRL, envs: 4 }));
  const { every, hidden, batch, steps } = CLEANRL;
  await assert.rejects(
    timeLoops({ ...OPTIONS, every, hidden, batch, steps, seeds: 0, envs: [1, 4], only: [] }),
    /^RangeError: --envs: an update every 10 steps wants a divisor or a multiple of 10, got 4$/,
  );
});

Deno.test("loop: DinoQ's loop is timed from where it was, with any number of environments", async () => {
  for (const [feed, envs] of [[hostFeed, 1], [hostFeed, 8], [gpuFeed, 8]] as const) {
    const contestant = speedByDinoQ("DinoQ", feed);
    const rate = await contestant.measure({ ...SMALL, envs, seconds: 0.01 }, 1);
    assert.ok(rate > 0 && Number.isFinite(rate), `${envs}: ${rate}`);
    assert.ok(contestant.isOurs && contestant.description !== "not started");
    await contestant.close();
  }
});

Deno.test("loop: a training ends when an evaluation shows the mean, or without arriving", async () => {
  const contestant = arrivalByDinoQ("DinoQ", hostFeed);
  const request = { ...SMALL, checkEvery: 100, episodes: 2 };
  const seconds = await contestant.measure({ ...request, threshold: 1 }, 3);
  assert.ok(seconds > 0 && Number.isFinite(seconds));
  assert.equal(await contestant.measure({ ...request, threshold: 501 }, 3), Infinity);
});

Deno.test("steps: DinoQ on the processor and on the GPU, and what can't be read", async () => {
  const { results } = await timeSteps({ ...OPTIONS, only: ["host", "gpu"] }, "random:3");
  assert.equal(results[0].task, "CartPole-v1, 3 lanes, random");
  assert.ok(results[0].rates["DinoQ, processor"][0] > 0);
  assert.ok(results[0].rates["DinoQ, GPU"][0] > 0);
  await assert.rejects(timeSteps(OPTIONS, "random"), /--tasks wants entries like random:1024/);
});

Deno.test("peer: a Python that is not there is said, not thrown", async () => {
  const found = await openPeer("no-such-python", "sb3_loop.py", []);
  assert.ok("missing" in found && /^no-such-python can't be started/.test(found.missing));
});
