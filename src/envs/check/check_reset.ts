/**
 * The part of the check that looks at `reset`: its arguments and what seeds do.
 *
 * @module
 */

import { infoDifference, type Subject } from "./calls.ts";
import { copyOf, difference } from "./values.ts";

const SEED = 123;
/** Resets after a seeded one. */
const UNSEEDED = [1, 2, 3, 4, 5];
/** Enough that even an environment with few starts shows two of them. */
const OTHER_SEEDS = [456, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];

/** Whether `reset` takes what it must and whether its seed decides what follows. */
export function checkReset(subject: Subject): void {
  const { findings } = subject;
  subject.reset();
  subject.reset({});
  subject.reset({ options: {} });

  // Those without a seed must go on with the generator that the first has seeded.
  const series = () => {
    const outcomes = [subject.reset({ seed: SEED }), ...UNSEEDED.map(() => subject.reset())];
    return outcomes.map((outcome) => copyOf(outcome) as typeof outcome);
  };
  const first = series(), again = series();
  for (const [i, outcome] of first.entries()) {
    const found = difference(outcome.observation, again[i].observation);
    if (found !== undefined) {
      findings.fault(
        "seed",
        `reset({ seed: ${SEED} })${
          i === 0 ? "" : " and then reset()"
        } must give the same observation each time, got ${found}`,
      );
      break;
    }
  }
  const info = infoDifference(first, again);
  if (info !== undefined && !findings.has("seed")) {
    findings.warn("info", `reset({ seed: ${SEED} }) gives infos that differ; ${info}`);
  }
  checkOtherSeeds(subject);
}

function checkOtherSeeds(subject: Subject): void {
  const { findings } = subject;
  // Where the start is fixed, the generator's state may still show that the seed is used.
  const look = (seed?: number) => {
    const { observation } = subject.reset(seed === undefined ? undefined : { seed });
    return [observation, subject.snapshot()] as const;
  };
  const first = look(SEED);
  const seeded = OTHER_SEEDS.map((seed) => look(seed));
  const sameObservation = (other: typeof first) => difference(other[0], first[0]) === undefined;
  if (seeded.every((other) => difference(other, first) === undefined)) {
    findings.warn(
      "other seeds",
      `reset({ seed }) gives the same observation${subject.hasState ? " and state" : ""} for ${
        OTHER_SEEDS.length + 1
      } seeds: is the seed used? (If nothing in the environment is random, all is well.)`,
    );
    return;
  }
  if (seeded.every(sameObservation)) return;
  look(SEED);
  const unseeded = OTHER_SEEDS.map(() => look());
  if (unseeded.every((other) => difference(other[0], unseeded[0][0]) === undefined)) {
    findings.warn(
      "unseeded",
      `reset() without a seed gives the same observation ${unseeded.length} times, though other ` +
        "seeds give other ones: the generator is to go on from where it is, not to start again",
    );
  }
}
