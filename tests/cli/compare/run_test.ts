/** Tests of a single run, with a learner whose whole state is a few numbers: stopped anywhere, the same. @module */

import assert from "node:assert/strict";
import type { Evaluation } from "../../../src/agent/evaluation.ts";
import { readFeed } from "../../../src/agent/feed.ts";
import { pathsOf, type RunRecord } from "../../../src/cli/compare/record.ts";
import {
  type Learner,
  makeRun,
  type RunEvent,
  type RunLibrary,
  type RunPlan,
} from "../../../src/cli/compare/run.ts";
import { registeredStage } from "../../../src/cli/registered_stage.ts";
import { checkSeed, testSeed } from "../../../src/cli/run.ts";
import { resolveConfig } from "../../../src/dqn/config.ts";
import { make } from "../../../src/envs/registry.ts";
import { inFolder, SETTINGS } from "./fixtures.ts";

/** Steps of each of its episodes. */
const EPISODE = 7;

/** Where the fake learner stops, fails or is hindered. */
interface Script {
  /** Aborts at this step of training. */
  readonly stopAt?: number;
  /** Aborts in the evaluation of this seed. */
  readonly stopInSeed?: number;
  /** Aborts in an evaluation at this step. */
  readonly stopInCheck?: number;
  readonly controller: AbortController;
}

/** A network is one number, which rises to step 200 and falls from there; evaluating gives it back. */
class FakeLearner {
  readonly config = resolveConfig({ hiddenLayers: [3], seed: 5 });
  readonly adapter = "a fake";
  readonly epsilon = 0;
  readonly calls: string[];
  steps = 0;
  weight = 0;
  readonly #script: Script;

  constructor(script: Script, calls: string[]) {
    this.#script = script;
    this.calls = calls;
  }

  get episodes(): number {
    return Math.floor(this.steps / EPISODE);
  }

  get updates(): number {
    return 2 * this.steps;
  }

