/**
 * Times one DQN update, made over and over, in PyTorch, JAX and DinoQ in turn on this machine.
 *
 *     deno task bench --python .venv/bin/python
 *
 * The update is the same for all: a uniform draw from a replay buffer of 10,000 rows, both networks
 * forward, Huber loss, backward, Adam; the target network is copied every 100 updates. Rounds go shape
 * by shape and contestant by contestant, never two at a time, and the table holds medians, so that a
 * machine whose mood changes treats all alike. A peer that is not installed is left out with a word.
 *
 * @module
 */

import { parseArgs } from "node:util";
import { DQN, make } from "../../mod.ts";
import {
  positiveNumber,
  runMain,
  typedCommand,
  warnWhenBusy,
  wholeNumber,
} from "./command_line.ts";
import { type Contestant, type Found, type Measurement, startPeer } from "./peer.ts";
import { RandomEnv } from "./random_env.ts";
import { commit } from "./repository.ts";
import { median } from "./statistics.ts";
import { markdownTable, rate, ratio } from "./table.ts";

const DEFAULT_SHAPES =
  "4-32-16-2:32,4-64-64-2:64,4-120-84-2:128,4-256-256-2:64,8-256-256-4:128,27-50-40-9:33";
const ROWS = 10_000;
/** Random steps that the replay buffer is filled with. */
const FILL = 4_000;
const SYNC = 100;

const HELP = `Times the same DQN update in PyTorch, JAX and DinoQ in turn on this machine.

  --shapes LIST     sizes:batch, … [${DEFAULT_SHAPES}]
  --rounds N        how often each is timed; the table holds medians [5]
  --seconds X       how long each time [2]
  --python PATH     the Python that has PyTorch or JAX [python3]
  --device NAME     auto, cpu or cuda: where the peers run [auto]
  --only LIST       of torch, jax, dinoq [all]
  --json FILE       write all measurements here
  --help            print this`;

interface Shape {
  readonly name: string;
  readonly sizes: readonly number[];
  readonly batch: number;
}

function parseShapes(text: string): Shape[] {
  return text.split(",").map((part) => {
    const match = /^(\d+(?:-\d+)+):(\d+)$/.exec(part.trim());
    if (!match) throw new RangeError(`--shapes wants entries like 4-64-64-2:64, got "${part}"`);
    const [, sizes, batch] = match;
    return {
      name: `${sizes}, ${batch}`,
      sizes: sizes.split("-").map((size) => wholeNumber("shapes", size)),
      batch: wholeNumber("shapes", batch),
    };
  });
}

