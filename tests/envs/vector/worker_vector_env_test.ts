import assert from "node:assert/strict";
import { makeVec, type VectorEnv, WorkerVectorEnv } from "../../../src/envs/mod.ts";
import cartpole from "../../fixtures/vector/cartpole.json" with { type: "json" };
import recorded from "../../fixtures/vector/infos.json" with { type: "json" };
import { playTrace, type Trace } from "./trace.ts";
import { act } from "./worker_envs.ts";

const modules = [import.meta.resolve("./worker_envs.ts")];
const worker = { vectorizationMode: "worker", modules } as const;

Deno.test("worker_vector_env: CartPole as Gymnasium's SyncVectorEnv, by shared memory and by messages", async () => {
  const traces = cartpole.traces as unknown as Trace[];
  // One of each mode and count; SyncVectorEnv's test plays all.
  for (const [index, trace] of traces.entries()) {
    if (index % 3 === 2) continue;
    const { mode, n } = trace;
    await using env = await makeVec("CartPole-v1", n, {
      vectorizationMode: "worker",
      autoresetMode: mode,
      workers: Math.min(n, 1 + index % 3),
      sharedMemory: index % 2 === 0,
      envOptions: { maxEpisodeSteps: 20 },
    });
    await playTrace(env, trace, `${mode}, ${n} environments, ${env.workers} workers`);
  }
});

Deno.test("worker_vector_env: environments of one's own and infos of every kind", async () => {
  for (
    const [index, trace] of (recorded.traces as unknown as (Trace & { discrete: boolean })[])
      .entries()
  ) {
    const { mode, discrete } = trace;
    await using env = await makeVec<Float32Array | number>("Info-v0", 3, {
      ...worker,
      autoresetMode: mode,
      workers: 2,
      sharedMemory: index % 3 !== 0,
      envOptions: { discrete },
    });
    await playTrace(env, { ...trace, n: 3 }, `${mode}, ${discrete ? "Discrete" : "Box"}`);
  }
});

Deno.test("worker_vector_env: any space will do, and Box actions arrive as they are", async () => {
  await using env = await makeVec<string, Float32Array>("Text-v0", 3, { ...worker, workers: 2 });
  assert.deepEqual(await env.reset(), [["start", "start", "start"], {}]);
  const actions = [Float32Array.of(0, 1), Float32Array.of(0.5, 2), Float32Array.of(1, 3)];
  const [observations, rewards] = await env.step(actions);
  assert.deepEqual(observations, ["Float32Array 0,1", "Float32Array 0.5,2", "Float32Array 1,3"]);
  assert.deepEqual(rewards, Float64Array.of(1, 2, 3));
  await assert.rejects(env.step([actions[0], [1, 2] as unknown as Float32Array, actions[2]]), {
    message: "Text-v0, lane 1: action must be a Float32Array of 2, got a plain array of 2",
  });
});

Deno.test("worker_vector_env: bad calls are refused as in SyncVectorEnv, and change nothing", async () => {
  await using env = await makeVec("CartPole-v1", 2, { vectorizationMode: "worker", workers: 1 });
  assert.equal(`${env}`, "WorkerVectorEnv(CartPole-v1, numEnvs=2)");
  assert.equal(env.spec?.id, "CartPole-v1");
  const name = "WorkerVectorEnv(CartPole-v1, numEnvs=2)";
  await assert.rejects(env.step([0, 0]), { message: new RegExp("before the first reset") });
  await env.reset({ seed: 1 });
  await assert.rejects(env.step([0, 2]), {
    name: "RangeError",
    message: "CartPole-v1, lane 1: action must be in Discrete(2), got 2",
  });
  await assert.rejects(env.step([0]), {
    message: `${name}: step() takes an array of 2 actions, got 1`,
  });
  await assert.rejects(env.reset({ seed: [1] }), /seed must be an integer or a list of 2/);
  await assert.rejects(env.reset({ options: { fn: () => {} } }), {
    name: "TypeError",
    message: /worker 0 cannot be sent what reset\(\) was given: .*could not be cloned/,
  });
  await env.reset({ seed: 1 });
  const sync = makeVec("CartPole-v1", 2);
  sync.reset({ seed: 1 });
  const first = env.step([0, 1]);
  await assert.rejects(env.step([0, 1]), {
    message: `${name}: step() while step() is still being answered; await that first`,
  });
  assert.deepEqual(await first, sync.step([0, 1]));
});

