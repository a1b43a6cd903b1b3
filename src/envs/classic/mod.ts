/**
 * Classic control: small mechanics with few numbers to see.
 *
 * @module
 */

export { Acrobot } from "./acrobot.ts";
export { CartPole, type CartPoleOptions } from "./cartpole.ts";
export { MountainCar, type MountainCarOptions } from "./mountain_car.ts";
