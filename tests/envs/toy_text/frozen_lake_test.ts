import assert from "node:assert/strict";
import { FrozenLake, type FrozenLakeOptions, make } from "../../../src/envs/mod.ts";
import { assertRecorded, checkStateAndPhases } from "./recorded.ts";

Deno.test("frozen_lake: tables, runs and texts are Gymnasium's, with all options", async () => {
  await assertRecorded("FrozenLake-v1");
  await assertRecorded("FrozenLake8x8-v1");
});

Deno.test("frozen_lake: states, phases, wrong actions and reset options", () => {
  checkStateAndPhases<number>("FrozenLake-v1", { mapName: "8x8" }, [
    ["state", 64, /state in .* must be under 64, got 64/],
    ["state", -1, /must be an integer of at least 0, got -1/],
    ["lastAction", 4, /lastAction in .* must be under 4, got 4/],
  ]);
});

Deno.test("frozen_lake: no map name is a random map of 8 by 8", () => {
  const maps = Array.from({ length: 3 }, () => new FrozenLake({ mapName: null }).desc);
  for (const map of maps) assert.deepEqual(map.map((row) => row.length), Array(8).fill(8));
  assert.equal(new Set(maps.map((map) => map.join())).size, 3);
});

Deno.test("frozen_lake: the table cannot be changed from outside", () => {
  const { transitions } = new FrozenLake();
  assert.equal(transitions[14][2].length, 3);
  assert.deepEqual(transitions[14][2][1], {
    probability: 1 / 3,
    nextState: 15,
    reward: 1,
    terminated: true,
  });
  assert.throws(() => {
    (transitions[0][0][0] as { reward: number }).reward = 5;
  }, TypeError);
});

Deno.test("frozen_lake: bad options are refused", () => {
  const bad: [FrozenLakeOptions, RegExp][] = [
    [{ mapName: "5x5" as "4x4" }, /mapName must be "4x4" or "8x8" .* got "5x5"/],
    [{ desc: ["SFG", "F"] }, /desc must be equally long strings of the letters S, F, H and G, got/],
    [{ desc: ["SXG"] }, /desc must be equally long strings/],
    [{ desc: [] }, /desc must be equally long strings/],
    [{ desc: ["FFG"] }, /desc must have a start, the letter S/],
    [{ successRate: 1.5 }, /successRate must be from 0 to 1, got 1.5/],
    [{ successRate: NaN }, /successRate must be from 0 to 1, got NaN/],
    [{ isSlippery: 1 as unknown as boolean }, /isSlippery must be a boolean, got 1/],
    [{ rewardSchedule: [1, 2] as unknown as [number, number, number] }, /must be three numbers/],
  ];
  for (const [options, message] of bad) assert.throws(() => new FrozenLake(options), message);
  assert.throws(() => make("FrozenLake-v1", { slippery: true }), /unknown option "slippery"/);
  assert.equal(`${new FrozenLake()}`, "<FrozenLake>");
  assert.equal(`${make("FrozenLake-v1")}`, "<TimeLimit<FrozenLake<FrozenLake-v1>>>");
});
