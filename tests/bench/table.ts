/**
 * Tables in Markdown that are readable as plain text too.
 *
 * @module
 */

/** A table with padded columns; the first column is flush left, the others flush right. */
export function markdownTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const widths = header.map((cell, i) =>
    Math.max(3, cell.length, ...rows.map((row) => row[i].length))
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => pad(cell, widths[i], i > 0)).join(" | ")} |`;
  const rule = widths.map((width, i) => i > 0 ? "-".repeat(width - 1) + ":" : "-".repeat(width));
  return [line(header), line(rule), ...rows.map(line)].join("\n");
}

function pad(cell: string, width: number, right: boolean): string {
  return right ? cell.padStart(width) : cell.padEnd(width);
}

/** A rate or a count: three digits, thousands apart. */
export function rate(value: number): string {
  if (!Number.isFinite(value)) return "–";
  const digits = value >= 1000 ? Math.round(value / 10) * 10 : Number(value.toPrecision(3));
  return digits.toLocaleString("en-US", { maximumFractionDigits: 2 });
}

/** A ratio, as "0.53×". */
export function ratio(value: number): string {
  return Number.isFinite(value) ? `${value.toPrecision(value >= 100 ? 3 : 2)}×` : "–";
}

/** A number with so many digits after the point. */
export function fixed(value: number | null | undefined, digits = 1): string {
  return typeof value === "number" && Number.isFinite(value) ? value.toFixed(digits) : "–";
}
