/** Tests of the reference update: against five updates of PyTorch's, and by finite differences. */

import assert from "node:assert/strict";
import {
  batchOf,
  type Case,
  type Fixture,
  loadFixture,
  SHAPES,
  UPDATES,
} from "../fixtures/torch/load.ts";
import { ReferenceDQN, type Update, type UpdateOptions } from "./dqn.ts";
import { meanLoss } from "./losses.ts";
import { arrays, type NamedParameters } from "./mlp.ts";

const fixtures = await Promise.all(SHAPES.map(loadFixture));

/** What replaying a case comes to. */
interface Replayed {
  readonly updates: Update[];
  readonly parameters: number[];
  readonly target: number[];
}

function replay(
  fixture: Fixture,
  recorded: Pick<Case, "config" | "sync" | "weights" | "discounts">,
): Replayed {
  const dqn = new ReferenceDQN(fixture.parameters, recorded.config);
  const updates: Update[] = [];
  for (let i = 0; i < UPDATES; i++) {
    updates.push(dqn.update(batchOf(fixture, recorded, i)));
    const tau = recorded.sync[i];
    if (tau !== null) dqn.updateTarget(tau);
  }
  const flat = (network: typeof dqn.online) => arrays(network).flatMap((array) => [...array]);
  return { updates, parameters: flat(dqn.online), target: flat(dqn.target) };
}

/** The largest difference between two lists of the same length. */
function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  assert.equal(a.length, b.length);
  let largest = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i] - b[i]);
    if (!(difference <= largest)) largest = difference;
  }
  return largest;
}

for (const [s, fixture] of fixtures.entries()) {
  Deno.test(`reference dqn: five updates of shape ${SHAPES[s]} are PyTorch's`, () => {
    for (const recorded of fixture.cases) {
      const { updates, parameters, target } = replay(fixture, recorded);
      const close = (what: string, a: ArrayLike<number>, b: ArrayLike<number>, limit: number) =>
        assert.ok(distance(a, b) < limit, `${recorded.name}: ${what} off by ${distance(a, b)}`);
      // Stored in float64, but the batch's loss may be large.
      close("losses", updates.map(({ loss }) => loss), recorded.losses, 1e-12);
      close("norms", updates.map(({ gradNorm }) => gradNorm), recorded.gradNorms, 1e-12);
      // Stored in float32.
      close("TD errors", updates[UPDATES - 1].tdErrors, recorded.tdErrors, 1e-6);
      close("parameters", parameters, recorded.parameters, 2e-7);
      close("target", target, recorded.target, 2e-7);
    }
  });
}

Deno.test("reference dqn: the recorded cases would notice each choice going wrong", () => {
  // What a wrong learner might do, by optimiser where the optimiser matters; each must end more than
  // ten tolerances (1e-4) away from the record in some case of each shape and optimiser it applies to.
  type Change = Partial<Pick<Case, "sync" | "weights" | "discounts">> & {
    config?: Partial<UpdateOptions>;
  };
  const changes: Record<string, (recorded: Case) => Change | undefined> = {
    "the other loss": ({ config }) => ({
      config: { loss: config.loss === "huber" ? "mse" : "huber" },
    }),
    "no clipping by norm": ({ config }) =>
      config.maxGradNorm === null ? undefined : { config: { maxGradNorm: null } },
    "no clipping by value": ({ config }) =>
      config.maxGradValue === null ? undefined : { config: { maxGradValue: null } },
    "the other target": ({ config }) => ({ config: { doubleQ: !config.doubleQ } }),
    "no weight decay": ({ config }) =>
      config.weightDecay ? { config: { weightDecay: 0 } } : undefined,
    "no target update": ({ sync }) =>
      sync.some((tau) => tau !== null) ? { sync: sync.map(() => null) } : undefined,
    "no weights": ({ weights }) => weights ? { weights: false } : undefined,
    "no discounts": ({ discounts }) => discounts ? { discounts: false } : undefined,
    "another activation": ({ config }) => ({
      config: { activation: config.activation === "gelu" ? "relu" : "gelu" },
    }),
    "no momentum": ({ config }) => config.momentum ? { config: { momentum: 0 } } : undefined,
    "not centred": ({ config }) =>
      config.rmspropCentered ? { config: { rmspropCentered: false } } : undefined,
    "default betas": ({ config }) =>
      config.adamBeta1 ? { config: { adamBeta1: 0.9, adamBeta2: 0.999 } } : undefined,
    "default alpha": ({ config }) =>
      config.rmspropAlpha ? { config: { rmspropAlpha: 0.99 } } : undefined,
    "default eps": ({ config }) => config.adamEps ? { config: { adamEps: 1e-8 } } : undefined,
  };
  const noticed = new Map<string, number>();
  fixtures.forEach((fixture, s) => {
    for (const recorded of fixture.cases) {
      for (const [name, change] of Object.entries(changes)) {
        const changed = change(recorded);
        if (changed === undefined) continue;
        const { updates, parameters } = replay(fixture, {
          ...recorded,
          ...changed,
          config: { ...recorded.config, ...changed.config } as Case["config"],
        });
        const off = Math.max(
          distance(parameters, recorded.parameters),
          distance(updates.map(({ loss }) => loss), recorded.losses),
        );
        const key = `${SHAPES[s]}, ${recorded.optimizer}: ${name}`;
        noticed.set(key, Math.max(noticed.get(key) ?? 0, off));
      }
    }
  });
  const overlooked = [...noticed].filter(([, off]) => !(off > 1e-3));
  assert.deepEqual(overlooked, []);
});

