/** Tests of choosing actions. @module */

import assert from "node:assert/strict";
import { argmax, behave, exploit, explore } from "../../src/agent/exploration.ts";
import { STREAMS } from "../../src/gpu/philox.ts";

Deno.test("exploration: argmax takes the lowest index at ties", () => {
  assert.equal(argmax([1, 3, 2]), 1);
  assert.equal(argmax([3, 3, 3]), 0);
  assert.equal(argmax([-5, -2, -2]), 1);
  assert.equal(argmax([7]), 0);
});

Deno.test("exploration: argmax of a part counts from the part's start", () => {
  const values = [9, 1, 2, 5, 5, 4];
  assert.equal(argmax(values, 1, 2), 1);
  assert.equal(argmax(values, 3, 3), 0);
  assert.equal(argmax(values, 2, 2), 1);
});

/** The actions of so many steps of one lane; -1 where the greedy one is to be taken. */
function draw(
  epsilon: number,
  steps: number,
  { seed = 5, lane = 0, actions = 4, from = 0 } = {},
): number[] {
  return Array.from(
    { length: steps },
    (_, i) =>
      explore({ seed, stream: STREAMS.explore, lane, step: from + i }, epsilon, actions) ?? -1,
  );
}

Deno.test("exploration: ε of 0 never and ε of 1 always gives a random action", () => {
  assert.ok(draw(0, 2000).every((action) => action === -1));
  assert.ok(draw(1, 2000).every((action) => action >= 0 && action < 4));
});

Deno.test("exploration: a random action comes as often as ε says, each action as often", () => {
  const steps = 40_000;
  const chosen = draw(0.3, steps);
  const counts = [0, 1, 2, 3].map((a) => chosen.filter((action) => action === a).length);
  const expected = 0.3 * steps / 4;
  // Five standard deviations of a binomial count.
  const bound = 5 * Math.sqrt(expected * (1 - 0.3 / 4));
  for (const count of counts) {
    assert.ok(Math.abs(count - expected) < bound, `${counts} around ${expected}`);
  }
});

Deno.test("exploration: coin and action are independent", () => {
  // Were one word used for both, actions at a small ε would all be the first.
  const actions = new Set(draw(0.05, 2000));
  assert.deepEqual([...actions].sort((a, b) => a - b), [-1, 0, 1, 2, 3]);
});

Deno.test("exploration: the same place gives the same action; lane, step, seed and use tell apart", () => {
  const base = draw(1, 64, { actions: 100 });
  assert.deepEqual(draw(1, 64, { actions: 100 }), base);
  const others = {
    lane: draw(1, 64, { actions: 100, lane: 1 }),
    seed: draw(1, 64, { actions: 100, seed: 6 }),
    step: draw(1, 64, { actions: 100, from: 64 }),
    "step beyond 2³²": draw(1, 64, { actions: 100, from: 2 ** 32 }),
    stream: Array.from(
      { length: 64 },
      (_, step) => explore({ seed: 5, stream: STREAMS.evaluate, lane: 0, step }, 1, 100)!,
    ),
  };
  for (const [what, other] of Object.entries(others)) {
    const same = other.filter((action, i) => action === base[i]).length;
    assert.ok(same < 8, `another ${what} repeats ${same} of 64 actions`);
  }
});

Deno.test("exploration: each lane has a coin of its own", () => {
  const first = draw(0.5, 400, { lane: 0 }).map((action) => action >= 0);
  const second = draw(0.5, 400, { lane: 1 }).map((action) => action >= 0);
  const both = first.filter((random, step) => random && second[step]).length;
  // A quarter of 400, give or take five standard deviations; one coin for both would give a half.
  assert.ok(Math.abs(both - 100) < 5 * Math.sqrt(400 * 0.25 * 0.75), `both random ${both} times`);
});

Deno.test("exploration: the action after a truncated episode's last is drawn apart", () => {
  const place = { seed: 5, stream: STREAMS.explore, lane: 0 };
  const pairs = Array.from({ length: 64 }, (_, step) => [
    explore({ ...place, step }, 1, 100),
    explore({ ...place, step, isLast: true }, 1, 100),
  ]);
  assert.ok(pairs.filter(([one, other]) => one === other).length < 8);
});

/** How often each of the actions is drawn at a temperature. */
function frequencies(values: number[], temperature: number, steps = 40_000): number[] {
  const counts = values.map(() => 0);
  for (let step = 0; step < steps; step++) {
    const place = { seed: 3, stream: STREAMS.explore, lane: 2, step };
    counts[exploit(place, [9, ...values], 1, values.length, temperature)]++;
  }
  return counts.map((count) => count / steps);
}

