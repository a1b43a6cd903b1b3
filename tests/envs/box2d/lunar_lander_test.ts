/**
 * Tests of LunarLander against flights recorded from Gymnasium (tests/fixtures/box2d), and of what ends
 * a flight, of states and errors.
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
} from "../../../mod.ts";
import { DISCRETE_THRUST } from "../../../src/envs/box2d/engines.ts";
import { Flight } from "../../../src/envs/box2d/flight.ts";
import { PCG64 } from "../../../src/envs/rng/pcg64.ts";
import recorded from "../../fixtures/box2d/lunar_lander.json" with { type: "json" };
import { bytesFrom } from "../fixture.ts";

/** What double and single precision may come to differ by in a hundred steps. */
const OBSERVATION_TOLERANCE = 1e-3;
/** Rewards are differences of numbers of some hundreds, made of such observations. */
const REWARD_TOLERANCE = 1e-2;

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

Deno.test("lunar lander: the terrain is Gymnasium's", () => {
  for (const { seed, options, heights } of recorded.flights) {
    if ("continuous" in options) continue;
    const conditions = { gravity: -10, enableWind: false, windPower: 15, turbulencePower: 1.5 };
    const { ground } = new Flight(conditions, new PCG64(seed)).world;
    assert.equal(ground.length, heights.length);
    ground.forEach(([, y], i) => assert.ok(Math.abs(y - heights[i]) < 1e-6, `seed ${seed}, ${i}`));
  }
});

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

Deno.test("lunar lander: a fall ends in a crash, which gives -100", () => {
  const env = make("LunarLander-v3");
  for (let seed = 0; seed < 5; seed++) {
    const { reward, terminated, observation, steps } = fly(env, () => 0, seed);
    assert.deepEqual([reward, terminated], [-100, true]);
    assert.ok(steps < 150 && Math.abs(observation[0]) < 1);
  }
});

