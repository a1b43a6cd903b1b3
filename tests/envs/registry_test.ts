import assert from "node:assert/strict";
import recorded from "../fixtures/gymnasium/cartpole.json" with { type: "json" };
import { CartPole, make, register, registry, TimeLimit, Wrapper } from "../../src/envs/mod.ts";
import { StubEnv } from "./stub_env.ts";

Deno.test("registry: limits and thresholds are Gymnasium's", () => {
  for (const [id, wanted] of Object.entries(recorded.spec)) {
    const { maxEpisodeSteps, rewardThreshold } = registry().get(id)!;
    assert.deepEqual({ maxEpisodeSteps, rewardThreshold }, wanted, id);
    const env = make(id);
    assert.ok(env instanceof TimeLimit);
    assert.equal(env.maxEpisodeSteps, wanted.maxEpisodeSteps);
    assert.deepEqual(env.spec, { id, options: {}, ...wanted });
  }
});

Deno.test("registry: a spec makes the same environment again", () => {
  const env = make("CartPole-v1", { maxEpisodeSteps: 7, suttonBartoReward: true });
  assert.equal(env.spec!.maxEpisodeSteps, 7);
  assert.deepEqual(env.spec!.options, { maxEpisodeSteps: 7, suttonBartoReward: true });
  const again = make(env.spec!.id, env.spec!.options);
  assert.deepEqual(again.spec, env.spec);
  again.reset({ seed: 1 });
  assert.equal(again.step(0)[1], 0);
});

Deno.test("registry: maxEpisodeSteps null is no limit", () => {
  const env = make("CartPole-v1", { maxEpisodeSteps: null });
  assert.ok(env instanceof CartPole);
  assert.equal(env.spec!.maxEpisodeSteps, undefined);
});

Deno.test("registry: an unknown id is an error that suggests the nearest", () => {
  assert.throws(() => make("CartPoel-v1"), (error: Error) => {
    assert.ok(error instanceof RangeError);
    assert.match(
      error.message,
      /^make: unknown environment "CartPoel-v1" \(did you mean "CartPole-v1"\?\)/,
    );
    assert.match(error.message, /Registered: CartPole-v0, CartPole-v1/);
    return true;
  });
  assert.throws(() => make("Humanoid-v5"), /unknown environment "Humanoid-v5"\. Registered/);
  assert.throws(() => make(undefined as unknown as string), /unknown environment undefined/);
});

Deno.test("registry: unknown and ill-typed options are errors", () => {
  assert.throws(
    () => make("CartPole-v1", { suttonBartoRewards: true }),
    /make CartPole-v1: unknown option "suttonBartoRewards" \(did you mean "suttonBartoReward"\?\)\. It takes: suttonBartoReward, maxEpisodeSteps/,
  );
  assert.throws(
    () => make("CartPole-v1", { suttonBartoReward: 1 }),
    /make CartPole-v1: suttonBartoReward must be a boolean, got 1 \(number\)/,
  );
  for (const limit of [0, 1.5, "9"]) {
    assert.throws(() => make("CartPole-v1", { maxEpisodeSteps: limit }), {
      name: "RangeError",
      message:
        `make CartPole-v1: maxEpisodeSteps must be an integer of at least 1 or null (no limit), got ${limit}`,
    });
  }
});

Deno.test("registry: a registered environment is made with its defaults, limit and spec", () => {
  const given: unknown[] = [];
  register({
    id: "test/Stub-v0",
    entryPoint: (options) => {
      given.push(options);
      return new Wrapper(new StubEnv());
    },
    options: { size: 3, name: "a" },
    maxEpisodeSteps: 2,
    rewardThreshold: 9,
  });
  const env = make<number>("test/Stub-v0", { size: 4 });
  assert.deepEqual(given, [{ size: 4, name: "a" }]);
  assert.equal(`${env}`, "<TimeLimit<Wrapper<StubEnv>>>");
  assert.deepEqual(env.spec, {
    id: "test/Stub-v0",
    options: { size: 4 },
    maxEpisodeSteps: 2,
    rewardThreshold: 9,
  });
  env.reset();
  env.step(0);
  assert.equal(env.step(0)[3], true);
});

Deno.test("registry: bad registrations are refused, and the registry is not changed by its copy", () => {
  const entryPoint = () => new CartPole();
  assert.throws(
    () => register({ id: "Cart Pole", entryPoint }),
    /id must be like .* got "Cart Pole"/,
  );
  assert.throws(
    () => register({ id: "CartPole-v1", entryPoint }),
    /CartPole-v1 is registered already/,
  );
  assert.throws(
    () => register({ id: "test/X-v0", entryPoint, maxEpisodeSteps: 0 }),
    /register test\/X-v0: maxEpisodeSteps must be an integer of at least 1, got 0/,
  );
  assert.throws(
    () => register({ id: "test/X-v0", entryPoint, options: { maxEpisodeSteps: 5 } }),
    /options must not hold maxEpisodeSteps/,
  );
  assert.throws(
    () => register({ id: "test/X-v0", entryPoint: undefined as unknown as typeof entryPoint }),
    /entryPoint must be a function, got undefined/,
  );
  registry().delete("CartPole-v1");
  assert.ok(registry().has("CartPole-v1"));
  assert.ok(!registry().has("test/X-v0"));
});
