import assert from "node:assert/strict";
import { make, Taxi, type TaxiOptions } from "../../../src/envs/mod.ts";
import { assertRecorded, bare, checkStateAndPhases } from "./recorded.ts";

Deno.test("taxi: tables, runs, masks and texts are Gymnasium's, in rain, with fickle passengers", async () => {
  await assertRecorded("Taxi-v4");
});

Deno.test("taxi: v3 is the same environment", async () => {
  await assertRecorded("Taxi-v4", "Taxi-v3");
});

Deno.test("taxi: states, phases, wrong actions and reset options", () => {
  checkStateAndPhases<number>(
    "Taxi-v4",
    { isRainy: true, ficklePassenger: true, fickleProbability: 1 },
    [
      ["state", 500, /state in .* must be under 500, got 500/],
      ["willChange", 1, /willChange in .* must be a boolean, got 1/],
      ["heading", 4, /heading in .* must be under 4, got 4/],
    ],
  );
});

Deno.test("taxi: masks are fresh", () => {
  const env = make<number>("Taxi-v4");
  const masks = [env.reset({ seed: 1 })[1].action_mask as Int8Array];
  for (let i = 0; i < 100; i++) masks.push(env.step(i % 4)[4].action_mask as Int8Array);
  const copies = masks.map((mask) => [...mask]);
  for (const mask of masks) {
    const index = masks.indexOf(mask);
    mask.fill(9);
    masks.forEach((other, i) => i !== index && assert.deepEqual([...other], copies[i]));
    mask.set(copies[index]);
  }
});

Deno.test("taxi: parts and heading tell what a picture needs", () => {
  const env = make<number>("Taxi-v4");
  env.reset({ seed: 5 });
  const taxi = bare(env) as Taxi;
  const { row, column, passenger, destination } = taxi.parts;
  assert.equal(taxi.state, ((row * 5 + column) * 5 + passenger) * 4 + destination);
  assert.equal(taxi.heading, 0);
  env.step(3);
  env.step(4);
  assert.equal(taxi.heading, 3);
  assert.equal(taxi.lastAction, 4);
  env.reset();
  assert.equal(taxi.heading, 0);
  assert.equal(taxi.lastAction, undefined);
});

Deno.test("taxi: bad options are refused", () => {
  const bad: [TaxiOptions, RegExp][] = [
    [{ isRainy: 1 as unknown as boolean }, /Taxi: isRainy must be a boolean, got 1/],
    [{ ficklePassenger: "no" as unknown as boolean }, /ficklePassenger must be a boolean, got no/],
    [{ rainyProbability: 1.1 }, /rainyProbability must be from 0 to 1, got 1.1/],
    [{ fickleProbability: NaN }, /fickleProbability must be from 0 to 1, got NaN/],
  ];
  for (const [options, message] of bad) assert.throws(() => new Taxi(options), message);
  assert.equal(`${make("Taxi-v3")}`, "<TimeLimit<Taxi<Taxi-v3>>>");
});
