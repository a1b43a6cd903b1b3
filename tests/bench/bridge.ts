/**
 * Steps per second of Python's environments: over the bridge against Gymnasium's own AsyncVectorEnv,
 * in turn on this machine.
 *
 *     deno run -A tests/bench/bridge.ts --python .venv/bin/python --out docs/results/bridge
 *
 * Both sides play the same episodes: the same seeds and actions. Each turn is short, and a round is a
 * turn of each, so that a machine whose mood changes treats both alike; the table holds medians, the
 * ratio's of the rounds' ratios.
 *
 * @module
 */

import { parseArgs } from "node:util";
import { makePython, type PythonVectorEnv } from "../../mod.ts";
import { runMain, typedCommand, warnWhenBusy, wholeNumber } from "./command_line.ts";
import { commit, fromFileUrl } from "./repository.ts";
import { median } from "./statistics.ts";
import { fixed, markdownTable, rate, ratio } from "./table.ts";

const DEFAULT_TASKS = "ALE/Pong-v5:4:4,CartPole-v1:4:4,CartPole-v1:16:4";
const SEED = 1;
const WARM_UP = 50;

const HELP =
  `Times Python's environments over the bridge and in Gymnasium's AsyncVectorEnv, in turn.

  --tasks LIST      id:environments:workers, … [${DEFAULT_TASKS}]
                    games of the ALE are wrapped: 84×84 grey, 4 frames a step, stacks of 4
  --rounds N        how often each is timed; the table holds medians [15]
  --steps N         steps of all environments in a turn [250]
  --python PATH     the Python that has gymnasium, ale-py and OpenCV [python3]
  --out PATH        write PATH.md and PATH.json
  --help            print this

AsyncVectorEnv has a process for each environment; the bridge deals them out to its workers.`;

interface Task {
  readonly id: string;
  readonly numEnvs: number;
  readonly workers: number;
  readonly wrappers: "atari" | null;
}

/** A round of a task: steps per second of all environments together. */
interface Round {
  readonly gymnasium: number;
  readonly bridge: number;
}

function parseTasks(text: string): Task[] {
  return text.split(",").map((part) => {
    const [, id, numEnvs, workers] = /^(.+):(\d+):(\d+)$/.exec(part.trim()) ?? [];
    if (id === undefined) {
      throw new RangeError(`--tasks wants entries like CartPole-v1:4:2, got "${part}"`);
    }
    return {
      id,
      numEnvs: wholeNumber("tasks", numEnvs),
      workers: wholeNumber("tasks", workers),
      wrappers: id.startsWith("ALE/") ? "atari" : null,
    };
  });
}

/** Gymnasium in a process that stays alive between its turns; idle processes wait without spinning. */
class Peer {
  readonly #child: Deno.ChildProcess;
  readonly #requests: WritableStreamDefaultWriter<Uint8Array>;
  readonly #answers: ReadableStreamDefaultReader<string>;
  #rest = "";

  constructor(python: string) {
    this.#child = new Deno.Command(python, {
      args: ["-B", fromFileUrl(new URL("peers/gymnasium_async.py", import.meta.url))],
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    this.#requests = this.#child.stdin.getWriter();
    const decoder = new TextDecoderStream() as TransformStream<Uint8Array, string>;
    this.#answers = this.#child.stdout.pipeThrough(decoder).getReader();
  }

  async next(): Promise<Record<string, unknown>> {
    while (!this.#rest.includes("\n")) {
      const { value, done } = await this.#answers.read();
      if (done) throw new Error("peers/gymnasium_async.py ended before it had answered");
      this.#rest += value;
    }
    const [line, ...rest] = this.#rest.split("\n");
    this.#rest = rest.join("\n");
    return JSON.parse(line);
  }

  async measure(task: Task, steps: number): Promise<number> {
    const request = JSON.stringify({ ...task, steps }) + "\n";
    await this.#requests.write(new TextEncoder().encode(request));
    return Number((await this.next()).stepsPerSecond);
  }

  async close(): Promise<void> {
    await this.#requests.close().catch(() => {});
    await this.#child.status;
  }
}

/** The bridge with one task's environments, which stay from turn to turn. */
class Ours {
  readonly #env: PythonVectorEnv<Uint8Array, number>;
  readonly #actions: number;
  #step = 0;

  private constructor(env: PythonVectorEnv<Uint8Array, number>) {
    this.#env = env;
    this.#actions = (env.singleActionSpace as unknown as { n: number }).n;
  }

