/** Tests of workers as real processes, without a GPU: a small program stands for the comparison. @module */

import assert from "node:assert/strict";
import { processWorkers } from "../../../src/cli/compare/worker.ts";
import type { RunEvent } from "../../../src/cli/compare/run.ts";
import { inFolder } from "./fixtures.ts";

const ENTRY = new URL("worker_program.ts", import.meta.url).href;

/** Starts the program in one of its manners. */
function start(folder: string, manner: string, events: RunEvent[] = []) {
  const run = { algorithm: manner, seed: 3 };
  return processWorkers(ENTRY, ["some", "arguments"], folder)(run, (event) => {
    events.push(event);
  });
}

Deno.test("worker: events as they come, and the record in the end", async () => {
  await inFolder(async (folder) => {
    const events: RunEvent[] = [];
    const record = await start(folder, "finish", events).done;
    assert.deepEqual([record?.algorithm, record?.seed], ["finish some arguments", 3]);
    assert.deepEqual(events, [
      { kind: "progress", steps: 5, meanReturn: null },
      { kind: "note", text: "ünïcödé\nlines" },
    ]);
  });
});

Deno.test("worker: it stops when it is told to, and not by Ctrl-C alone", async () => {
  await inFolder(async (folder) => {
    const run = { algorithm: "wait", seed: 3 };
    const { promise: ready, resolve } = Promise.withResolvers<number>();
    const worker = processWorkers(ENTRY, [folder], folder)(run, (event) => {
      if (event.kind === "note") resolve(Number(event.text));
    });
    const pid = await ready;
    if (Deno.build.os !== "windows") {
      Deno.kill(pid, "SIGINT");
      const pause = new Promise<string>((resolve) => setTimeout(() => resolve("goes on"), 200));
      assert.equal(await Promise.race([worker.done, pause]), "goes on");
    }
    worker.stop();
    assert.equal(await worker.done, undefined);
    assert.deepEqual(
      [...Deno.readDirSync(folder)].map(({ name }) => name),
      ["stopped"],
      "it could write down where it was",
    );
    // Too late, and no error.
    worker.stop();
    worker.kill();
  });
});

Deno.test("worker: an error is told with its message", async () => {
  await inFolder(async (folder) => {
    await assert.rejects(start(folder, "fail").done, { message: "the GPU is gone" });
    await assert.rejects(start(folder, "vanish").done, { message: "it wrote nothing" });
  });
});

Deno.test("worker: it may use its folder and nothing else", async () => {
  await inFolder(async (folder) => {
    await assert.rejects(start(folder, "trespass").done, /Requires (read|write) access/);
  });
});

Deno.test("worker: what it may do beside that can be given", async () => {
  await inFolder(async (folder) => {
    const run = { algorithm: "permission", seed: 3 };
    const events: RunEvent[] = [];
    const more = ["--allow-env=SOME_NAME"];
    await processWorkers(ENTRY, [], folder, more)(run, (event) => void events.push(event)).done;
    await processWorkers(ENTRY, [], folder)(run, (event) => void events.push(event)).done;
    assert.deepEqual(events, [{ kind: "note", text: "granted" }, { kind: "note", text: "prompt" }]);
  });
});

Deno.test("worker: it can be ended at once", async () => {
  await inFolder(async (folder) => {
    const worker = start(folder, "wait");
    worker.kill();
    await assert.rejects(worker.done);
  });
});
