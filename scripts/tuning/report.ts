/**
 * What tuning found, as tables: the present choice against the best, and the choices as data.
 *
 * @module
 */

import type { AdapterKind } from "../../src/gpu/gpu.ts";
import type { Tile } from "../../src/nn/tiles.ts";
import { tileText } from "./candidates.ts";
import type { KernelName, Product } from "./subjects.ts";
import type { Timing } from "./timing.ts";

/** What one race came to. */
export interface Finding {
  readonly kernel: KernelName;
  readonly name: string;
  readonly product?: Product;
  readonly weights4?: number;
  readonly present: Tile;
  /** The fastest first; the present tile is among them. */
  readonly timings: readonly Compiled[];
}

/** A tile's times. */
export interface Compiled extends Timing {
  /** What compiling it took. */
  readonly compileMs: number;
}

/** A tile must be so much faster than the present one to take its place: less is the machine's mood. */
const WORTHWHILE = 1.05;

/** The present tile's times. */
function presentOf({ present, timings }: Finding): Compiled {
  return timings.find(({ tile }) => tileText(tile) === tileText(present))!;
}

/**
 * How many times as fast as the present tile another is: by the rounds' ratios or by the medians of the
 * times, whichever promises less, since a restless machine may speak for either alone.
 */
function gain(finding: Finding, tile: Tile): number {
  const now = presentOf(finding);
  const timing = finding.timings.find((each) => tileText(each.tile) === tileText(tile));
  return timing ? Math.min(timing.speedup, now.microseconds / timing.microseconds) : 0;
}

/** The tile to choose: the fastest, unless the present one is as good. */
export function chosen(finding: Finding): Compiled {
  const best = finding.timings.reduce((a, b) =>
    gain(finding, b.tile) > gain(finding, a.tile) ? b : a
  );
  return gain(finding, best.tile) > WORTHWHILE ? best : presentOf(finding);
}

/** Lines of a table: what is chosen now against the best found. */
export function findingsTable(findings: readonly Finding[]): string[] {
  const rows = findings.map((finding) => {
    const { kernel, name, present } = finding;
    const now = presentOf(finding);
    const best = chosen(finding);
    return [
      kernel,
      name,
      tileText(present),
      now.microseconds.toFixed(0),
      now.compileMs.toFixed(0),
      best === now ? "the same" : tileText(best.tile),
      best.microseconds.toFixed(0),
      best.compileMs.toFixed(0),
      `${gain(finding, best.tile).toFixed(2)}×`,
    ];
  });
  const header = ["kernel", "layer", "now", "µs", "ms", "best", "µs", "ms", "faster"];
  const widths = header.map((cell, i) =>
    Math.max(cell.length, ...rows.map((row) => row[i].length))
  );
  const isNumber = [false, false, false, true, true, false, true, true, true];
  return [header, ...rows].map((row) =>
    row.map((cell, i) => isNumber[i] ? cell.padStart(widths[i]) : cell.padEnd(widths[i]))
      .join("  ").trimEnd()
  );
}

/** Findings that the library can't tell apart, since it chooses by the same numbers. */
function grouped(findings: readonly Finding[], key: (finding: Finding) => unknown): Finding[][] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const text = JSON.stringify(key(finding));
    groups.set(text, [...groups.get(text) ?? [], finding]);
  }
  return [...groups.values()];
}

/** The tile that gains most in all of a group together, or the present one. */
function bestOf(group: readonly Finding[]): Tile {
  const gains = group[0].timings.map(({ tile }) => {
    const each = group.map((finding) => gain(finding, tile));
    return { tile, mean: each.reduce((a, b) => a * b, 1) ** (1 / each.length) };
  });
  const best = gains.reduce((a, b) => b.mean > a.mean ? b : a);
  return best.mean > WORTHWHILE ? best.tile : group[0].present;
}

/** The choices as the lines of a TypeScript table, for an adapter of that kind. */
export function tilesAsData(
  kind: AdapterKind,
  adapter: string,
  findings: readonly Finding[],
): string[] {
  const text = ({ rows, columns4, workgroup }: Tile) =>
    `{ rows: ${rows}, columns4: ${columns4}, workgroup: ${workgroup} }`;
  const products = grouped(findings.filter(({ product }) => product), ({ product }) => product)
    .map((group) => ({ ...group[0].product!, tile: bestOf(group) }))
    .sort((a, b) => a.rows - b.rows || a.columns4 - b.columns4 || a.depth4 - b.depth4);
  const gradients = grouped(
    findings.filter(({ weights4 }) => weights4 !== undefined),
    ({ weights4 }) => weights4,
  ).map((group) => ({ weights4: group[0].weights4!, tile: bestOf(group) }))
    .sort((a, b) => a.weights4 - b.weights4);
  return [
    `// Measured on ${adapter}.`,
    `${kind}: {`,
    "  products: [",
    ...products.map(({ rows, columns4, depth4, tile }) =>
      `    { rows: ${rows}, columns4: ${columns4}, depth4: ${depth4}, tile: ${text(tile)} },`
    ),
    "  ],",
    "  gradients: [",
    ...gradients.map(({ weights4, tile }) => `    { weights4: ${weights4}, tile: ${text(tile)} },`),
    "  ],",
    "},",
  ];
}
