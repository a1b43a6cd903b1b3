/** Tests of a whole comparison with workers that only pretend: order, resuming, Ctrl-C and failures. @module */

import assert from "node:assert/strict";
import { UsageError } from "../../../src/cli/args.ts";
import type { Comparison } from "../../../src/cli/compare/arguments.ts";
import { Board } from "../../../src/cli/compare/board.ts";
import { compare } from "../../../src/cli/compare/main.ts";
import { configRecord, type RunRecord } from "../../../src/cli/compare/record.ts";
import type { StartWorker } from "../../../src/cli/compare/worker.ts";
import { holdFolder } from "../../../src/io/fs.ts";
import { FakeTerminal } from "../fake.ts";
import { inFolder, putRecord, recordOf, SETTINGS } from "./fixtures.ts";

const CONFIG = { gamma: 0.5 };

function comparisonIn(out: string, more: Partial<Comparison> = {}): Comparison {
  return {
    contenders: ["dqn", "per"].map((name) => ({ name, config: CONFIG, testsExploring: false })),
    seeds: [1, 2],
    settings: SETTINGS,
    jobs: 2,
    out,
    curve: "evaluation",
    statistic: "mean",
    json: false,
    ...more,
  };
}

/** A record as a worker of this comparison makes it. */
function finished(algorithm: string, seed: number, more: Partial<RunRecord> = {}): RunRecord {
  return recordOf(algorithm, seed, [10 * seed], { config: configRecord(CONFIG), ...more });
}

/** Makes a comparison with fake workers. */
async function once(
  comparison: Comparison,
  work: (name: string, stop: AbortSignal, abort: () => void) => Promise<RunRecord | undefined>,
  isTerminal = false,
): Promise<{ code: number; text: string; results: string[]; started: string[]; most: number }> {
  const terminal = new FakeTerminal(isTerminal, 120);
  const controller = new AbortController();
  const results: string[] = [];
  const started: string[] = [];
  let active = 0;
  let most = 0;
  const startWorker: StartWorker = ({ algorithm, seed }, onEvent) => {
    const stopper = new AbortController();
    const name = `${algorithm}-${seed}`;
    started.push(name);
    most = Math.max(most, ++active);
    onEvent({ kind: "progress", steps: 10, meanReturn: 1 });
    const run = async () => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      try {
        return await work(name, stopper.signal, () => controller.abort());
      } finally {
        active--;
      }
    };
    return { done: run(), stop: () => stopper.abort(), kill: () => {} };
  };
  const code = await compare(comparison, {
    startWorker,
    board: new Board(terminal),
    printResult: (line) => void results.push(line),
    signal: controller.signal,
    command: "deno run -A examples/compare.ts dqn per",
    threshold: 15,
    jobs: 1,
  });
  return { code, text: terminal.text, results, started, most };
}

/** A worker that finishes. */
const finish = (name: string) => {
  const [algorithm, seed] = name.split("-");
  return Promise.resolve(finished(algorithm, Number(seed)));
};

const namesIn = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();

Deno.test("compare: all runs, seed by seed, some at a time; a line for each, then the table", async () => {
  await inFolder(async (folder) => {
    const out = `${folder}/deep/er`;
    const { code, text, started, most, results } = await once(comparisonIn(out), finish);
    assert.equal(code, 0);
    assert.deepEqual(started, ["dqn-1", "per-1", "dqn-2", "per-2"]);
    assert.equal(most, 2);
    assert.match(
      text,
      /^CartPole-v1, preset default: dqn, per; 2 seeds, 300 steps: 4 runs, 2 at a time/,
    );
    assert.match(text, /\ndqn seed 1: final 10\.0 ± 1\.0, best .* \(\d of 4 runs\)\n/);
    assert.match(text, /\n\| dqn +\| +2 \| +15\.0 ± 7\.1 \|.* 1 of 2 \|/);
    assert.deepEqual(namesIn(out), ["curves.csv", "curves.svg", "table.md"]);
    assert.match(
      Deno.readTextFileSync(`${out}/table.md`),
      /`deno run -A examples\/compare\.ts dqn per`/,
    );
    assert.deepEqual(results, []);
  });
});

Deno.test("compare: says what is left out for which algorithm", async () => {
  await inFolder(async (folder) => {
    const [dqn, per] = comparisonIn(folder).contenders;
    const contenders = [{ ...dqn, leftOut: ["quantiles", "vMin"] as const }, per];
    const { text } = await once(comparisonIn(folder, { contenders }), finish);
    assert.match(text, /\ndqn: without --quantiles, --v-min, which play no part in it\n/);
    assert.doesNotMatch(text, /per: without/);
  });
});

