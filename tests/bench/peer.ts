/**
 * A peer: the same update in another framework, in a Python process that stays alive between
 * measurements (peers/serve.py is the other end).
 *
 * @module
 */

/** What is to be timed. */
export interface Measurement {
  /** Inputs, hidden layers, actions. */
  readonly sizes: readonly number[];
  readonly batch: number;
  /** Rows of the replay buffer. */
  readonly rows: number;
  readonly seconds: number;
}

/** Anything that can be timed. */
export interface Contestant {
  readonly name: string;
  /** Version and device, in words. */
  readonly description: string;
  /** Updates per second. */
  measure(measurement: Measurement): Promise<number>;
  close(): void | Promise<void>;
}

/** A contestant, or why there is none. */
export type Found = { readonly contestant: Contestant } | { readonly missing: string };

/** Starts a script of peers/. */
export async function startPeer(
  python: string,
  script: string,
  args: readonly string[],
): Promise<Found> {
  let child: Deno.ChildProcess;
  try {
    child = new Deno.Command(python, {
      args: ["-B", new URL(`peers/${script}`, import.meta.url).pathname, ...args],
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
  } catch (error) {
    return { missing: `${python} can't be started (${(error as Error).message}); see --python` };
  }
  const lines = linesOf(child.stdout);
  const writer = child.stdin.getWriter();
  const next = async (): Promise<Record<string, unknown>> => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`peers/${script} ended before it had answered`);
    return JSON.parse(value);
  };
  const hello = await next();
  if ("missing" in hello) {
    await child.status;
    return { missing: `not installed for ${python}: ${hello.missing}` };
  }
  // Outside its turns a peer is stopped: threads that wait by spinning would slow the others down.
  const signal = (name: Deno.Signal) => Deno.build.os !== "windows" && child.kill(name);
  signal("SIGSTOP");
  return {
    contestant: {
      name: String(hello.name),
      description: `${hello.version}, ${hello.device}`,
      async measure(measurement) {
        signal("SIGCONT");
        await writer.write(new TextEncoder().encode(JSON.stringify(measurement) + "\n"));
        const { updatesPerSecond } = await next();
        signal("SIGSTOP");
        return Number(updatesPerSecond);
      },
      async close() {
        signal("SIGCONT");
        await writer.close();
        await child.status;
      },
    },
  };
}

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string, void> {
  let rest = "";
  for await (const chunk of stream.pipeThrough(new TextDecoderStream() as TransformStream)) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
}
