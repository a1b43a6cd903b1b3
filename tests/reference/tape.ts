/**
 * Reverse-mode differentiation in float64: operations on flat arrays are recorded as they are made, and
 * {@link Tape.backward} walks the record from its end.
 *
 * Few operations and no shapes: what a network needs besides is put together from these, so that there
 * are only six derivatives to get right.
 *
 * @module
 */

/** A value on the tape, and after {@link Tape.backward} the result's gradient by it. */
export interface Node {
  readonly value: Float64Array;
  readonly gradient: Float64Array;
}

/** A function of one number, and of where that number stands. */
export type Elementwise = (x: number, index: number) => number;

/** A record of operations. */
export class Tape {
  readonly #steps: (() => void)[] = [];

  /** A value that comes from outside: a parameter or a constant. */
  leaf(values: ArrayLike<number>): Node {
    return node(Float64Array.from(values));
  }

  /**
   * a · bᵀ, of `a` [rows, inner] and `b` [columns, inner].
   *
   * @returns [rows, columns]
   */
  matmul(a: Node, b: Node, inner: number): Node {
    const rows = a.value.length / inner;
    const columns = b.value.length / inner;
    const out = node(new Float64Array(rows * columns));
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < columns; c++) {
        let sum = 0;
        for (let i = 0; i < inner; i++) sum += a.value[r * inner + i] * b.value[c * inner + i];
        out.value[r * columns + c] = sum;
      }
    }
    return this.#record(out, () => {
      for (let r = 0; r < rows; r++) {
        for (let c = 0; c < columns; c++) {
          const g = out.gradient[r * columns + c];
          if (g === 0) continue;
          for (let i = 0; i < inner; i++) {
            a.gradient[r * inner + i] += g * b.value[c * inner + i];
            b.gradient[c * inner + i] += g * a.value[r * inner + i];
          }
        }
      }
    });
  }

  /** a + b, element by element. */
  add(a: Node, b: Node): Node {
    assertSameLength(a, b);
    const out = node(a.value.map((x, i) => x + b.value[i]));
    return this.#record(out, () =>
      out.gradient.forEach((g, i) => {
        a.gradient[i] += g;
        b.gradient[i] += g;
      }));
  }

  /** a · b, element by element. */
  multiply(a: Node, b: Node): Node {
    assertSameLength(a, b);
    const out = node(a.value.map((x, i) => x * b.value[i]));
    return this.#record(out, () =>
      out.gradient.forEach((g, i) => {
        a.gradient[i] += g * b.value[i];
        b.gradient[i] += g * a.value[i];
      }));
  }

  /** f(a), element by element, given f and its slope. */
  map(a: Node, f: Elementwise, slope: Elementwise): Node {
    const out = node(a.value.map((x, i) => f(x, i)));
    return this.#record(out, () =>
      out.gradient.forEach((g, i) => {
        // No 0 · ∞ where nothing depends on an element.
        if (g !== 0) a.gradient[i] += g * slope(a.value[i], i);
      }));
  }

  /** Elements of `a` in any order, any number of times: picks, repeats, transposes. */
  gather(a: Node, indices: ArrayLike<number>): Node {
    const from = Int32Array.from(indices);
    if (from.some((i) => i < 0 || i >= a.value.length)) throw new RangeError("index out of range");
    const out = node(Float64Array.from(from, (i) => a.value[i]));
    return this.#record(out, () => from.forEach((i, k) => (a.gradient[i] += out.gradient[k])));
  }

  /** Sums of groups of so many neighbours. */
  sum(a: Node, group: number): Node {
    const out = node(new Float64Array(a.value.length / group));
    a.value.forEach((x, i) => (out.value[Math.floor(i / group)] += x));
    return this.#record(out, () =>
      a.gradient.forEach((_, i) => {
        a.gradient[i] += out.gradient[Math.floor(i / group)];
      }));
  }

  /** Fills in all gradients of a result, which is one number. */
  backward(result: Node): void {
    if (result.value.length !== 1) throw new RangeError("a gradient is of one number");
    result.gradient[0] = 1;
    for (let k = this.#steps.length - 1; k >= 0; k--) this.#steps[k]();
  }

  #record(out: Node, backward: () => void): Node {
    this.#steps.push(backward);
    return out;
  }
}

function node(value: Float64Array): Node {
  return { value, gradient: new Float64Array(value.length) };
}

function assertSameLength(a: Node, b: Node): void {
  if (a.value.length !== b.value.length) {
    throw new RangeError(`${a.value.length} numbers against ${b.value.length}`);
  }
}

/** The numbers f(0), …, f(count − 1). */
export function list(count: number, f: (index: number) => number): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => f(i));
}

/** a · factor. */
export function scale(tape: Tape, a: Node, factor: number): Node {
  return tape.map(a, (x) => factor * x, () => factor);
}

/** Each element so many times: a₀ a₀ … a₁ a₁ …. */
export function repeat(tape: Tape, a: Node, times: number): Node {
  return tape.gather(a, list(a.value.length * times, (i) => Math.floor(i / times)));
}

/** All of it so many times: a₀ a₁ … a₀ a₁ …. */
export function tile(tape: Tape, a: Node, times: number): Node {
  return tape.gather(a, list(a.value.length * times, (i) => i % a.value.length));
}

/** Rows less their means. */
export function centre(tape: Tape, a: Node, width: number): Node {
  const mean = scale(tape, tape.sum(a, width), -1 / width);
  return tape.add(a, repeat(tape, mean, width));
}

/** Rows to mean 0 and variance 1: (x − mean) / √(variance + ε), the variance over `width`. */
export function standardise(tape: Tape, a: Node, width: number, eps: number): Node {
  const centred = centre(tape, a, width);
  const variance = scale(tape, tape.sum(tape.multiply(centred, centred), width), 1 / width);
  const inverse = tape.map(variance, (v) => (v + eps) ** -0.5, (v) => -0.5 * (v + eps) ** -1.5);
  return tape.multiply(centred, repeat(tape, inverse, width));
}

/** Rows' log-softmax. */
export function logSoftmax(tape: Tape, a: Node, width: number): Node {
  // Subtracting the largest changes nothing, for any number does; it is a constant for the gradient.
  const largest = list(
    a.value.length,
    (i) => Math.max(...a.value.subarray(i - i % width, i - i % width + width)),
  );
  const shifted = tape.map(a, (x, i) => x - largest[i], () => 1);
  const total = tape.sum(tape.map(shifted, Math.exp, Math.exp), width);
  const log = tape.map(total, (x) => -Math.log(x), (x) => -1 / x);
  return tape.add(shifted, repeat(tape, log, width));
}
