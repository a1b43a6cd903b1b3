import assert from "node:assert/strict";
import type { Env, JsonValue } from "../../../src/envs/env.ts";
import {
  Asterix,
  Breakout,
  Freeway,
  type MinAtarOptions,
  Seaquest,
  SpaceInvaders,
} from "../../../src/envs/minatar/mod.ts";
import { MINATAR } from "../../../src/envs/minatar/registrations.ts";
import { make as makeEnv } from "../../../src/envs/registry.ts";
import { assertSameBits } from "../fixture.ts";

const IDS = MINATAR.map(({ id }) => id);

/** MinAtar's observations are bytes. */
const make = (id: string, options?: Record<string, unknown>) => makeEnv<Uint8Array>(id, options);

/** Plays random actions, over ends. */
function play(env: Env<Uint8Array>, steps: number): void {
  for (let i = 0; i < steps; i++) if (env.step(env.actionSpace.sample())[2]) env.reset();
}

/** An environment amid an episode, its generators all in use. */
function running(id: string, steps = 150): Env<Uint8Array> {
  const env = make(id, { stickyActionProb: 0.3 });
  env.actionSpace.seed(4);
  env.observationSpace.seed(5);
  env.observationSpace.sample();
  env.reset({ seed: 3 });
  play(env, steps);
  return env;
}

Deno.test("minatar: all ten are registered, with their numbers of actions", () => {
  const counts = Object.fromEntries(IDS.map((id) => [id, `${make(id).actionSpace}`]));
  assert.deepEqual(counts, {
    "MinAtar/Asterix-v0": "Discrete(6)",
    "MinAtar/Asterix-v1": "Discrete(5)",
    "MinAtar/Breakout-v0": "Discrete(6)",
    "MinAtar/Breakout-v1": "Discrete(3)",
    "MinAtar/Freeway-v0": "Discrete(6)",
    "MinAtar/Freeway-v1": "Discrete(3)",
    "MinAtar/Seaquest-v0": "Discrete(6)",
    "MinAtar/Seaquest-v1": "Discrete(6)",
    "MinAtar/SpaceInvaders-v0": "Discrete(6)",
    "MinAtar/SpaceInvaders-v1": "Discrete(4)",
  });
  assert.equal(`${make("MinAtar/Breakout-v1")}`, "<Breakout<MinAtar/Breakout-v1>>");
  assert.equal(
    `${make("MinAtar/Breakout-v1", { useMinimalActionSet: false }).actionSpace}`,
    "Discrete(6)",
  );
  const bare = [new Asterix(), new Breakout(), new Freeway(), new Seaquest(), new SpaceInvaders()];
  assert.equal(bare.join(), "<Asterix>,<Breakout>,<Freeway>,<Seaquest>,<SpaceInvaders>");
  for (const env of bare) {
    assert.equal(`${env.actionSpace}`, "Discrete(6)");
    assert.equal(env.renderFps, 20);
    env.close();
  }
});

Deno.test("minatar: the state survives JSON in mid-episode and goes on bit for bit", () => {
  for (const id of IDS) {
    const env = running(id), copy = make(id, { stickyActionProb: 0.3 });
    copy.setState!(JSON.parse(JSON.stringify(env.getState!())));
    assert.deepEqual(copy.getState!(), env.getState!(), id);
    let ends = 0;
    for (let i = 0; i < 600; i++) {
      const action = env.actionSpace.sample();
      assert.equal(copy.actionSpace.sample(), action);
      const wanted = env.step(action), actual = copy.step(action);
      assertSameBits(actual[0], wanted[0], `${id}, step ${i}`);
      assert.deepEqual(actual.slice(1), wanted.slice(1), `${id}, step ${i}`);
      if (wanted[2]) {
        ends++;
        assertSameBits(copy.reset()[0], env.reset()[0], id);
      }
    }
    if (!id.includes("Freeway")) assert.ok(ends > 0, id);
    assertSameBits(copy.observationSpace.sample(), env.observationSpace.sample(), id);
    assert.deepEqual(copy.getState!(), env.getState!(), id);
  }
});

