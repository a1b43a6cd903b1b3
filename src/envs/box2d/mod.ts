/**
 * Box2D: environments on a physics engine.
 *
 * @module
 */

export {};