Deno.test("compare: finished runs are not made again, other seeds and algorithms are added", async () => {
  await inFolder(async (folder) => {
    await putRecord(folder, finished("dqn", 1));
    await putRecord(folder, finished("per", 2));
    await putRecord(folder, finished("rainbow", 1, { config: { other: 1 } }));
    const { code, started, text } = await once(comparisonIn(folder, { json: true }), finish);
    assert.equal(code, 0);
    assert.deepEqual(started, ["per-1", "dqn-2"]);
    assert.match(text, /4 runs, 2 of them finished before/);
    assert.doesNotMatch(text, /rainbow/);
  });
});

Deno.test("compare: --json prints one line for programs", async () => {
  await inFolder(async (folder) => {
    const { results } = await once(comparisonIn(folder, { json: true }), finish);
    assert.equal(results.length, 1);
    assert.equal(JSON.parse(results[0]).algorithms.length, 2);
  });
});

Deno.test("compare: a folder of other settings is refused before any run", async () => {
  const strangers = [
    finished("dqn", 1, { settings: { ...SETTINGS, steps: 999 } }),
    finished("rainbow", 7, { settings: { ...SETTINGS, env: "Acrobot-v1" } }),
    finished("dqn", 1, { config: { gamma: 0.9 } }),
  ];
  const reasons = [
    "steps was 999 and is 300",
    'env was "Acrobot-v1" and is "CartPole-v1"',
    "gamma was 0.9 and is 0.5",
  ];
  for (const [i, stranger] of strangers.entries()) {
    await inFolder(async (folder) => {
      await putRecord(folder, stranger);
      await assert.rejects(
        once(comparisonIn(folder), () => assert.fail("no run may start")),
        (error) => {
          assert.ok(error instanceof UsageError);
          assert.ok(
            error.message.includes(`made with other settings (${reasons[i]})`),
            error.message,
          );
          return true;
        },
      );
      assert.equal(namesIn(folder).length, 1);
    });
  }
});

Deno.test("compare: a folder where another comparison is at work is refused before any run", async () => {
  await inFolder(async (folder) => {
    {
      await using hold = await holdFolder(folder);
      assert.ok(hold);
      await assert.rejects(
        once(comparisonIn(folder), () => assert.fail("no run may start")),
        (error) =>
          error instanceof UsageError && error.message.includes("another comparison is at work in"),
      );
    }
    assert.equal((await once(comparisonIn(folder), finish)).code, 0);
  });
});

Deno.test("compare: Ctrl-C stops all workers, starts no more, and says how to go on", async () => {
  await inFolder(async (folder) => {
    const { code, started, text } = await once(comparisonIn(folder), (name, stop, abort) => {
      if (name === "dqn-1") return finish(name);
      return new Promise((resolve) => {
        stop.addEventListener("abort", () => resolve(undefined));
        if (name === "dqn-2") abort();
      });
    });
    assert.equal(code, 130);
    assert.deepEqual(started, ["dqn-1", "per-1", "dqn-2"]);
    assert.match(
      text,
      /stopped by Ctrl-C: 1 of 4 runs are finished; to go on:\n {2}deno run -A examples\/compare\.ts dqn per\n$/,
    );
    assert.ok(namesIn(folder).includes("table.md"), "what is finished is shown");
  });
});

Deno.test("compare: a run that fails takes no other with it", async () => {
  await inFolder(async (folder) => {
    const { code, text } = await once(comparisonIn(folder), (name) => {
      if (name === "per-1") throw new Error("the GPU is gone");
      return finish(name);
    });
    assert.equal(code, 1);
    assert.match(text, /\nfailed: per seed 1: the GPU is gone\n/);
    assert.match(text, /\n1 of 4 runs failed; the same command tries them again\n/);
    assert.match(text, /\| per +\| +1 \|/);
  });
});

Deno.test("compare: on a terminal the running runs are redrawn, and gone in the end", async () => {
  await inFolder(async (folder) => {
    const slowly = async (name: string) => {
      await new Promise((resolve) => setTimeout(resolve, 600));
      return await finish(name);
    };
    const { text } = await once(comparisonIn(folder, { seeds: [1] }), slowly, true);
    assert.match(text, /dqn {2}seed 1 {2}\[#-+\] 10\/300/);
    assert.match(text, /0 of 2 runs done/);
    assert.match(text, /wrote curves\.svg, table\.md and curves\.csv to [^\n]*\n$/);
  });
});
