/**
 * Environments by name: `make("CartPole-v1")`, and `register` for one's own.
 *
 * @module
 */

import { BUILT_IN } from "./built_in.ts";
import type { Env, EnvSpec } from "./env.ts";
import { suggestion } from "../nearest.ts";
import type { Registration } from "./registration.ts";
import { TimeLimit } from "./wrappers/time_limit.ts";
import { Wrapper } from "./wrappers/wrapper.ts";

const registrations = new Map<string, Registration>(
  BUILT_IN.map((registration) => [registration.id, registration]),
);

/** All registered environments by id, a copy. */
export function registry(): Map<string, Registration> {
  return new Map(registrations);
}

/**
 * Registers an environment, so that {@linkcode make} can make it.
 *
 * @example An environment of one's own
 * ```ts
 * import { CartPole, make, register } from "@dinoq/dinoq";
 *
 * register({
 *   id: "ShortCartPole-v0",
 *   entryPoint: (options) => new CartPole(options),
 *   options: { suttonBartoReward: false },
 *   maxEpisodeSteps: 50,
 * });
 * const env = make("ShortCartPole-v0");
 * ```
 *
 * @param registration the environment's name, how to make it, and what is known of it
 */
export function register(registration: Registration): void {
  const { id, entryPoint, maxEpisodeSteps, options = {} } = registration;
  if (typeof id !== "string" || !/^([\w:-]+\/)?[\w:.-]+$/.test(id)) {
    throw new RangeError(
      `register: id must be like "Name-v0" or "namespace/Name-v0" (letters, digits, _ : . -), got ${
        JSON.stringify(id)
      }`,
    );
  }
  if (registrations.has(id)) throw new Error(`register: ${id} is registered already`);
  if (typeof entryPoint !== "function") {
    throw new TypeError(`register ${id}: entryPoint must be a function, got ${typeof entryPoint}`);
  }
  checkLimit(`register ${id}`, maxEpisodeSteps);
  if (Object.hasOwn(options, "maxEpisodeSteps")) {
    throw new RangeError(
      `register ${id}: options must not hold maxEpisodeSteps, which make() takes for every environment`,
    );
  }
  registrations.set(id, Object.freeze({ ...registration }));
}

/**
 * Makes a registered environment, with a {@linkcode TimeLimit} around it where it has a limit.
 *
 * @example
 * ```ts
 * import { make } from "@dinoq/dinoq";
 *
 * const env = make("CartPole-v1", { suttonBartoReward: true, maxEpisodeSteps: 100 });
 * env.toString(); // <TimeLimit<CartPole<CartPole-v1>>>
 * ```
 *
 * @param id the environment's name; an unknown one is an error that suggests the nearest
 * @param options the environment's own options (its page lists them), and `maxEpisodeSteps`: another
 * limit on episodes than the registered one, or null for none
 * @typeParam Obs an observation's type, for environments whose observations are no Float32Array
 * @typeParam Act an action's type, for environments whose actions are no numbers
 */
export function make<Obs = Float32Array, Act = number>(
  id: string,
  options: Readonly<Record<string, unknown>> = {},
): Env<Obs, Act> {
  const registration = registrations.get(id);
  if (registration === undefined) {
    const ids = [...registrations.keys()];
    throw new RangeError(
      `make: unknown environment ${JSON.stringify(id)}${suggestion(String(id), ids)}. Registered: ${
        ids.join(", ")
      }`,
    );
  }
  const { maxEpisodeSteps: given, ...own } = options;
  checkOptions(registration, own);
  if (given !== null) checkLimit(`make ${id}`, given);
  const limit = given === undefined ? registration.maxEpisodeSteps : given as number | null;

  const env = registration.entryPoint({ ...registration.options, ...own });
  const spec: EnvSpec = Object.freeze({
    id,
    options: Object.freeze({ ...options }),
    ...(typeof limit === "number" ? { maxEpisodeSteps: limit } : {}),
    ...(registration.rewardThreshold === undefined
      ? {}
      : { rewardThreshold: registration.rewardThreshold }),
  });
  const innermost = env instanceof Wrapper ? env.unwrapped : env;
  (innermost as { spec?: EnvSpec }).spec = spec;
  const limited = typeof limit === "number" ? new TimeLimit(env, limit) : env;
  return limited as Env<Obs, Act>;
}

function checkLimit(who: string, limit: unknown): void {
  if (limit !== undefined && !(Number.isSafeInteger(limit) && (limit as number) >= 1)) {
    throw new RangeError(
      `${who}: maxEpisodeSteps must be an integer of at least 1${
        who.startsWith("make") ? " or null (no limit)" : ""
      }, got ${limit}`,
    );
  }
}

function checkOptions(registration: Registration, given: Readonly<Record<string, unknown>>): void {
  const known = registration.options ?? {};
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(known, name)) {
      const names = [...Object.keys(known), "maxEpisodeSteps"];
      throw new RangeError(
        `make ${registration.id}: unknown option "${name}"${suggestion(name, names)}. It takes: ${
          names.join(", ")
        }`,
      );
    }
    // "None of them" is for the environment itself to understand or refuse.
    if (value === null) continue;
    const wanted = typeof known[name];
    if (["boolean", "number", "string"].includes(wanted) && typeof value !== wanted) {
      throw new TypeError(
        `make ${registration.id}: ${name} must be a ${wanted}, got ${
          String(value)
        } (${typeof value})`,
      );
    }
  }
}
