/**
 * The part of the check that looks at `step`: what it returns, whether that is fresh, and whether it
 * can be repeated.
 *
 * @module
 */

import { infoDifference, type Outcome, outcomeDifference, type Subject } from "./calls.ts";
import { checkRefusal } from "./refusals.ts";
import { copyOf, difference, shared } from "./values.ts";

/** How many of the first calls' results are kept, to see whether later calls change them. */
const KEPT = 200;
/** How many of them are compared with each other for shared memory. */
const COMPARED = 12;
/** How many steps are repeated with the same seed and actions. */
const REPEATED = 100;
const SEED = 321;

/**
 * Plays with random actions and looks at all that comes back.
 *
 * @param steps how many steps
 */
export function checkSteps(subject: Subject, steps: number): void {
  const { env, findings } = subject;
  const limit = env.spec?.maxEpisodeSteps;
  const kept: [outcome: Outcome, copy: unknown][] = [];
  const keep = (outcome: Outcome) => {
    if (kept.length >= KEPT) return outcome;
    kept.push([outcome, copyOf([outcome.observation, outcome.info])]);
    return outcome;
  };
  const actions = subject.actions(steps);
  keep(subject.reset({ seed: SEED }));
  let length = 0;
  let episodes = 0;
  for (const action of actions) {
    const { terminated, truncated } = keep(subject.step(action));
    length++;
    if (limit !== undefined && length >= limit && !truncated) {
      findings.fault(
        "limit",
        `spec.maxEpisodeSteps is ${limit}, but truncated is false after ${length} steps`,
      );
    }
    if (!terminated && !truncated) continue;
    if (episodes === 0) {
      const how = `after an episode was ${terminated ? "terminated" : "truncated"}`;
      checkRefusal(subject, action, how, `step() ${how} must throw an error, it did not`);
    }
    episodes++;
    length = 0;
    keep(subject.reset());
  }
  if (episodes === 0) {
    findings.warn(
      "no end",
      `no episode ended in ${steps} random steps, so what step() does after an end was not checked`,
    );
  }
  checkFresh(subject, kept);
}

function checkFresh({ findings }: Subject, kept: readonly [Outcome, unknown][]): void {
  for (const [outcome, copy] of kept) {
    const { observation, info, source } = outcome;
    const found = difference([observation, info], copy);
    if (found !== undefined) {
      findings.fault(
        "reused",
        `what ${source} returned was changed by a later call: ${found}; return a fresh ` +
          "observation and info each time, for the caller keeps them",
      );
      return;
    }
  }
  const compared = kept.slice(0, COMPARED).map(([outcome]) => outcome);
  for (const [i, later] of compared.entries()) {
    for (const earlier of compared.slice(0, i)) {
      for (const what of ["observation", "info"] as const) {
        const found = shared(earlier[what], later[what], what);
        if (found === undefined) continue;
        findings.fault(
          `shared ${what}`,
          `${earlier.source} and a later ${later.source} returned the same object (${found}): ` +
            "return a fresh one each time, for the caller may keep or change it",
        );
      }
    }
  }
}

/**
 * The same seed and actions must give the same again, whatever has happened between: a long run, and
 * many short ones, since what is left over from before may show in few first steps only.
 */
export function checkRepeats(subject: Subject): void {
  const { findings } = subject;
  const runs = [[SEED, REPEATED], ...Array.from({ length: 30 }, (_, i) => [i, 4])].map((
    [seed, count],
  ) => ({ seed, actions: subject.actions(count, seed) }));
  // Copied: an environment that reuses its arrays is told so elsewhere.
  const play = ({ seed, actions }: typeof runs[number]) =>
    subject.play(seed, actions).map((outcome) => copyOf(outcome) as Outcome);
  const first = runs.map(play);
  // In another order, so that each follows on something else.
  const second = runs.toReversed().map(play).reverse();
  for (const [i, outcomes] of first.entries()) {
    const found = outcomeDifference(outcomes, second[i]);
    if (found !== undefined) {
      findings.fault(
        "repeat",
        "the same seed and actions must give the same observations, rewards and ends, whatever " +
          `happened before; ${found}`,
      );
      return;
    }
    const info = infoDifference(outcomes, second[i]);
    if (info !== undefined) {
      findings.warn("info", `the same seed and actions give infos that differ; ${info}`);
    }
  }
}
