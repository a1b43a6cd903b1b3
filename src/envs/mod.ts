/**
 * Environments, as in Gymnasium: the interface, spaces, the registry, wrappers, vector environments
 * and the environments themselves. Plain TypeScript, no permission needed.
 *
 * @module
 */

export type { Env, EnvSpec, Info, Render, ResetOptions, ResetResult, StepResult } from "./env.ts";
export type { JsonValue } from "./json.ts";
export { PCG64 } from "./rng/pcg64.ts";
export { checkEnv, type CheckOptions, type CheckReport } from "./check.ts";
export type { Registration } from "./registration.ts";
export { make, register, registry } from "./registry.ts";
export * from "./spaces/mod.ts";
export * from "./wrappers/mod.ts";
export * from "./classic/mod.ts";
export * from "./toy_text/mod.ts";
export * from "./box2d/mod.ts";
export * from "./minatar/mod.ts";
export * from "./pong/mod.ts";
export * from "./vector/mod.ts";
export * from "./render/mod.ts";
export * from "./python/mod.ts";
export * from "./gpu/mod.ts";
