/**
 * A child that speaks the bridge's protocol without Python: an environment of counters, and every way
 * to misbehave. `kwargs` of the environment tell which.
 *
 * Lane i of the whole is in its step k after a reset with seed s: all numbers of its observation are
 * s + k, or `value` if given; the reward is the first number of its action; the episode terminates at
 * step `terminatesAt` and is truncated at `truncatedAt`. The info of a step is `info`, that of a reset
 * `{ seed }`.
 *
 * @module
 */

import { ANSWER, encodeFrame, FrameReader, REQUEST } from "../../../src/envs/python/frames.ts";
import { ARRAYS, type BoxDtype } from "../../../src/envs/spaces/dtype.ts";

interface Behaviour {
  readonly dtype?: BoxDtype;
  readonly size?: number;
  readonly value?: number | string;
  readonly discrete?: boolean;
  readonly boxActions?: boolean;
  readonly terminatesAt?: number;
  readonly truncatedAt?: number;
  readonly info?: Record<string, unknown>;
  /** Whether its state can be saved: "never", if left out, "always", or at the start but not "later". */
  readonly state?: "never" | "always" | "later";
  readonly stepInfoJson?: string;
  /** Bytes in a write; the pieces come a moment apart. */
  readonly pieces?: number;
  /** What happens, and in which call: "step 2" is the second step. */
  readonly fault?: readonly [
    call: string,
    kind:
      | "exit"
      | "kill"
      | "hang"
      | "garbage"
      | "wrong kind"
      | "bad json"
      | "short"
      | "cut"
      | "raise",
  ];
  /** The worker that it happens in, by its count of environments; all if left out. */
  readonly faultyCount?: number;
  /** Whether it neither ends when it is told nor by SIGTERM. */
  readonly stubborn?: boolean;
  readonly prints?: string;
}

interface Task {
  readonly id: string;
  readonly count: number;
  readonly kwargs: Behaviour;
  readonly autoresetMode: string;
}

const requests = new FrameReader(Deno.stdin.readable);
let task: Task = { id: "", count: 0, kwargs: {}, autoresetMode: "next_step" };
let calls: Record<string, number> = {};
let steps: number[] = [];
let seeds: number[] = [];
let ended: boolean[] = [];

function write(bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += Deno.stdout.writeSync(bytes.subarray(at));
}

