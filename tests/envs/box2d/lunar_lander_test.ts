/**
 * Tests of LunarLander against flights recorded from Gymnasium (tests/fixtures/box2d), of what ends a
 * flight, of rewards and errors.
 *
 * @module
 */

import assert from "node:assert/strict";
import {
  type Env,
  LunarLander,
  LunarLanderContinuous,
  lunarLanderPilot,
  make,
  registry,
} from "../../../mod.ts";
import recorded from "../../fixtures/box2d/lunar_lander.json" with { type: "json" };
import { bytesFrom } from "../fixture.ts";

/** What double and single precision may come to differ by in a hundred steps. */
const OBSERVATION_TOLERANCE = 1e-4;
/** Rewards are differences of numbers of some hundreds, made of such observations. */
const REWARD_TOLERANCE = 5e-3;

const OPTION_NAMES: Record<string, string> = {
  enable_wind: "enableWind",
  wind_power: "windPower",
  turbulence_power: "turbulencePower",
  gravity: "gravity",
  continuous: "continuous",
};

type Action = number | Float32Array;

function makeLander(options: Record<string, unknown>): Env<Float32Array, Action> {
  const own = Object.entries(options).map(([name, value]) => [OPTION_NAMES[name], value]);
  return make<Float32Array, Action>("LunarLander-v3", Object.fromEntries(own));
}

for (const flight of recorded.flights) {
  const { seed, options, pilot } = flight;
  const name = `${pilot}, seed ${seed}, ${JSON.stringify(options)}`;
  Deno.test(`lunar lander: free flight is Gymnasium's: ${name}`, () => {
    const observations = new Float32Array(bytesFrom(flight.observations));
    const rewards = new Float64Array(bytesFrom(flight.rewards));
    assert.ok(rewards.length >= 40 && observations.length === 8 * (rewards.length + 1));
    const env = makeLander(options);
    const compare = (observation: Float32Array, step: number) => {
      observation.forEach((value, i) => {
        const wanted = observations[8 * step + i];
        const off = Math.abs(value - wanted);
        // The start is the same but for single precision in the library's first step.
        const within = step === 0 ? 1e-6 : OBSERVATION_TOLERANCE;
        assert.ok(off <= within, `step ${step}, number ${i}: ${value}, wanted ${wanted}`);
      });
    };
    compare(env.reset({ seed })[0], 0);
    flight.actions.forEach((recordedAction, i) => {
      const action = typeof recordedAction === "number"
        ? recordedAction
        : Float32Array.from(recordedAction);
      const [observation, reward, terminated, truncated] = env.step(action);
      compare(observation, i + 1);
      const off = Math.abs(reward - rewards[i]);
      assert.ok(off <= REWARD_TOLERANCE, `step ${i + 1}: reward ${reward}, wanted ${rewards[i]}`);
      assert.deepEqual([terminated, truncated], [false, false]);
    });
  });
}

const BLIND = recorded.endings.filter(({ pilot }) => pilot !== "heuristic");

Deno.test("lunar lander: crashes and ways out end in Gymnasium's step, with its reward", () => {
  const out = BLIND.filter(({ observation: [x] }) => Math.abs(x) >= 1);
  assert.ok(BLIND.length >= 60 && out.length >= 5 && BLIND.length - out.length >= 50);
  for (const ending of BLIND) {
    const name = `${ending.pilot}, seed ${ending.seed}`;
    const { legs, result: [observation, reward, terminated] } = flyAgain(ending);
    assert.equal(legs, ending.legs, name);
    assert.deepEqual([reward, terminated], [-100, true], name);
    assert.deepEqual([ending.reward, ending.terminated], [-100, true], name);
    if (!out.includes(ending)) continue;
    ending.observation.forEach((wanted, i) => {
      assert.ok(Math.abs(observation[i] - wanted) <= OBSERVATION_TOLERANCE, `${name}, number ${i}`);
    });
  }
});

