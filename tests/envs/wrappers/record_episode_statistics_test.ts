import assert from "node:assert/strict";
import { type EpisodeStatistics, make, RecordEpisodeStatistics } from "../../../src/envs/mod.ts";
import { StatefulStubEnv, StubEnv } from "../stub_env.ts";

/** Steps until the episode ends and returns the last info. */
function finish(env: RecordEpisodeStatistics<number, number>): Record<string, unknown> {
  while (true) {
    const [, , terminated, truncated, info] = env.step(0);
    if (terminated || truncated) return info;
    assert.ok(!("episode" in info));
  }
}

Deno.test("record_episode_statistics: return, length and time at the end, termination or not", () => {
  for (const end of ["terminated", "truncated"]) {
    const env = new RecordEpisodeStatistics(
      new StubEnv((step) => ({ reward: 0.5 * step, [end]: step === 4, info: { kept: step } })),
    );
    for (let episode = 1; episode <= 3; episode++) {
      env.reset();
      const info = finish(env);
      const { r, l, t } = info.episode as EpisodeStatistics;
      assert.equal(r, 5);
      assert.equal(l, 4);
      assert.ok(t >= 0 && t < 5, `${t} s`);
      assert.equal(info.kept, 4);
      assert.equal(env.episodeCount, episode);
    }
    assert.deepEqual(env.returnQueue, [5, 5, 5]);
    assert.deepEqual(env.lengthQueue, [4, 4, 4]);
    assert.equal(env.timeQueue.length, 3);
  }
});

Deno.test("record_episode_statistics: a reset in mid-episode starts the sums again", () => {
  const env = new RecordEpisodeStatistics(new StubEnv((step) => ({ terminated: step === 3 })));
  env.reset();
  env.step(0);
  env.reset();
  assert.equal((finish(env).episode as EpisodeStatistics).r, 3);
  assert.equal(env.episodeCount, 1);
});

Deno.test("record_episode_statistics: the time is the episode's", async () => {
  const env = new RecordEpisodeStatistics(new StubEnv((step) => ({ terminated: step === 1 })));
  env.reset();
  await new Promise((resolve) => setTimeout(resolve, 30));
  const { t } = finish(env).episode as EpisodeStatistics;
  assert.ok(t >= 0.025 && t < 5, `${t} s`);
  assert.equal(t, Math.round(t * 1e6) / 1e6);
});

Deno.test("record_episode_statistics: the queues hold the last bufferLength episodes", () => {
  let length = 0;
  const env = new RecordEpisodeStatistics(
    new StubEnv((step) => ({ terminated: step === length })),
    {
      bufferLength: 2,
    },
  );
  for (length = 1; length <= 4; length++) {
    env.reset();
    finish(env);
  }
  assert.deepEqual(env.lengthQueue, [3, 4]);
  assert.equal(env.episodeCount, 4);
});

Deno.test("record_episode_statistics: another key, and a key that is taken", () => {
  const ending = () => new StubEnv(() => ({ terminated: true, info: { episode: "mine" } }));
  const other = new RecordEpisodeStatistics(ending(), { statsKey: "stats" });
  other.reset();
  const [, , , , info] = other.step(0);
  assert.equal(info.episode, "mine");
  assert.equal((info.stats as EpisodeStatistics).l, 1);
  const clash = new RecordEpisodeStatistics(ending());
  clash.reset();
  assert.throws(
    () => clash.step(0),
    /StubEnv: info already has "episode"; give .* another statsKey/,
  );
});

Deno.test("record_episode_statistics: the state keeps sums and queues, NaN rewards included", () => {
  const make = () =>
    new RecordEpisodeStatistics(
      new StatefulStubEnv((step) => ({ reward: step === 1 ? NaN : 1, terminated: step === 3 })),
    );
  const env = make(), copy = make();
  env.reset();
  finish(env);
  env.reset();
  env.step(0);
  copy.setState!(JSON.parse(JSON.stringify(env.getState!())));
  assert.deepEqual(copy.returnQueue, [NaN]);
  assert.deepEqual(copy.timeQueue, env.timeQueue);
  assert.equal(copy.episodeCount, 1);
  const { r, l } = finish(copy).episode as EpisodeStatistics;
  assert.ok(Number.isNaN(r));
  assert.equal(l, 3);
  assert.throws(
    () => copy.setState!({ own: { episodes: [[1, -1, 0]] }, env: 0 }),
    /a length in the state of RecordEpisodeStatistics must be an integer of at least 0, got -1/,
  );
});

Deno.test("record_episode_statistics: sums CartPole up as it ends", () => {
  const env = new RecordEpisodeStatistics(make("CartPole-v1", { suttonBartoReward: true }));
  env.reset({ seed: 1 });
  let steps = 0;
  while (true) {
    const [, , terminated, , info] = env.step(0);
    steps++;
    if (!terminated) continue;
    assert.equal((info.episode as EpisodeStatistics).r, -1);
    assert.equal((info.episode as EpisodeStatistics).l, steps);
    break;
  }
});

Deno.test("record_episode_statistics: bad bufferLength is refused", () => {
  assert.throws(
    () => new RecordEpisodeStatistics(new StubEnv(), { bufferLength: -1 }),
    /bufferLength must be an integer of at least 0, got -1/,
  );
});
