/**
 * Runs as processes of their own, so that several go on side by side and one that crashes takes no
 * other with it. The program starts itself with --worker; what the worker tells comes as lines of JSON
 * on its standard output.
 *
 * A worker stops when its standard input ends. Ctrl-C reaches all processes of a terminal at once, and a
 * worker lets it pass: so it is told exactly once to stop, also where the program that started it is
 * gone.
 *
 * @module
 */

import { INTERRUPTED } from "../interrupt.ts";
import type { RunRecord } from "./record.ts";
import type { RunEvent } from "./run.ts";

/** The flag that makes the program a worker. Which run it makes is the argument after it. */
export const WORKER_FLAG = "--worker";

/** Which run a worker makes. */
export interface Assignment {
  readonly algorithm: string;
  readonly seed: number;
}

/** What a worker writes, line by line; the record comes last. */
export type WorkerLine = RunEvent | { readonly kind: "done"; readonly record: RunRecord };

/** A worker as the program sees it. */
export interface Worker {
  /** The finished run's record; undefined when it was stopped; rejects when it failed. */
  readonly done: Promise<RunRecord | undefined>;
  /** Asks it to write down where it stands and to end. */
  stop(): void;
  /** Ends it at once. */
  kill(): void;
}

/** Starts a worker. */
export type StartWorker = (run: Assignment, onEvent: (event: RunEvent) => void) => Worker;

/** Reads a stream line by line. */
async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream() as TransformStream)) {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
  if (rest !== "") yield rest;
}

/** The last lines of what a process had to complain about. */
function complaint(stderr: string): string {
  const lines = stderr.trimEnd().split("\n").filter((line) => line !== "");
  return lines.slice(-5).join("\n").replace(/^error: /, "") || "it wrote nothing";
}

/**
 * Workers that are processes.
 *
 * @param entry The program's file.
 * @param argv Its arguments, which the worker reads again.
 * @param folder The folder that it may use.
 * @param more Permissions beside that.
 */
export function processWorkers(
  entry: string,
  argv: readonly string[],
  folder: string,
  more: readonly string[] = [],
): StartWorker {
  return (run, onEvent) => {
    // A comma in a path is written twice.
    const path = folder.replaceAll(",", ",,");
    const permissions = [`--allow-read=${path}`, `--allow-write=${path}`, ...more];
    const process = new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "--quiet", "--no-prompt", ...permissions, entry],
        ...[WORKER_FLAG, JSON.stringify(run), ...argv],
      ],
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    let isOver = false;
    const watch = async (): Promise<RunRecord | undefined> => {
      const stderr = new Response(process.stderr).text();
      let record: RunRecord | undefined;
      for await (const line of linesOf(process.stdout)) {
        const told: WorkerLine = JSON.parse(line);
        if (told.kind === "done") record = told.record;
        else onEvent(told);
      }
      const { code } = await process.status;
      isOver = true;
      // Its end of the pipe is gone, and so there is nothing left to close.
      await process.stdin.close().catch(() => {});
      if (code === 0 && record) return record;
      if (code === INTERRUPTED) return undefined;
      throw new Error(complaint(await stderr));
    };
    return {
      done: watch(),
      stop: () => void process.stdin.close().catch(() => {}),
      kill: () => {
        if (!isOver) process.kill("SIGKILL");
      },
    };
  };
}

/**
 * What a worker does around its run.
 *
 * @param make The run.
 * @returns The exit code.
 */
export async function serveWorker(
  make: (
    signal: AbortSignal,
    tell: (event: RunEvent) => void,
  ) => Promise<RunRecord | undefined>,
): Promise<number> {
  const encoder = new TextEncoder();
  const controller = new AbortController();
  const write = (line: WorkerLine) => {
    const bytes = encoder.encode(JSON.stringify(line) + "\n");
    try {
      for (let done = 0; done < bytes.length;) done += Deno.stdout.writeSync(bytes.subarray(done));
    } catch {
      // Nobody listens any more: the run is written down and ends.
      controller.abort();
    }
  };
  const letPass = () => {};
  Deno.addSignalListener("SIGINT", letPass);
  (async () => {
    for await (const _ of Deno.stdin.readable);
    controller.abort();
  })();
  try {
    const record = await make(controller.signal, write);
    if (!record) return INTERRUPTED;
    write({ kind: "done", record });
    return 0;
  } finally {
    Deno.removeSignalListener("SIGINT", letPass);
  }
}
