/** A program that is a worker in several manners, named by the algorithm. @module */

import { serveWorker, WORKER_FLAG } from "../../../src/cli/compare/worker.ts";
import { recordOf } from "./fixtures.ts";

async function main(): Promise<number> {
  const [flag, assigned, ...rest] = Deno.args;
  if (flag !== WORKER_FLAG) throw new Error(`no worker: ${Deno.args}`);
  const { algorithm, seed } = JSON.parse(assigned);
  return await serveWorker(async (signal, tell) => {
    if (algorithm === "fail") throw new Error("the GPU is gone");
    if (algorithm === "vanish") Deno.exit(7);
    if (algorithm === "trespass") await Deno.writeTextFile("/trespass", "");
    if (algorithm === "permission") {
      const { state } = await Deno.permissions.query({ name: "env", variable: "SOME_NAME" });
      tell({ kind: "note", text: state });
      return recordOf(algorithm, seed, [1]);
    }
    if (algorithm === "wait") {
      tell({ kind: "note", text: String(Deno.pid) });
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      await Deno.writeTextFile(`${rest[0]}/stopped`, "");
      return undefined;
    }
    tell({ kind: "progress", steps: 5, meanReturn: null });
    tell({ kind: "note", text: "ünïcödé\nlines" });
    return recordOf([algorithm, ...rest].join(" "), seed, [1]);
  });
}

if (import.meta.main) {
  try {
    Deno.exit(await main());
  } catch (error) {
    console.error(`error: ${(error as Error).message}`);
    Deno.exit(1);
  }
}
