/**
 * Flies LunarLander by Gymnasium's heuristic pilot, here and in Gymnasium, and compares mean return and
 * landing rate: the physics are two libraries, so that whole flights can only be alike in statistics.
 *
 *     deno run -A tests/bench/lander_pilot.ts --out docs/results/lander_pilot
 *
 * @module
 */

import { parseArgs } from "node:util";
import { lunarLanderPilot } from "../../src/envs/box2d/lander_pilot.ts";
import { make } from "../../src/envs/registry.ts";
import { runChild } from "./child.ts";
import { runMain, typedCommand, wholeNumber } from "./command_line.ts";
import { commit, fromFileUrl } from "./repository.ts";
import { type Difference, differenceOfMeans, mean, variance } from "./statistics.ts";
import { fixed, markdownTable } from "./table.ts";

const HELP = `Flies LunarLander-v3 by Gymnasium's heuristic pilot, here and in Gymnasium.

  --episodes N     flights, from the same seeds on both sides [500]
  --seed N         the first seed [0]
  --python PATH    a Python with gymnasium[box2d] [python3]
  --out PATH       write PATH.md and PATH.json
  --help           print this`;

/** Flights of one side. */
interface Flights {
  readonly returns: readonly number[];
  readonly landed: readonly boolean[];
  readonly steps: readonly number[];
}

/** Flights under one wind. */
interface Comparison {
  readonly wind: boolean;
  readonly ours: Flights;
  readonly theirs: Flights;
  readonly returnDifference: Difference;
  readonly landingDifference: Difference;
}

function flyHere(episodes: number, seed: number, enableWind: boolean): Flights {
  const env = make("LunarLander-v3", { enableWind });
  const flights = { returns: [] as number[], landed: [] as boolean[], steps: [] as number[] };
  for (let episode = 0; episode < episodes; episode++) {
    let [observation] = env.reset({ seed: seed + episode });
    let total = 0;
    for (let steps = 1;; steps++) {
      const [next, reward, terminated, truncated] = env.step(lunarLanderPilot(observation));
      observation = next;
      total += reward;
      if (!terminated && !truncated) continue;
      flights.returns.push(total);
      flights.landed.push(terminated && reward === 100);
      flights.steps.push(steps);
      break;
    }
  }
  return flights;
}

const share = (landed: readonly boolean[]) => landed.map(Number);

function row(name: string, { returns, landed, steps }: Flights): string[] {
  return [
    name,
    fixed(mean(returns)),
    fixed(Math.sqrt(variance(returns))),
    `${fixed(100 * mean(share(landed)))} %`,
    fixed(mean(steps)),
  ];
}

function interval({ difference, low, high }: Difference, digits: number): string {
  return `${difference.toFixed(digits)}, 95 % interval ${low.toFixed(digits)} to ${
    high.toFixed(digits)
  }`;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      episodes: { type: "string", default: "500" },
      seed: { type: "string", default: "0" },
      python: { type: "string", default: "python3" },
      out: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return console.log(HELP);
  const episodes = wholeNumber("episodes", values.episodes, 2);
  const seed = wholeNumber("seed", values.seed, 0);
  const script = fromFileUrl(new URL("peers/gymnasium_pilot.py", import.meta.url));
  let versions = {};
  const comparisons: Comparison[] = [];
  for (const wind of [false, true]) {
    console.error(`${episodes} flights ${wind ? "in wind" : "without wind"}: here`);
    const ours = flyHere(episodes, seed, wind);
    console.error(`${episodes} flights ${wind ? "in wind" : "without wind"}: in Gymnasium`);
    const flags = ["-B", script, "--episodes", String(episodes), "--seed", String(seed)];
    const { result } = await runChild(values.python, wind ? [...flags, "--wind"] : flags);
    const theirs = result as unknown as Flights;
    versions = result.versions as Record<string, string>;
    comparisons.push({
      wind,
      ours,
      theirs,
      returnDifference: differenceOfMeans(ours.returns, theirs.returns),
      landingDifference: differenceOfMeans(share(ours.landed), share(theirs.landed)),
    });
  }
  const lines = [
    "# LunarLander-v3 by the heuristic pilot",
    "",
    `- command: \`${typedCommand("lander_pilot.ts")}\``,
    `- commit: ${await commit()}`,
    `- peer: ${Object.entries(versions).map(([name, text]) => `${name} ${text}`).join(", ")}`,
  ];
  for (const { wind, ours, theirs, returnDifference, landingDifference } of comparisons) {
    lines.push(
      "",
      `## ${episodes} flights ${wind ? "in wind" : "without wind"}`,
      "",
      markdownTable(
        ["where", "mean return", "std", "landed", "mean steps"],
        [row("DinoQ", ours), row("Gymnasium", theirs)],
      ),
      "",
      `Difference of mean returns ${interval(returnDifference, 1)}; of landing rates ${
        interval(landingDifference, 3)
      } (Welch).`,
    );
  }
  const text = lines.join("\n") + "\n";
  console.log(text.trimEnd());
  if (values.out !== undefined) {
    await Deno.writeTextFile(`${values.out}.md`, text);
    const summary = comparisons.map(({ wind, returnDifference, landingDifference }) => ({
      wind,
      returnDifference,
      landingDifference,
    }));
    const json = { command: typedCommand("lander_pilot.ts"), versions, episodes, seed, summary };
    await Deno.writeTextFile(`${values.out}.json`, JSON.stringify(json, null, 2) + "\n");
  }
}

if (import.meta.main) await runMain(main);
