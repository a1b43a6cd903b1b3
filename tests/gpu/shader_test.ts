/** Tests of shader composition: imports, slots, conditions, unrolling, and what is read back. */

import assert from "node:assert/strict";
import { composeShader, reflectBindings, shaderText, unroll } from "../../src/gpu/shader.ts";
import { addShader } from "./harness.ts";

addShader(
  "tests/lib",
  `override EXTENT: u32 = 1u;
  fn helper(x: f32) -> f32 { return x * f32(EXTENT); }
  fn unused(x: f32) -> f32 { return x; }`,
);
addShader("tests/part_a", "fn part(x: f32) -> f32 { return x + 1.0; }");
addShader("tests/part_b", "fn part(x: f32) -> f32 { return x + 2.0; }");
addShader(
  "tests/part_each",
  "fn part(x: f32) -> f32 {\n  var y = x;\n  @each(n < N) y += $n.0;\n  return y;\n}",
);
addShader(
  "tests/kernel",
  `import constants::{N, WORKGROUP};
  import package::tests::lib::helper;
  import package::slots::part::part;
  @group(0) @binding(1) var<storage, read_write> out: array<f32>;
  @group(0) @binding(0) var<storage, read> values: array<f32, N>;
  @if(extra) @group(0) @binding(2) var<storage> more: array<f32>;
  @compute @workgroup_size(WORKGROUP)
  fn main() {
    @each(n < N) out[$n] = part(helper(values[$n]));
    @if(extra) { out[0] += more[0]; }
  }`,
);

const SOURCE = {
  kernel: "tests/kernel",
  slots: { part: "tests/part_a" },
  conditions: { extra: false },
  constants: { N: 2, WORKGROUP: 32 },
};

/** WGSL without the white space that composition may lay out as it likes. */
function dense(code: string): string {
  return code.replace(/\s+/g, "");
}

/** The linker also prints what it refuses; that is its way. */
async function refused(source: Parameters<typeof composeShader>[0], message: RegExp) {
  await assert.rejects(composeShader(source), message);
}

