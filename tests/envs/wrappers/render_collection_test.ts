/** Tests of keeping pictures. @module */

import assert from "node:assert/strict";
import { RenderCollection } from "../../../src/envs/wrappers/render_collection.ts";
import { StubEnv } from "../../agent/stub_env.ts";
import { PictureEnv } from "./picture_env.ts";

/** The episode and the step that each picture shows. */
const shown = (env: RenderCollection) => env.takeFrames().map(({ data }) => [data[0], data[1]]);

Deno.test("render collection: a picture after every reset and step, thrown away at the next reset", () => {
  const env = new RenderCollection(new PictureEnv());
  env.reset();
  env.step(0);
  env.step(1);
  assert.deepEqual(shown(env), [[1, 0], [1, 1], [1, 2]]);
  assert.deepEqual(shown(env), []);
  env.step(0);
  env.reset();
  env.step(0);
  assert.deepEqual(shown(env), [[2, 0], [2, 1]]);
});

Deno.test("render collection: pictures can stay when they are taken, and at a reset", () => {
  const env = new RenderCollection(new PictureEnv(), { popFrames: false, resetClean: false });
  env.reset();
  env.step(0);
  assert.equal(shown(env).length, 2);
  env.reset();
  assert.deepEqual(shown(env), [[1, 0], [1, 1], [2, 0]]);
});

Deno.test("render collection: what is wrong is said, and the chain is printed", () => {
  assert.throws(() => new RenderCollection(new StubEnv()), {
    name: "TypeError",
    message: "RenderCollection: StubEnv has no picture to render",
  });
  assert.throws(() => new RenderCollection(new PictureEnv(), { popFrames: 1 as never }), {
    name: "TypeError",
    message: "RenderCollection: popFrames must be a boolean, got 1",
  });
  assert.match(String(new RenderCollection(new PictureEnv())), /^<RenderCollection<.*>>$/);
});
