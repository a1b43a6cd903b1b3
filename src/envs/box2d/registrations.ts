/**
 * The Box2D environments' ids, limits and thresholds.
 *
 * @module
 */

import type { Registration } from "../registration.ts";

/** What `register` would have been called with. */
export const BOX2D: readonly Registration[] = [];
