/** Tests of looks: many lines are told apart, also by those who see few colours. @module */

import assert from "node:assert/strict";
import { lookOf, markerPath, SAFE_COLORS } from "../../src/io/svg_looks.ts";

/**
 * What colours look like without red, green or blue cones.
 *
 * Source: Machado, Oliveira and Fernandes, "A physiologically-based model for simulation of color vision
 * deficiency" (2009), severity 1.
 */
const EYES: Readonly<Record<string, readonly (readonly number[])[]>> = {
  usual: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  "no red": [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  "no green": [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  "no blue": [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

/** Red, green and blue in linear light. */
function linear(hex: string): number[] {
  return [1, 3, 5].map((i) => {
    const part = parseInt(hex.slice(i, i + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
}

/** Oklab, in which distances are about those that are seen (Ottosson 2020). */
function oklab([r, g, b]: readonly number[]): number[] {
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function seen(hex: string, eye: readonly (readonly number[])[]): number[] {
  const light = linear(hex);
  return oklab(
    eye.map((row) => Math.min(1, Math.max(0, row.reduce((sum, x, i) => sum + x * light[i], 0)))),
  );
}

Deno.test("svg_looks: 18 lines differ in colour, dash or marker", () => {
  const looks = Array.from({ length: 18 }, (_, i) => JSON.stringify(lookOf(i)));
  assert.equal(new Set(looks).size, 18);
  assert.equal(lookOf(0).dash, undefined);
  // Those of one colour differ in both others.
  for (const i of [0, 5]) {
    const same = [lookOf(i), lookOf(i + 6), lookOf(i + 12)];
    assert.equal(new Set(same.map(({ dash }) => dash)).size, 3);
    assert.equal(new Set(same.map(({ marker }) => marker)).size, 3);
  }
});

Deno.test("svg_looks: every eye tells the colours apart", () => {
  for (const [name, eye] of Object.entries(EYES)) {
    SAFE_COLORS.forEach((a, i) => {
      for (const b of SAFE_COLORS.slice(0, i)) {
        const [one, other] = [seen(a, eye), seen(b, eye)];
        const distance = Math.hypot(...one.map((x, k) => x - other[k]));
        // 0.02 is about what can just be noticed side by side.
        assert.ok(distance > 0.07, `${a} and ${b} with ${name}: ${distance.toFixed(3)}`);
      }
    });
  }
});

Deno.test("svg_looks: every colour stands out from a white and from a dark page", () => {
  const luminance = (hex: string) => {
    const [r, g, b] = linear(hex);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  for (const color of SAFE_COLORS) {
    for (const page of ["#ffffff", "#0d1117"]) {
      const [dark, light] = [luminance(color), luminance(page)].sort((a, b) => a - b);
      assert.ok((light + 0.05) / (dark + 0.05) > 2.2, `${color} on ${page}`);
    }
  }
});

Deno.test("svg_looks: markers are closed outlines around their place", () => {
  const paths = Array.from({ length: 6 }, (_, i) => markerPath(lookOf(i).marker, "10", "20"));
  assert.equal(new Set(paths).size, 6);
  for (const path of paths) assert.match(path, /^M10 20m.*z$/);
});