  learn(
    steps: number,
    options: { horizon: number; signal: AbortSignal; onEpisode: (e: { return: number }) => void },
  ): Promise<{ seconds: number; stoppedBy: string }> {
    assert.equal(options.horizon, SETTINGS.steps);
    for (let i = 0; i < steps; i++) {
      if (this.steps === this.#script.stopAt) this.#script.controller.abort();
      if (options.signal.aborted) return Promise.resolve({ seconds: 1, stoppedBy: "signal" });
      this.steps++;
      this.weight += this.steps <= 200 ? 1 : -1;
      if (this.steps % EPISODE === 0) options.onEpisode({ return: this.steps });
    }
    return Promise.resolve({ seconds: 1, stoppedBy: "steps" });
  }

  async save(path: string): Promise<void> {
    this.calls.push(`save at ${this.steps}`);
    await Deno.writeTextFile(path, JSON.stringify([this.steps, this.weight]));
  }

  getParameters(): Promise<Record<string, { shape: number[]; data: Float32Array }>> {
    return Promise.resolve({ "q.0.weight": { shape: [1], data: Float32Array.of(this.weight) } });
  }

  setParameters(parameters: Record<string, { data: Float32Array }>): Promise<void> {
    this.weight = parameters["q.0.weight"].data[0];
    return Promise.resolve();
  }

  close(): void {
    this.calls.push("close");
  }
}

function evaluationOf(mean: number, episodes: number): Evaluation {
  return { episodes, mean, std: 1, min: mean, max: mean, returns: [], lengths: [] };
}

/** A library of fake learners, and what was done with them. */
function library(script: Script): { library: RunLibrary; calls: string[] } {
  const calls: string[] = [];
  const fake = () => new FakeLearner(script, calls);
  return {
    calls,
    library: {
      open: (request) => registeredStage(request, (id) => make(id)),
      create: (env) => {
        calls.push(`create with ${readFeed(env).count}`);
        return Promise.resolve(fake() as unknown as Learner);
      },
      load: async (path) => {
        const agent = fake();
        [agent.steps, agent.weight] = JSON.parse(await Deno.readTextFile(path));
        calls.push(`load at ${agent.steps}`);
        return agent as unknown as Learner;
      },
      evaluate: (agent, _env, { episodes, seed, deterministic }) => {
        const { steps, weight } = agent as unknown as FakeLearner;
        assert.equal(deterministic, true);
        const isTest = seed === testSeed(5);
        assert.ok(isTest || seed === checkSeed(5), `seed ${seed}`);
        if (script.stopInSeed === seed || (!isTest && script.stopInCheck === steps)) {
          script.controller.abort();
          return Promise.resolve(evaluationOf(NaN, 1));
        }
        // Fresh episodes give other returns than those of the curve.
        return Promise.resolve(evaluationOf(weight + (isTest ? 0.5 : 0), episodes!));
      },
    },
  };
}

function planIn(folder: string): RunPlan {
  return {
    algorithm: "dqn",
    seed: 5,
    settings: SETTINGS,
    config: { hiddenLayers: [3], seed: 5 },
    testsExploring: false,
    paths: pathsOf(folder, "dqn", 5),
  };
}

/** Makes a run once. */
async function once(
  folder: string,
  script: Omit<Script, "controller"> = {},
): Promise<{ record?: RunRecord; calls: string[]; events: RunEvent[] }> {
  const controller = new AbortController();
  const { library: fake, calls } = library({ ...script, controller });
  const events: RunEvent[] = [];
  const record = await makeRun(
    planIn(folder),
    fake,
    controller.signal,
    (event) => void events.push(event),
  );
  assert.equal(calls.at(-1), "close");
  return { record, calls, events };
}

const namesIn = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
const withoutSeconds = ({ seconds: _, ...rest }: RunRecord) => rest;

Deno.test("compare run: a curve, the last network and the best one", async () => {
  await inFolder(async (folder) => {
    const { record } = await once(folder);
    assert.deepEqual(record!.curve.map(({ steps, mean }) => [steps, mean]), [
      [100, 100],
      [200, 200],
      [300, 100],
    ]);
    // The returns of episodes are the steps at their ends: 7, 14, …, 98 make the first point.
    assert.deepEqual(record!.curve.map(({ training }) => training), [52.5, 150.5, 248.5]);
    assert.deepEqual(record!.final, { mean: 100.5, std: 1 });
    assert.deepEqual(record!.best, { mean: 200.5, std: 1, steps: 200 });
    assert.deepEqual(record!.config.hiddenLayers, [3]);
    assert.ok(!("seed" in record!.config));
    assert.deepEqual([record!.seconds, record!.episodes, record!.updates], [3, 42, 600]);
    assert.deepEqual(namesIn(folder), ["dqn-5.json"]);
    assert.deepEqual(JSON.parse(Deno.readTextFileSync(`${folder}/dqn-5.json`)), record);
  });
});

Deno.test("compare run: stopped anywhere, it goes on to the same record", async () => {
  await inFolder(async (whole) => {
    const wanted = withoutSeconds((await once(whole)).record!);
    const stops = [
      { stopAt: 1 },
      { stopAt: 99 },
      { stopAt: 150 },
      { stopAt: 299 },
      { stopInCheck: 100 },
      { stopInCheck: 300 },
      { stopInSeed: testSeed(5) },
    ];
    for (const stop of stops) {
      await inFolder(async (folder) => {
        const { record, calls } = await once(folder, stop);
        assert.equal(record, undefined);
        const at = stop.stopAt ?? stop.stopInCheck ?? 300;
        assert.ok(calls.includes(`save at ${at}`), `${JSON.stringify(stop)}: ${calls}`);
        assert.ok(namesIn(folder).includes("dqn-5.unfinished.json"));
        const next = await once(folder);
        assert.equal(next.calls[0], `load at ${at}`);
        assert.deepEqual(withoutSeconds(next.record!), wanted, JSON.stringify(stop));
        assert.deepEqual(namesIn(folder), ["dqn-5.json"]);
      });
    }
  });
});

Deno.test("compare run: a record that is ahead of its agent is cut back to it", async () => {
  await inFolder(async (whole) => {
    const wanted = withoutSeconds((await once(whole)).record!);
    await inFolder(async (folder) => {
      await once(folder, { stopAt: 250 });
      // As if the machine had died between writing the record of step 250 and saving the agent.
      const { checkpoint } = pathsOf(folder, "dqn", 5);
      await Deno.writeTextFile(checkpoint, JSON.stringify([100, 100]));
      const { record, calls } = await once(folder);
      assert.equal(calls[0], "load at 100");
      assert.deepEqual(withoutSeconds(record!), wanted);
    });
  });
});

Deno.test("compare run: where the agent can't be loaded it starts over and says so", async () => {
  await inFolder(async (folder) => {
    await once(folder, { stopAt: 150 });
    await Deno.remove(pathsOf(folder, "dqn", 5).checkpoint);
    const { record, calls, events } = await once(folder);
    assert.equal(calls[0], "create with 1");
    assert.equal(record!.curve.length, 3);
    assert.match(JSON.stringify(events), /can't go on where it was stopped .* it starts over/);
  });
});

Deno.test("compare run: an error leaves what was written, and closes the agent", async () => {
  await inFolder(async (folder) => {
    const { library: fake, calls } = library({ controller: new AbortController() });
    let evaluations = 0;
    const broken: RunLibrary = {
      ...fake,
      evaluate: (...args) => {
        if (++evaluations === 2) throw new Error("the GPU is gone");
        return fake.evaluate(...args);
      },
    };
    const { signal } = new AbortController();
    await assert.rejects(makeRun(planIn(folder), broken, signal, () => {}), /the GPU is gone/);
    assert.equal(calls.at(-1), "close");
    const next = await once(folder);
    assert.equal(next.calls[0], "load at 100");
    assert.ok(next.record);
  });
});

Deno.test("compare run: where an episode is a life, the training curve is of games", async () => {
  await inFolder(async (folder) => {
    const { library: fake } = library({ controller: new AbortController() });
    let lives = 0;
    const record = await makeRun(
      { ...planIn(folder), python: "some-python" },
      {
        ...fake,
        open(request) {
          assert.deepEqual(request, { env: "CartPole-v1", numEnvs: 1, python: "some-python" });
          const takeGames = () => ++lives % 3 === 0 ? [{ return: 9, length: 9 }] : [];
          return { ...registeredStage(request), takeGames };
        },
      },
      new AbortController().signal,
      () => {},
    );
    assert.deepEqual(record!.curve.map(({ training }) => training), [9, 9, 9]);
    assert.equal(lives, 42);
  });
});
