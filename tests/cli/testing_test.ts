/** Tests of the episodes after training. @module */

import assert from "node:assert/strict";
import { testsExploring } from "../../src/cli/testing.ts";
import { parseArguments } from "../../src/cli/args.ts";
import { train } from "../../src/cli/train.ts";
import { FakeWorld, PRESETS, PROGRAM } from "./fake.ts";

/** Tests an agent whose preset wants it to explore. */
async function run(...flags: string[]): Promise<FakeWorld> {
  const world = new FakeWorld();
  const args = parseArguments(
    [...flags, "--test", "--eval-episodes", "2", "--csv", "e.csv"],
    PROGRAM,
  );
  await train(args, { ...PRESETS.default, testsExploring: true }, world.around());
  return world;
}

/** The ε of each tested episode, as tabled. */
const epsilons = (world: FakeWorld) => {
  const [header, ...rows] = world.written.get("e-test.csv")!.trimEnd().split("\n");
  const column = header.split(",").indexOf("epsilon");
  return rows.map((row) => Number(row.split(",")[column]));
};

Deno.test("testing: exploring only while the target is that of the policy that explores", () => {
  const cases = [[true, "sarsa", true], [true, "max", false], [false, "sarsa", false]] as const;
  for (const [wanted, target, expected] of cases) {
    assert.equal(testsExploring({ testsExploring: wanted }, { target }), expected);
  }
  assert.equal(testsExploring({}, { target: "sarsa" }), false);
});

Deno.test("testing: says and does which it is", async () => {
  const sarsa = await run("--algorithm", "sarsa");
  assert.ok(sarsa.out.text.includes("\ntest, exploring as while learning:\nepisode 1/2 "));
  assert.ok(sarsa.calls.includes("evaluate 2 from 2000000000 exploring"), String(sarsa.calls));
  assert.deepEqual(epsilons(sarsa), [0.5, 0.5]);

  const dqn = await run("--algorithm", "dqn");
  assert.ok(dqn.out.text.includes("\ntest, without exploration:\nepisode 1/2 "));
  assert.ok(dqn.calls.includes("evaluate 2 from 2000000000"), String(dqn.calls));
  assert.deepEqual(epsilons(dqn), [0, 0]);
});
