/**
 * An animation of the trained agent: one episode, drawn step by step.
 *
 * @module
 */

import type { SingleEnv } from "../agent/feed.ts";
import type { Observation } from "../agent/spaces.ts";
import type { ResetOptions, ResetResult, StepResult } from "../envs/env.ts";
import { Wrapper } from "../envs/wrappers/wrapper.ts";
import { GifWriter } from "../io/gif.ts";
import { score, whole } from "./format.ts";
import { attempt } from "./outputs.ts";
import { type Run, testSeed } from "./run.ts";

/** Pictures a second where the environment does not say. */
const FPS = 30;

/** Draws each moment into a GIF at once: a thousand pictures would fill the memory. */
class Filmed extends Wrapper<Observation> {
  readonly gif: GifWriter;

  constructor(env: SingleEnv) {
    super(env);
    this.gif = new GifWriter({ fps: env.renderFps ?? FPS });
  }

  override reset(options?: ResetOptions): ResetResult<Observation> {
    const result = super.reset(options);
    this.gif.add(this.env.render!());
    return result;
  }

  override step(action: number): StepResult<Observation> {
    const result = super.step(action);
    this.gif.add(this.env.render!());
    return result;
  }
}

/** Plays an episode as tests play it and writes its pictures as a GIF. */
export async function writeAnimation(run: Run, path: string): Promise<void> {
  const { preset, agent, around: { library, screen, files, signal } } = run;
  await attempt(run, async () => {
    const env = library.make(preset.env);
    if (!env.render) throw new Error(`--gif: ${preset.env} has no picture`);
    const filmed = new Filmed(env);
    const seed = testSeed(agent.config.seed);
    screen.live(`playing an episode for ${path}`);
    const { mean } = await library.evaluate(agent, filmed, {
      episodes: 1,
      seed,
      deterministic: !preset.testsExploring,
      signal,
    });
    screen.clear();
    if (signal.aborted) return;
    await files.writeBytes(path, filmed.gif.finish());
    screen.line(
      `drew an episode of ${whole(filmed.gif.count)} pictures, return ${score(mean)}, in ${path}`,
    );
  });
}