async function answer(kind: number, body?: Uint8Array, value?: unknown): Promise<void> {
  const frame = encodeFrame(kind, body, value);
  const { pieces } = task.kwargs;
  if (pieces === undefined) return write(frame);
  for (let at = 0; at < frame.length; at += pieces) {
    write(frame.subarray(at, at + pieces));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

/** Misbehaves in this call if it is to; true when the call is dealt with. */
async function misbehave(call: string): Promise<boolean> {
  const { fault, faultyCount, prints } = task.kwargs;
  calls[call] = (calls[call] ?? 0) + 1;
  if (prints !== undefined && call !== "close") console.error(prints);
  if (fault === undefined || (faultyCount !== undefined && faultyCount !== task.count)) {
    return false;
  }
  const [when, kind] = fault;
  if (when !== call && when !== `${call} ${calls[call]}`) return false;
  const failure = {
    lane: 0,
    type: "ValueError",
    message: "no such luck",
    traceback:
      'Traceback (most recent call last):\n  File "env.py", line 7\nValueError: no such luck\n',
    advice: "",
  };
  switch (kind) {
    case "exit":
      console.error("about to end");
      return Deno.exit(3);
    case "kill":
      Deno.kill(Deno.pid, "SIGKILL");
      break;
    case "hang":
      break;
    case "garbage":
      write(new TextEncoder().encode("Hello from an environment that prints\n"));
      break;
    case "wrong kind":
      await answer(ANSWER.closed);
      return true;
    case "bad json": {
      const frame = encodeFrame(ANSWER.result, new Uint8Array(0), { a: 1 });
      frame[frame.length - 1] = 0x21;
      write(frame);
      return true;
    }
    case "short":
      await answer(ANSWER.result, new Uint8Array(3));
      return true;
    case "cut":
      write(encodeFrame(ANSWER.result, new Uint8Array(100)).subarray(0, 50));
      return Deno.exit(0);
    case "raise":
      await answer(ANSWER.error, undefined, failure);
      return true;
  }
  // Nothing more, until the parent closes its end.
  await requests.read();
  return Deno.exit(0);
}

function bounds(size: number): Uint8Array {
  const numbers = new Float64Array(2 * size).fill(0, 0, size).fill(100, size);
  return new Uint8Array(numbers.buffer);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

async function make(): Promise<void> {
  const { dtype = "float32", size = 2, discrete, boxActions } = task.kwargs;
  steps = new Array(task.count).fill(0);
  seeds = new Array(task.count).fill(0);
  ended = new Array(task.count).fill(false);
  const ready = {
    observationSpace: discrete
      ? { type: "Discrete", n: 1000, start: 0 }
      : { type: "Box", shape: [size], dtype },
    actionSpace: boxActions
      ? { type: "Box", shape: [2], dtype: "float32" }
      : { type: "Discrete", n: 3, start: 0 },
    maxEpisodeSteps: 77,
    rewardThreshold: null,
    chain: "<Fake>",
    hasState: (task.kwargs.state ?? "never") !== "never",
    versions: { python: "0", gymnasium: "0", numpy: "0" },
  };
  const body = joined([discrete ? [] : [bounds(size)], boxActions ? [bounds(2)] : []].flat());
  await answer(ANSWER.ready, body, ready);
}

/** What lane i observes now, in bytes. */
function observation(lane: number): Uint8Array {
  const { dtype = "float32", size = 2, value, discrete } = task.kwargs;
  const array = discrete ? new Int32Array(1) : new ARRAYS[dtype](size);
  return new Uint8Array(
    array.fill(value === undefined ? seeds[lane] + steps[lane] : Number(value)).buffer,
  );
}

async function result(
  rewards: ArrayLike<number>,
  terminated: readonly boolean[],
  truncated: readonly boolean[],
  infos: readonly unknown[],
  finals: readonly unknown[] = [],
  last: readonly Uint8Array[] = [],
): Promise<void> {
  const { count } = task;
  const flags = new Uint8Array(Math.ceil(2 * count / 8) * 8);
  flags.set(terminated.map(Number));
  flags.set(truncated.map(Number), count);
  const parts = [new Uint8Array(Float64Array.from(rewards).buffer), flags];
  const now = Array.from({ length: count }, (_, lane) => observation(lane));
  const tells = infos.length + finals.length > 0;
  const body = joined([...parts, ...now, ...last]);
  await answer(ANSWER.result, body, tells ? { infos, finals } : undefined);
}

async function reset(
  { seeds: given, mask }: { seeds: readonly (number | null)[]; mask: readonly boolean[] | null },
): Promise<void> {
  const infos: unknown[] = [];
  for (let lane = 0; lane < task.count; lane++) {
    if (mask !== null && !mask[lane]) continue;
    seeds[lane] = given[lane] ?? 0;
    steps[lane] = 0;
    ended[lane] = false;
    infos.push([lane, { seed: seeds[lane] }]);
  }
  const none = new Array(task.count).fill(false);
  await result(new Array(task.count).fill(0), none, none, infos);
}

/** A lane's state: three numbers. */
async function getState(): Promise<void> {
  if (task.kwargs.state === "later") return await answer(ANSWER.state, undefined, null);
  const lanes = seeds.slice(0, task.count).map((seed, lane) =>
    new Uint8Array(Float64Array.of(seed, steps[lane], Number(ended[lane])).buffer)
  );
  await answer(ANSWER.state, joined(lanes), lanes.map(({ length }) => length));
}

async function setState(body: Uint8Array, lengths: readonly number[]): Promise<void> {
  const numbers = new Float64Array(body.slice().buffer);
  lengths.forEach((_, lane) => {
    [seeds[lane], steps[lane]] = numbers.subarray(3 * lane, 3 * lane + 2);
    ended[lane] = numbers[3 * lane + 2] !== 0;
  });
  await answer(ANSWER.state);
}

async function step(body: Uint8Array): Promise<void> {
  const { terminatesAt, truncatedAt, boxActions, info } = task.kwargs;
  const { count, autoresetMode } = task;
  const aligned = body.slice().buffer;
  const actions = boxActions ? new Float32Array(aligned) : new Int32Array(aligned);
  const rewards: number[] = [], terminated: boolean[] = [], truncated: boolean[] = [];
  const infos: unknown[] = [], finals: unknown[] = [], last: Uint8Array[] = [];
  for (let lane = 0; lane < count; lane++) {
    if (ended[lane]) {
      steps[lane] = rewards[lane] = 0;
      ended[lane] = terminated[lane] = truncated[lane] = false;
      infos.push([lane, { seed: seeds[lane] }]);
      continue;
    }
    steps[lane]++;
    rewards[lane] = actions[lane * (boxActions ? 2 : 1)];
    terminated[lane] = steps[lane] === terminatesAt;
    truncated[lane] = steps[lane] === truncatedAt;
    const isOver = terminated[lane] || truncated[lane];
    if (isOver && autoresetMode === "same_step") {
      last.push(observation(lane));
      finals.push([lane, info ?? {}]);
      steps[lane] = 0;
      infos.push([lane, { seed: seeds[lane] }]);
      continue;
    }
    ended[lane] = isOver;
    if (info !== undefined) infos.push([lane, info]);
  }
  await result(rewards, terminated, truncated, infos, finals, last);
}

async function serve(): Promise<void> {
  while (true) {
    const request = await requests.read();
    if (request === undefined) return;
    const { kind, body, value } = request;
    if (kind === REQUEST.make) {
      task = value as Task;
      calls = {};
      if (task.kwargs.stubborn) Deno.addSignalListener("SIGTERM", () => {});
      if (!await misbehave("make")) await make();
    } else if (kind === REQUEST.reset) {
      if (!await misbehave("reset")) await reset(value as Parameters<typeof reset>[0]);
    } else if (kind === REQUEST.step) {
      const actions = body.slice();
      if (!await misbehave("step")) await step(actions);
    } else if (kind === REQUEST.getState) {
      if (!await misbehave("getState")) await getState();
    } else if (kind === REQUEST.setState) {
      const states = body.slice();
      if (!await misbehave("setState")) await setState(states, value as number[]);
    } else {
      if (!await misbehave("close")) await answer(ANSWER.closed);
      if (!task.kwargs.stubborn) return;
      await new Promise((resolve) => setTimeout(resolve, 60_000));
    }
  }
}

if (import.meta.main) {
  if (Deno.args[0] === "exit") {
    console.error("no module named luck");
    Deno.exit(1);
  }
  await serve();
  Deno.exit(0);
}
