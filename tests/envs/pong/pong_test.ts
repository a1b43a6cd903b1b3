import assert from "node:assert/strict";
import recorded from "../../fixtures/pong/pong.json" with { type: "json" };
import {
  checkEnv,
  type Env,
  FrameStack,
  type JsonValue,
  make,
  makeVec,
  Pong,
  type PongOptions,
  registry,
  TimeLimit,
} from "../../../src/envs/mod.ts";
import { assertSameBits } from "../fixture.ts";

const ID = "DinoQ/Pong-v0";
const pong = (options?: Record<string, unknown>) => make<Uint8Array>(ID, options);

/** Plays random actions, over ends. */
function play(env: Env<Uint8Array>, steps: number): void {
  for (let i = 0; i < steps; i++) if (env.step(env.actionSpace.sample())[2]) env.reset();
}

/** SHA-256 in hexadecimal. */
async function hashOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

Deno.test("pong: how it is registered, its spaces and its names", () => {
  const { maxEpisodeSteps, rewardThreshold } = registry().get(ID)!;
  assert.deepEqual([maxEpisodeSteps, rewardThreshold], [10_000, 15]);
  const env = pong();
  assert.ok(env instanceof TimeLimit);
  assert.equal(`${env}`, "<TimeLimit<Pong<DinoQ/Pong-v0>>>");
  assert.equal(`${new Pong()}`, "<Pong>");
  assert.equal(`${env.observationSpace}`, "Box(0, 255, [84, 84], uint8)");
  assert.equal(`${env.actionSpace}`, "Discrete(3)");
  assert.equal(env.renderFps, 15);
  assert.equal(`${new FrameStack(env, 4).observationSpace}`, "Box(0, 255, [4, 84, 84], uint8)");
  env.close();
});

Deno.test("pong: checkEnv has nothing to say", () => {
  // The usual game is checked with all others, in check_test.ts.
  const env = pong({ opponentSpeed: 3, pointsToWin: 2 });
  assert.deepEqual(checkEnv(env, { steps: 500 }), { warnings: [] });
});

Deno.test("pong: an option out of bounds is refused by name", () => {
  const cases: [PongOptions, string][] = [
    [{ opponentSpeed: -1 }, "opponentSpeed must be an integer from 0 to 32, got -1"],
    [{ opponentSpeed: 33 }, "opponentSpeed must be an integer from 0 to 32, got 33"],
    [{ opponentSpeed: 1.5 }, "opponentSpeed must be an integer from 0 to 32, got 1.5"],
    [{ opponentSpeed: NaN }, "opponentSpeed must be an integer from 0 to 32, got NaN"],
    [{ pointsToWin: 0 }, "pointsToWin must be an integer from 1 to 1000, got 0"],
    [{ pointsToWin: 1001 }, "pointsToWin must be an integer from 1 to 1000, got 1001"],
    [
      { pointsToWin: "21" as unknown as number },
      "pointsToWin must be an integer from 1 to 1000, got 21",
    ],
  ];
  for (const [options, message] of cases) {
    assert.throws(() => new Pong(options), { name: "RangeError", message: `Pong: ${message}` });
  }
  assert.throws(() => pong({ pointsToWin: 0 }), /Pong: pointsToWin must be an integer/);
  assert.throws(() => pong({ opponent: 3 }), /unknown option "opponent" .*"opponentSpeed"/);
  assert.throws(
    () => pong().reset({ options: { score: 3 } }),
    /DinoQ\/Pong-v0: unknown reset option "score"; it takes none/,
  );
});

Deno.test("pong: 13,000 steps are those of another implementation, pixel by pixel", async () => {
  for (const { seed, options, actions, points, ends, sha256 } of recorded.runs) {
    const env = pong({ ...options, maxEpisodeSteps: null });
    const frames = [env.reset({ seed })[0]];
    const made: number[][] = [], ended: number[] = [];
    for (let step = 0; step < actions.length; step++) {
      const [frame, reward, terminated] = env.step(Number(actions[step]));
      frames.push(frame);
      if (reward !== 0) made.push([step, reward]);
      if (!terminated) continue;
      ended.push(step);
      frames.push(env.reset()[0]);
    }
    assert.deepEqual(made, points, `seed ${seed}`);
    assert.deepEqual(ended, ends, `seed ${seed}`);
    const bytes = new Uint8Array(frames.length * 7056);
    frames.forEach((frame, i) => bytes.set(frame, i * 7056));
    assert.equal(await hashOf(bytes), sha256, `seed ${seed}`);
  }
  assert.equal(recorded.runs.reduce((sum, { actions }) => sum + actions.length, 0), 13_000);
});

