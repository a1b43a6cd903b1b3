/**
 * Steps per second of environments: DinoQ's against Gymnasium's and the MinAtar package's, in turn on
 * this machine.
 *
 *     deno run -A tests/bench/env_steps.ts --python .venv/bin/python --out docs/results/env_steps
 *
 * Each environment has a pair of processes, as a program has that uses one environment: one with DinoQ,
 * one with Python. Both make it by `make` with its defaults, take random actions drawn beforehand and
 * reset at each episode's end; resets count. Turns are short, and a round is a turn of each, so that a
 * machine whose mood changes treats both alike; the table holds medians, the ratio's of the rounds'
 * ratios.
 *
 * @module
 */

import { parseArgs } from "node:util";
import {
  positiveNumber,
  runMain,
  typedCommand,
  warnWhenBusy,
  wholeNumber,
} from "./command_line.ts";
import { LinePeer } from "./line_peer.ts";
import { commit, fromFileUrl } from "./repository.ts";
import { median } from "./statistics.ts";
import { fixed, markdownTable, rate, ratio } from "./table.ts";

/** The environments and the ratios that they are to reach, where there is a goal. */
const GOALS: Readonly<Record<string, number | null>> = {
  "CartPole-v1": 20,
  "MountainCar-v0": 10,
  "Acrobot-v1": 10,
  "FrozenLake-v1": 10,
  "CliffWalking-v1": null,
  "Taxi-v3": null,
  "Blackjack-v1": null,
  "LunarLander-v3": 2,
  "MinAtar/Asterix-v1": 5,
  "MinAtar/Breakout-v1": 5,
  "MinAtar/Freeway-v1": 5,
  "MinAtar/Seaquest-v1": 5,
  "MinAtar/SpaceInvaders-v1": 5,
};

const HELP = `Times environments of DinoQ, Gymnasium and the MinAtar package, in turn.

  --only LIST       ids of environments [all that have been built in]
  --rounds N        how often each is timed; the table holds medians [11]
  --seconds X       how long each time [0.5]
  --python PATH     the Python that has gymnasium and minatar [python3]
  --out PATH        write PATH.md and PATH.json
  --help            print this

${Object.keys(GOALS).join(", ")}`;

/** Steps per second, by the clock on the wall and by the processor's time. */
interface Speed {
  readonly wall: number;
  readonly cpu: number;
}

/** A round: a turn of either side. */
interface Round {
  readonly python: Speed;
  readonly dinoq: Speed;
}

interface Result {
  readonly id: string;
  readonly peer: string;
  readonly rounds: readonly Round[];
}

async function race(
  id: string,
  python: string,
  rounds: number,
  seconds: number,
): Promise<Result | undefined> {
  const path = (name: string) => fromFileUrl(new URL(name, import.meta.url));
  const ours = await LinePeer.start(Deno.execPath(), ["run", path("env_steps_child.ts"), id]);
  const peer = await LinePeer.start(python, ["-B", path("peers/gymnasium_steps.py"), id]);
  try {
    for (const { hello } of [ours, peer]) {
      if (hello.missing === undefined) continue;
      console.error(`left out ${id}: ${hello.missing}`);
      return undefined;
    }
    const measure = async (side: LinePeer): Promise<Speed> => {
      const { stepsPerSecond, stepsPerCpuSecond } = await side.ask({ seconds });
      return { wall: Number(stepsPerSecond), cpu: Number(stepsPerCpuSecond) };
    };
    // Once each for the compiler and the caches.
    await measure(ours);
    await measure(peer);
    const results: Round[] = [];
    for (let k = 0; k < rounds; k++) {
      // Who begins changes, so that neither always has the other's wake.
      const first = await measure(k % 2 === 0 ? ours : peer);
      const second = await measure(k % 2 === 0 ? peer : ours);
      const [dinoq, python] = k % 2 === 0 ? [first, second] : [second, first];
      results.push({ python, dinoq });
    }
    console.error(`${id}: ${ratio(median(ratios(results, "wall")))}`);
    return { id, peer: String(peer.hello.version), rounds: results };
  } finally {
    await ours.close();
    await peer.close();
  }
}

function ratios(rounds: readonly Round[], by: keyof Speed): number[] {
  return rounds.map(({ dinoq, python }) => dinoq[by] / python[by]);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      only: { type: "string", default: Object.keys(GOALS).join(",") },
      rounds: { type: "string", default: "11" },
      seconds: { type: "string", default: "0.5" },
      python: { type: "string", default: "python3" },
      out: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return console.log(HELP);
  const rounds = wholeNumber("rounds", values.rounds);
  const seconds = positiveNumber("seconds", values.seconds);

  warnWhenBusy();
  const results: Result[] = [];
  for (const id of values.only.split(",")) {
    const result = await race(id, values.python, rounds, seconds);
    if (result !== undefined) results.push(result);
  }

  const table = markdownTable(
    ["environment", "Python", "DinoQ", "DinoQ ÷ Python", "from", "to", "by CPU time", "wanted"],
    results.map(({ id, rounds }) => {
      const all = ratios(rounds, "wall");
      return [
        id,
        rate(median(rounds.map(({ python }) => python.wall))),
        rate(median(rounds.map(({ dinoq }) => dinoq.wall))),
        ratio(median(all)),
        fixed(Math.min(...all)),
        fixed(Math.max(...all)),
        ratio(median(ratios(rounds, "cpu"))),
        GOALS[id] ? `≥ ${GOALS[id]}` : "–",
      ];
    }),
  );
  const record = {
    command: typedCommand("env_steps.ts"),
    commit: await commit(),
    deno: Deno.version.deno,
    peers: [...new Set(results.map(({ peer }) => peer))],
    cores: navigator.hardwareConcurrency,
    rounds,
    seconds,
    results,
  };
  const text = `# Steps per second: DinoQ's environments against Gymnasium's and MinAtar's

- command: \`${record.command}\`
- commit: ${record.commit}
- Deno ${record.deno}, ${record.peers.join(", ")}, ${record.cores} cores
- one environment, random actions drawn beforehand, resets included; medians of ${rounds} rounds of
  ${seconds} s in turn; from and to: the rounds' lowest and highest ratio
- by CPU time: the same ratio of steps per second of the processor's time, all threads of a process
  counted, which other work on the machine disturbs less
- Taxi-v3 is Taxi-v4 in Gymnasium, which has retired v3

${table}
`;
  console.log(text.trimEnd());
  if (values.out !== undefined) {
    await Deno.writeTextFile(`${values.out}.md`, text);
    await Deno.writeTextFile(`${values.out}.json`, JSON.stringify(record, null, 2) + "\n");
  }
}

if (import.meta.main) await runMain(main);
