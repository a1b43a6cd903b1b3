/**
 * The part of the check that looks at an environment's spaces.
 *
 * @module
 */

import { Box } from "../spaces/box.ts";
import { Dict } from "../spaces/dict.ts";
import { isSpace, type Space } from "../spaces/space.ts";
import { Tuple } from "../spaces/tuple.ts";
import type { Subject } from "./calls.ts";
import type { Findings } from "./findings.ts";
import { difference, show } from "./values.ts";

/** Whether both spaces are there, and whether they can do what spaces do. */
export function checkSpaces({ env, findings }: Subject): void {
  for (const name of ["observationSpace", "actionSpace"] as const) {
    const space: unknown = env[name];
    if (!isSpace(space)) {
      throw findings.giveUp(`${name} missing`, `${name} must be a space, got ${show(space)}`);
    }
    if (env[name] !== space) {
      findings.fault(
        `${name} changes`,
        `${name} must be the same object each time, or seeding it has no effect; make it once`,
      );
    }
    findings.part(() => checkSampling(name, space, findings));
    checkBounds(name, space, findings);
  }
}

function checkSampling(name: string, space: Space<unknown>, findings: Findings): void {
  const sample = () => findings.call(`${name}.sample()`, () => space.sample());
  const seed = () => findings.call(`${name}.seed(1)`, () => space.seed(1));
  seed();
  const first = [sample(), sample(), sample()];
  for (const x of first) {
    if (!space.contains(x)) {
      findings.fault(`${name} sample`, `${name}: its sample ${show(x)} is not in ${space}`);
    }
  }
  seed();
  const second = [sample(), sample(), sample()];
  const found = difference(first, second);
  if (found !== undefined) {
    findings.fault(
      `${name} seed`,
      `${name}: samples after the same seed must be the same, but they differ ${found}`,
    );
  }
  const state = findings.call(`${name}.getState()`, () => JSON.stringify(space.getState()));
  const next = sample();
  findings.call(`${name}.setState(state)`, () => space.setState(JSON.parse(state)));
  if (difference(sample(), next) !== undefined) {
    findings.fault(
      `${name} state`,
      `${name}: setState(getState()) must go on sampling from where getState was called`,
    );
  }
  if (!space.equals(space)) {
    findings.fault(`${name} equals`, `${name}: ${space} must be equal to itself`);
  }
}

/** Things that are allowed and seldom meant. */
function checkBounds(name: string, space: Space<unknown>, findings: Findings): void {
  if (space instanceof Tuple || space instanceof Dict) {
    const parts: Space<unknown>[] = Object.values(space.spaces);
    if (parts.length === 0) findings.fault(`${name} empty`, `${name}: ${space} must not be empty`);
    for (const part of parts) checkBounds(name, part, findings);
  }
  if (!(space instanceof Box)) return;
  const equal = space.low.findIndex((low: number, i: number) => low === space.high[i]);
  if (equal >= 0) {
    findings.warn(
      `${name} equal bounds`,
      `${name}: ${space} has the same lower and upper bound, ${
        space.low[equal]
      }, at index ${equal}`,
    );
  }
  if (name !== "actionSpace" || !space.dtype.startsWith("float")) return;
  const wide = space.low.findIndex((low: number, i: number) => !(low >= -1 && space.high[i] <= 1));
  if (wide >= 0) {
    findings.warn(
      `${name} wide`,
      `${name}: ${space} has the bounds ${space.low[wide]} and ${
        space.high[wide]
      } at index ${wide}; learners do best with actions from [-1, 1] or [0, 1]`,
    );
  }
}
