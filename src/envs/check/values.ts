/**
 * Values of any kind (observations, infos, states): shown, copied and compared to the last bit.
 *
 * @module
 */

/** A typed array, as observations and infos have them. */
type TypedArray = ArrayLike<number | bigint> & ArrayBufferView & { slice(): TypedArray };

/** Whether `x` is a typed array. */
export function isTypedArray(x: unknown): x is TypedArray {
  return ArrayBuffer.isView(x) && !(x instanceof DataView);
}

/** Whether `x` is an object with keys: no array and nothing with a class of its own. */
export function isRecord(x: unknown): x is Readonly<Record<string, unknown>> {
  if (typeof x !== "object" || x === null) return false;
  const prototype = Object.getPrototypeOf(x);
  return prototype === Object.prototype || prototype === null;
}

/** A value in few words, its type included. */
export function show(x: unknown): string {
  if (typeof x === "string") return JSON.stringify(x.length > 60 ? `${x.slice(0, 60)}...` : x);
  if (Object.is(x, -0)) return "-0";
  if (typeof x === "bigint") return `${x}n`;
  if (typeof x === "function") return `the function ${x.name}`;
  if (Array.isArray(x) || isTypedArray(x)) {
    const shown = Array.from({ length: Math.min(x.length, 8) }, (_, i) => show(x[i]));
    if (x.length > 8) shown.push("...");
    return `${Array.isArray(x) ? "" : `${x.constructor.name} of ${x.length} `}[${
      shown.join(", ")
    }]`;
  }
  if (x instanceof Promise) return "a Promise";
  if (isRecord(x)) {
    const shown = Object.entries(x).slice(0, 8).map(([key, value]) => `${key}: ${show(value)}`);
    return `{${shown.length > 0 ? ` ${shown.join(", ")} ` : ""}}`;
  }
  return typeof x === "object" && x !== null ? `a ${x.constructor?.name ?? "object"}` : String(x);
}

/** A copy that shares no array and no record with the original. */
export function copyOf(x: unknown): unknown {
  if (isTypedArray(x)) return x.slice();
  if (Array.isArray(x)) return x.map(copyOf);
  if (isRecord(x)) {
    return Object.fromEntries(Object.entries(x).map(([key, value]) => [key, copyOf(value)]));
  }
  return x;
}

/**
 * Where two values differ first, in words ("at [2]: 0.5 and 0.25"); undefined where they are the same
 * to the last bit.
 */
export function difference(a: unknown, b: unknown, path = ""): string | undefined {
  const differ = () => `${path === "" ? "" : `at ${path}: `}${show(a)} and ${show(b)}`;
  if (isTypedArray(a) && isTypedArray(b)) {
    if (a.constructor !== b.constructor || a.length !== b.length) return differ();
    for (let i = 0; i < a.length; i++) {
      if (!Object.is(a[i], b[i])) return difference(a[i], b[i], `${path}[${i}]`);
    }
    return undefined;
  }
  if (Array.isArray(a) && Array.isArray(b)) {
    if (a.length !== b.length) return differ();
    for (let i = 0; i < a.length; i++) {
      const found = difference(a[i], b[i], `${path}[${i}]`);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (isRecord(a) && isRecord(b)) {
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
      if (Object.hasOwn(a, key) !== Object.hasOwn(b, key)) return differ();
      const found = difference(a[key], b[key], `${path}.${key}`);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  return Object.is(a, b) ? undefined : differ();
}

/**
 * Where two values share something that can be changed, in words; undefined where they share nothing.
 * Frozen objects may be shared, what is inside them as well if it is frozen.
 */
export function shared(a: unknown, b: unknown, path = "it"): string | undefined {
  if (isTypedArray(a) && isTypedArray(b)) {
    const overlap = a.buffer === b.buffer && a.byteOffset < b.byteOffset + b.byteLength &&
      b.byteOffset < a.byteOffset + a.byteLength;
    return overlap ? path : undefined;
  }
  const lists = Array.isArray(a) && Array.isArray(b);
  if (!lists && !(isRecord(a) && isRecord(b))) return undefined;
  if (a === b && !Object.isFrozen(a)) return path;
  const left = a as Readonly<Record<string, unknown>>, right = b as typeof left;
  for (const key of Object.keys(left)) {
    const found = shared(left[key], right[key], lists ? `${path}[${key}]` : `${path}.${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}