Deno.test("exploration: Boltzmann draws actions by softmax(Q / temperature)", () => {
  for (
    const [values, temperature] of [[[1, 2, 0.5, 2], 1], [[-3, -1], 2], [[500, 503], 1.5]] as const
  ) {
    const weights = values.map((q) => Math.exp((q - Math.max(...values)) / temperature));
    const total = weights.reduce((a, b) => a + b, 0);
    frequencies([...values], temperature).forEach((frequency, action) => {
      const odds = weights[action] / total;
      // Five standard deviations.
      const bound = 5 * Math.sqrt(odds * (1 - odds) / 40_000);
      assert.ok(Math.abs(frequency - odds) < bound, `${values} ${action}: ${frequency}, ${odds}`);
    });
  }
});

Deno.test("exploration: a low temperature takes the best action, and nothing overflows", () => {
  assert.deepEqual(frequencies([1, 2, 1.9], 1e-4, 500), [0, 1, 0]);
  assert.deepEqual(frequencies([-1e30, 3e38, 0], 1e-30, 500), [0, 1, 0]);
});

Deno.test("exploration: without a temperature the best action is taken, with ε a random one", () => {
  const place = { seed: 3, stream: STREAMS.explore, lane: 0, step: 0 } as const;
  assert.equal(exploit(place, [0, 5, 5, 1], 0, 4, null), 1);
  assert.equal(behave({ epsilon: 0, temperature: null }, place, [0, 5, 5, 1], 1, 3), 0);
  const random = explore(place, 1, 3);
  assert.equal(behave({ epsilon: 1, temperature: 0.5 }, place, [0, 5, 5, 1], 1, 3), random);
});

/** What an array of numbers is drawn with: every fourth step of many. */
const PLACES = Array.from(
  { length: 4_000 },
  (_, step) => ({ seed: 3, stream: STREAMS.explore, lane: 1, step: 4 * step }) as const,
);

Deno.test("exploration: argmax is the best allowed action, the lowest at ties", () => {
  const values = [9, 1, 5, 5, 7, 2];
  assert.equal(argmax(values, 0, 6, 0b111110), 4);
  assert.equal(argmax(values, 0, 6, 0b101110), 2);
  assert.equal(argmax(values, 1, 5, 0b00110), 1);
  assert.equal(argmax(values, 0, 6, 0b100000), 5);
  // Also where all that is allowed is bad, and where bit 31 is the only one.
  assert.equal(argmax([0, -Infinity, 1], 0, 3, 0b010), 1);
  const many = Array.from({ length: 32 }, (_, i) => -i);
  assert.equal(argmax(many, 0, 32, 2 ** 31), 31);
  assert.equal(argmax(many, 0, 32, 0xffffffff), 0);
});

Deno.test("exploration: random actions are drawn among the allowed ones, each as often", () => {
  const counts = new Array(6).fill(0);
  for (const place of PLACES) counts[explore(place, 1, 6, 0b101001)!]++;
  assert.deepEqual(counts.map((count) => count > 0), [true, false, false, true, false, true]);
  const bound = 5 * Math.sqrt(PLACES.length * (1 / 3) * (2 / 3));
  for (const count of counts.filter((count) => count > 0)) {
    assert.ok(Math.abs(count - PLACES.length / 3) < bound, `${counts}`);
  }
});

Deno.test("exploration: a mask changes no coin, and one that allows all changes nothing", () => {
  const values = [0.1, 0.4, 0.3, 0.2];
  for (const place of PLACES.slice(0, 500)) {
    const free = explore(place, 0.4, 4);
    assert.equal(explore(place, 0.4, 4, 0b1111), free);
    assert.equal(explore(place, 0.4, 4, 0xffffffff), free);
    assert.equal(explore(place, 0.4, 4, 0b0010), free === undefined ? undefined : 1);
    for (const temperature of [null, 0.5]) {
      const chosen = exploit(place, values, 0, 4, temperature);
      assert.equal(exploit(place, values, 0, 4, temperature, 0b1111), chosen);
      const behaviour = { epsilon: 0.4, temperature };
      assert.equal(behave(behaviour, place, values, 0, 4, 0b1111), free ?? chosen);
    }
  }
});

Deno.test("exploration: Boltzmann with a mask is the softmax over the allowed actions", () => {
  const values = [3, 1, 2, 0.5];
  const counts = new Array(4).fill(0);
  for (const place of PLACES) counts[exploit(place, values, 0, 4, 0.8, 0b1110)]++;
  assert.equal(counts[0], 0);
  const weights = values.map((q, action) => action === 0 ? 0 : Math.exp(q / 0.8));
  const total = weights.reduce((a, b) => a + b, 0);
  weights.forEach((weight, action) => {
    const odds = weight / total;
    const bound = 5 * Math.sqrt(PLACES.length * odds * (1 - odds));
    assert.ok(Math.abs(counts[action] - PLACES.length * odds) <= bound, `${counts}`);
  });
  // A forbidden value that overflows a power harms nothing.
  assert.equal(exploit(PLACES[0], [1e38, 0, -1e38], 0, 3, 1e-3, 0b110), 1);
});