Deno.test("minatar: states from before a reset and after an end are kept as such", () => {
  for (const id of IDS.filter((id) => !id.includes("Freeway"))) {
    const env = make(id), copy = make(id);
    const before = JSON.parse(JSON.stringify(env.getState!()));
    assert.equal(before.game, null);
    env.reset({ seed: 1 });
    while (!env.step(env.actionSpace.sample())[2]);
    copy.setState!(JSON.parse(JSON.stringify(env.getState!())));
    assert.deepEqual(copy.getState!(), env.getState!());
    assert.throws(() => copy.step(0), /after the episode was terminated/);
    assert.deepEqual(copy.render!(), env.render!());
    assert.deepEqual(copy.reset(), env.reset());
    copy.setState!(before);
    assert.deepEqual(copy.getState!(), before);
    assert.throws(() => copy.step(0), /before the first reset/);
  }
});

Deno.test("minatar: a state that is none is refused and changes nothing", () => {
  for (const id of IDS) {
    const env = running(id);
    const before = env.getState!() as Record<string, JsonValue>;
    const game = before.game as Record<string, JsonValue>;
    const another = make(
      id.includes("Asterix") ? "MinAtar/Freeway-v1" : "MinAtar/Asterix-v1",
    );
    another.reset({ seed: 1 });
    const strange = (another.getState!() as typeof before).game;
    const cases: [JsonValue, RegExp][] = [
      [null, /the state of MinAtar\/\w+-v\d must be an object made by getState\(\), got null/],
      [{ ...before, game: null }, /game in the state of MinAtar.* must be an object .* got null/],
      [{ ...before, game: strange }, / in game in the state of MinAtar.* must be/],
      [{ ...before, game: { ...game, over: 2 } }, /over in game in .* from 0 to 1, got 2/],
      [
        { ...before, game: { ...game, over: 1 } },
        /over in game .* contradicts the phase "running"/,
      ],
      [{ ...before, phase: "terminated" }, /over in game .* contradicts the phase "terminated"/],
      [{ ...before, phase: "done" }, /phase in the state of MinAtar.* got "done"/],
      [{ ...before, lastAction: 6 }, /lastAction in the state of .* must be under 6, got 6/],
      [{ ...before, lastAction: -1 }, /lastAction in the state of .* got -1/],
      [{ ...before, random: null }, /random in the state of .* must be a generator's state/],
      [{ ...before, random: 5 }, /the state of a random generator must be an object/],
      [{ ...before, actionSpace: 5 }, /the state of a random generator must be an object/],
      [
        { ...before, actionSpace: null, observationSpace: 5 },
        /the state of a random generator must be an object/,
      ],
    ];
    for (const [state, message] of cases) {
      assert.throws(() => env.setState!(state), message);
      assert.deepEqual(env.getState!(), before, id);
    }
  }
});

Deno.test("minatar: stepping before a reset, after the end or outside the space is an error", () => {
  for (const id of IDS.filter((id) => !id.includes("Freeway"))) {
    const env = make(id);
    const { n } = env.actionSpace as unknown as { n: number };
    assert.throws(() => env.step(0), {
      message: `${id}: step() before the first reset(); call reset() to start an episode`,
    });
    env.reset({ seed: 1 });
    const before = env.getState!();
    for (const action of [n, -1, 0.5, NaN, "0", 0n, true, null, undefined, "length"]) {
      assert.throws(() => env.step(action as number), {
        name: "RangeError",
        message: `${id}: action must be in Discrete(${n}), that is an integer from 0 to ${
          n - 1
        }, got ${action}`,
      });
    }
    assert.deepEqual(env.getState!(), before);
    while (!env.step(env.actionSpace.sample())[2]);
    assert.throws(() => env.step(0), {
      message: `${id}: step() after the episode was terminated; call reset() to start the next one`,
    });
    env.reset();
    env.step(0);
  }
});

Deno.test("minatar: maxEpisodeSteps of make truncates, as nothing else does", () => {
  const env = make("MinAtar/Freeway-v1", { maxEpisodeSteps: 10 });
  env.reset({ seed: 1 });
  const ends = Array.from({ length: 10 }, () => env.step(1).slice(2, 4));
  assert.deepEqual(ends[8], [false, false]);
  assert.deepEqual(ends[9], [false, true]);
});

Deno.test("minatar: observations are never changed later", () => {
  for (const id of IDS) {
    const env = make(id);
    env.actionSpace.seed(1);
    const kept: [Uint8Array, Uint8Array][] = [];
    let [observation] = env.reset({ seed: 1 });
    for (let i = 0; i < 200; i++) {
      kept.push([observation, observation.slice()]);
      const result = env.step(env.actionSpace.sample());
      observation = result[2] ? env.reset()[0] : result[0];
    }
    for (const [array, copy] of kept) assertSameBits(array, copy, id);
    assert.ok(env.observationSpace.contains(observation));
  }
});

Deno.test("minatar: a seed starts the generator again, and nobody's seed is not always the same", () => {
  const starts = new Set(
    Array.from({ length: 20 }, () => make("MinAtar/Freeway-v1").reset()[0].join("")),
  );
  assert.ok(starts.size > 15);
  const env = make("MinAtar/Freeway-v1");
  const [seeded] = env.reset({ seed: 9 });
  const [next] = env.reset();
  assert.notDeepEqual(next, seeded);
  assert.deepEqual(env.reset({ seed: 9 })[0], seeded);
  assert.deepEqual(env.reset()[0], next);
  const before = env.getState!();
  assert.throws(() => env.reset({ seed: -1 }), /seed must be an integer from 0 .* got -1/);
  assert.deepEqual(env.getState!(), before);
  // Seeds that NumPy refuses do no harm.
  assert.notDeepEqual(env.reset({ seed: 2 ** 40 })[0], seeded);
});

Deno.test("minatar: sticky actions do the last one again, also over a reset", () => {
  const paddle = ([observation]: readonly [Uint8Array, ...unknown[]]) =>
    Array.from({ length: 10 }, (_, x) => observation[4 * (90 + x)]).indexOf(1);
  // Always sticky from the first step on: nothing is ever done.
  const never = make("MinAtar/Breakout-v1", { stickyActionProb: 1 });
  never.reset({ seed: 1 });
  assert.deepEqual([2, 2, 2].map((action) => paddle(never.step(action))), [4, 4, 4]);
  // A last action that was right stays right, whatever is asked for and however often it starts anew.
  const state = never.getState!() as Record<string, JsonValue>;
  never.setState!({ ...state, lastAction: 3 });
  assert.deepEqual([1, 0, 1].map((action) => paddle(never.step(action))), [5, 6, 7]);
  assert.equal(paddle(never.reset()), 4);
  assert.equal(paddle(never.step(1)), 5);
  // An episode follows from its seed: with one, nothing of before counts.
  assert.equal(paddle(never.reset({ seed: 2 })), 4);
  assert.equal(paddle(never.step(1)), 4);
  const always = make("MinAtar/Breakout-v1", { stickyActionProb: 0 });
  always.reset({ seed: 1 });
  assert.deepEqual([2, 1, 0].map((action) => paddle(always.step(action))), [5, 4, 4]);
});

Deno.test("minatar: pictures change with the game, and want an episode", () => {
  for (const id of IDS) {
    const env = make(id);
    assert.throws(() => env.render!(), {
      message: `${id}: render() before the first reset(); call reset() to start an episode`,
    });
    env.reset({ seed: 1 });
    const first = env.render!();
    env.step(1);
    for (let i = 0; i < 12; i++) env.step(0);
    assert.notDeepEqual(env.render!().data, first.data, id);
    assert.throws(() => env.render!("ansi"), {
      message: `${id}: render mode must be "rgb_array", got "ansi"`,
    });
  }
});

Deno.test("minatar: a bad option is refused by name", () => {
  const cases: [MinAtarOptions, RegExp][] = [
    [{ stickyActionProb: 1.1 }, /Seaquest: stickyActionProb must be a number from 0 to 1, got 1.1/],
    [{ stickyActionProb: -0.1 }, /stickyActionProb must be a number from 0 to 1, got -0.1/],
    [{ stickyActionProb: NaN }, /stickyActionProb must be a number from 0 to 1, got NaN/],
    [
      { stickyActionProb: "0" as unknown as number },
      /stickyActionProb must be a number from 0 to 1/,
    ],
    [
      { difficultyRamping: 1 as unknown as boolean },
      /Seaquest: difficultyRamping must be a boolean, got 1/,
    ],
    [
      { useMinimalActionSet: "yes" as unknown as boolean },
      /useMinimalActionSet must be a boolean, got yes/,
    ],
  ];
  for (const [options, message] of cases) assert.throws(() => new Seaquest(options), message);
  assert.throws(
    () => make("MinAtar/Seaquest-v1", { stickyActionProb: 2 }),
    /Seaquest: stickyActionProb must be a number from 0 to 1, got 2/,
  );
  assert.throws(
    () => make("MinAtar/Seaquest-v1").reset({ options: { level: 2 } }),
    /MinAtar\/Seaquest-v1: unknown reset option "level"; it takes none/,
  );
});
