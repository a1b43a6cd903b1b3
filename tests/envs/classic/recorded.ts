/** Plays recorded episodes of classic control, and checks what all its environments share. */

import assert from "node:assert/strict";
import { type Env, type JsonValue, make } from "../../../src/envs/mod.ts";
import { sha256 } from "../fixture.ts";

/** An episode as record_classic.py writes it. */
export interface Episode {
  readonly actions: string;
  readonly return: number;
  readonly last: readonly (number | string)[];
  readonly end: string;
  readonly sha256: string;
  readonly sha256States: string;
}

/** The exact state inside, from `getState` through the TimeLimit. */
export function exactState(env: Env): number[] {
  return (env.getState!() as { env: { state: number[] } }).env.state;
}

/** Plays recorded actions from the first observation on; returns all observations and exact states. */
export function play(env: Env, first: Float32Array, episode: Episode, name: string) {
  const { actions } = episode;
  const observations = new Float32Array(first.length * (actions.length + 1));
  const state = exactState(env);
  const states = new Float64Array(state.length * (actions.length + 1));
  observations.set(first);
  states.set(state);
  let sum = 0, end = "";
  for (let i = 0; i < actions.length; i++) {
    assert.equal(end, "", `${name}: the episode ended before step ${i + 1}`);
    const [observation, reward, terminated, truncated, info] = env.step(Number(actions[i]));
    observations.set(observation, first.length * (i + 1));
    states.set(exactState(env), state.length * (i + 1));
    assert.deepEqual(info, {});
    sum += reward;
    end = (terminated ? "terminated" : "") + (truncated ? "truncated" : "");
  }
  assert.equal(sum, episode.return, name);
  assert.equal(end, episode.end, name);
  return { observations, states };
}

/** Plays an episode that has to be the recorded one to the last bit, exact states too if wanted. */
export async function assertEpisode(
  env: Env,
  first: Float32Array,
  episode: Episode,
  name: string,
  exactly = true,
): Promise<void> {
  const { observations, states } = play(env, first, episode, name);
  const last = episode.last.map((value) => Math.fround(Number(value)));
  assert.deepEqual([...observations.slice(-first.length)], last, name);
  assert.equal(await sha256(observations), episode.sha256, name);
  if (exactly) assert.equal(await sha256(states), episode.sha256States, name);
}

/** Groups of episodes by the action space's samples, after a seeded reset and then going on. */
export async function assertRandomEpisodes(
  id: string,
  groups: readonly { readonly seed: number; readonly episodes: readonly Episode[] }[],
  exactly = true,
): Promise<void> {
  for (const { seed, episodes } of groups) {
    const env = make(id);
    env.actionSpace.seed(seed);
    for (const [index, episode] of episodes.entries()) {
      const name = `${id}, seed ${seed}, episode ${index}`;
      const actions = Array.from(episode.actions, () => env.actionSpace.sample()).join("");
      assert.equal(actions, episode.actions, name);
      const [first] = index === 0 ? env.reset({ seed }) : env.reset();
      await assertEpisode(env, first, episode, name, exactly);
    }
  }
}

/** That states survive JSON, are all or nothing, and that steps out of turn are errors. */
export function checkStateAndPhases(id: string, bare: () => Env): void {
  assert.throws(() => make(id).step(0), new RegExp(`${id}: step\\(\\) before the first reset`));
  assert.throws(() => bare().step(0), /: step\(\) before the first reset\(\)/);

  const env = make(id, { maxEpisodeSteps: 40 });
  env.actionSpace.seed(3);
  env.reset({ seed: 3 });
  for (let i = 0; i < 20; i++) env.step(env.actionSpace.sample());
  const copy = make(id, { maxEpisodeSteps: 40 });
  copy.setState!(JSON.parse(JSON.stringify(env.getState!())));
  for (let i = 0; i < 20; i++) {
    const action = env.actionSpace.sample();
    assert.equal(copy.actionSpace.sample(), action);
    assert.deepEqual(copy.step(action), env.step(action));
  }
  assert.throws(() => copy.step(0), /step\(\) after the episode was truncated/);
  assert.deepEqual(copy.reset(), env.reset());
  assert.deepEqual(copy.getState!(), env.getState!());

  // A bad state is refused and changes nothing.
  const inner = bare();
  inner.reset({ seed: 1 });
  const good = inner.getState!() as Record<string, JsonValue>;
  const bad: [string, JsonValue, RegExp][] = [
    ["state", [1], /must hold \d numbers, got 1/],
    ["state", (good.state as JsonValue[]).map(() => "x"), /must be a number, got "x"/],
    ["phase", "over", /phase in .* got "over"/],
    ["rng", 3, /a random generator must be an object/],
    ["actionSpace", {}, /state of a PCG64 must be/],
    ["observationSpace", 7, /a random generator must be an object/],
  ];
  for (const [key, value, message] of bad) {
    assert.throws(() => inner.setState!({ ...good, [key]: value }), message);
    assert.deepEqual(inner.getState!(), good);
  }

  // Observations are fresh.
  const [first] = env.reset({ seed: 5 });
  const kept = [first, ...Array.from({ length: 10 }, () => env.step(0)[0])];
  const copies = kept.map((observation) => [...observation]);
  for (let i = 0; i < 30; i++) env.step(2);
  assert.deepEqual(kept.map((observation) => [...observation]), copies);

  for (const action of [-1, 3, 0.5, NaN, "1" as unknown as number]) {
    env.reset();
    assert.throws(() => env.step(action), new RegExp(`${id}: action must be in Discrete\\(3\\)`));
  }
}

/** That the bounds of the start are checked. */
export function checkBounds(id: string): void {
  const env = make(id);
  const message = new RegExp(`${id}: the reset options low and high must be numbers`);
  for (const options of [{ low: 1, high: 0 }, { low: "0" }, { high: Infinity }, { low: NaN }]) {
    assert.throws(() => env.reset({ options }), message);
  }
  assert.throws(
    () => env.reset({ options: { hihg: 1 } }),
    new RegExp(`${id}: unknown reset option "hihg"; it takes low and high`),
  );
}
