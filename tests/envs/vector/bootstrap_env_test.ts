import assert from "node:assert/strict";
import { SyncVectorEnv, type VectorStep } from "../../../src/envs/mod.ts";
import {
  BootstrapEnv,
  GAMMA,
  type Handling,
  type State,
  stateOf,
  STATES,
  VALUES,
} from "./bootstrap_env.ts";

/** A transition; no next state where nothing is bootstrapped. */
interface Transition {
  state: State;
  action: number;
  reward: number;
  next?: State;
}

const LANES = 4;
const MODES = ["next_step", "same_step", "disabled"] as const;

/** Steps through every action equally often and stores transitions as `handling` would. */
function collect(mode: typeof MODES[number], handling: Handling): Transition[] {
  const env = new SyncVectorEnv(new Array(LANES).fill(() => new BootstrapEnv()), {
    autoresetMode: mode,
  });
  const rowOf = (observations: Float32Array, lane: number) =>
    stateOf(observations.subarray(3 * lane, 3 * lane + 3));
  const transitions: Transition[] = [];
  let [observations] = env.reset({ seed: 0 });
  let ended = new Array<boolean>(LANES).fill(false);
  // A round of three episodes is 3 or 6 steps long, and each lane takes both actions in each place.
  for (let step = 0; step < 24; step++) {
    const actions = Array.from({ length: LANES }, (_, lane) => (lane + Math.floor(step / 6)) % 2);
    const result: VectorStep<Float32Array> = env.step(actions);
    const [seen, rewards, terminated, truncated, infos] = result;
    let after = seen;
    const over = terminated.map((is, lane) => is || truncated[lane]);
    if (mode === "disabled" && over.includes(true)) {
      [after] = env.reset({ options: { resetMask: over } });
    }
    for (let lane = 0; lane < LANES; lane++) {
      const state = rowOf(observations, lane), action = actions[lane], reward = rewards[lane];
      if (ended[lane]) {
        const next = rowOf(seen, lane);
        if (handling === "resetIsTransition") transitions.push({ state, action, reward, next });
        continue;
      }
      const last = mode === "same_step"
        ? stateOf((infos.final_obs as Float32Array[])[lane])
        : rowOf(seen, lane);
      const ends = handling === "terminationBootstraps"
        ? false
        : terminated[lane] || handling === "truncationTerminates" && truncated[lane];
      const next = handling === "nextEpisodeFollows" ? rowOf(after, lane) : last;
      transitions.push({ state, action, reward, ...(ends ? {} : { next }) });
    }
    observations = after;
    ended = mode === "next_step" ? over : ended;
  }
  return transitions;
}

/** The Q-values whose squared errors over these transitions are least. */
function solve(transitions: readonly Transition[]): Record<State, number[]> {
  let values: Record<State, number[]> = { A: [0, 0], B: [0, 0], C: [0, 0] };
  for (let sweep = 0; sweep < 2000; sweep++) {
    const targets: Record<State, number[][]> = { A: [[], []], B: [[], []], C: [[], []] };
    for (const { state, action, reward, next } of transitions) {
      const bootstrap = next === undefined ? 0 : GAMMA * Math.max(...values[next]);
      targets[state][action].push(reward + bootstrap);
    }
    const mean = (of: number[]) => of.reduce((sum, one) => sum + one, 0) / of.length;
    values = { A: targets.A.map(mean), B: targets.B.map(mean), C: targets.C.map(mean) };
  }
  return values;
}

const CASES: [Handling, readonly (typeof MODES[number])[]][] = [
  ["right", MODES],
  ["truncationTerminates", MODES],
  // With "next_step" the next episode's first observation comes a step later, in nobody's way.
  ["nextEpisodeFollows", ["same_step", "disabled"]],
  ["terminationBootstraps", MODES],
  ["resetIsTransition", ["next_step"]],
];

Deno.test("bootstrap_env: each handling of ends has the values of its closed form, in every mode", () => {
  for (const [handling, modes] of CASES) {
    for (const mode of modes) {
      const values = solve(collect(mode, handling));
      for (const state of STATES) {
        for (const action of [0, 1]) {
          const difference = Math.abs(values[state][action] - VALUES[handling][state][action]);
          assert.ok(
            difference < 1e-9,
            `${handling}, ${mode}: Q(${state}, ${action}) is ${values[state][action]}, wanted ${
              VALUES[handling][state][action]
            }`,
          );
        }
      }
      assert.equal(values.A[1] > values.A[0], handling === "right", `${handling}, ${mode}`);
    }
  }
});
