import assert from "node:assert/strict";
import recorded from "../../fixtures/gymnasium/toy_text.json" with { type: "json" };
import { Blackjack, type Env, make, registry } from "../../../src/envs/mod.ts";
import { assertRun, checkStateAndPhases } from "./recorded.ts";

const ID = "Blackjack-v1";

Deno.test("blackjack: hands are Gymnasium's, under all rules", async () => {
  for (const run of recorded.blackjack) {
    const name = `${JSON.stringify(run.options)}, ${run.policy}`;
    const env = make<number[]>(ID, run.options as Record<string, unknown>);
    await assertRun(env as Env<number | number[]>, run, name, run.seed);
  }
  assert.ok(recorded.blackjack.length >= 16);
});

Deno.test("blackjack: the spaces are Gymnasium's, and there is no limit", () => {
  const spec = recorded.specs.find((spec) => spec.id === ID)!;
  const { observationSpace, actionSpace } = new Blackjack();
  assert.deepEqual(observationSpace.spaces.map((space) => space.n), spec.states);
  assert.equal(actionSpace.n, spec.actions);
  const { maxEpisodeSteps, rewardThreshold } = registry().get(ID)!;
  assert.deepEqual([maxEpisodeSteps, rewardThreshold], [undefined, undefined]);
});

Deno.test("blackjack: the dealer's open card has Gymnasium's suit and face", () => {
  const env = new Blackjack();
  assert.equal(env.openCard, "");
  for (const [seed, card] of recorded.openCards.entries()) {
    const [observation] = env.reset({ seed });
    assert.equal(env.openCard, card);
    assert.deepEqual(env.state, observation);
    assert.notEqual(env.state, observation);
  }
});

Deno.test("blackjack: states, phases, wrong actions and reset options", () => {
  checkStateAndPhases<number[]>(ID, { sab: false, natural: true }, [
    ["player", [3, 1, 3, 0], /player in .* must be \[first card, cards, sum, ace\]/],
    ["player", [3, 2], /player in .* must be \[first card, cards, sum, ace\]/],
    ["dealer", [3, 2, 30, 0], /dealer in .* must be \[first card, cards, sum, ace\]/],
    ["dealer", "x", /dealer in .* must be an array, got "x"/],
    ["openCard", "1X", /openCard in .* must be like "10H", got "1X"/],
  ]);
});

Deno.test("blackjack: a bad option is refused, and toString tells how it was made", () => {
  assert.throws(
    () => new Blackjack({ sab: 1 as unknown as boolean }),
    /Blackjack: sab must be a boolean, got 1/,
  );
  assert.equal(`${new Blackjack()}`, "<Blackjack>");
  assert.equal(`${make(ID)}`, "<Blackjack<Blackjack-v1>>");
});
