/**
 * `checkEnv`: finds what is wrong with an environment, as Gymnasium's `check_env` does.
 *
 * @module
 */

import type { Env } from "./env.ts";
import { Subject } from "./check/calls.ts";
import { checkRender } from "./check/check_render.ts";
import { checkReset } from "./check/check_reset.ts";
import { checkSpaces } from "./check/check_spaces.ts";
import { checkClose, checkInterface, checkRemade, remake } from "./check/check_spec.ts";
import { checkState } from "./check/check_state.ts";
import { checkRepeats, checkSteps } from "./check/check_step.ts";
import { checkStepBeforeReset, checkWrongActions } from "./check/refusals.ts";
import { Findings, GiveUp } from "./check/findings.ts";
import { show } from "./check/values.ts";
import { envName, Wrapper } from "./wrappers/wrapper.ts";

/** How {@linkcode checkEnv} checks. */
export interface CheckOptions {
  /** Whether to leave `render()` out, e.g. because it is slow. */
  readonly skipRender?: boolean;
  /** Whether to leave the environment open; otherwise it is closed, twice. */
  readonly skipClose?: boolean;
  /** How many random steps to play, 3000 if left out. */
  readonly steps?: number;
}

/** What {@linkcode checkEnv} found in an environment without faults. */
export interface CheckReport {
  /** What is allowed but seldom meant, in words; empty where all is well. */
  readonly warnings: string[];
}

/**
 * Checks that an environment does as {@linkcode Env} says. Hand it a fresh one that nothing else uses:
 * it is reset, stepped and in the end closed.
 *
 * It looks at
 *
 * - the spaces: there, sampling what they contain, the same samples after the same seed;
 * - `reset`: its two parts, observations in the space (shape, dtype, bounds, no NaN), the same after the
 *   same seed and others after others, `options` taken;
 * - `step`: its five parts, a finite reward, the same for the same seed and actions, fresh observations
 *   and infos, errors for wrong actions, before a reset and after an episode's end;
 * - `getState` and `setState`, where there are any: JSON, going on bit for bit, refusing bad states
 *   without changing anything;
 * - `render`, where there is one: a picture of the right size that changes nothing;
 * - `close`, `toString`, and `make(spec.id, spec.options)` where there is a `spec`.
 *
 * What a wrapper learns on the way, as `NormalizeObservation` does, makes an episode depend on those
 * before, which counts as a fault here: check the environment without it.
 *
 * @example An environment of one's own
 * ```ts
 * import { checkEnv, make } from "@dinoq/dinoq";
 *
 * const { warnings } = checkEnv(make("CartPole-v1")); // an error if anything is wrong
 * for (const warning of warnings) console.warn(warning);
 * ```
 *
 * @param env a fresh environment
 * @param options what to leave out
 * @returns what is worth a look, though not wrong
 * @throws {Error} when something is wrong: the message lists everything at once, each time with what was
 * wrong, what was given and what is wanted
 */
export function checkEnv(env: Env<unknown, unknown>, options: CheckOptions = {}): CheckReport {
  const { skipRender = false, skipClose = false, steps = 3000 } = options;
  if (!Number.isSafeInteger(steps) || steps < 1) {
    throw new RangeError(`checkEnv: steps must be an integer of at least 1, got ${steps}`);
  }
  if (typeof env !== "object" || env === null) {
    throw new TypeError(`checkEnv: env must be an environment, got ${show(env)}`);
  }
  const innermost = env instanceof Wrapper ? env.unwrapped : env;
  const findings = new Findings(envName(env), innermost.constructor.name);
  const subject = new Subject(env, findings);
  try {
    checkInterface(subject);
    checkSpaces(subject);
    checkCalls(subject, steps, skipRender);
    if (!skipClose) findings.part(() => checkClose(subject));
  } catch (error) {
    if (!(error instanceof GiveUp)) throw error;
  }
  if (findings.hasFaults) throw new Error(findings.report());
  return { warnings: findings.warnings };
}

function checkCalls(subject: Subject, steps: number, skipRender: boolean): void {
  const { findings } = subject;
  findings.part(() => checkStepBeforeReset(subject));
  // Everything from here on needs a reset that works.
  checkReset(subject);
  const made = remake(subject);
  const other = made === undefined ? undefined : new Subject(made, findings);
  const parts = [
    () => checkSteps(subject, steps),
    () => checkRepeats(subject),
    () => checkWrongActions(subject),
    () => other && checkRemade(subject, other),
    () => checkState(subject, other),
    () => skipRender || checkRender(subject),
  ];
  for (const part of parts) findings.part(part);
  made?.close();
}