Deno.test("pong: nobody's seed is not always the same, a seed starts the generator again", () => {
  const serves = (env: Env<Uint8Array>, seed?: number) => {
    env.reset(seed === undefined ? {} : { seed });
    return Array.from({ length: 12 }, () => env.step(0)[0]).map((frame) => frame.indexOf(255));
  };
  const starts = new Set(Array.from({ length: 20 }, () => serves(pong()).join()));
  assert.ok(starts.size > 10, `${starts.size}`);
  const env = pong();
  const seeded = serves(env, 9), next = serves(env);
  assert.notDeepEqual(next, seeded);
  assert.deepEqual(serves(env, 9), seeded);
  assert.deepEqual(serves(env), next);
  // Eight steps without a ball, the last of which ends with the serve.
  assert.deepEqual(seeded.map((at) => at === -1), [
    ...Array(7).fill(true),
    ...Array(5).fill(false),
  ]);
  assert.throws(() => env.reset({ seed: -1 }), /seed must be an integer from 0 .* got -1/);
});

Deno.test("pong: 21 points end a game, 10,000 steps cut it off", () => {
  const env = pong();
  env.reset({ seed: 2 });
  const rewards: number[] = [];
  for (;;) {
    const [, reward, terminated, truncated, info] = env.step(0);
    rewards.push(reward);
    assert.deepEqual([truncated, info], [false, {}]);
    if (terminated) break;
  }
  const points = (sign: number) => rewards.filter((reward) => reward === sign).length;
  assert.equal(points(-1), 21);
  assert.ok(points(1) < 21);
  assert.equal(rewards.at(-1), -1);
  assert.throws(() => env.step(0), {
    message: `${ID}: step() after the episode was terminated; call reset() to start the next one`,
  });
  env.reset();
  env.step(0);

  const long = pong({ pointsToWin: 1000 });
  long.reset({ seed: 1 });
  let steps = 1;
  for (; !long.step(0).slice(2, 4).includes(true); steps++);
  assert.equal(steps, 10_000);
  const short = pong({ pointsToWin: 1, maxEpisodeSteps: 30 });
  short.reset({ seed: 3 });
  const ends = Array.from({ length: 30 }, () => short.step(1).slice(2, 4));
  assert.deepEqual(ends.slice(0, 29), Array(29).fill([false, false]));
  assert.deepEqual(ends[29], [false, true]);
});

Deno.test("pong: stepping before a reset or outside the space is an error, and changes nothing", () => {
  const env = pong();
  assert.throws(() => env.step(0), {
    message: `${ID}: step() before the first reset(); call reset() to start an episode`,
  });
  env.reset({ seed: 1 });
  const before = env.getState!();
  for (const action of [3, -1, 0.5, NaN, "0", 0n, true, null, undefined]) {
    assert.throws(() => env.step(action as number), {
      name: "RangeError",
      message: `${ID}: action must be in Discrete(3), that is 0, 1 or 2, got ${action}`,
    });
  }
  assert.deepEqual(env.getState!(), before);
});

Deno.test("pong: observations are never changed later, and share no memory", () => {
  const env = pong();
  const kept: [Uint8Array, Uint8Array][] = [];
  let [observation] = env.reset({ seed: 1 });
  for (let i = 0; i < 100; i++) {
    kept.push([observation, observation.slice()]);
    assert.equal(observation.buffer.byteLength, 7056);
    [observation] = env.step(env.actionSpace.sample());
  }
  for (const [array, copy] of kept) assertSameBits(array, copy, "an observation");
  assert.ok(env.observationSpace.contains(observation));
  // What a caller writes into one is not seen again.
  observation.fill(7);
  assert.ok(!env.step(0)[0].includes(7));
});

Deno.test("pong: the state survives JSON at any moment and goes on bit for bit", () => {
  const env = pong(), copy = pong();
  env.actionSpace.seed(4);
  env.observationSpace.seed(5);
  env.observationSpace.sample();
  env.reset({ seed: 3 });
  let ends = 0;
  for (let round = 0; round < 30; round++) {
    play(env, 37);
    copy.setState!(JSON.parse(JSON.stringify(env.getState!())));
    assert.deepEqual(copy.getState!(), env.getState!());
    for (let i = 0; i < 60; i++) {
      const action = env.actionSpace.sample();
      assert.equal(copy.actionSpace.sample(), action);
      const wanted = env.step(action), actual = copy.step(action);
      assertSameBits(actual[0], wanted[0], `round ${round}, step ${i}`);
      assert.deepEqual(actual.slice(1), wanted.slice(1));
      if (!wanted[2]) continue;
      ends++;
      assertSameBits(copy.reset()[0], env.reset()[0], `round ${round}, step ${i}`);
    }
  }
  assert.ok(ends > 0);
  assertSameBits(copy.observationSpace.sample(), env.observationSpace.sample(), "a sample");
});

