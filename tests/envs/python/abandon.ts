/**
 * A program that makes environments, says their process numbers and never closes them: it ends by
 * itself, or waits to be killed.
 *
 * @module
 */

import { makeFake } from "./fake.ts";

if (import.meta.main) {
  const env = await makeFake({}, { numEnvs: 2, workers: 2 });
  await env.reset();
  console.log(JSON.stringify(env.pids));
  if (Deno.args[0] !== "end of main") await new Promise((resolve) => setTimeout(resolve, 60_000));
}
