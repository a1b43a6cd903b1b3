/**
 * Tests of every part of the DQN family on the GPU, through the public API: three updates from given
 * parameters, with noise and quantile fractions given, end where PyTorch's float64 ends. What can be fused
 * is tested so, as agents make it by themselves, and layer by layer.
 *
 * Every shape of a case is other kernels to compile, which is most of the time, so each part is tested
 * in one shape and what is many parts in several. All 81 cases, in minutes:
 *
 *     deno test -A tests/dqn/family_fixture_test.ts -- --all
 *
 * @module
 */

import assert from "node:assert/strict";
import type { UpdatePath } from "../../src/dqn/update.ts";
import {
  FAMILY_SHAPES,
  type FamilyCase,
  type FamilyFixture,
  loadFamily,
  type Samples,
} from "../fixtures/torch/load_family.ts";
import { assertClose, createAgent, parametersOf } from "./family_agent.ts";
import { openDevice, PATHS, withPath } from "./update_path.ts";

const fixtures = await Promise.all(FAMILY_SHAPES.map(loadFamily));

function compareSamples(name: string, actual: Samples, wanted: Samples): void {
  assert.deepEqual(Object.keys(actual).sort(), Object.keys(wanted).sort());
  for (const [parameter, values] of Object.entries(wanted)) {
    assertClose(`${name} ${parameter}`, actual[parameter], values);
  }
}

/** How a case's updates can be made: networks of dense layers that give one number an action in both ways. */
function pathsOf({ config }: FamilyCase): readonly UpdatePath[] {
  const { distribution = "none", noisy, layerNorm } = config;
  return distribution === "none" && !noisy && !layerNorm ? PATHS : ["layered"];
}

async function check(
  { sizes, batch }: FamilyFixture,
  recorded: FamilyCase,
  path: UpdatePath,
): Promise<void> {
  const actions = sizes[sizes.length - 1];
  const device = await openDevice(path);
  const config = { ...recorded.config, batchSize: batch };
  using agent = await withPath(path, () => createAgent(device, sizes[0], actions, config));
  await agent.setParameters(recorded.parameters);
  for (const [i, transitions] of recorded.batches.entries()) {
    const { loss, tdErrors, priorities } = await agent.trainOnBatch(transitions);
    const { gradNorm } = await agent.diagnostics();
    const at = `update ${i}:`;
    assertClose(`${at} loss`, [loss], [recorded.losses[i]]);
    assertClose(`${at} TD errors`, tdErrors, recorded.tdErrors[i]);
    // C51's are the difference of two numbers of the loss's size.
    const atLeast = recorded.losses[i];
    assertClose(`${at} priorities`, priorities, recorded.priorities[i], { atLeast });
    assertClose(`${at} gradient norm`, [gradNorm], [recorded.gradNorms[i]]);
    const online = recorded.sample(await parametersOf(agent), "q");
    compareSamples(`${at} online`, online, recorded.online[i]);
    const tau = recorded.sync[i];
    if (tau !== null) await agent.updateTarget(tau);
  }
  const target = recorded.sample(await parametersOf(agent), "target");
  compareSamples("target", target, recorded.target);
}

const [SMALL, MEDIUM, LARGE] = FAMILY_SHAPES;
/** The shapes in which a case is tested; the medium one if not said otherwise. */
const SHAPES_OF: Readonly<Record<string, readonly string[]>> = {
  "head layers": [SMALL],
  "dueling, head layers": [SMALL],
  "C51": [SMALL, MEDIUM],
  "double QR": [SMALL, MEDIUM],
  "SARSA IQN": [SMALL],
  "Munchausen IQN": [SMALL],
  "rainbow": [SMALL, MEDIUM, LARGE],
  "dueling, double, PER, n-step, QR": [SMALL, MEDIUM],
  "dueling, head layers, layer norm, noisy, double, IQN, masks": [SMALL],
};

fixtures.forEach((fixture, s) => {
  const shape = FAMILY_SHAPES[s];
  for (const recorded of fixture.cases) {
    const shapes = SHAPES_OF[recorded.name] ?? [MEDIUM];
    if (!shapes.includes(shape) && !Deno.args.includes("--all")) continue;
    for (const path of pathsOf(recorded)) {
      Deno.test(`trainOnBatch: ${recorded.name}, shape ${shape}, ${path}: PyTorch's updates`, () =>
        check(fixture, recorded, path));
    }
  }
});