Deno.test("shader: imports are linked in, with their overrides, and what is not used stays out", async () => {
  const code = dense((await composeShader(SOURCE)).code);
  assert.match(code, /fnhelper\(/);
  assert.match(code, /overrideEXTENT:u32=1u/);
  assert.doesNotMatch(code, /unused|import/);
});

Deno.test("shader: a slot is the file that the caller names", async () => {
  const a = dense((await composeShader(SOURCE)).code);
  assert.match(a, /x\+1\.0/);
  assert.doesNotMatch(a, /x\+2\.0/);
  const b = dense((await composeShader({ ...SOURCE, slots: { part: "tests/part_b" } })).code);
  assert.match(b, /x\+2\.0/);
  assert.doesNotMatch(b, /x\+1\.0/);
});

Deno.test("shader: statements are unrolled in kernels and slots, and constants become numbers", async () => {
  const slots = { part: "tests/part_each" };
  const { code } = await composeShader({ ...SOURCE, slots, constants: { N: 3, WORKGROUP: 16 } });
  assert.equal(code.match(/out\[\d\] = /g)?.join(""), "out[0] = out[1] = out[2] = ");
  assert.match(dense(code), /y\+=0\.0;y\+=1\.0;y\+=2\.0;/);
  assert.doesNotMatch(code, /@each|\$/);
  // The linker may inline the numbers or declare them; either way they are all that is said of them.
  assert.match(dense(code), /@workgroup_size\((16|WORKGROUP)\)/);
  assert(/WORKGROUP=16/.test(dense(code)) || /@workgroup_size\(16\)/.test(dense(code)));
});

Deno.test("shader: a condition takes a binding and a block in or leaves them out", async () => {
  const without = await composeShader(SOURCE);
  assert.doesNotMatch(without.code, /more/);
  assert.deepEqual(without.bindings.map((b) => b.name), ["values", "out"]);
  const extra = await composeShader({ ...SOURCE, conditions: { extra: true } });
  assert.match(dense(extra.code), /out\[0\]\+=more\[0\]/);
  assert.deepEqual(extra.bindings, [
    { name: "values", group: 0, binding: 0, type: "read-only-storage" },
    { name: "out", group: 0, binding: 1, type: "storage" },
    { name: "more", group: 0, binding: 2, type: "read-only-storage" },
  ]);
});

Deno.test("shader: composing twice gives the same text, also at the same time", async () => {
  const all = await Promise.all(
    [1, 2, 3, 2, 1].map((N) => composeShader({ ...SOURCE, constants: { N, WORKGROUP: 8 } })),
  );
  assert.equal(all[0].code, all[4].code);
  assert.equal(all[1].code, all[3].code);
  assert.notEqual(all[0].code, all[1].code);
});

Deno.test("shader: what can't be composed is refused by name", async () => {
  await refused({ kernel: "kernels/nothing" }, /there is no shader "kernels\/nothing"/);
  await refused({ ...SOURCE, slots: {} }, /package::slots::part::part/);
  await refused(
    { ...SOURCE, slots: { part: "slots/nothing" } },
    /there is no shader "slots\/nothing"/,
  );
  await refused({ ...SOURCE, constants: { N: 2 } }, /WORKGROUP/);
  await refused({ ...SOURCE, constants: { WORKGROUP: 2 } }, /the constant N is not given/);
  addShader("tests/unresolved", "import package::tests::lib::nothing;\nfn main() { nothing(); }");
  await refused({ kernel: "tests/unresolved" }, /'nothing'/);
  addShader("tests/malformed", "fn main() { let x = ; }");
  await refused({ kernel: "tests/malformed" }, /Expected expression/);
  assert.throws(() => shaderText("lib/nothing"), /there is no shader "lib\/nothing" in shaders\//);
});

Deno.test("shader: a slot, the kernel and what they import may be given as text", async () => {
  const texts = {
    "mine/part": "import package::mine::deep::deep;\nfn part(x: f32) -> f32 { return deep(x); }",
    "mine/deep": "fn deep(x: f32) -> f32 { var y = x;\n@each(n < N) y += $n.5;\nreturn y; }",
    "mine/kernel": `import package::slots::part::part;
      @group(0) @binding(0) var<storage, read_write> out: array<f32>;
      @compute @workgroup_size(1) fn main() { out[0] = part(1.0); }`,
  };
  const slots = { part: "mine/part" };
  const slot = dense((await composeShader({ ...SOURCE, slots, texts })).code);
  assert.match(slot, /returndeep\(x\)/);
  assert.match(slot, /y\+=0\.5;y\+=1\.5;return/);
  const kernel = await composeShader({ kernel: "mine/kernel", slots, texts, constants: { N: 1 } });
  assert.match(dense(kernel.code), /out\[0\]=part\(1\.0\)/);
  assert.deepEqual(kernel.bindings.map((binding) => binding.name), ["out"]);
});

Deno.test("shader: texts are of one assembly alone, and hide no file", async () => {
  const slots = { part: "mine/part" };
  const one = (text: string) =>
    composeShader({
      ...SOURCE,
      slots,
      texts: { "mine/part": `fn part(x: f32) -> f32 { ${text} }` },
    });
  const [a, b] = await Promise.all([one("return x * 3.0;"), one("return x * 4.0;")]);
  assert.match(dense(a.code), /x\*3\.0/);
  assert.match(dense(b.code), /x\*4\.0/);
  await refused({ ...SOURCE, slots }, /there is no shader "mine\/part"/);
  await refused(
    { ...SOURCE, texts: { "tests/lib": "fn helper(x: f32) -> f32 { return 0.0; }" } },
    /the text "tests\/lib" would hide the file of that name in shaders\//,
  );
});

Deno.test("shader: @each repeats a line for each index, in order, at its indent", () => {
  assert.equal(
    unroll("fn f() {\n  @each(i < 3) a$i += b[$iu];\n}", {}),
    "fn f() {\n  a0 += b[0u];\n  a1 += b[1u];\n  a2 += b[2u];\n}",
  );
});

Deno.test("shader: @each with several indices goes through all combinations, the last one fastest", () => {
  assert.equal(
    unroll("@each(r < ROWS, c < COLUMNS, i < 2) s$r_$c_$i = x$r * y$c[$i];", {
      ROWS: 2,
      COLUMNS: 1,
    }),
    "s0_0_0 = x0 * y0[0];\ns0_0_1 = x0 * y0[1];\ns1_0_0 = x1 * y0[0];\ns1_0_1 = x1 * y0[1];",
  );
});

Deno.test("shader: @each leaves other lines alone, and drops those whose count is of another kernel", () => {
  const text = "let a = 1; // $r\n@each(q < Q) gone$q;\nlet b = 2;";
  assert.equal(unroll(text, { R: 2 }), "let a = 1; // $r\n\nlet b = 2;");
  assert.equal(unroll("@each(i < 0) never$i;", {}), "");
});

Deno.test("shader: @each that can't be read is an error that shows the line", () => {
  for (const head of ["", "4", "i", "i <= 4", "i < N - 1", "i < 4,"]) {
    const line = `@each(${head}) a$i;`;
    assert.throws(() => unroll(`let x = 1;\n  ${line}`, { N: 4 }), (error: Error) => {
      assert(error.message.includes(line), error.message);
      return /wanted @each\(index < COUNT/.test(error.message);
    });
  }
});

Deno.test("shader: bindings are read with their access, sorted by group and number", () => {
  const code = `
    @group(1) @binding(0) var<uniform> table: array<Row, 2>;
    @group(0) @binding(10) var<storage,read_write> c: array<vec4f>;
    @group(0)@binding(2)   var<storage , read> b : array<f32>;
    @group(0) @binding(0) var<storage> a: array<f32>;
    var<workgroup> not_a_binding: array<f32, 4>;`;
  assert.deepEqual(reflectBindings(code), [
    { name: "a", group: 0, binding: 0, type: "read-only-storage" },
    { name: "b", group: 0, binding: 2, type: "read-only-storage" },
    { name: "c", group: 0, binding: 10, type: "storage" },
    { name: "table", group: 1, binding: 0, type: "uniform" },
  ]);
});