Deno.test("lunar lander: most landings end in Gymnasium's step, with its reward", () => {
  // On the ground roundings grow: where a leg slips or jumps, flights part. Most stay together.
  const endings = recorded.endings.filter(({ pilot }) => pilot === "heuristic");
  const landings = endings.filter(({ reward }) => reward === 100);
  assert.ok(endings.length === 30 && landings.length >= 28);
  const same = landings.filter((ending) => {
    const { legs, result: [, reward, terminated] } = flyAgain(ending);
    return legs.length === ending.legs.length && reward === 100 && terminated;
  });
  assert.ok(same.length >= 22, `${same.length} of ${landings.length}`);
});

/** Takes a recorded flight's actions; tells which legs touched the ground, and the last step. */
function flyAgain({ seed, actions }: (typeof recorded.endings)[number]) {
  const env = make("LunarLander-v3");
  env.reset({ seed });
  let legs = "";
  for (const action of actions) {
    const result = env.step(Number(action));
    legs += result[0][6] + 2 * result[0][7];
    if (result[2] || legs.length === actions.length) return { legs, result };
  }
  throw new Error("no actions");
}

/** Flies to the end; says how it ended and what the flight came to. */
function fly(env: Env, pilot: (observation: Float32Array) => number, seed: number) {
  let [observation] = env.reset({ seed });
  let total = 0;
  for (let steps = 1;; steps++) {
    const [next, reward, terminated, truncated] = env.step(pilot(observation));
    observation = next;
    total += reward;
    if (terminated || truncated) return { observation, reward, terminated, total, steps };
  }
}

Deno.test("lunar lander: the heuristic pilot lands, and a landing at rest gives 100", () => {
  const env = make("LunarLander-v3");
  const flights = Array.from({ length: 20 }, (_, seed) => fly(env, lunarLanderPilot, seed));
  const landed = flights.filter(({ reward }) => reward === 100);
  // Gymnasium's pilot lands in 92 % of flights; fewer than 14 of 20 would be seen once in a thousand times.
  assert.ok(landed.length >= 14, `${landed.length} of 20`);
  // As in Gymnasium, a leg that still stands on one edge of the terrain when it leaves another says 0.
  assert.ok(landed.some(({ observation }) => observation[6] + observation[7] === 2));
  for (const { observation, terminated, total } of landed) {
    assert.equal(terminated, true);
    assert.ok(Math.hypot(observation[2], observation[3]) < 0.05, "at rest");
    assert.ok(total > 100, `${total}`);
  }
});

Deno.test("lunar lander: a thousand steps truncate", () => {
  // Hovers: rises when it sinks, and keeps upright.
  const env = make("LunarLander-v3");
  const hover = ([x, y, vx, vy, angle, spin]: Float32Array) => {
    const turn = Math.max(-0.4, Math.min(0.4, 0.5 * x + vx)) - angle - spin;
    if ((0.8 - y) * 0.5 - vy * 0.5 > Math.abs(turn)) return 2;
    return turn < -0.05 ? 3 : turn > 0.05 ? 1 : 0;
  };
  const { terminated, steps } = fly(env, hover, 3);
  assert.deepEqual([terminated, steps], [false, 1000]);
});

Deno.test("lunar lander: rewards are what the observations improve, less fuel; legs count 10", () => {
  const env = make("LunarLander-v3");
  const worth = ([x, y, vx, vy, angle, , first, second]: Float32Array) =>
    -100 * (Math.hypot(x, y) + Math.hypot(vx, vy) + Math.abs(angle)) + 10 * (first + second);
  const fuel = [0, 0.03, 0.3, 0.03];
  let touched = 0, lost = 0;
  for (let seed = 0; seed < 5; seed++) {
    let [observation] = env.reset({ seed });
    for (let ended = false; !ended;) {
      const action = lunarLanderPilot(observation);
      const [next, reward, terminated, truncated] = env.step(action);
      ended = terminated || truncated;
      const wanted = worth(next) - worth(observation) - fuel[action];
      // Observations are rounded, rewards are not.
      if (!ended) assert.ok(Math.abs(reward - wanted) < 1e-4, `${reward}, wanted ${wanted}`);
      const change = next[6] + next[7] - observation[6] - observation[7];
      touched += Number(change > 0);
      lost += Number(change < 0);
      observation = next;
    }
  }
  assert.ok(touched > 5 && lost > 2, `${touched} touches, ${lost} lost`);
});