Deno.test("pong: states from before a reset and after an end are kept as such", () => {
  const env = pong({ pointsToWin: 1 }), copy = pong({ pointsToWin: 1 });
  const before = JSON.parse(JSON.stringify(env.getState!()));
  env.reset({ seed: 1 });
  while (!env.step(1)[2]);
  copy.setState!(JSON.parse(JSON.stringify(env.getState!())));
  assert.throws(() => copy.step(0), /after the episode was terminated/);
  assert.deepEqual(copy.reset(), env.reset());
  copy.setState!(before);
  assert.deepEqual(copy.getState!(), before);
  assert.throws(() => copy.step(0), /before the first reset/);
});

Deno.test("pong: a state that is none is refused and changes nothing", () => {
  const env = new Pong();
  env.actionSpace.seed(1);
  env.reset({ seed: 1 });
  play(env, 100);
  const before = env.getState() as Record<string, JsonValue>;
  const game = before.game as Record<string, number>;
  const changed = (changes: Record<string, JsonValue>) => ({
    ...before,
    game: { ...game, ...changes },
  });
  const cases: [JsonValue, RegExp][] = [
    [null, /^the state of Pong must be an object made by getState\(\), got null$/],
    [{ ...before, game: null }, /^game in the state of Pong must be an object .* got null$/],
    [{ ...before, phase: "done" }, /^phase in the state of Pong must be .* got "done"$/],
    [{ ...before, rng: null }, /^rng in the state of Pong must be a generator's state, got null$/],
    [{ ...before, rng: 5 }, /the state of a random generator must be an object/],
    [{ ...before, actionSpace: 5 }, /the state of a random generator must be an object/],
    [
      { ...before, actionSpace: null, observationSpace: 5 },
      /the state of a random generator must be an object/,
    ],
    [changed({ playerY: 63 }), /^playerY in game in the state of Pong .* from 64 to 1152, got 63$/],
    [changed({ ballX: 1344 }), /^ballX in game .* from -31 to 1343, got 1344$/],
    [changed({ ballY: 100.5 }), /^ballY in game .* from 64 to 1248, got 100.5$/],
    [changed({ aim: "0" }), /^aim in game .* from -70 to 70, got "0"$/],
    [
      changed({ wait: 0, ballDX: 0 }),
      /^ballDX in game .* must be 0 while wait is over 0, and only then, got 0 with wait 0$/,
    ],
    [changed({ wait: 3, ballDX: -12 }), /^ballDX in game .* got -12 with wait 3$/],
    [changed({ playerPoints: 22 }), /^the points in game .* of a game to 21, got 22 and \d+$/],
    [
      changed({ playerPoints: 21, opponentPoints: 21 }),
      /^the points in game .* of a game to 21, got 21 and 21$/,
    ],
    [
      changed({ playerPoints: 21 }),
      /^the points in game .*, 21 and \d+, contradict the phase "running"$/,
    ],
    [{ ...before, phase: "terminated" }, /contradict the phase "terminated"$/],
  ];
  for (const [state, message] of cases) {
    assert.throws(() => env.setState(state), { message });
    assert.deepEqual(env.getState(), before);
  }
});

Deno.test("pong: in a vector environment, here and in workers by shared memory and messages", async () => {
  const actions = [[1, 2, 0], [0, 0, 1], [2, 1, 1]];
  const sync = makeVec<Uint8Array>(ID, 3);
  sync.reset({ seed: 4 });
  const wanted = actions.map((three) => sync.step(three));
  const [last] = wanted[2];
  assert.ok(last instanceof Uint8Array);
  assert.equal(last.length, 3 * 7056);
  const alone = pong();
  alone.reset({ seed: 5 });
  const [own] = actions.map(([, action]) => alone.step(action)[0]).slice(-1);
  assertSameBits(last.slice(7056, 2 * 7056), own, "the second lane");
  for (const sharedMemory of [true, false]) {
    await using env = await makeVec<Uint8Array>(ID, 3, {
      vectorizationMode: "worker",
      workers: 2,
      sharedMemory,
    });
    await env.reset({ seed: 4 });
    for (const [i, three] of actions.entries()) assert.deepEqual(await env.step(three), wanted[i]);
  }
});
