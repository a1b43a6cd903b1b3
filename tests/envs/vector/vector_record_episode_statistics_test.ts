import assert from "node:assert/strict";
import {
  type JsonValue,
  makeVec,
  SyncVectorEnv,
  VectorRecordEpisodeStatistics,
} from "../../../src/envs/mod.ts";
import cartpole from "../../fixtures/vector/cartpole.json" with { type: "json" };
import { StatefulStubEnv, StubEnv } from "../stub_env.ts";
import { playTrace, type Trace } from "./trace.ts";

Deno.test("vector_record_episode_statistics: as Gymnasium's, in infos and queues", async () => {
  assert.equal(cartpole.statistics.length, 2);
  for (const recorded of cartpole.statistics) {
    const trace = recorded as unknown as Trace;
    const env = new VectorRecordEpisodeStatistics(
      makeVec("CartPole-v1", trace.n, {
        autoresetMode: trace.mode,
        envOptions: { maxEpisodeSteps: 20 },
      }),
      { bufferLength: 30 },
    );
    await playTrace(env, trace, trace.mode);
    assert.equal(env.episodeCount, recorded.episodeCount);
    assert.deepEqual(env.returnQueue, recorded.returnQueue);
    assert.deepEqual(env.lengthQueue, recorded.lengthQueue);
    assert.ok(env.timeQueue.length === 30 && env.timeQueue.every((time) => time >= 0));
  }
});

/** Lanes of episodes with so many steps. */
function lanes(mode: "next_step" | "disabled", ...lengths: number[]) {
  const makers = lengths.map((length) => () =>
    new StatefulStubEnv((step) => ({ reward: step, truncated: step === length }))
  );
  return new SyncVectorEnv<number, number>(makers, { autoresetMode: mode });
}

Deno.test("vector_record_episode_statistics: a masked reset starts the records of those lanes alone", async () => {
  const env = new VectorRecordEpisodeStatistics(lanes("disabled", 3, 5));
  await env.reset();
  await env.step([0, 0]);
  await env.step([0, 0]);
  await env.reset({ options: { resetMask: [true, false] } });
  await env.step([0, 0]);
  await env.step([0, 0]);
  const [, , , truncated, infos] = await env.step([0, 0]);
  assert.deepEqual(truncated, [true, true]);
  const { r, l, t } = infos.episode as Record<string, Float64Array>;
  assert.deepEqual([r, l], [Float64Array.of(6, 15), Float64Array.of(3, 5)]);
  assert.ok(t[0] >= 0 && t[1] >= t[0]);
  assert.deepEqual(infos._episode, [true, true]);
});

Deno.test("vector_record_episode_statistics: the state goes on in the middle of episodes", async () => {
  const wrap = () => new VectorRecordEpisodeStatistics(lanes("next_step", 2, 5));
  const env = wrap(), copy = wrap();
  await env.reset();
  for (let i = 0; i < 17; i++) {
    await copy.setState!(JSON.parse(JSON.stringify(await env.getState!())));
    const [wanted, actual] = [await env.step([0, 0]), await copy.step([0, 0])];
    for (const { 4: infos } of [wanted, actual]) delete (infos.episode as { t?: unknown })?.t;
    assert.deepEqual(actual, wanted);
    assert.deepEqual(copy.returnQueue, env.returnQueue);
    assert.deepEqual(copy.episodeCount, env.episodeCount);
  }
  assert.ok(env.episodeCount > 5);
  const before = await env.getState!() as { own: Record<string, JsonValue>; env: JsonValue };
  for (
    const own of [
      null,
      { ...before.own, running: [] },
      { ...before.own, episodes: [[1, 2]] },
      { ...before.own, episodeCount: -1 },
    ]
  ) {
    await assert.rejects(env.setState!({ ...before, own }), { name: "TypeError" });
  }
  await assert.rejects(env.setState!({ ...before, env: null }), { name: "TypeError" });
  const { lengthQueue } = env;
  assert.deepEqual(lengthQueue, copy.lengthQueue);
});

Deno.test("vector_record_episode_statistics: bad options, taken keys, forwarding", async () => {
  const inner = lanes("next_step", 1, 1);
  assert.throws(
    () => new VectorRecordEpisodeStatistics(inner, { bufferLength: -1 }),
    /bufferLength must be an integer of at least 0, got -1/,
  );
  const env = new VectorRecordEpisodeStatistics(inner, { bufferLength: 1, statsKey: "sums" });
  assert.equal(
    `${env}`,
    "<VectorRecordEpisodeStatistics, SyncVectorEnv(StatefulStubEnv, numEnvs=2)>",
  );
  assert.equal(env.numEnvs, 2);
  assert.equal(env.autoresetMode, "next_step");
  assert.equal(env.spec, undefined);
  assert.equal(env.singleActionSpace, inner.singleActionSpace);
  assert.equal(env.singleObservationSpace, inner.singleObservationSpace);
  await env.reset();
  assert.deepEqual((await env.step([0, 0]))[4]._sums, [true, true]);
  assert.deepEqual([env.episodeCount, env.returnQueue], [2, [1]]);
  const stub = new StubEnv(() => ({ truncated: true, info: { episode: 1 } }));
  const taken = new VectorRecordEpisodeStatistics(new SyncVectorEnv([() => stub]));
  assert.equal(taken.getState, undefined);
  await taken.reset();
  await assert.rejects(taken.step([0]), /infos already have "episode"; give .* another statsKey/);
  await taken.close();
  assert.equal(stub.closed, 1);
});
