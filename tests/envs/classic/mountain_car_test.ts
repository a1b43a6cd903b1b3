import assert from "node:assert/strict";
import recorded from "../../fixtures/gymnasium/mountain_car.json" with { type: "json" };
import { type JsonValue, make, MountainCar, registry } from "../../../src/envs/mod.ts";
import { assertSameBits, number } from "../fixture.ts";
import {
  assertEpisode,
  assertRandomEpisodes,
  checkBounds,
  checkStateAndPhases,
} from "./recorded.ts";

const ID = "MountainCar-v0";

Deno.test("mountain_car: id, limit, threshold and spaces are Gymnasium's", () => {
  const { maxEpisodeSteps, rewardThreshold } = registry().get(ID)!;
  assert.deepEqual({ maxEpisodeSteps, rewardThreshold }, recorded.spec);
  const { observationSpace, actionSpace } = new MountainCar();
  assert.deepEqual([...observationSpace.low], recorded.low.map(number).map(Math.fround));
  assert.deepEqual([...observationSpace.high], recorded.high.map(number).map(Math.fround));
  assert.equal(actionSpace.n, recorded.actions);
});

Deno.test("mountain_car: random episodes are Gymnasium's, over seeded and unseeded resets", async () => {
  await assertRandomEpisodes(ID, recorded.random);
});

Deno.test("mountain_car: episodes are Gymnasium's to the last bit, with all options", async () => {
  const ends = new Set<string>();
  for (const episode of recorded.episodes) {
    const name = JSON.stringify([episode.seed, episode.make, episode.reset]);
    const env = make(ID, episode.make);
    const [first] = env.reset({ seed: episode.seed, options: episode.reset });
    await assertEpisode(env, first, episode, name);
    ends.add(episode.end);
  }
  assert.deepEqual([...ends].sort(), ["terminated", "truncated"]);
});

Deno.test("mountain_car: single steps are Gymnasium's, at the walls and at the goal", () => {
  const env = new MountainCar();
  env.reset({ seed: 1 });
  const running = env.getState() as Record<string, JsonValue>;
  let ended = 0;
  for (const { state, action, next, terminated } of recorded.steps) {
    env.setState({ ...running, state });
    const [observation, reward, isTerminated] = env.step(action);
    assert.deepEqual(env.state, next, `from ${state}`);
    assertSameBits(observation, Float32Array.from(next), `from ${state}`);
    assert.equal(reward, -1);
    assert.equal(isTerminated, terminated, `from ${state}`);
    ended += Number(terminated);
  }
  assert.ok(ended > 10 && ended < recorded.steps.length / 2);
});

Deno.test("mountain_car: states, phases, fresh observations and wrong actions", () => {
  checkStateAndPhases(ID, () => new MountainCar());
});

Deno.test("mountain_car: bad options are refused, and toString tells how it was made", () => {
  checkBounds(ID);
  assert.throws(
    () => new MountainCar({ goalVelocity: NaN }),
    /MountainCar: goalVelocity must be a number, got NaN/,
  );
  assert.throws(
    () => make(ID, { goalVelocity: "fast" }),
    /goalVelocity must be a number, got fast/,
  );
  assert.equal(`${new MountainCar()}`, "<MountainCar>");
  assert.equal(`${make(ID)}`, "<TimeLimit<MountainCar<MountainCar-v0>>>");
  make(ID).close();
});