Deno.test("lunar lander: the first observation of a leg is the right one's", () => {
  // Tilted to the right (a negative angle), the right leg comes down first.
  const first = BLIND.filter(({ legs }) => /^0*[12]/.test(legs)).map((ending) => {
    const env = make("LunarLander-v3");
    let [observation] = env.reset({ seed: ending.seed });
    for (let i = 0; observation[6] + observation[7] === 0; i++) {
      [observation] = env.step(Number(ending.actions[i]));
    }
    return observation;
  }).filter(([, , , , angle]) => Math.abs(angle) > 0.1 && Math.abs(angle) < 0.6);
  assert.ok(first.length > 8);
  for (const [, , , , angle, , right, left] of first) {
    assert.deepEqual([right, left], angle < 0 ? [1, 0] : [0, 1]);
  }
});

Deno.test("lunar lander: ids, limits and thresholds; v2 flies as v3", () => {
  for (const id of ["LunarLander-v2", "LunarLander-v3", "LunarLanderContinuous-v3"]) {
    const { maxEpisodeSteps, rewardThreshold } = registry().get(id)!;
    assert.deepEqual([maxEpisodeSteps, rewardThreshold], [1000, 200]);
    assert.equal(make(id).renderFps, 50);
  }
  const [v2, v3] = [2, 3].map((version) => make(`LunarLander-v${version}`));
  assert.deepEqual(v2.reset({ seed: 1 }), v3.reset({ seed: 1 }));
  assert.deepEqual(v2.step(2), v3.step(2));
  const continuous = make<Float32Array, Float32Array>("LunarLander-v3", { continuous: true });
  assert.equal(String(continuous), "<TimeLimit<LunarLanderContinuous<LunarLander-v3>>>");
  assert.equal(String(v3), "<TimeLimit<LunarLander<LunarLander-v3>>>");
});

Deno.test("lunar lander: errors say what was given and what is wanted", () => {
  const env = make("LunarLander-v3");
  assert.throws(() => env.step(0), /LunarLander-v3: step\(\) before the first reset\(\)/);
  env.reset({ seed: 1 });
  for (const action of [4, -1, 0.5, NaN, "0" as unknown as number]) {
    assert.throws(() => env.step(action), {
      name: "RangeError",
      message: `LunarLander-v3: action must be in Discrete(4), that is 0, 1, 2 or 3, got ${action}`,
    });
  }
  assert.throws(() => env.reset({ options: { wind: 1 } }), /unknown reset option "wind"/);
  assert.throws(() => make("LunarLander-v3", { gravity: 3 }), {
    name: "RangeError",
    message: "LunarLander: gravity must be between -12 and 0, got 3",
  });
  assert.throws(() => new LunarLander({ windPower: NaN }), /windPower must be a finite number/);
  assert.throws(
    () => new LunarLander({ enableWind: 1 as unknown as boolean }),
    /must be a boolean/,
  );
  assert.throws(() => make("LunarLander-v3", { wind: true }), /unknown option "wind"/);
  const continuous = new LunarLanderContinuous();
  continuous.reset({ seed: 1 });
  assert.throws(() => continuous.step(Float32Array.of(0, NaN)), {
    name: "TypeError",
    message: "LunarLanderContinuous: action must be a Float32Array of 2 numbers, got [0,NaN]",
  });
});

Deno.test("lunar lander: powers beyond what is recommended are warned of", () => {
  const { warn } = console;
  const warnings: string[] = [];
  console.warn = (text: string) => void warnings.push(text);
  try {
    make("LunarLander-v3", { enableWind: true, windPower: 25, turbulencePower: -1 });
  } finally {
    console.warn = warn;
  }
  assert.deepEqual(warnings, [
    "LunarLander: windPower is recommended to be from 0 to 20, got 25",
    "LunarLander: turbulencePower is recommended to be from 0 to 2, got -1",
  ]);
});
