/** The names that a user knows an agent's parameters by: `q.…` online, `target.…` of the target network. */

import type { Parameter, Parameters } from "../nn/parameters.ts";

const ONLINE = "q.";
const TARGET = "target.";

/**
 * Names the parameters of both networks.
 *
 * @param online The online network's.
 * @param target The target network's.
 * @param tau The online network's share that the target is due to take over: shown as if it had.
 */
export function nameParameters(
  online: Parameters,
  target: Parameters,
  tau: number,
): Record<string, Parameter> {
  const all: Record<string, Parameter> = {};
  for (const [name, parameter] of Object.entries(online)) all[ONLINE + name] = parameter;
  for (const [name, { shape, data }] of Object.entries(target)) {
    const mixed = tau === 0 ? data : data.map((x, i) => tau * online[name].data[i] + (1 - tau) * x);
    all[TARGET + name] = { shape, data: mixed };
  }
  return all;
}

/**
 * Tells the two networks' parameters apart. With those of the online one alone, the target is to be a
 * copy.
 *
 * @throws {Error} When a name is of neither.
 */
export function splitParameters(
  parameters: Readonly<Record<string, Parameter>>,
): { online: Parameters; target: Parameters } {
  const online: Parameters = {};
  const target: Parameters = {};
  for (const [name, parameter] of Object.entries(parameters)) {
    if (name.startsWith(ONLINE)) online[name.slice(ONLINE.length)] = parameter;
    else if (name.startsWith(TARGET)) target[name.slice(TARGET.length)] = parameter;
    else {
      throw new Error(
        `unknown parameter "${name}": names start with "${ONLINE}" or "${TARGET}"`,
      );
    }
  }
  return { online, target: Object.keys(target).length > 0 ? target : online };
}
