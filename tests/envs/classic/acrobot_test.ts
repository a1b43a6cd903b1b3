import assert from "node:assert/strict";
import recorded from "../../fixtures/gymnasium/acrobot.json" with { type: "json" };
import { Acrobot, type JsonValue, make, registry } from "../../../src/envs/mod.ts";
import { assertSameBits, bytesFrom, number, sha256 } from "../fixture.ts";
import {
  assertEpisode,
  assertRandomEpisodes,
  checkBounds,
  checkStateAndPhases,
} from "./recorded.ts";

const ID = "Acrobot-v1";

Deno.test("acrobot: id, limit, threshold and spaces are Gymnasium's", () => {
  const { maxEpisodeSteps, rewardThreshold } = registry().get(ID)!;
  assert.deepEqual({ maxEpisodeSteps, rewardThreshold }, recorded.spec);
  const { observationSpace, actionSpace } = new Acrobot();
  assert.deepEqual([...observationSpace.low], recorded.low.map(number).map(Math.fround));
  assert.deepEqual([...observationSpace.high], recorded.high.map(number).map(Math.fround));
  assert.equal(actionSpace.n, recorded.actions);
});

/**
 * Steps from given states; observations, rewards and ends in a row, and how far the next states are
 * from the recorded ones. NumPy squares by the C library's `pow`, which rounds one square in a thousand
 * otherwise than a product does, so a state may differ in its last bits.
 */
function stepFrom(states: Float64Array, next: Float64Array, action: (i: number) => number) {
  const env = new Acrobot();
  env.reset({ seed: 1 });
  const running = env.getState() as Record<string, JsonValue>;
  const count = states.length / 4;
  const observations = new Float32Array(6 * count);
  const results: number[] = [];
  let different = 0, difference = 0;
  for (let i = 0; i < count; i++) {
    env.setState({ ...running, state: [...states.subarray(4 * i, 4 * i + 4)] });
    const [observation, reward, terminated] = env.step(action(i));
    observations.set(observation, 6 * i);
    results.push(...observation, reward, Number(terminated));
    const differences = env.state.map((value, j) => Math.abs(value - next[4 * i + j]));
    if (differences.some((value) => value > 0)) different++;
    difference = Math.max(difference, ...differences);
  }
  return { observations, results, different, difference, count };
}

Deno.test("acrobot: every step from a recorded state is Gymnasium's", async () => {
  let steps = 0, different = 0;
  const ends = new Set<string>();
  for (const episode of recorded.episodes) {
    const name = `seed ${episode.seed}`;
    const states = new Float64Array(bytesFrom(episode.states));
    const result = stepFrom(
      states.subarray(0, -4),
      states.subarray(4),
      (i) => Number(episode.actions[i]),
    );
    const [first] = make(ID).reset({ seed: episode.seed });
    assertSameBits(first, new Float32Array(bytesFrom(episode.first)), name);
    const all = new Float32Array([...first, ...result.observations]);
    assert.equal(await sha256(all), episode.sha256, name);
    const rewards = result.results.filter((_, i) => i % 8 === 6);
    assert.equal(rewards.reduce((sum, reward) => sum + reward), episode.return, name);
    assert.equal(result.results.at(-1), episode.end === "terminated" ? 1 : 0, name);
    assert.ok(result.difference <= 1e-14, `${name}: ${result.difference}`);
    steps += result.count;
    different += result.different;
    ends.add(episode.end);
  }
  assert.ok(steps > 4000);
  assert.ok(different < steps / 200, `${different} of ${steps}`);
  assert.deepEqual([...ends].sort(), ["terminated", "truncated"]);
});

Deno.test("acrobot: steps from fast states all over the place are Gymnasium's", async () => {
  const { states, next, sha256Results, terminated } = recorded.steps;
  const result = stepFrom(
    new Float64Array(bytesFrom(states)),
    new Float64Array(bytesFrom(next)),
    (i) => i % 3,
  );
  assert.equal(await sha256(Float64Array.from(result.results)), sha256Results);
  assert.equal(result.results.filter((value, i) => i % 8 === 7 && value === 1).length, terminated);
  // The derivatives are in the thousands there.
  assert.ok(result.difference <= 1e-12, `${result.difference}`);
  assert.ok(result.different < result.count / 100, `${result.different} of ${result.count}`);
});

Deno.test("acrobot: the recorded episodes are Gymnasium's from beginning to end", async () => {
  // Chaos may show the difference in the last bits within an episode; in these it does not.
  for (const episode of recorded.episodes) {
    const env = make(ID);
    const [first] = env.reset({ seed: episode.seed });
    await assertEpisode(env, first, episode, `seed ${episode.seed}`, false);
  }
  await assertRandomEpisodes(ID, recorded.random, false);
});

Deno.test("acrobot: first observations are Gymnasium's, computed in single precision", async () => {
  const { count, defaults, cycle } = recorded.starts;
  const env = make(ID);
  const observations = new Float32Array(6 * count);
  for (let seed = 0; seed < count; seed++) {
    const { options, first } = cycle[(seed - defaults + cycle.length * defaults) % cycle.length];
    const given = seed < defaults ? {} : options;
    const [observation] = env.reset({ seed, options: given });
    observations.set(observation, 6 * seed);
    if (seed >= defaults && seed < defaults + cycle.length) {
      assert.deepEqual([...observation], first.map(Math.fround), JSON.stringify(given));
    }
  }
  assert.equal(await sha256(observations), recorded.starts.sha256);
});

Deno.test("acrobot: states, phases, fresh observations and wrong actions", () => {
  checkStateAndPhases(ID, () => new Acrobot());
});

Deno.test("acrobot: bad options are refused, and toString tells how it was made", () => {
  checkBounds(ID);
  assert.throws(() => make(ID, { dt: 0.1 }), /make Acrobot-v1: unknown option "dt"/);
  assert.equal(`${new Acrobot()}`, "<Acrobot>");
  assert.equal(`${make(ID)}`, "<TimeLimit<Acrobot<Acrobot-v1>>>");
  make(ID).close();
});
