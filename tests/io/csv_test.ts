/** Tests of writing CSV. @module */

import assert from "node:assert/strict";
import { toCsv } from "../../src/io/csv.ts";

Deno.test("csv: a line for the names and a line a row", () => {
  const rows = [[1, 0.1, true], [2, NaN, false]];
  assert.equal(
    toCsv(["episode", "return", "done"], rows),
    "episode,return,done\n1,0.1,true\n2,NaN,false\n",
  );
  assert.equal(toCsv(["a"], []), "a\n");
});

Deno.test("csv: numbers keep every digit, missing values are empty", () => {
  assert.equal(
    toCsv(["a", "b", "c", "d"], [[0.1 + 0.2, 1e-45, null, undefined], [-0.5, 2n ** 64n, "", 1e21]]),
    "a,b,c,d\n0.30000000000000004,1e-45,,\n-0.5,18446744073709551616,,1e+21\n",
  );
});

Deno.test("csv: quotes what would be read as something else", () => {
  assert.equal(
    toCsv(['say "hi"', "a,b"], [["two\nlines", "one\rline"], ["plain text", "it's"]]),
    '"say ""hi""","a,b"\n"two\nlines","one\rline"\nplain text,it\'s\n',
  );
});

Deno.test("csv: takes a generator", () => {
  function* rows(): Generator<[number]> {
    for (let i = 0; i < 3; i++) yield [i];
  }
  assert.equal(toCsv(["i"], rows()), "i\n0\n1\n2\n");
});

Deno.test("csv: a row of another length is an error", () => {
  assert.throws(() => toCsv(["a", "b"], [[1, 2], [1]]), {
    name: "RangeError",
    message: "row 2 must have 2 values, one a column, got 1",
  });
});
