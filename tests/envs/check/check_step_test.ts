import assert from "node:assert/strict";
import { Box, Dict, Discrete, type EnvSpec, type Space, Tuple } from "../../../src/envs/mod.ts";
import { assertFaults, assertWarnings, check, stepping } from "./broken.ts";
import { WalkEnv } from "../walk_env.ts";

Deno.test("check_step: what step returns", () => {
  const changed = (i: number, value: unknown) =>
    stepping((step) => step.map((part, k) => k === i ? structuredClone(value) : part));
  assertFaults([
    [stepping(([x, r, t, , i]) => [x, r, t, i]), /^step\(\d\) must return \[obs.*, got \[Float32/],
    [changed(1, NaN), /^step\(\d\): the reward must be a finite number, got NaN/],
    [changed(1, Infinity), /^step\(\d\): the reward must be a finite number, got Infinity/],
    [changed(1, "1"), /^step\(\d\): the reward must be .* got "1" \(string\)/],
    [changed(3, 0), /^step\(\d\): truncated must be a boolean, got 0 \(number\)/],
    [changed(4, undefined), /^step\(\d\): info must be a record, .* got undefined/],
    [
      changed(0, [1, 2]),
      /^step\(\d\): the observation must be a Float32Array of 2 .* got \[1, 2\]/,
    ],
    [changed(0, Float64Array.of(1, 2)), /must be a Float32Array .* got Float64Array of 2 \[1, 2\]/],
    [
      stepping(([, ...rest]) => [Float32Array.of(1, NaN), ...rest]),
      /^step\(\d\): the observation must be in Box\(0, 10, .*: element 1 is NaN, its bounds are 0/,
    ],
    [
      stepping(([[x], ...rest]) => [Float32Array.of(x, 11), ...rest]),
      /the observation must be in .* element 1 is 11, its bounds are 0 and 10/,
    ],
  ]);
  const [, ended] = check(new (changed(2, null))());
  assert.match(ended, /^step\(\d\): terminated must be a boolean, got null/);
});

Deno.test("check_step: observations of other spaces", () => {
  class Pair extends WalkEnv {
    override readonly observationSpace = new Tuple([
      new Discrete(11),
      new Dict({ gust: new Box(0, 0.5) }),
    ]) as unknown as Space<Float32Array>;
    protected override observe(): Float32Array {
      return [this.place, { gust: Float32Array.of(this.gust) }] as unknown as Float32Array;
    }
  }
  class Place extends WalkEnv {
    override readonly observationSpace = new Discrete(9) as unknown as Space<Float32Array>;
    protected override observe(): Float32Array {
      return this.place as unknown as Float32Array;
    }
  }
  assertFaults([
    [
      Pair,
      /^step\(\d\): the observation must be in Tuple.*: element 1 must be .*: gust must be in/,
    ],
    [Place, /^step\(\d\): the observation must be in Discrete\(9\), got (9|10) \(number\)/],
  ]);
});

Deno.test("check_step: steps that can't be repeated", () => {
  const [, chance] = check(
    new (stepping(([x, , ...rest]) => [x, Math.random() < 0.5 ? 0 : 0.25, ...rest]))(),
  );
  assert.match(
    chance,
    /^the same seed and actions must give the same .*; call \d+, step\(\d\), at/,
  );
  class Carried extends WalkEnv {
    #last = 0;
    override step(action: number): ReturnType<WalkEnv["step"]> {
      const result = super.step(action);
      result[1] += this.#last;
      this.#last = action / 8;
      return result;
    }
  }
  assert.ok(check(new Carried()).some((message) => /whatever happened before/.test(message)));
  assertWarnings([
    [
      stepping((s) => [...s.slice(0, 4), { t: Math.random() }]),
      /^the same seed .* infos that diff/,
    ],
  ]);
});

Deno.test("check_step: what is returned must be fresh", () => {
  class Reused extends WalkEnv {
    readonly #array = new Float32Array(2);
    protected override observe(): Float32Array {
      this.#array.set([this.place, this.gust]);
      return this.#array;
    }
  }
  const reused = check(new Reused());
  assert.match(
    reused[1],
    /^what reset\(\{ seed: 321 \}\) returned was changed by a later call: at/,
  );
  const constant = { a: [1] };
  const view = new ArrayBuffer(64);
  const overlapping = (([, , ...rest]: unknown[], env: WalkEnv) => {
    const x = new Float32Array(view, 0, 2);
    return [x.fill(1), 0, ...rest, env].slice(0, 5);
  }) as Parameters<typeof stepping>[0];
  assertFaults([
    [stepping((s) => [...s.slice(0, 4), constant]), /same object \(info\): return a fresh one/],
    [stepping((s) => [...s.slice(0, 4), { ...constant }]), /same object \(info\.a\): return a fr/],
    [stepping(overlapping), /returned the same object \(observation\): return a fresh one/],
  ]);
  const frozen = Object.freeze({});
  assert.deepEqual(check(new (stepping((s) => [...s.slice(0, 4), frozen]))()), []);
});

Deno.test("check_step: limits and ends", () => {
  class Limited extends WalkEnv {
    readonly spec: EnvSpec = { id: "CartPole-v1", options: {}, maxEpisodeSteps: 2 };
    protected override get name(): string {
      return "CartPole-v1";
    }
    override toString(): string {
      return "<Walk<<TimeLimit<CartPole<CartPole-v1>>>>>";
    }
  }
  assertFaults([[Limited, /^spec.maxEpisodeSteps is 2, but truncated is false after 2 steps/]]);
  assert.match(check(new WalkEnv(), { steps: 1 })[0], /^no episode ended in 1 random steps/);
});