Deno.test("lunar lander: leaving the picture sideways gives -100", () => {
  // Leans over and rises: out it goes.
  const env = make("LunarLander-v3");
  const away = ([, , , , angle]: Float32Array) => angle > -0.5 ? 3 : 2;
  const { reward, terminated, observation } = fly(env, away, 1);
  assert.deepEqual([reward, terminated], [-100, true]);
  assert.ok(Math.abs(observation[0]) >= 1, `x ${observation[0]}`);
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

Deno.test("lunar lander: legs' contacts are worth 10 each and are lost again", () => {
  const env = make("LunarLander-v3");
  let [observation] = env.reset({ seed: 5 });
  let touched = 0;
  let before = 0;
  for (let ended = false; !ended;) {
    const contacts = observation[6] + observation[7];
    const result = env.step(lunarLanderPilot(observation));
    observation = result[0];
    ended = result[2] || result[3];
    const change = observation[6] + observation[7] - contacts;
    if (change === 0 || ended) continue;
    touched++;
    const [x, y, vx, vy, angle] = observation;
    const shaping = -100 * Math.hypot(x, y) - 100 * Math.hypot(vx, vy) - 100 * Math.abs(angle);
    before = shaping;
  }
  assert.ok(touched > 0 && before < 0);
});

const STATES: readonly [string, Record<string, unknown>, number][] = [
  ["before the first step", {}, 0],
  ["in free flight", {}, 40],
  ["in wind", { enableWind: true }, 60],
  ["on the ground", {}, 190],
];
for (const [where, options, steps] of STATES) {
  Deno.test(`lunar lander: goes on bit for bit from its state ${where}`, () => {
    const env = make("LunarLander-v3", options);
    let [observation] = env.reset({ seed: 5 });
    let touches = 0;
    for (let i = 0; i < steps; i++) {
      const [next, , terminated] = env.step(lunarLanderPilot(observation));
      observation = next;
      touches += next[6] + next[7];
      assert.equal(terminated, false, `step ${i}`);
    }
    assert.equal(touches > 0, where === "on the ground");
    const state = JSON.parse(JSON.stringify(env.getState!()));
    const other = make("LunarLander-v3", options);
    other.setState!(state);
    assert.deepEqual(other.getState!(), env.getState!());
    const random = new PCG64(3);
    for (let i = 0, ended = false; i < 400; i++) {
      const action = Math.floor(4 * random.nextDouble());
      if (ended) assert.deepEqual(other.reset(), env.reset());
      const wanted = env.step(action);
      assert.deepEqual(other.step(action), wanted, `step ${i}`);
      ended = wanted[2];
    }
  });
}

Deno.test("lunar lander: the continuous one's state, and actions that the caller changes later", () => {
  const env = new LunarLanderContinuous();
  env.reset({ seed: 2 });
  const action = Float32Array.of(0.8, -0.9);
  for (let i = 0; i < 20; i++) env.step(action);
  action.fill(0);
  const other = new LunarLanderContinuous();
  other.setState(JSON.parse(JSON.stringify(env.getState())));
  assert.deepEqual(other.step(action), env.step(action));
});

Deno.test("lunar lander: a bad state leaves all as it was", () => {
  const env = new LunarLander();
  env.reset({ seed: 2 });
  env.step(2);
  const before = JSON.stringify(env.getState());
  const state = JSON.parse(before);
  for (
    const bad of [
      null,
      { ...state, actions: [7] },
      { ...state, actions: "none" },
      { ...state, start: null },
      { ...state, phase: "landed" },
      { ...state, phase: "terminated" },
      { ...state, actions: [2, 2] },
      { ...state, rng: { bad: true } },
      { ...state, actionSpace: 3 },
    ]
  ) {
    assert.throws(() => env.setState(bad), Error, JSON.stringify(bad));
    assert.equal(JSON.stringify(env.getState()), before);
  }
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
  assert.throws(() => make("LunarLander-v3", { wind: true }), /unknown option "wind"/);
  const continuous = new LunarLanderContinuous();
  continuous.reset({ seed: 1 });
  assert.throws(() => continuous.step(Float32Array.of(0, NaN)), {
    name: "TypeError",
    message: "LunarLanderContinuous: action must be a Float32Array of 2 numbers, got [0,NaN]",
  });
  const bare = new LunarLander();
  assert.throws(() => bare.render(), /render\(\) before the first reset/);
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

Deno.test("lunar lander: looking on changes nothing", () => {
  const [watched, unwatched] = [0, 1].map(() => make("LunarLander-v3"));
  for (const env of [watched, unwatched]) env.reset({ seed: 8 });
  for (let i = 0; i < 60; i++) {
    watched.render!();
    assert.deepEqual(watched.step(i % 4), unwatched.step(i % 4));
  }
});

Deno.test("lunar lander: the picture shows the moon, the sky, the flags, the lander and its exhaust", () => {
  const env = make("LunarLander-v3");
  env.reset({ seed: 8 });
  env.render!();
  for (let i = 0; i < 12; i++) env.step(2);
  const { width, height, data } = env.render!();
  assert.deepEqual(env.render!().data, data, "drawn again, it is the same");
  assert.deepEqual([width, height, data.length], [600, 400, 720_000]);
  const at = (
    x: number,
    y: number,
  ) => [...data.subarray(3 * (y * width + x), 3 * (y * width + x) + 3)];
  assert.deepEqual(at(5, 5), [0, 0, 0]);
  assert.deepEqual(at(300, 395), [255, 255, 255]);
  // A third of the way up from the ground of the pad, at 240 and 360, the flags' poles.
  assert.deepEqual(at(245, 255), [204, 204, 0]);
  const colors = new Map<string, number>();
  for (let i = 0; i < data.length; i += 3) {
    const color = `${data[i]},${data[i + 1]},${data[i + 2]}`;
    colors.set(color, (colors.get(color) ?? 0) + 1);
  }
  assert.ok(colors.get("128,102,230")! > 500, "the hull");
  const glowing = [...colors.keys()].filter((color) => {
    const [r, g, b] = color.split(",").map(Number);
    return r > g + 60 && g === b;
  });
  assert.ok(glowing.length > 2, "particles of several ages");
});

Deno.test("engines: the four actions fire one engine each", () => {
  assert.deepEqual(DISCRETE_THRUST.map(({ main }) => main), [0, 0, 1, 0]);
  assert.deepEqual(DISCRETE_THRUST.map(({ side, direction }) => side * direction), [0, -1, 0, 1]);
});
