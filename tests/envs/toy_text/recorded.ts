/** Plays recorded runs of toy text, and checks what all its environments share. */

import assert from "node:assert/strict";
import recorded from "../../fixtures/gymnasium/toy_text.json" with { type: "json" };
import {
  type Env,
  type Info,
  type JsonValue,
  make,
  registry,
  TabularEnv,
  Wrapper,
} from "../../../src/envs/mod.ts";
import { sha256 } from "../fixture.ts";

/** A run as record_toy_text.py writes it. */
export interface Run {
  readonly seed: number;
  readonly policy: string;
  readonly actions: string;
  readonly terminated: number;
  readonly truncated: number;
  readonly first: readonly (readonly number[])[];
  readonly sha256: string;
}

function row(observation: number | number[], info: Info, result: number[] = []): number[] {
  const { prob, action_mask: mask, ...rest } = info;
  assert.deepEqual(rest, {});
  const numbers = [observation, ...result].flat();
  if (prob !== undefined) numbers.push(prob as number);
  if (mask !== undefined) {
    assert.ok(mask instanceof Int8Array);
    numbers.push(...mask);
  }
  return numbers;
}

/** Plays a run, whose observations, rewards, ends and infos have to be the recorded ones. */
export async function assertRun(
  env: Env<number | number[]>,
  run: Run,
  name: string,
  sampleSeed?: number,
): Promise<void> {
  let [observation, info] = env.reset({ seed: run.seed });
  const rows = [row(observation, info)];
  let terminations = 0, truncations = 0;
  if (sampleSeed !== undefined) env.actionSpace.seed(sampleSeed);
  for (let i = 0; i < run.actions.length; i++) {
    const action = Number(run.actions[i]);
    if (run.policy.endsWith("samples")) {
      const mask = run.policy.startsWith("masked") ? info.action_mask as Int8Array : undefined;
      assert.equal(env.actionSpace.sample(mask), action, `${name}, action ${i}`);
    }
    const [next, reward, terminated, truncated, stepInfo] = env.step(action);
    info = stepInfo;
    rows.push(row(next, info, [reward, Number(terminated), Number(truncated)]));
    terminations += Number(terminated);
    truncations += Number(truncated);
    if (terminated || truncated) {
      [observation, info] = env.reset();
      rows.push(row(observation, info));
    }
  }
  assert.deepEqual(rows.slice(0, run.first.length), run.first, name);
  assert.deepEqual([terminations, truncations], [run.terminated, run.truncated], name);
  assert.equal(await sha256(Float64Array.from(rows.flat())), run.sha256, name);
}

/** All that is recorded of an environment that is a table; `make` it by another id if wanted. */
export async function assertRecorded(recordedId: string, id = recordedId): Promise<void> {
  const spec = recorded.specs.find((spec) => spec.id === recordedId)!;
  const { maxEpisodeSteps, rewardThreshold } = registry().get(id)!;
  assert.equal(maxEpisodeSteps, spec.maxEpisodeSteps ?? undefined);
  assert.equal(rewardThreshold, spec.rewardThreshold ?? undefined);

  let tables = 0, runs = 0;
  for (const { id: of, options, outcomes, sha256: wanted } of recorded.tables) {
    if (of !== recordedId) continue;
    const { transitions } = bare(make<number>(id, options as Record<string, unknown>));
    const rows = transitions.flatMap((actions, state) =>
      actions.flatMap((list, action) =>
        list.map((outcome) => [
          state,
          action,
          outcome.probability,
          outcome.nextState,
          outcome.reward,
          Number(outcome.terminated),
        ])
      )
    );
    assert.equal(rows.length, outcomes);
    assert.equal(await sha256(Float64Array.from(rows.flat())), wanted, JSON.stringify(options));
    tables++;
  }
  for (const run of recorded.runs) {
    if (run.id !== recordedId) continue;
    const name = `${id}, ${JSON.stringify(run.options)}, ${run.policy}`;
    const env = make<number>(id, run.options as Record<string, unknown>);
    assert.equal(env.toString().includes(id), true);
    await assertRun(env as unknown as Env<number | number[]>, run, name, run.seed);
    runs++;
  }
  assert.ok(tables > 0 && runs > tables, `${tables} tables and ${runs} runs of ${recordedId}`);

  const { seed, actions, texts } = recorded.texts.find((text) => text.id === recordedId)!;
  const env = make<number>(id);
  assert.throws(() => env.render!("ansi"), /render\(\) before the first reset\(\)/);
  env.reset({ seed });
  const drawn = [env.render!("ansi")];
  for (const action of actions) {
    env.step(action);
    drawn.push(env.render!("ansi"));
  }
  assert.deepEqual(drawn, texts);
}