/** DinoQ as a contestant: an agent for each shape, created and filled when it is first timed. */
async function dinoq(): Promise<Contestant> {
  const agents = new Map<string, DQN>();
  const agentFor = async ({ sizes, batch, rows }: Measurement): Promise<DQN> => {
    const key = `${sizes}:${batch}`;
    const known = agents.get(key);
    if (known) return known;
    const [inputs, actions] = [sizes[0], sizes[sizes.length - 1]];
    const env = inputs === 4 && actions === 2
      ? make("CartPole-v1")
      : new RandomEnv(inputs, actions);
    const agent = await DQN.create(env, {
      hiddenLayers: sizes.slice(1, -1),
      batchSize: batch,
      bufferSize: rows,
      learningStarts: rows,
      learningRate: 1e-3,
      targetUpdateInterval: { every: SYNC, unit: "update" },
      maxGradNorm: null,
      seed: 1,
    });
    await agent.learn(FILL);
    await agent.train(SYNC);
    agents.set(key, agent);
    return agent;
  };
  const probe = await agentFor({ sizes: [4, 32, 16, 2], batch: 32, rows: ROWS, seconds: 0 });
  return {
    name: "DinoQ",
    description: probe.adapter,
    async measure(measurement) {
      const agent = await agentFor(measurement);
      const before = agent.updates;
      const started = performance.now();
      let seconds = 0;
      // Long calls, so that what a call costs does not count; short against the time to be spent.
      let count = SYNC;
      while (seconds < measurement.seconds) {
        await agent.train(count);
        seconds = (performance.now() - started) / 1000;
        const perSecond = (agent.updates - before) / seconds;
        count = Math.max(SYNC, Math.round(perSecond * measurement.seconds / 8));
      }
      return (agent.updates - before) / seconds;
    },
    close() {
      for (const agent of agents.values()) agent.close();
    },
  };
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      shapes: { type: "string", default: DEFAULT_SHAPES },
      rounds: { type: "string", default: "5" },
      seconds: { type: "string", default: "2" },
      python: { type: "string", default: "python3" },
      device: { type: "string", default: "auto" },
      only: { type: "string", default: "torch,jax,dinoq" },
      json: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return console.log(HELP);
  const shapes = parseShapes(values.shapes);
  const rounds = wholeNumber("rounds", values.rounds);
  const seconds = positiveNumber("seconds", values.seconds);
  const { python, device } = values;
  const known: Record<string, () => Promise<Found>> = {
    torch: () => startPeer(python, "torch_updates.py", [device]),
    jax: () => startPeer(python, "jax_updates.py", [device]),
    dinoq: async () => ({ contestant: await dinoq() }),
  };

  warnWhenBusy();
  const contestants: Contestant[] = [];
  for (const name of values.only.split(",")) {
    if (!(name in known)) {
      throw new RangeError(`--only wants some of ${Object.keys(known).join(", ")}, got "${name}"`);
    }
    const found = await known[name]();
    if ("missing" in found) console.error(`left out ${name}: ${found.missing}`);
    else contestants.push(found.contestant);
  }

  const measured = new Map<string, number[]>();
  const key = (shape: Shape, { name }: Contestant) => `${shape.name}, ${name}`;
  try {
    for (let round = 1; round <= rounds; round++) {
      for (const shape of shapes) {
        for (const contestant of contestants) {
          const perSecond = await contestant.measure({ ...shape, rows: ROWS, seconds });
          const all = measured.get(key(shape, contestant)) ?? [];
          measured.set(key(shape, contestant), [...all, perSecond]);
          console.error(
            `round ${round}/${rounds}, ${shape.name}, ${contestant.name}: ${rate(perSecond)} /s`,
          );
        }
      }
    }
  } finally {
    for (const contestant of contestants) await contestant.close();
  }

  const middle = (shape: Shape, contestant: Contestant) =>
    median(measured.get(key(shape, contestant)) ?? []);
  const ours = contestants.find(({ name }) => name === "DinoQ");
  const peers = contestants.filter((each) => each !== ours);
  const compared = ours ? peers : [];
  console.log(`updates per second, median of ${rounds} rounds of ${seconds} s`);
  for (const { name, description } of contestants) console.log(`- ${name}: ${description}`);
  console.log();
  console.log(markdownTable(
    [
      "network, batch",
      ...contestants.map(({ name }) => name),
      ...compared.map(({ name }) => `DinoQ ÷ ${name}`),
    ],
    shapes.map((shape) => [
      shape.name,
      ...contestants.map((contestant) => rate(middle(shape, contestant))),
      ...compared.map((peer) => ratio(middle(shape, ours!) / middle(shape, peer))),
    ]),
  ));
  if (values.json !== undefined) {
    const record = {
      command: typedCommand("updates.ts"),
      commit: await commit(),
      rounds,
      seconds,
      contestants: contestants.map(({ name, description }) => ({ name, description })),
      results: shapes.map((shape) => ({
        sizes: shape.sizes,
        batch: shape.batch,
        updatesPerSecond: Object.fromEntries(
          contestants.map((each) => [each.name, measured.get(key(shape, each))]),
        ),
      })),
    };
    await Deno.writeTextFile(values.json, JSON.stringify(record, null, 2) + "\n");
  }
}

if (import.meta.main) await runMain(main);
