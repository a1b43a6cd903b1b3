/** Tests of the family's reference: against PyTorch's updates, and by finite differences. */

import assert from "node:assert/strict";
import {
  FAMILY_SHAPES,
  type FamilyCase,
  type FamilyFixture,
  loadFamily,
  optionsOf,
  type Samples,
} from "../fixtures/torch/load_family.ts";
import {
  type FamilyBatch,
  type FamilyOptions,
  type FamilyUpdate,
  ReferenceFamily,
} from "./family.ts";
import { randomBatch, randomParameters } from "./family_random.ts";

const fixtures = await Promise.all(FAMILY_SHAPES.map(loadFamily));

/** What replaying a case comes to. */
interface Replayed {
  readonly updates: FamilyUpdate[];
  readonly online: Samples[];
  readonly target: Samples;
}

/** Changes that a wrong learner might make. */
interface Change {
  readonly config?: Partial<FamilyOptions>;
  readonly batch?: (batch: FamilyBatch) => Partial<FamilyBatch>;
  readonly noSync?: boolean;
}

function replay(fixture: FamilyFixture, recorded: FamilyCase, change: Change = {}): Replayed {
  const options = { ...optionsOf(fixture, recorded), ...change.config };
  const family = new ReferenceFamily(recorded.parameters, options);
  const online: Samples[] = [];
  const updates = recorded.batches.map((batch, i) => {
    const update = family.update({ ...batch, ...change.batch?.(batch) });
    online.push(recorded.sample(family.parameters(), "q"));
    const tau = recorded.sync[i];
    if (tau !== null && !change.noSync) family.updateTarget(tau);
    return update;
  });
  return { updates, online, target: recorded.sample(family.parameters(), "target") };
}

/** The largest difference as a share of the largest magnitude. */
function distance(actual: ArrayLike<number>, wanted: ArrayLike<number>, atLeast = 0): number {
  assert.equal(actual.length, wanted.length);
  let [off, most] = [0, atLeast];
  for (let i = 0; i < wanted.length; i++) {
    const difference = Math.abs(actual[i] - wanted[i]);
    if (!(difference <= off)) off = difference;
    most = Math.max(most, Math.abs(wanted[i]));
  }
  return off === 0 ? 0 : off / most;
}

/** How far each thing that was recorded is from the replay's. */
function distances(replayed: Replayed, recorded: FamilyCase): Record<string, number> {
  const { updates, online, target } = replayed;
  const ofSamples = (a: Samples, b: Samples) =>
    Math.max(...Object.keys(b).map((name) => distance(a[name], b[name])));
  const worst = (f: (update: FamilyUpdate, i: number) => number) => Math.max(...updates.map(f));
  return {
    loss: worst(({ loss }, i) => distance([loss], [recorded.losses[i]])),
    gradNorm: worst(({ gradNorm }, i) => distance([gradNorm], [recorded.gradNorms[i]])),
    tdErrors: worst(({ tdErrors }, i) => distance(tdErrors, recorded.tdErrors[i])),
    priorities: worst(({ priorities }, i) =>
      distance(priorities, recorded.priorities[i], recorded.losses[i])
    ),
    online: Math.max(...online.map((samples, i) => ofSamples(samples, recorded.online[i]))),
    target: ofSamples(target, recorded.target),
  };
}

fixtures.forEach((fixture, s) => {
  Deno.test(`reference family: updates of shape ${FAMILY_SHAPES[s]} are PyTorch's`, () => {
    for (const recorded of fixture.cases) {
      const off = distances(replay(fixture, recorded), recorded);
      for (const [what, by] of Object.entries(off)) {
        // Parameters are stored in float32, the rest in float64.
        const limit = what === "online" || what === "target" ? 1.2e-7 : 1e-10;
        assert.ok(by < limit, `${recorded.name}: ${what} off by ${by}`);
      }
    }
  });
});

