/**
 * An animation of the trained agent: one episode, drawn step by step.
 *
 * @module
 */

import { score, whole } from "./format.ts";
import { attempt } from "./outputs.ts";
import { type Run, testSeed } from "./run.ts";
import { testsExploring } from "./testing.ts";

/** Plays an episode as tests play it and writes its pictures as a GIF. */
export async function writeAnimation(run: Run, path: string): Promise<void> {
  const { preset, agent, stage, around: { library, screen, files, signal } } = run;
  await attempt(run, async () => {
    const { env, gif, shows } = await stage.film();
    const seed = testSeed(agent.config.seed);
    screen.live(`playing an episode for ${path}`);
    const { mean } = await library.evaluate(agent, env, {
      episodes: 1,
      seed,
      deterministic: !testsExploring(preset, agent.config),
      signal,
    });
    screen.clear();
    if (signal.aborted) return;
    await files.writeBytes(path, gif.finish());
    screen.line(
      `drew an episode of ${whole(gif.count)} pictures${shows ? `, ${shows}` : ""}, return ` +
        `${score(mean)}, in ${path}`,
    );
  });
}
