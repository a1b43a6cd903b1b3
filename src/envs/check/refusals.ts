/**
 * The part of the check that looks at what `step` must refuse: wrong actions, and steps where no episode
 * runs.
 *
 * @module
 */

import { Box } from "../spaces/box.ts";
import { Discrete } from "../spaces/discrete.ts";
import { MultiDiscrete } from "../spaces/multi_discrete.ts";
import type { Space } from "../spaces/space.ts";
import type { Subject } from "./calls.ts";
import { thrown } from "./findings.ts";
import { difference, show } from "./values.ts";

const SEED = 321;

/** Stepping before the first reset must be refused; for an environment that nobody has reset yet. */
export function checkStepBeforeReset(subject: Subject): void {
  const [action] = subject.actions(1);
  checkRefusal(
    subject,
    action,
    "before the first reset()",
    "step() before the first reset() must throw an error, it did not (if the environment had been " +
      "reset already, hand checkEnv a fresh one)",
  );
}

/** Actions that are not in the action space must be refused, and change nothing. */
export function checkWrongActions(subject: Subject): void {
  const { env, findings } = subject;
  const accepted: string[] = [];
  for (const action of wrongActions(env.actionSpace)) {
    subject.reset({ seed: SEED });
    const before = subject.snapshot();
    const refusal = subject.refusal(action);
    if (refusal === undefined) {
      accepted.push(show(action));
      continue;
    }
    checkError(subject, refusal.error, `step(${show(action)})`);
    if (difference(subject.snapshot(), before) !== undefined) {
      findings.fault(
        "wrong action changes",
        `step(${show(action)}) threw an error, as it must, but changed the state before`,
      );
    }
  }
  if (accepted.length > 0) {
    findings.fault(
      "wrong action",
      `step() must throw an error for an action that is not in ${env.actionSpace}, ` +
        `it accepted ${accepted.join(", ")}`,
    );
  }
}

/** Values that are no actions; a Box's bounds are left alone, since many environments clip. */
function wrongActions(space: Space<unknown>): unknown[] {
  const wrong: unknown[] = [undefined, null, NaN, 0.5, -1, "0", [], {}];
  if (space instanceof Discrete) wrong.push(space.start - 1, space.start + space.n);
  if (space instanceof Box) {
    const sample = space.sample();
    wrong.push(sample.slice(1), Array.from(sample));
    if (space.dtype.startsWith("float")) wrong.push(sample.map(() => NaN));
  }
  if (space instanceof MultiDiscrete) {
    const sample = space.sample();
    wrong.push(
      sample.slice(1),
      sample.map((_: number, i: number) => space.start[i] + space.nvec[i]),
    );
  }
  return wrong.filter((action) => !space.contains(action));
}

/** Calls `step` where it must throw, and looks at the error. */
export function checkRefusal(
  subject: Subject,
  action: unknown,
  when: string,
  message: string,
): void {
  const refusal = subject.refusal(action);
  if (refusal === undefined) subject.findings.fault(`step ${when}`, message);
  else checkError(subject, refusal.error, `step() ${when}`);
}

function checkError({ findings }: Subject, error: unknown, what: string): void {
  if (!(error instanceof Error)) {
    findings.fault("no Error", `${what} must throw an Error, it threw ${thrown(error)}`);
  } else if (!findings.namedIn(error.message)) {
    findings.warn(
      "unnamed error",
      `what ${what} throws does not name the environment (${findings.name}): ${thrown(error)}`,
    );
  }
}
