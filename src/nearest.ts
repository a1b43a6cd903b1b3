/**
 * The nearest of some known names: what a mistyped option was probably meant to be.
 *
 * @module
 */

/**
 * Edits (insert, delete, replace, swap neighbours) that turn one text into the other: the optimal
 * string alignment distance.
 */
function distance(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    rows.push([i]);
    for (let j = 1; j <= b.length; j++) {
      const replace = rows[i - 1][j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      let best = Math.min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, replace);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, rows[i - 2][j - 2] + 1);
      }
      rows[i].push(best);
    }
  }
  return rows[a.length][b.length];
}

/**
 * Finds the known name that is most like a given one.
 *
 * @param given What was typed.
 * @param known The names there are.
 * @returns The nearest name, or undefined when none is near enough to be meant.
 */
export function nearest(given: string, known: Iterable<string>): string | undefined {
  // Case and separators are the commonest slips: learning_rate, LearningRate, learning-rate.
  const plain = (name: string) => name.toLowerCase().replaceAll(/[-_\s]/g, "");
  const wanted = plain(given);
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(wanted.length / 3)) + 1;
  for (const name of known) {
    const candidate = plain(name);
    // "lr" is no misspelling of "tau": a prefix counts as near, since names are often cut short.
    const edits = wanted.length >= 3 && candidate.startsWith(wanted)
      ? 0.5
      : distance(wanted, candidate);
    if (edits < bestDistance) {
      best = name;
      bestDistance = edits;
    }
  }
  return best;
}

/** " (did you mean "x"?)" for the nearest known name, or nothing. */
export function suggestion(given: string, known: Iterable<string>): string {
  const name = nearest(given, known);
  return name === undefined ? "" : ` (did you mean "${name}"?)`;
}