Deno.test("reference dqn: a step of plain gradient descent is the loss's gradient", () => {
  const fixture = fixtures[1];
  const batch = fixture.batches[0];
  for (const activation of ["tanh", "gelu"] as const) {
    for (const doubleQ of [false, true]) {
      const options: UpdateOptions = {
        activation,
        doubleQ,
        loss: "mse",
        gamma: 0.9,
        optimizer: "sgd",
        learningRate: 1,
      };
      const dqn = new ReferenceDQN(fixture.parameters, options);
      const before = arrays(dqn.online).map((array) => array.slice());
      const { tdErrors } = dqn.update(batch);
      const gradients = arrays(dqn.online).map((array, k) => array.map((x, i) => before[k][i] - x));
      // The same loss with the targets held still: target = TD error + Q(s, a).
      const still = new ReferenceDQN(fixture.parameters, options);
      const chosen = (i: number) => still.qValues(batch.observations)[2 * i + batch.actions[i]];
      const targets = tdErrors.map((error, i) => error + chosen(i));
      const loss = () =>
        meanLoss("mse", targets.map((target, i) => target - chosen(i)), batch.weights);
      const h = 1e-6;
      arrays(still.online).forEach((array, k) => {
        array.forEach((value, i) => {
          array[i] = value + h;
          const above = loss();
          array[i] = value - h;
          const below = loss();
          array[i] = value;
          const difference = (above - below) / (2 * h);
          assert.ok(Math.abs(difference - gradients[k][i]) < 1e-7, `array ${k}, element ${i}`);
        });
      });
    }
  }
});

/** A linear network of one input and three actions: Q(s) = s · w + b. */
function linear(w: number[], targetW: number[]): NamedParameters {
  return {
    "q.0.weight": { shape: [3, 1], data: w },
    "q.0.bias": { shape: [3], data: [0, 0, 0] },
    "target.0.weight": { shape: [3, 1], data: targetW },
    "target.0.bias": { shape: [3], data: [0, 0, 0] },
  };
}

const LINEAR: UpdateOptions = {
  activation: "relu",
  loss: "mse",
  gamma: 0.5,
  optimizer: "sgd",
  learningRate: 0,
};

Deno.test("reference dqn: targets worked out by hand", () => {
  const parameters = linear([1, 3, 2], [10, -1, 7]);
  const batch = {
    observations: [1, 1],
    nextObservations: [2, 2],
    actions: [0, 2],
    rewards: [100, 1000],
    terminated: [false, true],
  };
  const errors = (options: Partial<UpdateOptions>, extra = {}) => [
    ...new ReferenceDQN(parameters, { ...LINEAR, ...options }).update({ ...batch, ...extra })
      .tdErrors,
  ];
  // The target network's best next value is 20; the online network chooses action 1, worth −2 there.
  assert.deepEqual(errors({}), [100 + 0.5 * 20 - 1, 1000 - 2]);
  assert.deepEqual(errors({ doubleQ: true }), [100 + 0.5 * -2 - 1, 1000 - 2]);
  assert.deepEqual(errors({ nSteps: 3 }), [100 + 0.125 * 20 - 1, 1000 - 2]);
  assert.deepEqual(errors({}, { discounts: [0.1, 0.2] }), [
    100 + 0.1 * 20 - 1,
    1000 + 0.2 * 20 - 2,
  ]);
  const { loss, meanQ } = new ReferenceDQN(parameters, LINEAR).update({
    ...batch,
    weights: [0.5, 0],
  });
  assert.equal(loss, 0.5 * 109 ** 2 / 2);
  assert.equal(meanQ, (1 + 2) / 2);
});

Deno.test("reference dqn: hard and soft target updates", () => {
  const dqn = new ReferenceDQN(linear([1, 3, 2], [10, -1, 7]), LINEAR);
  dqn.updateTarget(0.25);
  assert.deepEqual([...dqn.target[0].weight], [7.75, 0, 5.75]);
  dqn.updateTarget();
  assert.deepEqual([...dqn.target[0].weight], [1, 3, 2]);
  dqn.online[0].weight[0] = 5;
  assert.equal(dqn.target[0].weight[0], 1);
});
