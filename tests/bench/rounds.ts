/**
 * Rounds: every contestant does every task in turn, never two at a time, so that a machine whose mood
 * changes treats all alike. Ratios are those of a round's two rates; tables hold medians.
 *
 * @module
 */

import type { Contestant, Found } from "./peer.ts";
import { median } from "./statistics.ts";
import { markdownTable, rate, ratio } from "./table.ts";

/** What a benchmark's command line says that all of them have. */
export interface BenchOptions {
  /** The Python that has the peers. */
  readonly python: string;
  /** Where the peers run: auto, cpu or cuda. */
  readonly device: string;
  readonly rounds: number;
  /** How long each time. */
  readonly seconds: number;
  /** Keys of the contestants; all when left out. */
  readonly only?: readonly string[];
}

/** Something to be timed. */
export interface Task<Request> {
  readonly name: string;
  readonly request: Request;
}

/** What rounds came to, as it is written to a file. */
export interface Outcome {
  /** What was counted, such as "updates per second". */
  readonly what: string;
  /** Whether it is a time, of which less is better; one that never came is Infinity, in a file null. */
  readonly isTime: boolean;
  /** What tells tasks apart: the head of the table's first column. */
  readonly by: string;
  readonly rounds: number;
  readonly seconds: number;
  readonly contestants: readonly {
    readonly name: string;
    readonly description: string;
    readonly isOurs: boolean;
  }[];
  /** Rates round by round; a contestant that can't do a task has none. */
  readonly results: readonly {
    readonly task: string;
    readonly rates: Readonly<Record<string, readonly number[]>>;
  }[];
  /** What else is to be said, a line each. */
  readonly notes: readonly string[];
}

/**
 * Opens those contestants that are wanted and there; of the others it says so.
 *
 * @param known How each is opened, by its key.
 * @param only Keys.
 */
export async function openContestants<Request>(
  known: Readonly<Record<string, () => Promise<Found<Request>>>>,
  only: readonly string[] = Object.keys(known),
): Promise<Contestant<Request>[]> {
  for (const key of only) {
    if (key in known) continue;
    throw new RangeError(`--only wants some of ${Object.keys(known).join(", ")}, got "${key}"`);
  }
  const contestants: Contestant<Request>[] = [];
  for (const key of only) {
    const found = await known[key]();
    if ("missing" in found) console.error(`left out ${key}: ${found.missing}`);
    else contestants.push(found.contestant);
  }
  return contestants;
}

/** Plays the rounds, and closes the contestants. */
export async function playRounds<Request>(
  { what, by, tasks, contestants, rounds, seconds, notes = [], isTime = false }: {
    readonly what: string;
    readonly isTime?: boolean;
    readonly by: string;
    readonly tasks: readonly Task<Request>[];
    readonly contestants: readonly Contestant<Request>[];
    readonly rounds: number;
    readonly seconds: number;
    readonly notes?: readonly string[];
  },
): Promise<Outcome> {
  const results = tasks.map(({ name }) => ({
    task: name,
    rates: {} as Record<string, number[]>,
  }));
  try {
    for (let round = 1; round <= rounds; round++) {
      for (const [i, { name: task, request }] of tasks.entries()) {
        for (const contestant of contestants) {
          if (contestant.takes?.(request) === false) continue;
          const { name } = contestant;
          const perSecond = await contestant.measure(request, round);
          (results[i].rates[name] ??= []).push(perSecond);
          console.error(
            `round ${round}/${rounds}, ${task}, ${name}: ${rate(perSecond)} ${isTime ? "s" : "/s"}`,
          );
        }
      }
    }
  } finally {
    for (const contestant of contestants) await contestant.close();
  }
  return {
    ...{ what, isTime, by, rounds, seconds, results, notes },
    contestants: contestants.map(({ name, description, isOurs = false }) => ({
      ...{ name, description, isOurs },
    })),
  };
}

/** How many times as fast a is as b: the median of the rounds' ratios; NaN where either has none. */
function ratioOf(isTime: boolean, a: readonly number[] = [], b: readonly number[] = []): number {
  return median(a.slice(0, b.length).map((value, i) => isTime ? b[i] / value : value / b[i]));
}

/** Of some contestants the one that is fastest at a task; undefined where none has done it. */
function fastest(
  isTime: boolean,
  names: readonly string[],
  rates: Outcome["results"][number]["rates"],
): string | undefined {
  const speed = (name: string) => isTime ? 1 / median(rates[name]) : median(rates[name]);
  return names.filter((name) => name in rates).sort((a, b) => speed(b) - speed(a))[0];
}

/** The names on either side. */
function sides({ contestants }: Outcome): { ours: string[]; peers: string[] } {
  const names = (isOurs: boolean) =>
    contestants.filter((each) => each.isOurs === isOurs).map(({ name }) => name);
  return { ours: names(true), peers: names(false) };
}

/** An outcome in words: what was timed, who took part, and a table of medians and ratios. */
export function outcomeText(outcome: Outcome): string {
  const { what, isTime, by, rounds, seconds, contestants, results, notes } = outcome;
  const { ours, peers } = sides(outcome);
  const compared = ours.length > 0 ? peers : [];
  const names = contestants.map(({ name }) => name);
  const table = markdownTable(
    [by, ...names, ...compared.map((peer) => `DinoQ ÷ ${peer}`)],
    results.map(({ task, rates }) => {
      const best = fastest(isTime, ours, rates);
      return [
        task,
        ...names.map((name) => rate(median(rates[name] ?? []))),
        ...compared.map((peer) => ratio(best ? ratioOf(isTime, rates[best], rates[peer]) : NaN)),
      ];
    }),
  );
  return [
    `${what}, median of ${rounds} rounds${isTime ? "" : ` of ${seconds} s`}`,
    ...contestants.map(({ name, description }) => `- ${name}: ${description}`),
    ...notes.map((note) => `- ${note}`),
    "",
    table,
  ].join("\n");
}

/** One table of several outcomes: DinoQ at its fastest against the fastest peer. */
export function summaryTable(outcomes: readonly Outcome[]): string {
  return markdownTable(
    ["what, at", "DinoQ", "best peer", "which", "DinoQ ÷ best"],
    outcomes.flatMap((outcome) => {
      const { isTime } = outcome;
      const { ours, peers } = sides(outcome);
      return outcome.results.map(({ task, rates }) => {
        const [best, peer] = [fastest(isTime, ours, rates), fastest(isTime, peers, rates)];
        return [
          `${outcome.what}: ${task}`,
          rate(best ? median(rates[best]) : NaN),
          rate(peer ? median(rates[peer]) : NaN),
          peer ?? "–",
          ratio(best && peer ? ratioOf(isTime, rates[best], rates[peer]) : NaN),
        ];
      });
    }),
  );
}