Deno.test("reference family: the recorded cases would notice each choice going wrong", () => {
  // Each must end more than ten tolerances (1e-4) away from the record in some case of each shape with
  // several actions.
  const zeros = (array?: ArrayLike<number>) => Array.from(array ?? [], () => 0);
  const rotated = (array: ArrayLike<number>, by: number) =>
    Array.from(array, (_, i) => array[(i + by) % array.length]);
  const changes: Record<string, (recorded: FamilyCase) => Change | undefined> = {
    "no double selection": ({ config }) =>
      config.doubleQ && config.distribution !== "iqn" ? { config: { doubleQ: false } } : undefined,
    "no double selection by IQN": ({ config }) =>
      config.doubleQ && config.distribution === "iqn" ? { config: { doubleQ: false } } : undefined,
    "another kappa": ({ config }) =>
      /qr|iqn/.test(config.distribution ?? "")
        ? { config: { kappa: (config.kappa ?? 1) + 0.5 } }
        : undefined,
    "no Munchausen": ({ config }) =>
      config.target === "munchausen" ? { config: { target: "max" } } : undefined,
    "another Munchausen temperature": ({ config }) =>
      config.target === "munchausen"
        ? { config: { munchausenTau: 1.2 * (config.munchausenTau ?? 0.03) } }
        : undefined,
    "no Munchausen reward": ({ config }) =>
      config.target === "munchausen" ? { config: { munchausenAlpha: 0 } } : undefined,
    "no Munchausen clip": ({ config }) =>
      config.target === "munchausen" ? { config: { munchausenClip: -100 } } : undefined,
    "another lowest atom": ({ config }) =>
      config.distribution === "c51" ? { config: { vMin: -2.1 } } : undefined,
    "max for SARSA": ({ config }) =>
      config.target === "sarsa" && config.distribution !== "iqn"
        ? { config: { target: "max" } }
        : undefined,
    "the wrong next actions": ({ config }) =>
      config.target === "sarsa"
        ? { batch: ({ nextActions }) => ({ nextActions: rotated(nextActions!, 1) }) }
        : undefined,
    "no weights": ({ batches }) =>
      batches[0].weights ? { batch: () => ({ weights: undefined }) } : undefined,
    "no discounts": ({ batches }) =>
      batches[0].discounts ? { batch: () => ({ discounts: undefined }) } : undefined,
    "no masks of next actions": ({ batches }) =>
      batches[0].nextActionMasks ? { batch: () => ({ nextActionMasks: undefined }) } : undefined,
    "no masks of actions, Munchausen": ({ batches, config }) =>
      batches[0].actionMasks && config.target === "munchausen"
        ? { batch: () => ({ actionMasks: undefined }) }
        : undefined,
    "no noise": ({ config }) =>
      config.noisy ? { batch: ({ noise }) => ({ noise: zeros(noise) }) } : undefined,
    "other noise": ({ config }) =>
      config.noisy ? { batch: ({ noise }) => ({ noise: rotated(noise!, 1) }) } : undefined,
    "other fractions": ({ config }) =>
      config.distribution === "iqn"
        ? { batch: ({ taus }) => ({ taus: rotated(taus!, 1) }) }
        : undefined,
    "another activation": ({ config }) => ({
      config: { activation: config.activation === "gelu" ? "relu" : "gelu" },
    }),
    "the other loss": ({ config }) =>
      config.loss ? { config: { loss: config.loss === "mse" ? "huber" : "mse" } } : undefined,
    "no clipping": ({ config }) =>
      config.maxGradNorm ? { config: { maxGradNorm: null } } : undefined,
    "no target update": () => ({ noSync: true }),
  };
  const noticed = new Map<string, number>();
  fixtures.slice(1).forEach((fixture, s) => {
    for (const recorded of fixture.cases) {
      for (const [name, change] of Object.entries(changes)) {
        const changed = change(recorded);
        if (changed === undefined) continue;
        const key = `${FAMILY_SHAPES[s + 1]}: ${name}`;
        // Noticed once is enough.
        if ((noticed.get(key) ?? 0) > 1e-3) continue;
        const off = Math.max(...Object.values(distances(
          replay(fixture, recorded, changed),
          recorded,
        )));
        noticed.set(key, Math.max(noticed.get(key) ?? 0, off));
      }
    }
  });
  assert.equal(noticed.size, 2 * Object.keys(changes).length);
  assert.deepEqual([...noticed].filter(([, off]) => !(off > 1e-3)), []);
});

/** Everything that combines, for each distribution. */
const EVERYTHING: Record<string, Partial<FamilyOptions>> = {
  none: { doubleQ: true, loss: "huber" },
  c51: { distribution: "c51", atoms: 5, vMin: -2, vMax: 3, doubleQ: true },
  qr: { distribution: "qr", quantiles: 5, target: "munchausen", munchausenTau: 0.3 },
  "qr, kappa 0": { distribution: "qr", quantiles: 3, kappa: 0 },
  iqn: {
    distribution: "iqn",
    taus: 3,
    targetTaus: 4,
    actingTaus: 5,
    cosines: 6,
    kappa: 0.7,
    doubleQ: true,
  },
};

for (const [name, parts] of Object.entries(EVERYTHING)) {
  Deno.test(`reference family: gradients are the loss's, by finite differences: ${name}`, () => {
    const options: FamilyOptions = {
      observationSize: 2,
      actions: 3,
      hiddenLayers: [3],
      headLayers: [3],
      activation: name === "none" ? "gelu" : "tanh",
      dueling: true,
      noisy: true,
      layerNorm: true,
      gamma: 0.9,
      optimizer: "sgd",
      learningRate: 1,
      ...parts,
    };
    const batch = randomBatch(options, 3, { weights: true, discounts: true, masks: true }, 5);
    const family = new ReferenceFamily(randomParameters(options, 4), options);
    const { gradients } = family.evaluate(batch);
    assert.deepEqual([...gradients.keys()], [...family.online.keys()]);
    let largest = 0;
    for (const [parameter, data] of family.online) {
      data.forEach((value, i) => {
        const h = 1e-6;
        data[i] = value + h;
        const above = family.evaluate(batch).loss;
        data[i] = value - h;
        const below = family.evaluate(batch).loss;
        data[i] = value;
        const gradient = gradients.get(parameter)![i];
        const difference = (above - below) / (2 * h);
        assert.ok(
          Math.abs(difference - gradient) < 1e-7,
          `${parameter}[${i}]: ${gradient}, by differences ${difference}`,
        );
        largest = Math.max(largest, Math.abs(gradient));
      });
    }
    assert.ok(largest > 0.01);
  });
}

Deno.test("reference family: a step of plain gradient descent is along the clipped gradient", () => {
  const options: FamilyOptions = {
    observationSize: 3,
    actions: 2,
    hiddenLayers: [4],
    activation: "tanh",
    dueling: true,
    gamma: 0.9,
    optimizer: "sgd",
    learningRate: 2,
    maxGradNorm: 0.05,
  };
  const parameters = randomParameters(options, 1);
  const family = new ReferenceFamily(parameters, options);
  const { gradNorm, gradients } = family.update(randomBatch(options, 5, {}, 2));
  assert.ok(gradNorm > 0.05);
  for (const [name, gradient] of gradients) {
    gradient.forEach((g, i) => {
      const moved = parameters[`q.${name}`].data[i] - family.online.get(name)![i];
      assert.ok(Math.abs(moved - 2 * g * 0.05 / (gradNorm + 1e-6)) < 1e-15);
    });
  }
});
