/**
 * The MinAtar environments' ids, limits and thresholds.
 *
 * @module
 */

import type { Registration } from "../registration.ts";

/** What `register` would have been called with. */
export const MINATAR: readonly Registration[] = [];