/** The environment inside the wrappers. */
export function bare(env: Env<number>): TabularEnv {
  const inner = innermost(env);
  assert.ok(inner instanceof TabularEnv);
  return inner;
}

function innermost(env: Env<unknown>): unknown {
  return env instanceof Wrapper ? env.unwrapped : env;
}

/** That states survive JSON, are all or nothing, and that steps out of turn are errors. */
export function checkStateAndPhases<Obs>(
  id: string,
  options: Record<string, unknown>,
  bad: readonly (readonly [key: string, value: JsonValue, message: RegExp])[],
): void {
  const limited = { ...options, maxEpisodeSteps: 60 };
  assert.throws(() => make(id, options).step(0), /step\(\) before the first reset/);
  for (let seed = 0; seed < 10; seed++) {
    const env = make<Obs>(id, limited), copy = make<Obs>(id, limited);
    env.actionSpace.seed(seed);
    env.reset({ seed });
    for (let i = 0; i < 30; i++) {
      copy.setState!(JSON.parse(JSON.stringify(env.getState!())));
      const action = env.actionSpace.sample();
      assert.equal(copy.actionSpace.sample(), action);
      const result = env.step(action);
      assert.deepEqual(copy.step(action), result);
      if (result[2] || result[3]) {
        const how = result[2] ? "terminated" : "truncated";
        assert.throws(() => copy.step(0), new RegExp(`step\\(\\) after the episode was ${how}`));
        assert.deepEqual(copy.reset(), env.reset());
      }
      assert.deepEqual(copy.getState!(), env.getState!());
    }
  }

  const env = make<Obs>(id, { ...options, maxEpisodeSteps: null });
  env.reset({ seed: 1 });
  const inner = innermost(env) as Env<Obs>;
  const good = inner.getState!() as Record<string, JsonValue>;
  const common = [
    ["phase", "over", /phase in .* got "over"/],
    ["rng", 3, /a random generator must be an object/],
    ["rng", null, /rng in .* must be a generator's state in an episode, got null/],
    ["actionSpace", {}, /state of a PCG64 must be/],
    ["observationSpace", 7, /must be an (object|array)/],
  ] as const;
  for (const [key, value, message] of [...common, ...bad]) {
    assert.throws(() => inner.setState!({ ...good, [key]: value }), message);
    assert.deepEqual(inner.getState!(), good);
  }
  assert.throws(() => inner.setState!(null), /must be an object made by getState/);

  for (const action of [-1, 99, 0.5, NaN, "1" as unknown as number]) {
    assert.throws(() => inner.step(action), new RegExp(`${id}: action must be in Discrete`));
  }
  assert.throws(
    () => inner.reset({ options: { low: 1 } }),
    new RegExp(`${id}: unknown reset option "low"; it takes none`),
  );
  // Nobody's seed is not always the same, and a seed starts the generator again.
  const draws = Array.from({ length: 3 }, () => {
    const fresh = make<Obs>(id, options);
    fresh.reset();
    return JSON.stringify(fresh.getState!());
  });
  assert.equal(new Set(draws).size, 3);
  const [first] = inner.reset({ seed: 9 });
  inner.reset();
  assert.deepEqual(inner.reset({ seed: 9 })[0], first);
  inner.close();
}
