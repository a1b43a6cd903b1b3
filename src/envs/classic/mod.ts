/**
 * Classic control: small mechanics with few numbers to see.
 *
 * @module
 */

export { CartPole, type CartPoleOptions } from "./cartpole.ts";
