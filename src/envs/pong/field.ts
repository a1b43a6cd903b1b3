/**
 * Pong's field: where things are and how large, in sixteenths of a pixel of the 84 × 84 that are seen.
 *
 * The left upper corner is (0, 0), x goes to the right and y down; a thing's place is its own left upper
 * corner.
 *
 * @module
 */

/** A pixel. */
export const PIXEL = 16;
/** By how much a place has to be shifted to the right to be a pixel's. */
export const PIXEL_BITS = 4;
/** The picture's width and height in pixels. */
export const PIXELS = 84;

/** The picture's right border; whoever's border the ball has passed has lost the point. */
export const RIGHT = PIXELS * PIXEL;
/** Where the upper wall ends: it is 4 pixels thick. */
export const TOP = 4 * PIXEL;
/** Where the lower wall, as thick, begins. */
export const BOTTOM = (PIXELS - 4) * PIXEL;

/** The ball's width and height. */
export const BALL = 2 * PIXEL;
/** A paddle's width. */
export const PADDLE_WIDTH = 2 * PIXEL;
/** A paddle's height. */
export const PADDLE_HEIGHT = 8 * PIXEL;
/** The place of the opponent's paddle. */
export const OPPONENT_X = 8 * PIXEL;
/** The place of the player's paddle, as far from the other border. */
export const PLAYER_X = RIGHT - OPPONENT_X - PADDLE_WIDTH;

/** The greatest y of the ball. */
export const BALL_MAX_Y = BOTTOM - BALL;
/** The greatest y of a paddle. */
export const PADDLE_MAX_Y = BOTTOM - PADDLE_HEIGHT;
/** The x and the y of a ball in the field's middle. */
export const BALL_MIDDLE = (RIGHT - BALL) / 2;
/** The y of a paddle in the field's middle. */
export const PADDLE_MIDDLE = (RIGHT - PADDLE_HEIGHT) / 2;
