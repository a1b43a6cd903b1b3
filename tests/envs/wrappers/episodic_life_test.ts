import assert from "node:assert/strict";
import { Discrete, EpisodicLife, make } from "../../../src/envs/mod.ts";
import { ReplayEnv, savedState } from "./replay_env.ts";

/** A game whose lives are told one after the other. */
function game(lives: readonly number[], ends: readonly number[] = []): ReplayEnv<number> {
  const observations = lives.map((_, i) => i);
  const infos = lives.map((lives) => ({ lives }));
  return new ReplayEnv(new Discrete(100), observations, { ends, infos });
}

Deno.test("episodic_life: a life lost terminates, a bonus life does not, the last is the game's to tell", () => {
  const inner = game([3, 3, 2, 2, 3, 2, 1, 0, 0, 0], [9]);
  const env = new EpisodicLife(inner);
  assert.equal(env.wasRealDone, true);
  env.reset();
  assert.equal(env.wasRealDone, false);
  const ends = [];
  for (let i = 1; i < 10; i++) {
    const [observation, , terminated, truncated] = env.step(1);
    assert.equal(observation, i);
    assert.equal(truncated, false);
    ends.push(terminated);
    assert.equal(env.wasRealDone, i === 9);
  }
  assert.deepEqual(ends, [false, true, false, false, true, true, false, false, true]);
  assert.equal(env.lives, 0);
});

Deno.test("episodic_life: reset goes on with the game by a no-op until it is over", () => {
  const inner = game([2, 1, 1, 1, 0, 2, 2], [4]);
  const env = new EpisodicLife(inner);
  env.reset();
  assert.equal(env.step(1)[2], true);
  assert.deepEqual(env.reset(), [2, { lives: 1 }]);
  assert.deepEqual(inner.taken, [1, 0]);
  assert.equal(inner.resets.length, 1);
  env.step(1);
  // The no-op ends the game: then there is a real reset.
  assert.deepEqual(env.reset(), [5, { lives: 2 }]);
  assert.equal(inner.resets.length, 2);
  assert.equal(env.lives, 2);
});

Deno.test("episodic_life: a reset with a seed or options is a real one", () => {
  const inner = game([2]);
  const env = new EpisodicLife(inner);
  env.reset();
  env.step(1);
  env.reset({ seed: 4 });
  env.reset({ options: {} });
  env.reset();
  assert.deepEqual(inner.resets, [undefined, { seed: 4 }, { options: {} }]);
});

Deno.test("episodic_life: the state keeps lives and whether the game is over", () => {
  const lives = [3, 2, 2, 1, 1];
  const env = new EpisodicLife(game(lives)), copy = new EpisodicLife(game(lives));
  env.reset();
  env.step(1);
  copy.setState!(savedState(env));
  assert.equal(copy.lives, 2);
  assert.equal(copy.wasRealDone, false);
  for (let i = 0; i < 3; i++) assert.deepEqual(copy.step(1), env.step(1));
  const before = savedState(env);
  for (const own of [{ lives: -1, wasRealDone: true }, { lives: 1, wasRealDone: 0 }]) {
    assert.throws(() => env.setState!({ own, env: 1 }), /of EpisodicLife must be/);
    assert.deepEqual(savedState(env), before);
  }
});

Deno.test("episodic_life: an environment without lives is refused at its first reset", () => {
  const env = new EpisodicLife(make("CartPole-v1"));
  assert.equal(`${env}`, "<EpisodicLife<TimeLimit<CartPole<CartPole-v1>>>>");
  assert.throws(() => env.reset(), {
    name: "TypeError",
    message: "EpisodicLife: CartPole-v1 must tell info.lives, an integer of at least 0, " +
      "at every reset and step, got undefined",
  });
});