  static async make({ id, numEnvs, workers, wrappers }: Task, python: string): Promise<Ours> {
    const env = await makePython<Uint8Array>(id, {
      numEnvs,
      workers,
      python,
      showsOutput: false,
      ...(wrappers === null ? {} : { wrappers }),
    });
    await env.reset({ seed: SEED });
    const ours = new Ours(env);
    await ours.#run(WARM_UP);
    return ours;
  }

  async #run(steps: number): Promise<void> {
    const { numEnvs } = this.#env;
    for (let k = 0; k < steps; k++, this.#step++) {
      const actions = Array.from(
        { length: numEnvs },
        (_, lane) => (this.#step + lane) % this.#actions,
      );
      await this.#env.step(actions);
    }
  }

  async measure(steps: number): Promise<number> {
    const started = performance.now();
    await this.#run(steps);
    return steps * this.#env.numEnvs / (performance.now() - started) * 1000;
  }

  async close(): Promise<void> {
    await this.#env.close();
  }
}

async function race(
  task: Task,
  peer: Peer,
  python: string,
  rounds: number,
  steps: number,
): Promise<Round[]> {
  const ours = await Ours.make(task, python);
  try {
    await peer.measure(task, 1);
    const results: Round[] = [];
    for (let k = 0; k < rounds; k++) {
      // Who begins changes, so that neither always has the other's wake.
      let bridge = k % 2 === 0 ? await ours.measure(steps) : 0;
      const gymnasium = await peer.measure(task, steps);
      if (k % 2 === 1) bridge = await ours.measure(steps);
      results.push({ gymnasium, bridge });
      console.error(
        `round ${k + 1}/${rounds}, ${task.id}: bridge ${rate(bridge)}, gymnasium ${
          rate(gymnasium)
        }, ` +
          `ratio ${fixed(bridge / gymnasium, 2)}`,
      );
    }
    return results;
  } finally {
    await ours.close();
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      tasks: { type: "string", default: DEFAULT_TASKS },
      rounds: { type: "string", default: "15" },
      steps: { type: "string", default: "250" },
      python: { type: "string", default: "python3" },
      out: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return console.log(HELP);
  const tasks = parseTasks(values.tasks);
  const rounds = wholeNumber("rounds", values.rounds);
  const steps = wholeNumber("steps", values.steps);

  warnWhenBusy();
  const peer = new Peer(values.python);
  const results: { readonly task: Task; readonly rounds: readonly Round[] }[] = [];
  let version: unknown;
  try {
    const hello = await peer.next();
    if (hello.missing !== undefined) {
      throw new Error(`packages are missing for ${values.python}: ${hello.missing}`);
    }
    version = hello.version;
    for (const task of tasks) {
      results.push({ task, rounds: await race(task, peer, values.python, rounds, steps) });
    }
  } finally {
    await peer.close();
  }

  const header = ["task", "workers", "AsyncVectorEnv", "bridge", "bridge ÷ AsyncVectorEnv"];
  const table = markdownTable(
    header,
    results.map(({ task: { id, numEnvs, workers }, rounds }) => [
      `${id}, ${numEnvs} environments`,
      String(workers),
      rate(median(rounds.map(({ gymnasium }) => gymnasium))),
      rate(median(rounds.map(({ bridge }) => bridge))),
      ratio(median(rounds.map(({ bridge, gymnasium }) => bridge / gymnasium))),
    ]),
  );
  const record = {
    command: typedCommand("bridge.ts"),
    commit: await commit(),
    gymnasium: version,
    deno: Deno.version.deno,
    cores: navigator.hardwareConcurrency,
    rounds,
    steps,
    results: results.map(({ task, rounds }) => ({ ...task, rounds })),
  };
  const text = `# Python's environments: the bridge and Gymnasium's AsyncVectorEnv in turn

- command: \`${record.command}\`, steps per second of all environments together, medians of ${rounds} rounds
- commit: ${record.commit}
- Gymnasium ${version}, Deno ${record.deno}, ${record.cores} cores
- games of the ALE: 84×84 grey, 4 frames a step, stacks of 4 (28,224 bytes an observation)

${table}
`;
  console.log(text.trimEnd());
  if (values.out !== undefined) {
    await Deno.writeTextFile(`${values.out}.md`, text);
    await Deno.writeTextFile(`${values.out}.json`, JSON.stringify(record, null, 2) + "\n");
  }
}

if (import.meta.main) await runMain(main);
