/**
 * The environments that are registered from the start.
 *
 * @module
 */

import { BOX2D } from "./box2d/registrations.ts";
import { CLASSIC } from "./classic/registrations.ts";
import { MINATAR } from "./minatar/registrations.ts";
import { PONG } from "./pong/registrations.ts";
import type { Registration } from "./registration.ts";
import { TOY_TEXT } from "./toy_text/registrations.ts";

/** What {@linkcode register} would have been called with. */
export const BUILT_IN: readonly Registration[] = [
  ...CLASSIC,
  ...TOY_TEXT,
  ...BOX2D,
  ...MINATAR,
  ...PONG,
];