Deno.test("worker_vector_env: an error in a worker names environment and lane and has its stack", async () => {
  for (const sharedMemory of [true, false]) {
    await using env = await makeVec("Acting-v0", 4, { ...worker, workers: 2, sharedMemory });
    await env.reset();
    await assert.rejects(env.step([0, 0, 0, act("throw")]), (error: Error) => {
      assert.ok(error instanceof RangeError);
      assert.equal(error.message, "Acting-v0, lane 3: told to fail");
      assert.match(error.stack!, /in a worker: [^]*worker_envs\.ts:\d+/);
      return true;
    });
    await assert.rejects(env.step([0, 0, 0, 0]), /after an environment has failed; call reset\(\)/);
    await assert.rejects(
      env.reset({ options: { resetMask: [true, false, false, false] } }),
      /reset\(\) must be of all/,
    );
    await env.reset();
    assert.deepEqual([...(await env.step([0, 0, 0, act("observe NaN")]))[0]], [1, 1, 1, NaN]);
    await assert.rejects(env.step([0, act("tell a function"), 0, 0]), /could not be cloned/);
    await env.reset();
    await assert.rejects(env.step([0, 0, act("observe too much"), 0]), {
      message:
        "Acting-v0, lane 2: the observation must be a Float32Array of 1, got a Float32Array of 2",
    });
    await env.reset();
    assert.deepEqual((await env.step([0, 0, 0, 0]))[1], Float64Array.of(1, 1, 1, 1));
  }
});

