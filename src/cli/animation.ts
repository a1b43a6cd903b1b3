/**
 * An animation of the trained agent: one greedy episode, drawn step by step.
 *
 * @module
 */

import { RenderCollection } from "../envs/wrappers/render_collection.ts";
import { encodeGif } from "../io/gif.ts";
import { score, whole } from "./format.ts";
import { attempt } from "./outputs.ts";
import { type Run, testSeed } from "./run.ts";

/** Pictures a second where the environment does not say. */
const FPS = 30;

/** Plays an episode greedily and writes its pictures as a GIF. */
export async function writeAnimation(run: Run, path: string): Promise<void> {
  const { preset, agent, around: { library, screen, files, signal } } = run;
  await attempt(run, async () => {
    const env = new RenderCollection(library.make(preset.env));
    const seed = testSeed(agent.config.seed);
    screen.live(`playing an episode for ${path}`);
    const { mean } = await library.evaluate(agent, env, { episodes: 1, seed, signal });
    screen.clear();
    if (signal.aborted) return;
    const frames = env.takeFrames();
    await files.writeBytes(path, encodeGif(frames, { fps: env.renderFps ?? FPS }));
    screen.line(
      `drew an episode of ${whole(frames.length)} pictures, return ${score(mean)}, in ${path}`,
    );
  });
}
