/**
 * The moon's surface in LunarLander, and its measures.
 *
 * @module
 */

/** Pixels a metre. */
export const SCALE = 30;
/** The world's width in metres. */
export const WIDTH = 600 / SCALE;
/** Its height in metres. */
export const HEIGHT = 400 / SCALE;
/** The landing pad's height. */
export const HELIPAD_Y = HEIGHT / 4;
/** Where the pad begins and ends. */
export const HELIPAD_X = [WIDTH * 0.4, WIDTH * 0.6] as const;

const CHUNKS = 11;
/** How many random heights a terrain takes. */
export const TERRAIN_HEIGHTS = CHUNKS + 1;

/** A vertex of the terrain, in metres. */
export type TerrainPoint = readonly [x: number, y: number];

/**
 * The terrain: smoothed random heights, flat around the pad.
 *
 * @param heights TERRAIN_HEIGHTS numbers, drawn uniformly from 0 to half the world's height
 */
export function terrain(heights: readonly number[]): TerrainPoint[] {
  const height = [...heights];
  const middle = Math.floor(CHUNKS / 2);
  for (let i = middle - 2; i <= middle + 2; i++) height[i] = HELIPAD_Y;
  return Array.from({ length: CHUNKS }, (_, i) => {
    // The first chunk's left neighbour is the last height, as Python's index -1 has it.
    const before = height[(i + CHUNKS) % (CHUNKS + 1)];
    return [WIDTH / (CHUNKS - 1) * i, 0.33 * (before + height[i] + height[i + 1])];
  });
}

/** The terrain's height at a place; 0 beside it. */
export function heightAt(ground: readonly TerrainPoint[], x: number): number {
  const next = ground.findIndex(([at]) => at > x);
  if (next <= 0) return 0;
  const [x0, y0] = ground[next - 1];
  const [x1, y1] = ground[next];
  return y0 + (y1 - y0) * (x - x0) / (x1 - x0);
}
