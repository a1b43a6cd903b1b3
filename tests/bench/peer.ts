/**
 * A peer: the same work in another framework, in a Python process that stays alive between measurements
 * (peers/serve.py is the other end).
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
export interface Contestant<Request = Measurement> {
  readonly name: string;
  /** Version and device, in words. */
  readonly description: string;
  /** Whether it is DinoQ, which the others are compared with. */
  readonly isOurs?: boolean;
  /** Whether it can do what a request wants; everything when left out. */
  takes?(request: Request): boolean;
  /**
   * How many a second, or how many seconds.
   *
   * @param round The round, counted from 1; where it is a training, its seed.
   */
  measure(request: Request, round: number): Promise<number>;
  close(): void | Promise<void>;
}

/** A contestant, or why there is none. */
export type Found<Request = Measurement> =
  | { readonly contestant: Contestant<Request> }
  | { readonly missing: string };

/** A process that answers. */
export interface Peer {
  readonly name: string;
  /** Version and device, in words. */
  readonly description: string;
  /** Sends a request, waits for the answer, and stops the process until the next one. */
  ask(request: object): Promise<Record<string, unknown>>;
  close(): Promise<void>;
}

/**
 * Starts a script of peers/, which is timed by asking it for a rate.
 *
 * @param answer What the rate is called in its answers.
 * @param takes Whether it can do what a request wants.
 */
export async function startPeer<Request extends object = Measurement>(
  python: string,
  script: string,
  args: readonly string[],
  answer = "updatesPerSecond",
  takes?: (request: Request) => boolean,
): Promise<Found<Request>> {
  const found = await openPeer(python, script, args);
  if ("missing" in found) return found;
  const { peer } = found;
  return {
    contestant: {
      name: peer.name,
      description: peer.description,
      ...takes && { takes },
      measure: async (request) => Number((await peer.ask(request))[answer]),
      close: () => peer.close(),
    },
  };
}

/** Processes that are there: stopped ones would outlive a program that Ctrl-C ends. */
const children = new Set<Deno.ChildProcess>();
let listens = false;

/** Takes all of them along when this program is told to end. */
function endTogether(child: Deno.ChildProcess): void {
  if (Deno.build.os === "windows") return;
  if (!listens) {
    listens = true;
    for (const [name, code] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
      Deno.addSignalListener(name, () => {
        for (const each of children) each.kill("SIGKILL");
        Deno.exit(code);
      });
    }
  }
  children.add(child);
}

/** Starts a script of peers/, to be asked for what it knows to answer. */
export async function openPeer(
  python: string,
  script: string,
  args: readonly string[],
): Promise<{ readonly peer: Peer } | { readonly missing: string }> {
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
  endTogether(child);
  const lines = linesOf(child.stdout);
  const writer = child.stdin.getWriter();
  const next = async (): Promise<Record<string, unknown>> => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`peers/${script} ended before it had answered`);
    return JSON.parse(value);
  };
  const hello = await next();
  if ("missing" in hello || "unavailable" in hello) {
    await ended(child);
    return {
      missing: hello.unavailable === undefined
        ? `not installed for ${python}: ${hello.missing}`
        : String(hello.unavailable),
    };
  }
  // Outside its turns a peer is stopped: threads that wait by spinning would slow the others down.
  const signal = (name: Deno.Signal) => Deno.build.os !== "windows" && child.kill(name);
  signal("SIGSTOP");
  return {
    peer: {
      name: String(hello.name),
      description: `${hello.version}, ${hello.device}`,
      async ask(request) {
        signal("SIGCONT");
        await writer.write(new TextEncoder().encode(JSON.stringify(request) + "\n"));
        const answer = await next();
        signal("SIGSTOP");
        return answer;
      },
      async close() {
        signal("SIGCONT");
        await writer.close();
        await ended(child);
      },
    },
  };
}

/** Waits for a process that has been told to end. */
async function ended(child: Deno.ChildProcess): Promise<void> {
  await child.status;
  children.delete(child);
}

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string, void> {
  let rest = "";
  for await (const chunk of stream.pipeThrough(new TextDecoderStream() as TransformStream)) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
}
