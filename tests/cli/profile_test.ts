/** Tests of the table that says where an update's time goes, and of when it is printed. */

import assert from "node:assert/strict";
import { parseArguments, UsageError } from "../../src/cli/args.ts";
import { profileTable } from "../../src/cli/profile.ts";
import { train } from "../../src/cli/train.ts";
import { FakeTerminal, FakeWorld, PRESETS, PROGRAM } from "./fake.ts";

const ROWS = [
  { label: "gather", microseconds: 5.4321, share: 0.2 },
  { label: "weight gradient", microseconds: 1234.5, share: 0.75 },
  { label: "optimize", microseconds: 0, share: 0.05 },
];

async function run(line: string, world: FakeWorld) {
  const args = parseArguments(line.split(" "), PROGRAM);
  const code = await train(args, PRESETS[args.preset], world.around());
  return { code, calls: world.calls, text: world.out.text };
}

Deno.test("profile: columns line up, with bars as long as the shares", () => {
  assert.deepEqual(profileTable(ROWS), [
    "  kernel           microseconds    share",
    "  gather                   5.43   20.0 %  [######------------------------]",
    "  weight gradient         1,235   75.0 %  [#######################-------]",
    "  optimize                    0    5.0 %  [##----------------------------]",
  ]);
});

Deno.test("profile: on a narrow terminal bars are short or left out, and no line is too long", () => {
  for (const columns of [79, 74, 73, 54, 53, 42]) {
    const lines = profileTable(ROWS, columns);
    assert.ok(lines.every((line) => line.length <= columns), `${columns}: ${lines.join("\n")}`);
    const bars = columns >= 74 ? 30 : columns >= 54 ? 10 : 0;
    assert.equal(/\[(.*)\]/.exec(lines[1])?.[1].length ?? 0, bars, `${columns}`);
  }
});

Deno.test("profile: is printed when all else is done, with what its numbers mean", async () => {
  const { code, calls, text } = await run(
    "--profile --save a.st --eval-episodes 2 --json",
    new FakeWorld({ profile: ROWS }),
  );
  assert.equal(code, 0);
  assert.deepEqual(calls.slice(2), [
    "learn 200 of 200",
    "save a.st",
    "evaluate 2 from 2000000000",
    "profile",
    "close",
  ]);
  const after = text.slice(text.indexOf("evaluation  "));
  assert.match(
    after,
    /where an update's time goes, by kernel\n {2}kernel .*\n {2}gather .* 20\.0 % {2}\[/,
  );
  assert.match(after, /shares mean something, sums do not/);
});

Deno.test("profile: a step of environments on the GPU has a table of its own", async () => {
  const steps = [{ label: "step: environments", microseconds: 30, share: 1 }];
  const { text } = await run("--profile", new FakeWorld({ profile: [...ROWS, ...steps] }));
  const [, updates, own] = text.split(/where .* time goes, by kernel/);
  assert.match(updates, /gather .* 20\.0 %/);
  assert.doesNotMatch(updates, /environments/);
  assert.match(own, /step: environments .* 100\.0 %/);
});

Deno.test("profile: without the flag none is made, nor after Ctrl-C", async () => {
  const quiet = await run("--eval-episodes 1", new FakeWorld({ profile: ROWS }));
  assert.ok(!quiet.calls.includes("profile"));
  const world: FakeWorld = new FakeWorld({
    profile: ROWS,
    onStep: (step) => step === 60 && world.controller.abort(),
  });
  const { code, calls, text } = await run("--profile", world);
  assert.equal(code, 130);
  assert.ok(!calls.includes("profile") && !text.includes("where an update"), text);
});

Deno.test("profile: a word where the adapter has no timestamps, or there is nothing to learn from", async () => {
  const blind = await run("--profile", new FakeWorld());
  assert.equal(blind.code, 0);
  assert.match(blind.text, /\nno profile: the adapter a fake adapter has no timestamps\n$/);
  const empty = await run(
    "--profile",
    new FakeWorld({ profile: new Error("the replay buffer holds 3 rows") }),
  );
  assert.equal(empty.code, 1);
  assert.match(empty.text, /\nerror: the replay buffer holds 3 rows\n$/);
  assert.equal(empty.calls.at(-1), "close");
});

Deno.test("profile: fits the terminal", async () => {
  const world = new FakeWorld({ profile: ROWS }, new FakeTerminal(true, 60));
  await run("--profile --eval-episodes 1", world);
  assert.ok(world.out.lines().includes("  gather                   5.43   20.0 %  [##--------]"));
});

Deno.test("profile: an agent that only plays makes no updates to be timed", async () => {
  for (const line of ["--profile --load a.st --test", "--profile --load a.st --play"]) {
    assert.throws(() => parseArguments(line.split(" "), PROGRAM), (error) => {
      assert.ok(error instanceof UsageError);
      assert.match(error.message, /^--profile times updates/);
      return true;
    });
  }
  const { calls } = await run("--profile --load a.st --test --train", new FakeWorld());
  assert.ok(calls.includes("profile"));
});
