/**
 * Toy text: small worlds of finitely many states.
 *
 * @module
 */

export {};
