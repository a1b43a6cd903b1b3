import assert from "node:assert/strict";
import { Box, type JsonValue, MultiDiscrete, type Space } from "../../../src/envs/mod.ts";
import { assertFaults, assertWarnings, check } from "./broken.ts";
import { WalkEnv } from "../walk_env.ts";

Deno.test("refusals: what step must refuse", () => {
  class Unready extends WalkEnv {
    protected override running = true;
    override setState(state: JsonValue): void {
      super.setState(state);
    }
  }
  class Endless extends WalkEnv {
    override step(action: number): ReturnType<WalkEnv["step"]> {
      if (!this.running && this.place >= 0 && this.actionSpace.contains(action)) {
        return [this.observe(), 0, true, false, {}];
      }
      return super.step(action);
    }
  }
  class Lenient extends WalkEnv {
    override step(action: number): ReturnType<WalkEnv["step"]> {
      return super.step(action === 1 ? 1 : 0);
    }
  }
  class Hasty extends WalkEnv {
    override step(action: number): ReturnType<WalkEnv["step"]> {
      if (this.running) this.gust = this.rng.nextDouble();
      return super.step(action);
    }
  }
  class Rude extends WalkEnv {
    override step(action: number): ReturnType<WalkEnv["step"]> {
      // deno-lint-ignore no-throw-literal -- that is the mistake
      if (!this.actionSpace.contains(action)) throw "no";
      return super.step(action);
    }
  }
  class Nameless extends WalkEnv {
    protected override get name(): string {
      return "it";
    }
    override toString(): string {
      return "<Nameless>";
    }
  }
  const endless = check(new Endless());
  assert.ok(
    endless.includes("step() after an episode was terminated must throw an error, it did not"),
  );
  assert.ok(
    endless.some((message) => /^step\(\) after setState\(state\) of an ended epi/.test(message)),
  );
  assertFaults([
    [Unready, /^step\(\) before the first reset\(\) must throw an error, it did not/],
    [
      Lenient,
      /^step\(\) must throw .* not in Discrete\(2\), it accepted undefined, null, NaN, 0.5, -1, "0"/,
    ],
    [Hasty, /^step\(undefined\) threw an error, as it must, but changed the state before/],
    [Rude, /^step\(undefined\) must throw an Error, it threw no \(no Error\)/],
  ]);
  assertWarnings([[Nameless, /^what step\(\) before the first reset\(\) throws does not name/]]);
});

Deno.test("refusals: wrong actions of other spaces, and actions that are changed", () => {
  class Keys extends WalkEnv {
    override readonly actionSpace = new MultiDiscrete([2, 3]) as unknown as Space<number>;
    override step(action: unknown): ReturnType<WalkEnv["step"]> {
      const keys = action as Int32Array;
      const real = this.actionSpace as Space<unknown>;
      if (!real.contains(action) && !(keys?.length === 1)) throw new RangeError("Keys: no");
      if (!this.running) throw new Error("Keys: reset() first");
      this.place += keys[0] === 1 ? 1 : -1;
      this.running = this.place > 0 && this.place < 10;
      this.act(keys);
      return [this.observe(), 0, !this.running, false, {}];
    }
    protected act(_keys: Int32Array): void {}
  }
  class Greedy extends Keys {
    protected override act(keys: Int32Array): void {
      keys[1] = (keys[1] + 1) % 3;
    }
  }
  class Real extends WalkEnv {
    override readonly actionSpace = new Box(-1, 1) as unknown as Space<number>;
    override step(action: unknown): ReturnType<WalkEnv["step"]> {
      if (!this.running) throw new Error("Real: reset() first");
      const x = action as Float32Array;
      if (!(x instanceof Float32Array) || x.length !== 1) throw new RangeError("Real: no");
      this.place += x[0] > 0 ? 1 : -1;
      this.running = this.place > 0 && this.place < 10;
      return [this.observe(), 0, !this.running, false, {}];
    }
  }
  assertFaults([
    [
      Keys,
      /^step\(\) must throw .* MultiDiscrete\(\[2, 3\]\), it accepted "0", Int32Array of 1 \[/,
    ],
    [Real, /^step\(\) must throw .* not in Box.*, it accepted Float32Array of 1 \[NaN\]/],
  ]);
  assert.ok(
    check(new Greedy()).some((message) => /^step\(Int32.* changed its action/.test(message)),
  );
});
