/**
 * Times one DQN update, made over and over, in PyTorch, JAX and DinoQ in turn on this machine.
 *
 *     deno run -A tests/bench/updates.ts --python .venv/bin/python
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
import { Gpu } from "../../src/gpu/gpu.ts";
import {
  positiveNumber,
  runMain,
  typedCommand,
  warnWhenBusy,
  wholeNumber,
} from "./command_line.ts";
import { type Contestant, type Measurement, startPeer } from "./peer.ts";
import { RandomEnv } from "./random_env.ts";
import { commit } from "./repository.ts";
import {
  type BenchOptions,
  openContestants,
  type Outcome,
  outcomeText,
  playRounds,
  type Task,
} from "./rounds.ts";
import { trafficText } from "./traffic.ts";

const DEFAULT_SHAPES =
  "4-32-16-2:32,4-64-64-2:64,4-120-84-2:128,4-256-256-2:64,8-256-256-4:128,27-50-40-9:33";
const ROWS = 10_000;
/** Random steps that the replay buffer is filled with. */
const FILL = 4_000;
const SYNC = 100;
/** Updates over which the host's traffic with the GPU is counted, and of which network. */
const TRAFFIC_UPDATES = 10_000;
const TRAFFIC_SHAPE = { sizes: [4, 64, 64, 2], batch: 64, rows: ROWS, seconds: 0 };

const HELP = `Times the same DQN update in PyTorch, JAX and DinoQ in turn on this machine.

  --shapes LIST     sizes:batch, … [${DEFAULT_SHAPES}]
  --rounds N        how often each is timed; the table holds medians [5]
  --seconds X       how long each time [2]
  --python PATH     the Python that has PyTorch or JAX [python3]
  --device NAME     auto, cpu or cuda: where the peers run [auto]
  --only LIST       of torch, compiled, graphs, jax, dinoq [all]
  --json FILE       write all measurements here
  --help            print this

  torch     PyTorch as it is
  compiled  through torch.compile, which takes a minute or two at first
  graphs    captured in CUDA graphs, on an NVIDIA card`;

function parseShapes(text: string, seconds: number): Task<Measurement>[] {
  return text.split(",").map((part) => {
    const match = /^(\d+(?:-\d+)+):(\d+)$/.exec(part.trim());
    if (!match) throw new RangeError(`--shapes wants entries like 4-64-64-2:64, got "${part}"`);
    const [, sizes, batch] = match;
    return {
      name: `${sizes}, ${batch}`,
      request: {
        sizes: sizes.split("-").map((size) => wholeNumber("shapes", size)),
        batch: wholeNumber("shapes", batch),
        rows: ROWS,
        seconds,
      },
    };
  });
}

/** DinoQ as a contestant: an agent for each shape, created and filled when it is first timed. */
interface Ours extends Contestant {
  /** What many updates take of submits, uploads and readbacks. */
  traffic(): Promise<string>;
}

async function dinoq(): Promise<Ours> {
  const gpu = await Gpu.open();
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
      device: gpu.device,
    });
    await agent.learn(FILL);
    await agent.train(SYNC);
    agents.set(key, agent);
    return agent;
  };
  return {
    name: "DinoQ",
    description: gpu.adapter,
    isOurs: true,
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
    traffic: async () => trafficText(await agentFor(TRAFFIC_SHAPE), gpu, TRAFFIC_UPDATES),
    close() {
      for (const agent of agents.values()) agent.close();
      gpu.close();
    },
  };
}

/** Times updates. */
export async function timeUpdates(
  { python, device, rounds, seconds, only }: BenchOptions,
  shapes: string = DEFAULT_SHAPES,
): Promise<Outcome> {
  const tasks = parseShapes(shapes, seconds);
  const torch = (mode: string) => startPeer(python, "torch_updates.py", [device, mode]);
  let ours: Ours | undefined;
  const contestants = await openContestants({
    torch: () => torch("eager"),
    compiled: () => torch("compiled"),
    graphs: () => torch("graphs"),
    jax: () => startPeer(python, "jax_updates.py", [device]),
    dinoq: async () => ({ contestant: ours = await dinoq() }),
  }, only);
  const notes = ours ? [await ours.traffic()] : [];
  return await playRounds({
    ...{ what: "updates per second", by: "network, batch" },
    ...{ tasks, contestants, rounds, seconds, notes },
  });
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      shapes: { type: "string", default: DEFAULT_SHAPES },
      rounds: { type: "string", default: "5" },
      seconds: { type: "string", default: "2" },
      python: { type: "string", default: "python3" },
      device: { type: "string", default: "auto" },
      only: { type: "string" },
      json: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return console.log(HELP);
  warnWhenBusy();
  const outcome = await timeUpdates({
    python: values.python,
    device: values.device,
    rounds: wholeNumber("rounds", values.rounds),
    seconds: positiveNumber("seconds", values.seconds),
    only: values.only?.split(","),
  }, values.shapes);
  console.log(outcomeText(outcome));
  if (values.json !== undefined) {
    const record = { command: typedCommand("updates.ts"), commit: await commit(), ...outcome };
    await Deno.writeTextFile(values.json, JSON.stringify(record, null, 2) + "\n");
  }
}

if (import.meta.main) await runMain(main);
