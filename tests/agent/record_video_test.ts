/** Tests of recording episodes as GIF files. @module */

import assert from "node:assert/strict";
import { cappedCubic, RecordVideo, type RecordVideoOptions } from "../../mod.ts";
import { PictureEnv } from "../envs/wrappers/picture_env.ts";
import { StubEnv } from "./stub_env.ts";
import { inFolder, namesIn } from "./support.ts";

/** Plays episodes of three steps; `left` steps into another one that is not finished. */
async function play(options: RecordVideoOptions, episodes: number, left = 0): Promise<RecordVideo> {
  const env = new RecordVideo(new PictureEnv(), options);
  for (let episode = 0; episode < episodes; episode++) {
    env.reset();
    for (let i = 0; i < 3; i++) env.step(0);
  }
  if (left > 0) env.reset();
  for (let i = 0; i < left; i++) env.step(0);
  env.close();
  await env.finished();
  return env;
}

/** How many pictures a GIF has, and the milliseconds that each is shown: from its control blocks. */
function framesOf(path: string): { count: number; delay: number } {
  const bytes = Deno.readFileSync(path);
  const controls = Array.from(bytes.keys())
    .filter((i) => bytes[i] === 0x21 && bytes[i + 1] === 0xf9 && bytes[i + 2] === 4);
  const delays = new Set(controls.map((i) => 10 * (bytes[i + 4] + 256 * bytes[i + 5])));
  assert.equal(delays.size, 1);
  return { count: controls.length, delay: [...delays][0] };
}

Deno.test("record video: episodes 0, 1, 8, 27 and so on, in files named after them", async () => {
  assert.deepEqual(
    Array.from({ length: 3001 }, (_, i) => i).filter(cappedCubic),
    [0, 1, 8, 27, 64, 125, 216, 343, 512, 729, 1000, 2000, 3000],
  );
  await inFolder(async (folder) => {
    await play({ videoFolder: `${folder}/new/videos/` }, 10);
    assert.deepEqual(
      namesIn(`${folder}/new/videos`),
      [0, 1, 8].map((episode) => `rl-video-episode-${episode}.gif`),
    );
    // The reset's picture and three more; 20 pictures a second as the environment says.
    const video = framesOf(`${folder}/new/videos/rl-video-episode-1.gif`);
    assert.deepEqual(video, { count: 4, delay: 50 });
  });
});

Deno.test("record video: which episodes, what names, how fast", async () => {
  await inFolder(async (folder) => {
    const options = {
      videoFolder: folder,
      episodeTrigger: (episode: number) => episode === 2,
      namePrefix: "test",
      fps: 10,
    };
    await play(options, 4);
    assert.deepEqual(namesIn(folder), ["test-episode-2.gif"]);
    assert.equal(framesOf(`${folder}/test-episode-2.gif`).delay, 100);
  });
});

Deno.test("record video: from a step on, so many pictures, over the episode's end", async () => {
  await inFolder(async (folder) => {
    const stepTrigger = (step: number) => step === 2;
    await play({ videoFolder: folder, stepTrigger, videoLength: 4 }, 3);
    assert.deepEqual(namesIn(folder), ["rl-video-step-2.gif"]);
    assert.equal(framesOf(`${folder}/rl-video-step-2.gif`).count, 4);
  });
});

Deno.test("record video: what is being recorded when the environment is closed is written", async () => {
  await inFolder(async (folder) => {
    await play({ videoFolder: folder }, 0, 2);
    assert.equal(framesOf(`${folder}/rl-video-episode-0.gif`).count, 3);
  });
});

Deno.test("record video: a folder that can't be written is told at the end", async () => {
  await inFolder(async (folder) => {
    Deno.writeTextFileSync(`${folder}/file`, "");
    await assert.rejects(play({ videoFolder: `${folder}/file/videos` }, 1), {
      name: "Error",
      message: /^RecordVideo: cannot make the folder ".*file\/videos": /,
    });
  });
});

Deno.test("record video: what is wrong is said at once", () => {
  const make = (options: object, env = new PictureEnv() as StubEnv) => () =>
    new RecordVideo(env, options as RecordVideoOptions);
  assert.throws(make({}), {
    name: "TypeError",
    message: "RecordVideo: videoFolder must be the path of a folder, got undefined",
  });
  assert.throws(make({ videoFolder: "x", videoLength: 0 }), {
    name: "RangeError",
    message: "RecordVideo: videoLength must be an integer of at least 1, got 0",
  });
  assert.throws(make({ videoFolder: "x", fps: 0 }), {
    name: "RangeError",
    message: "RecordVideo: fps must be above 0 and at most 1000, got 0",
  });
  assert.throws(make({ videoFolder: "x" }, new StubEnv()), {
    name: "TypeError",
    message: "RecordVideo: StubEnv has no picture to render",
  });
});
