/** Tests of acting, with a learner that only remembers how it was asked. @module */

import assert from "node:assert/strict";
import { Actor } from "../../src/agent/acting.ts";
import type { Lanes } from "../../src/agent/lanes.ts";
import { type DQNConfig, resolveConfig } from "../../src/dqn/config.ts";
import type { Learner } from "../../src/dqn/learner.ts";
import { shapeOf } from "../../src/agent/spaces.ts";
import { Box, Discrete } from "../../src/envs/mod.ts";

const SHAPE = shapeOf({
  observationSpace: new Box(-1, 1, [1]),
  actionSpace: new Discrete(3),
});
const SEEN = Float32Array.of(0);

/** An actor of a learner that finds action 1 best, then 2; and what the learner was asked. */
function actorOf(config: DQNConfig, now = { steps: 1000, epsilon: 0, temperature: null }) {
  const asked: { rows: number; noise: number | undefined }[] = [];
  const learner = {
    qValues: (observations: readonly unknown[], noise?: number) => {
      asked.push({ rows: observations.length, noise });
      return Promise.resolve(Float32Array.from(observations.flatMap(() => [0, 2, 1])));
    },
  } as unknown as Learner;
  const actor = new Actor(learner, resolveConfig({ learningStarts: 0, ...config }), SHAPE, now, {
    predictions: 0,
  });
  return { actor, asked, now };
}

/** Lanes that only see. */
function lanesOf(...masks: (number | undefined)[]): Lanes {
  return {
    count: masks.length,
    observations: () => masks.map(() => SEEN),
    mask: (lane: number) => masks[lane],
  } as unknown as Lanes;
}

/** How the Q-values of a prediction are asked for. */
const predictions = (noises: (number | undefined)[]) => (noise?: number) => {
  noises.push(noise);
  return Promise.resolve(Float32Array.of(0, 2, 1));
};

Deno.test("acting: one forward pass for all lanes, each within its own mask", async () => {
  const { actor, asked } = actorOf({});
  assert.deepEqual(await actor.act(lanesOf(undefined, 0b101, 0b011, 0b001)), [1, 2, 1, 0]);
  assert.deepEqual(asked, [{ rows: 4, noise: undefined }]);
  assert.equal(await actor.lastAction(0, SEEN, 0b101), 2);
  assert.equal(await actor.lastAction(0, SEEN, undefined), 1);
});

Deno.test("acting: where all actions are random, the learner is not asked, noise or not", async () => {
  for (const config of [{}, { noisy: true }] as const) {
    const { actor, asked } = actorOf({ ...config, learningStarts: 2000, bufferSize: 5000 });
    for (const action of await actor.act(lanesOf(0b100, 0b001))) assert.ok(action % 2 === 0);
    await actor.lastAction(1, SEEN);
    assert.deepEqual(asked, []);
  }
});

Deno.test("acting: a noisy network's noise is fresh at each act, shared by its lanes", async () => {
  const { actor, asked, now } = actorOf({ noisy: true });
  const counters: (number | undefined)[] = [];
  for (now.steps = 1000; now.steps < 1010; now.steps += 2) {
    await actor.act(lanesOf(undefined, undefined));
    await actor.lastAction(1, SEEN);
    await actor.predict(true, undefined, predictions(counters));
  }
  counters.push(...asked.map(({ noise }) => noise));
  assert.equal(counters.length, 15);
  assert.ok(counters.every((counter) => Number.isSafeInteger(counter)));
  // No two uses of any kind ever meet in one counter.
  assert.equal(new Set(counters).size, 15);
  assert.deepEqual(asked.map(({ rows }) => rows), [2, 1, 2, 1, 2, 1, 2, 1, 2, 1]);
});

Deno.test("acting: noise follows from the step, so a resumed run has the same", async () => {
  const one = actorOf({ noisy: true });
  await one.actor.act(lanesOf(undefined));
  await one.actor.lastAction(0, SEEN);
  one.now.steps++;
  await one.actor.act(lanesOf(undefined));
  const other = actorOf({ noisy: true }, { steps: 1001, epsilon: 0, temperature: null });
  await other.actor.act(lanesOf(undefined));
  assert.deepEqual(other.asked[0], one.asked[2]);
});

Deno.test("acting: no noise without the option, nor where a user asks for the best action", async () => {
  const noises: (number | undefined)[] = [];
  const plain = actorOf({});
  await plain.actor.predict(true, undefined, predictions(noises));
  const noisy = actorOf({ noisy: true });
  assert.equal(await noisy.actor.predict(false, undefined, predictions(noises)), 1);
  assert.equal(await noisy.actor.predict(false, 0b101, predictions(noises)), 2);
  assert.deepEqual(noises, [undefined, undefined, undefined]);
});
