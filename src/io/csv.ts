/**
 * Comma-separated values (RFC 4180, with line feeds): what spreadsheets, pandas and NumPy read.
 *
 * @module
 */

/** A cell. Numbers keep every digit; null and undefined are empty cells. */
export type CsvValue = string | number | bigint | boolean | null | undefined;

/** A cell's text, in quotes where its characters would mean something else. */
function cell(value: CsvValue): string {
  const text = value === null || value === undefined ? "" : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * Writes a table as CSV, with the columns' names in its first line.
 *
 * @param columns The columns' names.
 * @param rows The rows, each with a value for every column.
 * @returns The text, which ends in a line feed.
 * @throws {RangeError} When a row is longer or shorter than `columns`.
 */
export function toCsv(
  columns: readonly string[],
  rows: Iterable<readonly CsvValue[]>,
): string {
  const lines = [columns.map(cell).join(",")];
  for (const row of rows) {
    if (row.length !== columns.length) {
      throw new RangeError(
        `row ${lines.length} must have ${columns.length} values, one a column, got ${row.length}`,
      );
    }
    lines.push(row.map(cell).join(","));
  }
  return lines.join("\n") + "\n";
}
