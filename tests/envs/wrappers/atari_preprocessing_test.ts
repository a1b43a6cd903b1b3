import assert from "node:assert/strict";
import recorded from "../../fixtures/wrappers/atari.json" with { type: "json" };
import {
  AtariPreprocessing,
  type AtariPreprocessingOptions,
  Box,
  Discrete,
  type Env,
  FrameStack,
  make,
} from "../../../src/envs/mod.ts";
import { AtariReplay, framesOf, playThrough, type RecordedGame } from "./atari_replay.ts";
import { ReplayEnv, savedState } from "./replay_env.ts";

type Pixels = Uint8Array | Float32Array;

interface Options extends AtariPreprocessingOptions {
  readonly stack?: number;
}

function wrapped(env: Env<Uint8Array, number>, given: unknown): Env<Pixels, number> {
  const { stack, ...options } = given as Options;
  const prepared = new AtariPreprocessing<Pixels>(env, options);
  return stack === undefined ? prepared : new FrameStack<Pixels>(prepared, stack);
}

for (const game of recorded.atariPreprocessing as RecordedGame[]) {
  const { options } = game as unknown as { options: unknown };
  Deno.test(`atari_preprocessing: ${game.name}: Gymnasium's, frame for frame`, async () => {
    const inner = new AtariReplay(game, await framesOf(game));
    const env = wrapped(inner, options);
    const { shape, dtype, high } = game.observationSpace;
    const space = env.observationSpace;
    assert.ok((space as unknown as Box).equals(new Box(0, high, shape, dtype as "uint8")));
    await playThrough(env, game.outs, game.name);
    assert.equal(inner.at, game.calls.length);
  });
}

Deno.test("atari_preprocessing: goes on from a state anywhere, its generator included", async () => {
  for (const index of [4, 6]) {
    const game = recorded.atariPreprocessing[index] as unknown as RecordedGame;
    const { options } = recorded.atariPreprocessing[index];
    const frames = await framesOf(game);
    const fresh = () => wrapped(new AtariReplay(game, frames), options);
    await playThrough(fresh(), game.outs, game.name, (env) => {
      const copy = fresh();
      copy.setState!(savedState(env));
      return copy;
    });
  }
});

/** A game of grey frames that each have one value, its own number. */
function numbered(shape: readonly number[] = [4, 4], lives = 3): ReplayEnv<Uint8Array> {
  const size = shape.reduce((product, length) => product * length, 1);
  const frames = Array.from({ length: 30 }, (_, i) => new Uint8Array(size).fill(i));
  return new ReplayEnv<Uint8Array>(new Box(0, 255, shape, "uint8"), frames, { infos: [{ lives }] });
}

Deno.test("atari_preprocessing: grey frames of the environment's own are taken as they are", () => {
  const env = new AtariPreprocessing(numbered(), { noopMax: 0, screenSize: 2 });
  assert.deepEqual(env.reset()[0], new Uint8Array(4).fill(0));
  assert.deepEqual(env.step(0)[0], new Uint8Array(4).fill(4));
  assert.deepEqual(env.step(0).slice(0, 2), [new Uint8Array(4).fill(8), 4]);
  assert.equal(`${env}`, "<AtariPreprocessing<ReplayEnv>>");
});

Deno.test("atari_preprocessing: info is the reset's and the no-ops' together, else the last step's", () => {
  const inner = numbered();
  const env = new AtariPreprocessing(
    new ReplayEnv(inner.observationSpace, inner.observations, {
      infos: [{ lives: 3, fresh: 1 }, { lives: 2 }, { lives: 1, last: 5 }],
    }),
    { noopMax: 1, frameSkip: 1, screenSize: 2 },
  );
  assert.deepEqual(env.reset()[1], { lives: 2, fresh: 1 });
  assert.deepEqual(env.step(0)[4], { lives: 1, last: 5 });
});

Deno.test("atari_preprocessing: a bad state changes nothing", () => {
  const env = new AtariPreprocessing(numbered(), { screenSize: 2 });
  env.reset({ seed: 1 });
  const before = savedState(env) as { own: Record<string, never>; env: never };
  for (
    const [change, message] of [
      [{ frame: "AAAA" }, /frame in the state of AtariPreprocessing must have 16 elements, got 3/],
      [{ previous: "A*" }, /previous in .* must be bytes in base64, got "A\*"/],
      [{ lives: 1.5 }, /lives in .* must be an integer of at least 0, got 1.5/],
      [{ rng: "x" }, /must be an object made by getState/],
      [{ observationSpace: "x" }, /must be an object made by getState/],
    ] as const
  ) {
    assert.throws(() => env.setState!({ own: { ...before.own, ...change }, env: 3 }), message);
    assert.deepEqual(savedState(env), before);
  }
});

Deno.test("atari_preprocessing: bad options and environments are refused", () => {
  const refuse = (options: Record<string, unknown>, message: RegExp) =>
    assert.throws(() => new AtariPreprocessing(numbered([210, 160, 3]), options), message);
  refuse({ noopMax: -1 }, /AtariPreprocessing: noopMax must be an integer of at least 0, got -1/);
  refuse({ frameSkip: 0 }, /AtariPreprocessing: frameSkip must be an integer of at least 1, got 0/);
  refuse({ screenSize: 0 }, /the new height must be an integer from 1 to the .* 210, got 0/);
  refuse({ screenSize: [161, 84] }, /the new width must be an integer from 1 to .* 160, got 161/);
  refuse({ screenSize: "84" }, /screenSize must be an integer or \[width, height\], got "84"/);
  refuse({ screenSize: null }, /screenSize must be an integer or \[width, height\], got null/);
  refuse({ scaleObs: 1 }, /AtariPreprocessing: scaleObs must be a boolean, got 1/);
  refuse({ grayscaleObs: "no" }, /AtariPreprocessing: grayscaleObs must be a boolean, got no/);

  const message = /AtariPreprocessing: the observations of .* must be pictures, .* TransformObs/;
  for (const shape of [[4, 4, 2], [4], [4, 4, 1], [4, 4, 3, 1], [0, 4]]) {
    assert.throws(() => new AtariPreprocessing(numbered(shape), { screenSize: 1 }), message);
  }
  assert.throws(() => new AtariPreprocessing(make("CartPole-v1") as never), message);
  const dim = new ReplayEnv(new Box(0, 1, [4, 4], "uint8"), [new Uint8Array(16)]);
  assert.throws(() => new AtariPreprocessing(dim), message);
  const grey = { grayscaleObs: false, screenSize: 2 };
  assert.throws(
    () => new AtariPreprocessing(numbered(), grey),
    /of shape \[height, width, 3\], got/,
  );
  assert.throws(
    () => new AtariPreprocessing(new ReplayEnv(new Discrete(3), [0]) as never),
    /AtariPreprocessing: .* got Discrete\(3\)/,
  );
  const mute = new AtariPreprocessing(numbered([4, 4], NaN), {
    terminalOnLifeLoss: true,
    screenSize: 2,
  });
  assert.throws(
    () => mute.reset(),
    /AtariPreprocessing: ReplayEnv must tell info.lives, an integer of at least 0, .* got NaN/,
  );
});
