/** Tests of films: which pictures are kept while an episode is played. @module */

import assert from "node:assert/strict";
import type { SingleEnv } from "../../src/agent/feed.ts";
import { evaluate, type Policy } from "../../src/agent/evaluation.ts";
import { filmed, filmedVector } from "../../src/cli/film.ts";
import { make } from "../../src/envs/registry.ts";
import { Box } from "../../src/envs/spaces/box.ts";
import { Discrete } from "../../src/envs/spaces/discrete.ts";
import { SyncVectorEnv } from "../../src/envs/vector/sync_vector_env.ts";

/** Shows 4 × 4 pixels whose shade is the step; an episode has three steps. */
function shades(): SingleEnv {
  let step = 0;
  const observe = () => new Uint8Array(16).fill(50 * step);
  return {
    observationSpace: new Box(0, 255, [4, 4], "uint8"),
    actionSpace: new Discrete(2),
    reset() {
      step = 0;
      return [observe(), {}];
    },
    step: () => [observe(), 1, ++step === 3, false, {}],
    close() {},
    toString: () => "<Shades>",
  } as SingleEnv;
}

const POLICY: Policy = {
  epsilon: 0,
  temperature: null,
  owns: () => false,
  qValuesOf: (rows) => Promise.resolve(new Float32Array(2 * rows.length)),
};

Deno.test("film: an environment's own pictures", async () => {
  const { env, gif, shows } = filmed(make("CartPole-v1") as SingleEnv);
  const { lengths } = await evaluate(POLICY, env, { episodes: 1, seed: 3 });
  assert.equal(gif.count, 1 + lengths[0]);
  assert.equal(shows, undefined);
});

Deno.test("film: without pictures, observations that are some", async () => {
  const { env, gif, shows } = filmed(shades());
  const { mean } = await evaluate(POLICY, env, { episodes: 1 });
  assert.deepEqual([mean, gif.count, shows], [3, 4, "as the agent sees it"]);
  assert.equal(String.fromCharCode(...gif.finish().subarray(0, 6)), "GIF89a");
});

Deno.test("film: a vector environment of one lane, from its reset to the episode's end", async () => {
  const vector = new SyncVectorEnv([shades]);
  const { env, gif, shows } = filmedVector(vector as Parameters<typeof filmedVector>[0], 15);
  const { mean, lengths } = await evaluate(POLICY, env, { episodes: 1 });
  assert.deepEqual([mean, lengths, gif.count, shows], [3, [3], 4, "as the agent sees it"]);
});

Deno.test("film: what has no picture at all is refused", () => {
  const env = { ...shades(), observationSpace: new Box(0, 1, [4]) } as SingleEnv;
  assert.throws(() => filmed(env), /^Error: --gif: <Shades> has no picture$/);
  const vector = new SyncVectorEnv([() => env]);
  assert.throws(
    () => filmedVector(vector as Parameters<typeof filmedVector>[0], 15),
    /--gif: .* has no picture/,
  );
});
