import assert from "node:assert/strict";
import { makePython } from "../../../src/envs/python/make_python.ts";
import type { PythonOptions } from "../../../src/envs/python/python_options.ts";
import { alive, HAS_PS, launchFake, makeFake, makeWith } from "./fake.ts";

/** Calls makePython with options that the types would not let through. */
const wrong = (options: Record<string, unknown>, id: unknown = "Test-v0") =>
  makePython(id as string, options as PythonOptions);

Deno.test("makePython: bad options are said before anything is started", async () => {
  await assert.rejects(wrong({}, 7), /makePython: id must be an environment's name, got 7/);
  await assert.rejects(
    wrong({ numEnv: 3 }),
    /makePython Test-v0: unknown option "numEnv" \(did you mean "numEnvs"\?\).*go into kwargs/,
  );
  await assert.rejects(wrong({ numEnvs: 0 }), /numEnvs must be an integer of at least 1, got 0/);
  await assert.rejects(
    wrong({ numEnvs: 2, workers: 3 }),
    /workers must be an integer from 1 to numEnvs \(2\), got 3/,
  );
  await assert.rejects(wrong({ autoresetMode: "later" }), /autoresetMode must be .* got "later"/);
  await assert.rejects(wrong({ startTimeout: 0 }), /startTimeout must be a number of ms above 0/);
  await assert.rejects(wrong({ wrappers: "doom" }), /wrappers must be "atari"/);
  await assert.rejects(wrong({ kwargs: { f: () => 1 } }), /kwargs\.f must be JSON .* got function/);
  await assert.rejects(wrong({ kwargs: { x: [1, NaN] } }), /kwargs\.x\[1\] must be JSON .* NaN/);
  await assert.rejects(wrong({ kwargs: { x: new Float32Array(1) } }), /kwargs\.x must be JSON/);
});

Deno.test("makePython: an interpreter that is not there, and one that can't be run", async () => {
  const { state } = Deno.permissions.querySync({ name: "run", command: "/no/such/python3" });
  const wanted = state === "granted"
    ? /there is no Python at "\/no\/such\/python3": install Python 3.10 or later, or give the path/
    : /makePython Test-v0: it starts Python, which needs a permission: run Deno with --allow-run=/;
  await assert.rejects(wrong({ python: "/no/such/python3" }), wanted);
});

Deno.test("makePython: without permission it says which flag to add", async () => {
  const code = `
    import { makePython } from ${JSON.stringify(new URL("../../../mod.ts", import.meta.url).href)};
    await makePython("CartPole-v1").catch((error) => console.log(error.message));`;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "-"],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(code));
  await writer.close();
  const output = await child.output();
  assert.match(
    new TextDecoder().decode(output.stdout),
    /makePython CartPole-v1: it starts Python, which needs a permission: run Deno with --allow-run=python/,
  );
});

Deno.test("makePython: a child that ends before it is ready", async () => {
  const launch = (options: PythonOptions) => launchFake(options, ["exit"]);
  await assert.rejects(
    makeWith("Fake-v0", { numEnvs: 2, workers: 1 }, launch),
    /Fake-v0, lanes 0 to 1: .* ended with exit code 1 before it was ready; .*\n\n {2}no module named luck/,
  );
  await assert.rejects(makeFake({ fault: ["make", "exit"] }), /exit code 3 before it was ready/);
});

Deno.test("makePython: a child that is not ready in time", async () => {
  await assert.rejects(
    makeFake({ fault: ["make", "hang"] }, { startTimeout: 1000 }),
    /Fake-v0, lane 0: Python has not answered within 1000 ms \(startTimeout\), and process \d+ was ended/,
  );
});

Deno.test("makePython: when one worker fails, the others are ended", async () => {
  // Other tests may have children of the same kind at the same time.
  const mark = `mark-${crypto.randomUUID()}`;
  await assert.rejects(
    makeWith("Fake-v0", {
      kwargs: { fault: ["make", "raise"], faultyCount: 2 },
      numEnvs: 3,
      workers: 2,
    }, (options) => launchFake(options, [mark])),
    /Fake-v0, lane 1, make: ValueError: no such luck/,
  );
  if (HAS_PS) {
    const { stdout } = new Deno.Command("ps", { args: ["-eo", "ppid=,pid=,args="] }).outputSync();
    const left = new TextDecoder().decode(stdout).split("\n").filter((line) =>
      line.trim().startsWith(`${Deno.pid} `) && line.includes(mark)
    );
    assert.deepEqual(left, []);
  }
});

Deno.test("makePython: environments are dealt out evenly", async () => {
  const env = await makeFake({}, { numEnvs: 7, workers: 3 });
  const [observations] = await env.reset({ seed: 0 });
  assert.deepEqual(observations, Float32Array.from({ length: 14 }, (_, i) => i >> 1));
  assert.equal(env.pids.length, 3);
  await env.close();
  if (HAS_PS) assert.deepEqual(alive(env.pids), []);
});
