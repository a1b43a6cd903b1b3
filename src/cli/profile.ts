/**
 * Where an update's time goes, and a step's of environments on the GPU, as tables by kernel.
 *
 * @module
 */

import type { ProfileRow } from "../gpu/program.ts";
import { significant, whole } from "./format.ts";
import { attempt } from "./outputs.ts";
import { bar } from "./progress.ts";
import type { Run } from "./run.ts";

/** Characters of a share's bar, and of one where the line has less room. */
const BAR = 30;
const SHORT_BAR = 10;
/** Widths of the columns of numbers. */
const TIME = 14;
const SHARE = 9;

/**
 * Lines of the table: kernel, microseconds, share, and the share as a bar where there is room.
 *
 * @param rows As `DQN.profile` gives them, in the order of the update.
 * @param columns Characters that a line may have.
 */
export function profileTable(rows: readonly ProfileRow[], columns: number = Infinity): string[] {
  const width = Math.max("kernel".length, ...rows.map(({ label }) => label.length));
  const line = (label: string, time: string, share: string, drawn = "") =>
    `  ${label.padEnd(width)}${time.padStart(TIME)}${share.padStart(SHARE)}  ${drawn}`.trimEnd();
  const room = columns - (2 + width + TIME + SHARE + 2) - "[]".length;
  const length = room >= BAR ? BAR : room >= SHORT_BAR ? SHORT_BAR : 0;
  return [
    line("kernel", "microseconds", "share"),
    ...rows.map(({ label, microseconds, share }) =>
      line(
        label,
        microseconds >= 100 ? whole(microseconds) : significant(microseconds),
        `${(100 * share).toFixed(1)} %`,
        length > 0 ? bar(share, length) : "",
      )
    ),
  ];
}

/**
 * Makes some more updates, each kernel between two timestamps, and prints where the time went. It is the
 * last thing that a run does: nothing that is tested, saved or counted has seen those updates.
 */
export async function printProfile(run: Run): Promise<void> {
  const { agent, around: { screen } } = run;
  screen.line();
  await attempt(run, async () => {
    const rows = await agent.profile();
    if (rows.length === 0) {
      return screen.line(`no profile: the adapter ${agent.adapter} has no timestamps`);
    }
    // On no terminal lines may be as long as they are.
    const columns = screen.isTerminal ? screen.columns : Infinity;
    // With environments on the GPU a step of them is a program of its own, whose shares add up to 1 too.
    const isStep = ({ label }: ProfileRow) => label.startsWith("step: ");
    const parts = [
      ["an update's", rows.filter((row) => !isStep(row))],
      ["a step's", rows.filter(isStep)],
    ] as const;
    for (const [whose, own] of parts) {
      if (own.length === 0) continue;
      screen.line(`where ${whose} time goes, by kernel`);
      for (const line of profileTable(own, columns)) screen.line(line);
    }
    screen.line(
      "shares mean something, sums do not: a kernel is timed in a pass of its own, which",
    );
    screen.line("costs some 30 microseconds by itself");
  });
}
