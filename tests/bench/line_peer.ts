/**
 * A process that stays alive between its turns and answers lines of JSON on its standard input with
 * lines of JSON on its standard output; in between it waits without spinning.
 *
 * @module
 */

/** The near end of such a process. */
export class LinePeer {
  /** What it said first: its version, or what is missing. */
  readonly hello: Readonly<Record<string, unknown>>;
  readonly #child: Deno.ChildProcess;
  readonly #requests: WritableStreamDefaultWriter<Uint8Array>;
  readonly #next: () => Promise<Record<string, unknown>>;

  private constructor(
    hello: Record<string, unknown>,
    child: Deno.ChildProcess,
    requests: WritableStreamDefaultWriter<Uint8Array>,
    next: () => Promise<Record<string, unknown>>,
  ) {
    this.hello = hello;
    this.#child = child;
    this.#requests = requests;
    this.#next = next;
  }

  /** Starts a program and waits for its first line. */
  static async start(program: string, args: readonly string[]): Promise<LinePeer> {
    let child: Deno.ChildProcess;
    try {
      child = new Deno.Command(program, {
        args: [...args],
        stdin: "piped",
        stdout: "piped",
        stderr: "inherit",
      }).spawn();
    } catch (error) {
      throw new Error(`${program} can't be started: ${(error as Error).message}`);
    }
    const lines = linesOf(child.stdout);
    const next = async () => {
      const { value, done } = await lines.next();
      if (done) throw new Error(`${program} ${args.join(" ")} ended before it had answered`);
      return JSON.parse(value) as Record<string, unknown>;
    };
    return new LinePeer(await next(), child, child.stdin.getWriter(), next);
  }

  /** Sends a request and waits for the answer. */
  async ask(request: Readonly<Record<string, unknown>>): Promise<Record<string, unknown>> {
    await this.#requests.write(new TextEncoder().encode(JSON.stringify(request) + "\n"));
    return await this.#next();
  }

  /** Ends the process by closing its input. */
  async close(): Promise<void> {
    await this.#requests.close().catch(() => {});
    await this.#child.status;
  }
}

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string, void> {
  let rest = "";
  for await (const chunk of stream.pipeThrough(new TextDecoderStream() as TransformStream)) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
}
