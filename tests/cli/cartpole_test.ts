import assert from "node:assert/strict";

import { fileURLToPath } from "node:url";

const EXAMPLE = fileURLToPath(new URL("../../examples/cartpole.ts", import.meta.url));

function command(permissions: readonly string[], args: readonly string[]): Deno.Command {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", ...permissions, EXAMPLE, ...args],
    env: { NO_COLOR: "1" },
    stdout: "piped",
    stderr: "piped",
  });
}

/** Starts the example as a user would. */
async function cartpole(
  permissions: readonly string[],
  args: readonly string[],
): Promise<{ code: number; stdout: string; stderr: string }> {
  const { code, stdout, stderr } = await command(permissions, args).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

const SHORT = ["--steps", "300", "--learning-starts", "100", "--eval-episodes", "3"];

Deno.test("cartpole: runs without any permission, and prints JSON alone on standard output", async () => {
  const { code, stdout, stderr } = await cartpole([], [...SHORT, "--json", "--seed", "5"]);
  assert.equal(code, 0, stderr);
  const result = JSON.parse(stdout);
  assert.deepEqual(Object.keys(result), [
    "env",
    "preset",
    "algorithm",
    "seed",
    "steps",
    "episodes",
    "updates",
    "seconds",
    "stepsPerSecond",
    "updatesPerSecond",
    "evaluation",
    "adapter",
  ]);
  assert.deepEqual(
    [result.env, result.preset, result.seed, result.steps, result.evaluation.episodes],
    ["CartPole-v1", "default", 5, 300, 3],
  );
  assert.ok(result.updates > 0 && result.episodes > 0);
  assert.ok(stderr.includes("DQN on CartPole-v1, preset default: 300 steps"));
});

Deno.test("cartpole: environments on the GPU, saved and gone on from, evaluated there and here", async () => {
  const folder = await Deno.makeTempDir();
  const allow = [`--allow-read=${folder}`, `--allow-write=${folder}`];
  const file = `${folder}/agent.safetensors`;
  const common = ["--preset", "gpu", "--check-every", "256", "--check-episodes", "4"];
  try {
    const part = (...args: string[]) => cartpole(allow, [...common, "--json", ...args]);
    const files = ["--save", file, "--csv", `${folder}/e.csv`, "--plot", `${folder}/e.svg`];
    const first = await part("--steps", "1280", "--eval-episodes", "8", ...files);
    assert.equal(first.code, 0, first.stderr);
    assert.match(first.stderr, /^64 environments on the GPU, in lockstep$/m);
    assert.match(first.stderr, /^evaluation at step 1,280: mean /m);
    const { preset, steps, updates, episodes, evaluation } = JSON.parse(first.stdout);
    assert.deepEqual([preset, steps, evaluation.episodes], ["gpu", 1280, 8]);
    assert.ok(updates > 0 && episodes > 0);
    const rows = (await Deno.readTextFile(`${folder}/e.csv`)).trimEnd().split("\n");
    assert.equal(rows.length, 1 + episodes);
    const more = await part("--steps", "1408", "--eval-episodes", "4", "--load", file);
    assert.equal(more.code, 0, more.stderr);
    const gone = JSON.parse(more.stdout);
    assert.deepEqual([gone.steps, gone.updates], [1408, updates + 8]);
    for (const where of [["--gpu-envs", "4"], ["--num-envs", "1"]]) {
      const line = ["--load", file, "--play", "--eval-episodes", "4", "--json", ...where];
      const played = await cartpole(allow, line);
      assert.equal(played.code, 0, played.stderr);
      assert.equal(JSON.parse(played.stdout).evaluation.episodes, 4);
      assert.equal(/on the GPU, in lockstep/.test(played.stderr), where[0] === "--gpu-envs");
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("cartpole: help and mistakes need no GPU", async () => {
  const help = await cartpole([], ["--help", "--preset", "joyrl"]);
  assert.equal(help.code, 0);
  assert.ok(help.stdout.includes("--hidden-layers"));
  assert.ok(help.stdout.includes("the values of preset joyrl"));
  const wrong = await cartpole([], ["--hiden-layers", "4"]);
  assert.equal(wrong.code, 2);
  assert.equal(
    wrong.stderr,
    'error: unknown flag --hiden-layers (did you mean "--hidden-layers"?); --help lists them all\n',
  );
});

Deno.test("cartpole: a file without permission is refused before training", async () => {
  const { code, stderr } = await cartpole([], [...SHORT, "--plot", "curve.svg"]);
  assert.equal(code, 1);
  assert.ok(
    stderr.includes("deno run --allow-read=. --allow-write=. examples/cartpole.ts"),
    stderr,
  );
});

Deno.test("cartpole: a saved run goes on in a new process, as if it had never stopped", async () => {
  const folder = await Deno.makeTempDir();
  const allow = [`--allow-read=${folder}`, `--allow-write=${folder}`];
  const common = [
    ...["--learning-starts", "50", "--eval-episodes", "3", "--check-every", "none", "--seed", "2"],
  ];
  try {
    const part = (args: string[]) => cartpole(allow, [...common, ...args]);
    const whole = await part(["--steps", "400", "--json", "--csv", `${folder}/whole.csv`]);
    assert.equal(whole.code, 0, whole.stderr);
    const first = await part([
      ...["--steps", "400", "--episodes", "7", "--save", `${folder}/agent.safetensors`],
    ]);
    assert.equal(first.code, 0, first.stderr);
    const rest = await cartpole(allow, [
      ...["--load", `${folder}/agent.safetensors`, "--steps", "400", "--eval-episodes", "3"],
      ...["--check-every", "none", "--json", "--csv", `${folder}/rest.csv`],
      ...["--plot", `${folder}/rest.svg`],
    ]);
    assert.equal(rest.code, 0, rest.stderr);
    const [a, b] = [JSON.parse(whole.stdout), JSON.parse(rest.stdout)];
    for (const name of ["steps", "episodes", "updates", "seed", "evaluation"]) {
      assert.deepEqual(b[name], a[name], name);
    }
    // The moving average, the last column, begins anew.
    const rows = async (name: string) =>
      (await Deno.readTextFile(`${folder}/${name}.csv`)).trimEnd().split("\n").slice(1)
        .map((row) => row.split(",").slice(0, 5).join(","));
    const all = await rows("whole");
    assert.deepEqual(await rows("rest"), all.slice(7));
    assert.ok((await Deno.readTextFile(`${folder}/rest.svg`)).startsWith("<svg"));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test({
  name: "cartpole: Ctrl-C stops it cleanly, and what was learnt is saved",
  // Windows knows no SIGINT from outside.
  ignore: Deno.build.os === "windows",
  fn: async () => {
    const folder = await Deno.makeTempDir();
    try {
      const child = command([`--allow-read=${folder}`, `--allow-write=${folder}`], [
        ...["--steps", "1000000", "--check-every", "none", "--log-episodes"],
        ...["--save", `${folder}/agent.safetensors`],
      ]).spawn();
      const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
      let text = "";
      let pressed = false;
      for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
        text += chunk.value;
        if (pressed || !text.includes("\nepisode ")) continue;
        pressed = true;
        child.kill("SIGINT");
      }
      const [{ code }, errors] = await Promise.all([
        child.status,
        new Response(child.stderr).text(),
      ]);
      assert.equal(code, 130, errors);
      assert.match(text, /stopping; Ctrl-C again exits at once\nstopped by Ctrl-C at step /);
      assert.ok(!text.includes("evaluation"), text);
      const { size } = await Deno.stat(`${folder}/agent.safetensors`);
      assert.ok(size > 1_000);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
