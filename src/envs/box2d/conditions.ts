/**
 * What a flight's surroundings are: the lander's options, checked.
 *
 * @module
 */

/** What {@linkcode LunarLander} can be told when it is made. */
export interface LunarLanderOptions {
  /** Acceleration along y in m/s², between -12 and 0; -10 if left out. */
  readonly gravity?: number;
  /** Whether there is wind; false if left out. */
  readonly enableWind?: boolean;
  /** The wind's greatest force, 0 to 20 recommended; 15 if left out. */
  readonly windPower?: number;
  /** The wind's greatest torque, 0 to 2 recommended; 1.5 if left out. */
  readonly turbulencePower?: number;
}

/** The options with their defaults. */
export type Conditions = Required<LunarLanderOptions>;

/**
 * Fills in the defaults. What can't be is an error; what Gymnasium only advises against is a warning.
 *
 * @param name the environment's, for errors
 * @param options what was given
 */
export function readConditions(name: string, options: LunarLanderOptions): Conditions {
  const { gravity = -10, enableWind = false, windPower = 15, turbulencePower = 1.5 } = options;
  if (typeof gravity !== "number" || !(gravity > -12 && gravity < 0)) {
    throw new RangeError(`${name}: gravity must be between -12 and 0, got ${gravity}`);
  }
  if (typeof enableWind !== "boolean") {
    throw new TypeError(`${name}: enableWind must be a boolean, got ${enableWind}`);
  }
  checkPower(name, "windPower", windPower, 20);
  checkPower(name, "turbulencePower", turbulencePower, 2);
  return { gravity, enableWind, windPower, turbulencePower };
}

function checkPower(name: string, option: string, power: number, most: number): void {
  if (typeof power !== "number" || !Number.isFinite(power)) {
    throw new TypeError(`${name}: ${option} must be a finite number, got ${power}`);
  }
  if (power < 0 || power > most) {
    console.warn(`${name}: ${option} is recommended to be from 0 to ${most}, got ${power}`);
  }
}
