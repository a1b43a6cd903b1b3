/**
 * Vector environments: several copies stepped together.
 *
 * @module
 */

export {};
