/** Tests of records: read, refused, and compared with what is asked for. @module */

import assert from "node:assert/strict";
import {
  configRecord,
  mismatch,
  pathsOf,
  readRecord,
  readRecords,
  removeFile,
} from "../../../src/cli/compare/record.ts";
import { inFolder, putRecord, recordOf, SETTINGS } from "./fixtures.ts";

Deno.test("record: all records of a folder are read, finished or not, and nothing else", async () => {
  await inFolder(async (folder) => {
    const one = recordOf("dqn", 1, [1, 2, 3]);
    await putRecord(folder, one);
    await putRecord(folder, recordOf("double+dueling", 12, [4]));
    const partial = recordOf("dqn", 2, [5], { final: null });
    await Deno.writeTextFile(pathsOf(folder, "dqn", 2).partial, JSON.stringify(partial));
    for (const name of ["package.json", "dqn-1.best.safetensors", "table.md"]) {
      await Deno.writeTextFile(`${folder}/${name}`, "{}");
    }
    const records = await readRecords(folder);
    assert.deepEqual([...records.keys()].sort(), [
      "double+dueling-12.json",
      "dqn-1.json",
      "dqn-2.unfinished.json",
    ]);
    assert.deepEqual(records.get("dqn-1.json"), one);
    assert.deepEqual(await readRecords(`${folder}/none`), new Map());
  });
});

Deno.test("record: a file that is none is refused by its name", async () => {
  await inFolder(async (folder) => {
    for (const text of ["", "{}", "[1]", "null", '{"settings":']) {
      await Deno.writeTextFile(`${folder}/dqn-1.json`, text);
      await assert.rejects(readRecord(`${folder}/dqn-1.json`), {
        message:
          `"${folder}/dqn-1.json" is no record of a run: move it away, or choose another folder`,
      });
    }
    assert.equal(await readRecord(`${folder}/dqn-2.json`), undefined);
  });
});

Deno.test("record: other settings and other options are told by name and value", () => {
  const record = recordOf("dqn", 1, [1], { config: { gamma: 0.99, hiddenLayers: [64] } });
  assert.equal(mismatch(record, SETTINGS, record.config), undefined);
  assert.equal(mismatch(record, SETTINGS, undefined), undefined);
  assert.equal(
    // What plays no part in either, as ε beside noise, makes no difference.
    mismatch({ ...record, config: { noisy: true, explorationFinalEps: 0.02 } }, SETTINGS, {
      ...{ noisy: true, explorationFinalEps: 0.05 },
    }),
    undefined,
  );
  assert.equal(
    mismatch(record, { ...SETTINGS, steps: 500 }, undefined),
    "steps was 300 and is 500",
  );
  assert.equal(
    mismatch(record, SETTINGS, { gamma: 0.99, hiddenLayers: [64, 64] }),
    "hiddenLayers was [64] and is [64,64]",
  );
  assert.equal(
    // An option that is younger than the record had its default then.
    mismatch(record, SETTINGS, { ...record.config, frameStack: 1 }),
    undefined,
  );
  assert.equal(
    mismatch(record, SETTINGS, { ...record.config, frameStack: 4 }),
    "frameStack was 1 and is 4",
  );
  assert.equal(
    mismatch(record, SETTINGS, { ...record.config, dueling: true }),
    "dueling was false and is true",
  );
});

Deno.test("record: a configuration is kept without seed and device, functions by a word", () => {
  const config = { seed: 3, device: {}, gamma: 0.9, learningRate: () => 1, stopped: undefined };
  assert.deepEqual(configRecord(config), { gamma: 0.9, learningRate: "a schedule" });
});

Deno.test("record: removing what is not there is no error", async () => {
  await inFolder(async (folder) => {
    await removeFile(`${folder}/none`);
    await Deno.writeTextFile(`${folder}/file`, "");
    await removeFile(`${folder}/file`);
    assert.deepEqual([...Deno.readDirSync(folder)], []);
  });
});
