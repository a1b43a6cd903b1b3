/** Tests of what is taken for an environment. @module */

import assert from "node:assert/strict";
import { DQN, evaluate, make } from "../../mod.ts";
import { type AgentEnv, readFeed, type SingleEnv } from "../../src/agent/feed.ts";

Deno.test("feed: one environment, several, and spaces alone", () => {
  const [one, other] = [make("CartPole-v1"), make("CartPole-v1")];
  const { observationSpace, actionSpace } = one;
  assert.equal(readFeed(one).count, 1);
  assert.equal(readFeed([one, other]).count, 2);
  assert.equal(readFeed({ observationSpace, actionSpace }).count, 0);
});

Deno.test("feed: what is no environment is refused, and what is wanted said", async () => {
  const cases: [given: unknown, wanted: string][] = [
    ["CartPole-v1", 'make("CartPole-v1") gives, got "CartPole-v1"'],
    ["Acrobot-v1", 'make("Acrobot-v1") gives, got "Acrobot-v1"'],
    [undefined, 'make("CartPole-v1") gives, got undefined'],
    [null, 'make("CartPole-v1") gives, got null'],
    [7, 'make("CartPole-v1") gives, got 7'],
    [make, 'make("CartPole-v1") gives, got a function'],
    [{ gamma: 0.9 }, 'make("CartPole-v1") gives, got {"gamma":0.9}'],
    [Promise.resolve(), 'make("CartPole-v1") gives, got a promise: await it'],
  ];
  for (const [given, wanted] of cases) {
    const error = { name: "TypeError", message: `an environment is wanted, as ${wanted}` };
    assert.throws(() => readFeed(given as AgentEnv), error);
    assert.throws(() => readFeed([make("CartPole-v1"), given] as AgentEnv), error);
    await assert.rejects(DQN.create(given as AgentEnv), error);
  }
  assert.throws(() => readFeed([]), {
    name: "TypeError",
    message: "DQN.create wants at least one environment, got none",
  });
});

Deno.test("feed: an evaluation says the same", async () => {
  const { observationSpace, actionSpace } = make("CartPole-v1");
  const agent = { observationSpace, actionSpace } as unknown as DQN;
  await assert.rejects(evaluate(agent, "CartPole-v1" as unknown as SingleEnv), {
    name: "TypeError",
    message: 'an environment is wanted, as make("CartPole-v1") gives, got "CartPole-v1"',
  });
});
