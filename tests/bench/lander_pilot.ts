/**
 * Flies LunarLander by Gymnasium's heuristic pilot, here and in Gymnasium, and compares mean return and
 * landing rate: roundings differ, so that not all flights are the same, but their statistics are.
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

/** Flights between two lines of progress. */
const PART = 100;

/** Flights of one side. */
interface Flights {
  readonly returns: readonly number[];
  readonly landed: readonly boolean[];
  readonly steps: readonly number[];
}

/** What they come to. */
interface Summary {
  readonly meanReturn: number;
  readonly std: number;
  readonly landingRate: number;
  readonly meanSteps: number;
}

/** Flights under one wind. */
interface Comparison {
  readonly wind: boolean;
  readonly ours: Summary;
  readonly theirs: Summary;
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

/** Flies in parts on either side, telling how far it is. */
async function compare(
  episodes: number,
  seed: number,
  wind: boolean,
  flyThere: (episodes: number, seed: number) => Promise<Flights>,
): Promise<Comparison> {
  const ours: Flights[] = [], theirs: Flights[] = [];
  for (let flown = 0; flown < episodes; flown += PART) {
    const part = Math.min(PART, episodes - flown);
    ours.push(flyHere(part, seed + flown, wind));
    theirs.push(await flyThere(part, seed + flown));
    const [here, there] = [ours, theirs].map((parts) => summarise(parts).meanReturn);
    console.error(
      `${wind ? "in wind" : "no wind"}: ${flown + part} of ${episodes} flights, mean return ` +
        `${fixed(here)} here, ${fixed(there)} in Gymnasium`,
    );
  }
  const returns = (parts: Flights[]) => parts.flatMap((part) => part.returns);
  const landed = (parts: Flights[]) => parts.flatMap((part) => part.landed.map(Number));
  return {
    wind,
    ours: summarise(ours),
    theirs: summarise(theirs),
    returnDifference: differenceOfMeans(returns(ours), returns(theirs)),
    landingDifference: differenceOfMeans(landed(ours), landed(theirs)),
  };
}

function summarise(parts: readonly Flights[]): Summary {
  const returns = parts.flatMap((part) => part.returns);
  return {
    meanReturn: mean(returns),
    std: Math.sqrt(variance(returns)),
    landingRate: mean(parts.flatMap((part) => part.landed.map(Number))),
    meanSteps: mean(parts.flatMap((part) => part.steps)),
  };
}

function row(name: string, { meanReturn, std, landingRate, meanSteps }: Summary): string[] {
  return [
    name,
    fixed(meanReturn),
    fixed(std),
    `${fixed(100 * landingRate)} %`,
    fixed(meanSteps),
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
  let versions: Record<string, string> = {};
  const comparisons: Comparison[] = [];
  for (const wind of [false, true]) {
    const flyThere = async (episodes: number, seed: number) => {
      const flags = ["--episodes", String(episodes), "--seed", String(seed)];
      if (wind) flags.push("--wind");
      const { result } = await runChild(values.python, ["-B", script, ...flags]);
      versions = result.versions as Record<string, string>;
      return result as unknown as Flights;
    };
    comparisons.push(await compare(episodes, seed, wind, flyThere));
  }
  const record = {
    command: typedCommand("lander_pilot.ts"),
    commit: await commit(),
    deno: Deno.version.deno,
    versions,
    episodes,
    seed,
    comparisons,
  };
  const lines = [
    "# LunarLander-v3 by the heuristic pilot",
    "",
    `- command: \`${record.command}\``,
    `- commit: ${record.commit}`,
    `- Deno ${record.deno}; peer: ${
      Object.entries(versions).map(([name, text]) => `${name} ${text}`).join(", ")
    }`,
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
    await Deno.writeTextFile(`${values.out}.json`, JSON.stringify(record, null, 2) + "\n");
  }
}

if (import.meta.main) await runMain(main);
