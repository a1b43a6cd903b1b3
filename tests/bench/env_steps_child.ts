/**
 * DinoQ's side of env_steps.ts: one environment of this process, stepped for a while at each request.
 * It speaks as peers/gymnasium_steps.py does.
 *
 * @module
 */

import { cpuUsage } from "node:process";
import { type Discrete, make } from "../../mod.ts";

/** Steps between two looks at the clock, and how many actions are drawn beforehand. */
const CHUNK = 1000;
const SEED = 1;

/** What a turn has shown. */
interface Speed {
  /** By the clock on the wall. */
  readonly stepsPerSecond: number;
  /** By the processor's time, which other work on the machine does not lengthen as much. */
  readonly stepsPerCpuSecond: number;
}

/** Takes random actions for so many seconds, resetting at each episode's end. */
function makeRunner(id: string): (seconds: number) => Speed {
  const env = make<unknown, number>(id);
  const space = env.actionSpace as unknown as Discrete;
  space.seed(SEED);
  const actions = Array.from({ length: CHUNK }, () => space.sample());
  env.reset({ seed: SEED });
  return (seconds) => {
    let steps = 0;
    const cpuStarted = cpuSeconds();
    const started = performance.now();
    while (true) {
      for (let i = 0; i < CHUNK; i++) {
        const result = env.step(actions[i]);
        if (result[2] || result[3]) env.reset();
      }
      steps += CHUNK;
      const passed = (performance.now() - started) / 1000;
      if (passed < seconds) continue;
      const cpuPassed = cpuSeconds() - cpuStarted;
      return { stepsPerSecond: steps / passed, stepsPerCpuSecond: steps / cpuPassed };
    }
  };
}

/** The processor's time that this process has taken, with that of its compiler and collector. */
function cpuSeconds(): number {
  const { user, system } = cpuUsage();
  return (user + system) / 1e6;
}

async function main(id: string): Promise<void> {
  let run: (seconds: number) => Speed;
  try {
    run = makeRunner(id);
  } catch (error) {
    return console.log(JSON.stringify({ missing: (error as Error).message }));
  }
  console.log(JSON.stringify({ version: Deno.version.deno }));
  let rest = "";
  for await (const chunk of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop()!;
    for (const line of lines) {
      console.log(JSON.stringify(run(JSON.parse(line).seconds)));
    }
  }
}

if (import.meta.main) await main(Deno.args[0]);