Deno.test("worker_vector_env: a worker that dies is reported, and nobody waits for it", async () => {
  const cases = [
    ["exit", /^Acting-v0, lanes 2 to 3: worker 1 died: Deno.exit\(3\) was called in it$/],
    ["close", /^Acting-v0, lanes 2 to 3: worker 1 died: close\(\) was called in it$/],
  ] as const;
  for (const [how, message] of cases) {
    for (const sharedMemory of [true, false]) {
      await using env = await makeVec("Acting-v0", 4, { ...worker, workers: 2, sharedMemory });
      await env.reset();
      await assert.rejects(env.step([0, 0, 0, act(how)]), { message });
      await assert.rejects(env.step([0, 0, 0, 0]), { message });
      await assert.rejects(env.reset(), { message });
    }
  }
  for (const how of ["throw later", "reject later"] as const) {
    await using env = await makeVec("Acting-v0", 2, { ...worker, workers: 2 });
    await env.reset();
    const stepOn = async () => {
      await env.step([act(how), 0]);
      for (;;) {
        await env.step([0, 0]);
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    };
    await assert.rejects(stepOn(), {
      message:
        /^Acting-v0, lane 0: worker 0 died: Error: failed behind everyone's back\n.*worker_envs/,
    });
  }
});

Deno.test("worker_vector_env: close ends also what hangs, and is done once", async () => {
  const env = await makeVec("Acting-v0", 2, { ...worker, workers: 2 });
  await env.reset();
  const step = env.step([0, act("hang")]);
  await new Promise((resolve) => setTimeout(resolve, 20));
  const closed = assert.rejects(step, {
    message: "WorkerVectorEnv(Acting-v0, numEnvs=2) has been closed",
  });
  await Promise.all([env.close(), env.close()]);
  await closed;
  await env.close();
  await assert.rejects(env.step([0, 0]), {
    message: "WorkerVectorEnv(Acting-v0, numEnvs=2): step() after close()",
  });
  await assert.rejects(env.reset(), /reset\(\) after close\(\)/);
});

Deno.test("worker_vector_env: states go from sync to workers and back, bit for bit", async () => {
  const options = { autoresetMode: "same_step", envOptions: { maxEpisodeSteps: 15 } } as const;
  const sync = makeVec("CartPole-v1", 5, options);
  const inWorkers = (workers: number, sharedMemory: boolean) =>
    makeVec("CartPole-v1", 5, { ...options, vectorizationMode: "worker", workers, sharedMemory });
  await using two = await inWorkers(2, true);
  await using three = await inWorkers(3, false);
  sync.reset({ seed: 3 });
  sync.singleActionSpace.seed(1);
  const ring: VectorEnv[] = [sync, two, three, sync];
  for (let round = 0; round < 5; round++) {
    for (let i = 0; i + 1 < ring.length; i++) {
      const [from, to] = [ring[i], ring[i + 1]];
      const state = JSON.parse(JSON.stringify(await from.getState!()));
      await to.setState!(state);
      // (A first environment in this process shares its space with the vector environment.)
      if (to !== sync) assert.deepEqual(await to.getState!(), state);
      const results = [];
      for (const env of [from, to]) {
        await env.setState!(state);
        const actions = Array.from({ length: 5 }, () => env.singleActionSpace.sample());
        results.push([await env.step(actions), await env.step(actions), await env.step(actions)]);
      }
      assert.deepEqual(results[1], results[0]);
    }
  }
  const before = await two.getState!();
  const { lanes, ...rest } = before as unknown as { lanes: Record<string, unknown>[] };
  const bad = { ...rest, lanes: [...lanes.slice(1), { ...lanes[4], env: 3 }] };
  await assert.rejects(two.setState!(bad as never), /CartPole-v1, lane 4: the state/);
  assert.deepEqual(await two.getState!(), before);
  await using none = await makeVec("Acting-v0", 1, worker);
  assert.equal(none.getState, undefined);
  assert.equal(none.setState, undefined);
});

Deno.test("worker_vector_env: what can't be made says why, and leaves no worker", async () => {
  const create = (id: string, numEnvs: unknown, options: unknown = {}) =>
    WorkerVectorEnv.create(id, numEnvs as number, options as { workers: number });
  const cases: [id: string, numEnvs: number, options: unknown, message: RegExp][] = [
    ["CartPole-v1", 0, {}, /numEnvs must be an integer of at least 1, got 0/],
    ["CartPole-v1", 2, { workers: 3 }, /workers must be an integer from 1 to 2, .* got 3/],
    ["CartPole-v1", 2, { workers: 0 }, /workers must be an integer from 1 to 2, .* got 0/],
    ["CartPole-v1", 2, { autoresetMode: "x" }, /autoresetMode must be .* got "x"/],
    ["CartPole-v1", 2, { modules: ["./a.ts"] }, /modules must hold absolute .* got "\.\/a\.ts"/],
    ["CartPole-v1", 2, { modules: "a" }, /modules must be a list of addresses, got a/],
    ["CartPole-v9", 2, {}, /unknown environment "CartPole-v9"/],
    ["CartPole-v1", 2, { envOptions: { f: 1 } }, /unknown option "f"/],
    [
      "CartPole-v1",
      2,
      { modules: [import.meta.resolve("./absent.ts")] },
      /cannot import file:.*absent\.ts: Module not found/,
    ],
    ["Unmakeable-v0", 2, { modules }, /no such luck/],
    [
      "Changing-v0",
      2,
      { modules },
      /worker 0 has the spaces Discrete\(100, start=-5\) and .* here they/,
    ],
  ];
  for (const [id, numEnvs, options, message] of cases) {
    await assert.rejects(create(id, numEnvs, options), message);
  }
});

Deno.test({
  name: "worker_vector_env: without permission to read, the error says what to allow",
  permissions: { read: false },
  async fn() {
    const source = new URL("../../../src/", import.meta.url).pathname;
    await assert.rejects(
      makeVec("CartPole-v1", 2, { vectorizationMode: "worker" }),
      new RegExp(`does not permit here: run with --allow-read or --allow-read=${source}$`),
    );
    await assert.rejects(
      makeVec("Acting-v0", 2, worker),
      new RegExp(`--allow-read=${source},.*worker_envs\\.ts$`),
    );
  },
});
