/**
 * Colours for the terminal, as Gymnasium's toy text has them.
 *
 * @module
 */

const CODES = { red: 31, green: 32, yellow: 33, blue: 34, magenta: 35 };

/** The name of a colour. */
export type AnsiColor = keyof typeof CODES;

/** How a text is to stand out beside its colour. */
export interface AnsiStyle {
  /** Bold. */
  readonly bold?: boolean;
  /** The colour behind the text, not of it. */
  readonly highlight?: boolean;
}

/** The text in a colour. */
export function colorize(text: string, color: AnsiColor, style: AnsiStyle = {}): string {
  const code = CODES[color] + (style.highlight ? 10 : 0);
  return `\x1b[${code}${style.bold ? ";1" : ""}m${text}\x1b[0m`;
}
