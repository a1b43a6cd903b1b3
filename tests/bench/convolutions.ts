/**
 * Times updates of DQN with convolutional networks (uniform replay of bytes, Huber, Adam, target network)
 * in PyTorch and DinoQ in turn on this machine.
 *
 *     deno run -A tests/bench/convolutions.ts --python .venv/bin/python
 *
 * Rounds of measuring go network by network and contestant by contestant, never two at a time, and the
 * table holds medians, so that a machine whose mood changes treats all alike. A peer that is not installed
 * is left out with a word.
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
import { type Request, type Shape, updatesByDinoQ } from "./convolution_updates.ts";
import { type Contestant, type Found, startPeer } from "./peer.ts";
import { commit } from "./repository.ts";
import { median } from "./statistics.ts";
import { markdownTable, rate, ratio } from "./table.ts";

const HELP = `Times updates of convolutional networks in PyTorch and DinoQ in turn on this machine.

  --networks LIST   nature:batch, minatar:batch, … [nature:32,nature:256,minatar:32]
  --rounds N        how often each is timed; the table holds medians [5]
  --seconds X       how long each time [2]
  --python PATH     the Python that has PyTorch [python3]
  --device NAME     auto, cpu or cuda: where PyTorch runs [auto]
  --only LIST       of eager, compiled, tf32, dinoq [eager,dinoq]
  --profile         print where DinoQ's time goes instead
  --json FILE       write all measurements here
  --help            print this`;

const NETWORKS: Readonly<Record<string, Shape>> = {
  // Mnih et al.: Human-level control through deep reinforcement learning (Nature 2015), methods.
  nature: {
    input: [4, 84, 84],
    highest: 255,
    network: "nature-cnn",
    frame: [84, 84],
    frameStack: 4,
    convolutions: [[32, 8, 4], [64, 4, 2], [64, 3, 1]],
    hidden: [512],
    outputs: 6,
  },
  // Young, Tian: MinAtar (arXiv 1903.03176), section 4.
  minatar: {
    input: [4, 10, 10],
    highest: 1,
    network: "minatar-cnn",
    frame: [10, 10, 4],
    frameStack: 1,
    convolutions: [[16, 3, 1]],
    hidden: [128],
    outputs: 6,
  },
};

function parseNetworks(text: string): Omit<Request, "seconds">[] {
  return text.split(",").map((part) => {
    const [name, batch = ""] = part.trim().split(":");
    const shape = NETWORKS[name];
    if (!shape) {
      throw new RangeError(
        `--networks wants entries like nature:32 of ${
          Object.keys(NETWORKS).join(", ")
        }, got "${part}"`,
      );
    }
    return {
      name: part.trim(),
      ...shape,
      batch: wholeNumber("networks", batch),
      sizes: [],
      rows: 0,
    };
  });
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      networks: { type: "string", default: "nature:32,nature:256,minatar:32" },
      rounds: { type: "string", default: "5" },
      seconds: { type: "string", default: "2" },
      python: { type: "string", default: "python3" },
      device: { type: "string", default: "auto" },
      only: { type: "string", default: "eager,dinoq" },
      profile: { type: "boolean", default: false },
      json: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return console.log(HELP);
  const networks = parseNetworks(values.networks);
  const rounds = values.profile ? 1 : wholeNumber("rounds", values.rounds);
  const seconds = positiveNumber("seconds", values.seconds);
  const { python, device } = values;
  const peer = (...args: string[]) => startPeer(python, "torch_convolutions.py", [device, ...args]);
  const known: Record<string, () => Promise<Found>> = {
    eager: () => peer("eager", "float32"),
    compiled: () => peer("compiled", "float32"),
    tf32: () => peer("eager", "tf32"),
    dinoq: () => Promise.resolve({ contestant: updatesByDinoQ(values.profile) }),
  };

  warnWhenBusy();
  const contestants: { readonly key: string; readonly contestant: Contestant }[] = [];
  for (const key of values.profile ? ["dinoq"] : values.only.split(",")) {
    if (!(key in known)) {
      throw new RangeError(`--only wants some of ${Object.keys(known).join(", ")}, got "${key}"`);
    }
    const found = await known[key]();
    if ("missing" in found) console.error(`left out ${key}: ${found.missing}`);
    else contestants.push({ key, contestant: found.contestant });
  }

  const measured = new Map<string, number[]>();
  const all = (name: string, key: string) => measured.get(`${name}, ${key}`) ?? [];
  try {
    for (let round = 1; round <= rounds; round++) {
      for (const network of networks) {
        for (const { key, contestant } of contestants) {
          const perSecond = await contestant.measure({ ...network, seconds }, round);
          measured.set(`${network.name}, ${key}`, [...all(network.name, key), perSecond]);
          if (values.profile) continue;
          console.error(`round ${round}/${rounds}, ${network.name}, ${key}: ${rate(perSecond)} /s`);
        }
      }
    }
  } finally {
    for (const { contestant } of contestants) await contestant.close();
  }
  if (values.profile) return;

  const peers = contestants.filter(({ key }) => key !== "dinoq");
  const isCompared = peers.length < contestants.length;
  console.log(
    `updates a second; median of ${rounds} rounds of ${seconds} s`,
  );
  for (const { key, contestant } of contestants) {
    console.log(`- ${key}: ${contestant.name}, ${contestant.description}`);
  }
  console.log();
  console.log(markdownTable(
    [
      "network:batch",
      ...contestants.map(({ key }) => key),
      ...isCompared ? peers.map(({ key }) => `dinoq ÷ ${key}`) : [],
    ],
    networks.map(({ name }) => [
      name,
      ...contestants.map(({ key }) => rate(median(all(name, key)))),
      ...isCompared
        ? peers.map(({ key }) => ratio(median(all(name, "dinoq")) / median(all(name, key))))
        : [],
    ]),
  ));
  if (values.json === undefined) return;
  const record = {
    command: typedCommand("convolutions.ts"),
    commit: await commit(),
    rounds,
    seconds,
    contestants: contestants.map(({ key, contestant: { name, description } }) => ({
      ...{ key, name, description },
    })),
    results: networks.map(({ name }) => ({
      name,
      perSecond: Object.fromEntries(contestants.map(({ key }) => [key, all(name, key)])),
    })),
  };
  await Deno.writeTextFile(values.json, JSON.stringify(record, null, 2) + "\n");
}

if (import.meta.main) await runMain(main);
