/**
 * Environments of Python's Gymnasium, through a bridge.
 *
 * @module
 */

export {};
