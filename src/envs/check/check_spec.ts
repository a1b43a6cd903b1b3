/**
 * The part of the check that looks at what an environment says of itself, and at its end.
 *
 * @module
 */

import { make } from "../registry.ts";
import { type AnyEnv, outcomeDifference, type Subject } from "./calls.ts";
import { thrown } from "./findings.ts";
import { show } from "./values.ts";

/** Whether the environment has its methods and a name. */
export function checkInterface({ env, findings }: Subject): void {
  if ("numEnvs" in env) {
    throw findings.giveUp(
      "vector",
      "it is a vector environment; checkEnv checks one of those inside",
    );
  }
  const lacking = (["reset", "step", "close"] as const).filter((name) =>
    typeof env[name] !== "function"
  );
  if (lacking.length > 0) {
    throw findings.giveUp(
      "methods",
      `it must have the methods reset, step and close, it lacks ${lacking.join(", ")}`,
    );
  }
  const text: unknown = findings.call("toString()", () => env.toString());
  if (typeof text !== "string" || text.startsWith("[object") || !findings.namedIn(text)) {
    findings.fault(
      "toString",
      `toString() must name the environment, e.g. <${findings.name}>, got ${show(text)}`,
    );
  }
}

/**
 * Whether `make(spec.id, spec.options)` makes another one.
 *
 * @returns the other one, where it is of the same kind
 */
export function remake({ env, findings }: Subject): AnyEnv | undefined {
  const { spec } = env;
  if (spec === undefined) return undefined;
  let other: AnyEnv;
  try {
    other = make<unknown, unknown>(spec.id, spec.options);
  } catch (error) {
    findings.fault(
      "spec",
      `make(spec.id, spec.options) must make another one; for ${show(spec.id)} and ${
        show(spec.options)
      } it threw ${thrown(error)}`,
    );
    return undefined;
  }
  if (String(other) === String(env)) return other;
  // One's own wrappers are not in the spec.
  if (String(env).includes(String(other))) return undefined;
  findings.fault(
    "spec other",
    `make(spec.id, spec.options) must make the same environment, got ${other} instead of ${env}`,
  );
  return undefined;
}

/** Whether the one that was made anew does the same. */
export function checkRemade(subject: Subject, other: Subject): void {
  const { env, findings } = subject;
  for (const name of ["observationSpace", "actionSpace"] as const) {
    if (!env[name].equals(other.env[name])) {
      throw findings.giveUp(
        "spec spaces",
        `make(spec.id, spec.options) must make the same environment, but its ${name} is ${
          other.env[name]
        } instead of ${env[name]}`,
      );
    }
  }
  // What can't be repeated by one environment can't be by two.
  if (findings.has("repeat")) return;
  const actions = subject.actions(20, 7);
  const found = outcomeDifference(subject.play(9, actions), other.play(9, actions));
  if (found !== undefined) {
    findings.fault(
      "spec other",
      `make(spec.id, spec.options) must make the same environment, but it does otherwise; ${found}`,
    );
  }
}

/** Whether the environment can be closed, and closed again. */
export function checkClose({ env, findings }: Subject): void {
  findings.call("close()", () => env.close());
  findings.call("close() of a closed environment", () => env.close());
}
