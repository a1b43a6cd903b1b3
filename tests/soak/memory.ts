/**
 * Whether memory stays flat: learns CartPole for 200,000 updates in one process, with acting, evaluating,
 * saving and progress reports as a long run has them, and prints the memory in use now and then.
 *
 *     deno run --v8-flags=--expose-gc tests/soak/memory.ts [updates]
 *
 * It takes minutes, so it is no part of `deno task test`. Compared are the medians of the run's second
 * quarter, when all is compiled and allocated, and of its last, 100,000 updates later. Live JavaScript
 * objects, counted right after a collection, may grow by {@link MOST_HEAP_MB}: ten bytes an update.
 * Resident memory, which the system and the GPU driver round up in ways of their own, may grow by
 * {@link MOST_RESIDENT_MB}: one GPU command buffer, bind group or mapping that each update left behind
 * would be far more.
 *
 * @module
 */

import { DQN, evaluate, make } from "../../mod.ts";

/** See above. */
const MOST_HEAP_MB = 1;
const MOST_RESIDENT_MB = 10;
const UPDATES = Number(Deno.args[0] ?? 200_000);
const SAMPLES = 40;
/** Four updates every four steps: updates and steps keep pace. */
const CYCLE = 4;

/** Megabytes in use at one moment of the run. */
interface Sample {
  readonly updates: number;
  /** The whole process. */
  readonly resident: number;
  /** Live JavaScript objects. */
  readonly heap: number;
  /** Array buffers and the like. */
  readonly external: number;
  /** GPU buffers, as the agent counts them. */
  readonly gpu: number;
}

const MEGABYTE = 2 ** 20;

/** V8's collector: what is left after it is what something holds on to. */
const { gc } = globalThis as { gc?: () => void };
if (!gc) {
  console.error("needs the collector: deno run --v8-flags=--expose-gc tests/soak/memory.ts");
  Deno.exit(2);
}

function sample(agent: DQN): Sample {
  gc!();
  const { rss, heapUsed, external } = Deno.memoryUsage();
  return {
    updates: agent.updates,
    resident: rss / MEGABYTE,
    heap: heapUsed / MEGABYTE,
    external: external / MEGABYTE,
    gpu: agent.gpuBytes / MEGABYTE,
  };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

using agent = await DQN.create(make("CartPole-v1"), {
  hiddenLayers: [32, 32],
  batchSize: 32,
  bufferSize: 20_000,
  learningStarts: 100,
  trainFreq: CYCLE,
  gradientSteps: CYCLE,
  targetUpdateInterval: 500,
  seed: 1,
});
const horizon = UPDATES + 100;
const samples: Sample[] = [];
const started = performance.now();
let savedBytes = 0;
console.log(`${agent.adapter}; megabytes in use:`);
console.log("updates  resident    heap  external     GPU");
while (agent.updates < UPDATES) {
  await agent.learn(Math.ceil(horizon / SAMPLES), {
    horizon,
    progressInterval: 20,
    onProgress: () => {},
    evaluation: { every: 2_000, episodes: 10, env: make("CartPole-v1"), keepBest: false },
  });
  // Batches of other sizes, a checkpoint and a look at everything, as callbacks do.
  await evaluate(agent, make("CartPole-v1"), { episodes: 10 });
  await agent.save(
    new WritableStream({
      write(chunk) {
        savedBytes += chunk.length;
      },
    }),
  );
  const now = sample(agent);
  samples.push(now);
  const columns = [now.resident, now.heap, now.external, now.gpu];
  console.log(
    String(now.updates).padStart(7) + columns.map((mb) => mb.toFixed(1).padStart(9)).join(""),
  );
}

const minutes = (performance.now() - started) / 60_000;
const quarter = Math.floor(samples.length / 4);
console.log(
  `${agent.updates} updates, ${agent.steps} steps and ${
    (savedBytes / MEGABYTE).toFixed(0)
  } MB of ` +
    `checkpoints in ${minutes.toFixed(1)} minutes`,
);
let flat = true;
for (
  const [kind, most] of [["resident", MOST_RESIDENT_MB], ["heap", MOST_HEAP_MB], [
    "gpu",
    0,
  ]] as const
) {
  const early = median(samples.slice(quarter, 2 * quarter).map((each) => each[kind]));
  const late = median(samples.slice(-quarter).map((each) => each[kind]));
  const growth = late - early;
  if (growth > most) flat = false;
  console.log(
    `${kind}: second quarter ${early.toFixed(1)} MB, last quarter ${late.toFixed(1)} MB, growth ` +
      `${growth.toFixed(1)} MB of at most ${most}`,
  );
}
console.log(flat ? "memory is flat" : "memory has grown");
if (!flat) Deno.exit(1);
