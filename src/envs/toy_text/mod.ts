/**
 * Toy text: small worlds of finitely many states.
 *
 * @module
 */

export { Blackjack, type BlackjackObservation, type BlackjackOptions } from "./blackjack.ts";
export { CliffWalking, type CliffWalkingOptions } from "./cliff_walking.ts";
export { FrozenLake, type FrozenLakeOptions } from "./frozen_lake.ts";
export { FROZEN_LAKE_MAPS, generateRandomMap, type RandomMapOptions } from "./frozen_lake_maps.ts";
export { TabularEnv } from "./tabular_env.ts";
export { Taxi, type TaxiOptions } from "./taxi.ts";
export type { TaxiState } from "./taxi_rules.ts";
export { type Transition, type Transitions, TransitionTable } from "./transition_table.ts";
