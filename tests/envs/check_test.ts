import assert from "node:assert/strict";
import { make, RecordEpisodeStatistics, registry, TimeLimit } from "../../src/envs/mod.ts";
import { checkEnv } from "../../src/envs/check.ts";
import { assertFaults, check, walk } from "./check/broken.ts";
import { WalkEnv } from "./walk_env.ts";

Deno.test("check: an environment without faults passes without warnings", () => {
  assert.deepEqual(checkEnv(new WalkEnv()), { warnings: [] });
  const limited = new TimeLimit(new WalkEnv(), 5);
  assert.deepEqual(checkEnv(limited), { warnings: [] });
  // Its clock runs on, and its info tells the time.
  const { warnings } = checkEnv(new RecordEpisodeStatistics(new TimeLimit(new WalkEnv(), 5)));
  for (const warning of warnings) assert.match(warning, /infos that differ; .*\.episode\.t: /);
});

Deno.test("check: every registered environment passes", async (t) => {
  for (const id of registry().keys()) {
    await t.step(id, () => {
      const { warnings } = checkEnv(make(id));
      // Those alone are allowed that say something true of a game that random actions seldom end.
      for (const warning of warnings) {
        assert.match(warning, /^no episode ended in 3000 random steps/);
      }
    });
  }
});

Deno.test("check: methods, spaces and name", () => {
  class Walk extends WalkEnv {
    override toString(): string {
      return "[object Object]";
    }
  }
  assertFaults([
    [Walk, /^toString\(\) must name the environment, e.g. <Walk>, got "\[object Object\]"/],
    [
      walk((env) => env.reset = undefined),
      /^it must have .* reset, step and close, it lacks reset/,
    ],
    [walk((env) => env.actionSpace = undefined), /^actionSpace must be a space, got undefined/],
    [walk((env) => env.observationSpace = { n: 2 }), /^observationSpace must be .* got \{ n: 2 \}/],
    [
      class Vector extends WalkEnv {
        numEnvs = 3;
      },
      /^it is a vector environment/,
    ],
  ]);
  assert.throws(() => checkEnv(null as unknown as WalkEnv), {
    name: "TypeError",
    message: "checkEnv: env must be an environment, got null",
  });
  assert.throws(() => checkEnv(new WalkEnv(), { steps: 0.5 }), /steps must be an integer .* 0.5/);
});

Deno.test("check: close", () => {
  class Once extends WalkEnv {
    #closed = false;
    override close(): void {
      if (this.#closed) throw new Error("closed already");
      this.#closed = true;
    }
  }
  assertFaults([[Once, /^close\(\) of a closed environment threw Error: closed already/]]);
  assert.deepEqual(check(new Once(), { skipClose: true }), []);
});

Deno.test("check: everything wrong is told at once, with the warnings", () => {
  class Walk extends WalkEnv {
    override readonly renderFps = undefined;
    override step(action: number): ReturnType<WalkEnv["step"]> {
      const [x, , terminated, , info] = super.step(action === 1 ? 1 : 0);
      return [x, NaN, terminated, 0 as unknown as boolean, info];
    }
  }
  assert.throws(() => checkEnv(new Walk()), (error: Error) => {
    const lines = error.message.split("\n");
    assert.equal(lines[0], "checkEnv: Walk has 3 faults:");
    assert.match(lines[1], /^- step\(\d\): the reward must be a finite number, got NaN/);
    assert.match(lines[2], /^- step\(\d\): truncated must be a boolean, got 0 \(number\)/);
    assert.match(lines[3], /^- step\(\) must throw an error for an action that is not in Discrete/);
    assert.equal(lines[4], "It is also worth a look that:");
    assert.match(lines[5], /^- there are pictures but no renderFps/);
    assert.equal(lines.length, 6);
    return true;
  });
});
