import assert from "node:assert/strict";
import { planWrappers, type PythonWrappers } from "../../../src/envs/python/python_wrappers.ts";

const plan = (wrappers: unknown) => planWrappers("makePython Test-v0", wrappers as PythonWrappers);

Deno.test("python_wrappers: atari is preprocessing and a stack, with the game's own skip off", () => {
  assert.deepEqual(plan("atari"), {
    wrappers: [
      {
        name: "AtariPreprocessing",
        kwargs: {
          noop_max: 30,
          frame_skip: 4,
          screen_size: [84, 84],
          terminal_on_life_loss: false,
        },
      },
      { name: "GameScore" },
      { name: "FrameStackObservation", kwargs: { stack_size: 4 } },
    ],
    kwargs: { frameskip: 1, obs_type: "grayscale" },
  });
});

Deno.test("python_wrappers: atari's options, in the order of DeepMind's chain", () => {
  const { wrappers } = plan({
    kind: "atari",
    frameSkip: 2,
    noopMax: 0,
    screenSize: [60, 40],
    episodicLife: true,
    fireReset: true,
    clipReward: true,
    frameStack: 3,
  });
  assert.deepEqual(wrappers, [
    {
      name: "AtariPreprocessing",
      kwargs: { noop_max: 0, frame_skip: 2, screen_size: [60, 40], terminal_on_life_loss: false },
    },
    { name: "GameScore" },
    { name: "EpisodicLife" },
    { name: "FireReset" },
    { name: "ClipReward", kwargs: { min_reward: -1, max_reward: 1 } },
    { name: "FrameStackObservation", kwargs: { stack_size: 3 } },
  ]);
});

Deno.test("python_wrappers: no stack", () => {
  for (const frameStack of [null, 1]) {
    assert.equal(plan({ kind: "atari", frameStack }).wrappers.length, 2);
  }
});

Deno.test("python_wrappers: a lost life starts a new game, or the game goes on", () => {
  const [{ kwargs }] = plan({ kind: "atari", terminalOnLifeLoss: true }).wrappers;
  assert.equal(kwargs?.terminal_on_life_loss, true);
  assert.throws(
    () => plan({ kind: "atari", terminalOnLifeLoss: true, episodicLife: true }),
    /makePython Test-v0: terminalOnLifeLoss and episodicLife are both true, and only one can be/,
  );
});

Deno.test("python_wrappers: a list is taken as it is", () => {
  const list = [{ name: "FlattenObservation" }, { name: "ClipReward", kwargs: { max_reward: 1 } }];
  assert.deepEqual(plan(list), { wrappers: list, kwargs: {} });
});

Deno.test("python_wrappers: what is wrong is said", () => {
  assert.throws(() => plan("doom"), /makePython Test-v0: wrappers must be "atari", .* got "doom"/);
  assert.throws(
    () => plan([{ kwargs: {} }]),
    /a wrapper must be like \{ name: .* got \{"kwargs":\{\}\}/,
  );
  assert.throws(() => plan({ kind: "atari", skip: 2 }), /unknown option "skip".*frameSkip/);
  assert.throws(
    () => plan({ kind: "atari", frameSkip: 0 }),
    /frameSkip must be an integer of at least 1/,
  );
  assert.throws(
    () => plan({ kind: "atari", noopMax: -1 }),
    /noopMax must be an integer of at least 0/,
  );
  assert.throws(() => plan({ kind: "atari", screenSize: [84] }), /a width and a height/);
  assert.throws(
    () => plan({ kind: "atari", clipReward: 1 }),
    /clipReward must be a boolean, got 1/,
  );
});
