/**
 * Numbers and option values as people read them, and as the command line takes them.
 *
 * @module
 */

import { networkText } from "./network_text.ts";

/** A whole number with separators: 12,345. */
export function whole(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

/** A return or a mean of returns, with one decimal. */
export function score(value: number): string {
  return Number.isFinite(value) ? value.toFixed(1) : "-";
}

/** A number with some significant digits, never in more than ten characters. */
export function significant(value: number, digits = 3): string {
  if (!Number.isFinite(value)) return "-";
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e6)) return value.toExponential(digits - 1);
  return String(Number(value.toPrecision(digits)));
}

/** A number in few characters: 950, 12k, 123k, 1.2M. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return "-";
  for (const [unit, letter] of [[1e6, "M"], [1e3, "k"]] as const) {
    // From 999.5 on, rounding would print 1000 of the smaller unit.
    if (value < 0.9995 * unit) continue;
    const count = value / unit;
    return (count < 99.5 ? Number(count.toPrecision(2)) : Math.round(count)) + letter;
  }
  return String(Math.round(value));
}

/** A time to come: 0:07, 12:34, 1:02:03. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return "-:--";
  const total = Math.round(seconds);
  const pad = (n: number) => String(n).padStart(2, "0");
  const hours = Math.floor(total / 3600);
  const minutes = Math.floor(total / 60) % 60;
  return hours > 0
    ? `${hours}:${pad(minutes)}:${pad(total % 60)}`
    : `${minutes}:${pad(total % 60)}`;
}

/** A time that has passed: 7.3 s, 12:34, 1:02:03. */
export function elapsed(seconds: number): string {
  return seconds < 59.95 ? `${seconds.toFixed(1)} s` : duration(seconds);
}

/** An option's value as one would type it after its flag. */
export function optionText(value: unknown): string {
  if (value === null || value === undefined) return "none";
  if (Array.isArray(value) && typeof value[0] === "object") return networkText(value);
  if (Array.isArray(value)) return value.length === 0 ? "none" : value.join(",");
  if (typeof value === "function") return "a schedule";
  if (typeof value === "object") {
    if ("every" in value && "unit" in value) {
      return value.unit === "step" ? String(value.every) : `${value.every}:${value.unit}`;
    }
    if ("epochs" in value) return `${value.epochs}:epochs`;
    if ("uniform" in value) return `uniform:${value.uniform}`;
    return "an object";
  }
  return String(value);
}

/** camelCase as a flag: learningRate → learning-rate. */
export function kebab(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
