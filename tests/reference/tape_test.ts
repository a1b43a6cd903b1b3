/** Tests of the tape: values worked out by hand, and every derivative by finite differences. */

import assert from "node:assert/strict";
import { centre, logSoftmax, type Node, repeat, scale, standardise, Tape, tile } from "./tape.ts";

const A = [0.3, -1.2, 0.7, 2.1, -0.4, 0.9];
const B = [1.1, 0.2, -0.6, 0.8, -1.5, 0.5];

/** Each operation as a function of two arrays of six. */
const OPERATIONS: Record<string, (tape: Tape, a: Node, b: Node) => Node> = {
  matmul: (tape, a, b) => tape.matmul(a, b, 3),
  "matmul of itself": (tape, a) => tape.matmul(a, a, 2),
  add: (tape, a, b) => tape.add(a, b),
  "add to itself": (tape, a) => tape.add(a, a),
  multiply: (tape, a, b) => tape.multiply(a, b),
  map: (tape, a) => tape.map(a, (x, i) => x ** 3 + i * x, (x, i) => 3 * x * x + i),
  gather: (tape, a) => tape.gather(a, [5, 0, 0, 3]),
  sum: (tape, a) => tape.sum(a, 3),
  scale: (tape, a) => scale(tape, a, -1.5),
  repeat: (tape, a) => repeat(tape, a, 3),
  tile: (tape, a) => tile(tape, a, 2),
  centre: (tape, a) => centre(tape, a, 3),
  standardise: (tape, a) => standardise(tape, a, 3, 0.1),
  logSoftmax: (tape, a) => logSoftmax(tape, a, 3),
};

/** A sum of an operation's results, each with a factor of its own, and the gradients by a and b. */
function weigh(operation: typeof OPERATIONS[string], a: number[], b: number[]) {
  const tape = new Tape();
  const [first, second] = [tape.leaf(a), tape.leaf(b)];
  const out = operation(tape, first, second);
  const factors = tape.leaf(Float64Array.from(out.value, (_, i) => Math.cos(i)));
  const total = tape.sum(tape.multiply(out, factors), out.value.length);
  tape.backward(total);
  return { total: total.value[0], gradients: [first.gradient, second.gradient] };
}

for (const [name, operation] of Object.entries(OPERATIONS)) {
  Deno.test(`tape: the derivative of ${name}`, () => {
    const { gradients } = weigh(operation, A, B);
    const h = 1e-6;
    [A, B].forEach((_, which) => {
      A.forEach((_, i) => {
        const moved = (by: number) => {
          const both = [[...A], [...B]];
          both[which][i] += by;
          return weigh(operation, both[0], both[1]).total;
        };
        const difference = (moved(h) - moved(-h)) / (2 * h);
        assert.ok(Math.abs(difference - gradients[which][i]) < 1e-8, `argument ${which}, ${i}`);
      });
    });
    assert.ok(gradients[0].some((g) => Math.abs(g) > 0.1));
  });
}

Deno.test("tape: values worked out by hand", () => {
  const tape = new Tape();
  const a = tape.leaf([1, 2, 3, 4]);
  const b = tape.leaf([5, 6, 7, 8]);
  assert.deepEqual([...tape.matmul(a, b, 2).value], [17, 23, 39, 53]);
  assert.deepEqual([...tape.sum(a, 2).value], [3, 7]);
  assert.deepEqual([...tape.gather(a, [3, 0, 3]).value], [4, 1, 4]);
  assert.deepEqual([...repeat(tape, a, 2).value], [1, 1, 2, 2, 3, 3, 4, 4]);
  assert.deepEqual([...tile(tape, a, 2).value], [1, 2, 3, 4, 1, 2, 3, 4]);
  assert.deepEqual([...centre(tape, a, 2).value], [-0.5, 0.5, -0.5, 0.5]);
  assert.deepEqual([...standardise(tape, a, 2, 0).value], [-1, 1, -1, 1]);
  const odds = logSoftmax(tape, tape.leaf([0, Math.log(3), 1000, 1000]), 2).value;
  [0.25, 0.75, 0.5, 0.5].forEach((p, i) => assert.ok(Math.abs(Math.exp(odds[i]) - p) < 1e-12));
});

Deno.test("tape: what does not fit is refused", () => {
  const tape = new Tape();
  const [two, three] = [tape.leaf([1, 2]), tape.leaf([1, 2, 3])];
  assert.throws(() => tape.add(two, three), /2 numbers against 3/);
  assert.throws(() => tape.gather(two, [2]), /index out of range/);
  assert.throws(() => tape.backward(two), /of one number/);
});
