/**
 * Several charts as one SVG document, side by side and under each other.
 *
 * @module
 */

import { escapeXml, px } from "./svg_series.ts";

const GAP = 12;
const HEADING = 46;
const FONT = "system-ui,-apple-system,'Segoe UI',Helvetica,Arial,sans-serif";

/** A document's size, as its first tag has it. */
function sizeOf(svg: string): { width: number; height: number } {
  const match = /^<svg [^>]*width="([\d.]+)" height="([\d.]+)"/.exec(svg);
  if (!match) throw new TypeError(`a chart must be an SVG document, got "${svg.slice(0, 30)}"`);
  return { width: Number(match[1]), height: Number(match[2]) };
}

/**
 * Puts charts of one size into rows.
 *
 * @param charts SVG documents, as `lineChart` makes them; their title tags stay.
 * @param columns How many stand side by side.
 * @param heading A line above them.
 * @param note A smaller line under it.
 * @returns An SVG document.
 */
export function chartGrid(
  charts: readonly string[],
  columns: number,
  heading: string,
  note = "",
): string {
  const { width, height } = charts.length === 0 ? { width: 0, height: 0 } : sizeOf(charts[0]);
  const rows = Math.ceil(charts.length / columns);
  const across = columns * (width + GAP) - GAP;
  const down = HEADING + rows * (height + GAP) - GAP;
  const cells = charts.map((chart, i) => {
    const x = (i % columns) * (width + GAP);
    const y = HEADING + Math.floor(i / columns) * (height + GAP);
    return chart.replace("<svg ", `<svg x="${px(x)}" y="${px(y)}" `);
  });
  // A grey that can be read on white and on black: there is no ground of its own under these lines.
  const text = (y: number, size: string, words: string) =>
    `<text x="2" y="${y}" fill="#7c8794" ${size}>${escapeXml(words)}</text>\n`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${px(across)}" height="${px(down)}" ` +
    `viewBox="0 0 ${px(across)} ${px(down)}" role="img" font-family="${FONT}">\n` +
    text(18, 'font-size="17" font-weight="600"', heading) +
    (note ? text(37, 'font-size="12"', note) : "") +
    cells.join("") + "</svg>\n";
}
