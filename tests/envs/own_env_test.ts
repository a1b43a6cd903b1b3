/** The example of an environment of one's own: it is sound, a DQN learns it, and the program runs. */

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { createAgent, Meadow, SOLVED, train } from "../../examples/own_env.ts";
import { evaluate, make } from "../../mod.ts";
import { checkEnv } from "../../src/envs/check.ts";

Deno.test("own_env: checkEnv finds nothing, bare or as make makes it", () => {
  assert.deepEqual(checkEnv(new Meadow()), { warnings: [] });
  assert.deepEqual(checkEnv(make("Meadow-v0")), { warnings: [] });
});

Deno.test("own_env: the straight way pays, and there is no other end", () => {
  const env = make("Meadow-v0");
  let [observation] = env.reset({ seed: 1 });
  const distance = (x: Float32Array) => Math.round(6 * (Math.abs(x[0]) + Math.abs(x[1])));
  let left = distance(observation);
  assert.ok(left > 1);
  for (; left > 0; left--) {
    const [dx, dy] = observation;
    const action = dx > 0 ? 1 : dx < 0 ? 3 : dy > 0 ? 2 : 0;
    const [next, reward, terminated, truncated] = env.step(action);
    assert.equal(distance(next), left - 1);
    assert.deepEqual([reward, terminated], left === 1 ? [1, true] : [-0.02, false]);
    assert.equal(truncated, false);
    observation = next;
  }
});

Deno.test("own_env: a DQN learns it from three seeds", async () => {
  const adapter = await navigator.gpu.requestAdapter();
  assert.ok(adapter, "no GPU adapter");
  const device = await adapter.requestDevice();
  const scores: number[] = [];
  for (const seed of [1, 2, 3]) {
    using agent = await createAgent(seed, device);
    const { seconds, stoppedBy } = await train(agent, () => {});
    // Fresh episodes: other seeds than those of the evaluations.
    const { mean } = await evaluate(agent, make("Meadow-v0"), { episodes: 300, seed: 1_000_000 });
    scores.push(mean);
    console.log(
      `Meadow-v0, seed ${seed}: ${mean.toFixed(3)} after ${agent.steps} steps, ` +
        `${seconds.toFixed(1)} s (${stoppedBy})`,
    );
  }
  device.destroy();
  // The straight ways give 0.927; a start from which the fern is not found costs 0.005 of the mean.
  for (const score of scores) assert.ok(score >= SOLVED - 0.025, `means ${scores.join(", ")}`);
});

async function example(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const path = fileURLToPath(new URL("../../examples/own_env.ts", import.meta.url));
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", path, ...args],
    env: { NO_COLOR: "1" },
    stdout: "piped",
    stderr: "piped",
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, out: text(stdout), err: text(stderr) };
}

Deno.test("own_env: the program checks, learns and shows a walk without any permission", async () => {
  const { code, out, err } = await example("--seed", "2");
  assert.equal(code, 0, err);
  assert.match(out, /^checkEnv: <TimeLimit<Meadow>> has no faults and 0 warnings$/m);
  assert.match(out, /^solved after \d+ steps, .* 100 fresh episodes: mean return 0\.9/m);
  assert.match(out, /^a walk from D to the fern F:\n( {2}([.DFo] ){6}[.DFo]\n){7}$/m);
});

Deno.test("own_env: help and mistakes need no GPU", async () => {
  const help = await example("--help");
  assert.equal(help.code, 0);
  assert.match(help.out, /--seed N/);
  const wrong = await example("--sede", "3");
  assert.equal(wrong.code, 2);
  assert.equal(wrong.err, 'error: cannot read "--sede 3"; --help tells what there is\n');
});
