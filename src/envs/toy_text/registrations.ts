/**
 * The toy text environments' ids, limits and thresholds.
 *
 * @module
 */

import type { Registration } from "../registration.ts";

/** What `register` would have been called with. */
export const TOY_TEXT: readonly Registration[] = [];
