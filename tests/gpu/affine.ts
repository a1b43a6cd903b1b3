/**
 * A small kernel to test kernels, tables and programs with: value ← value · scale + add + count, one
 * value for each agent, with scale, add and count from the table; and two that read no table.
 */

import { addShader } from "./harness.ts";

/** The file of the table's struct, `Row`. */
export const ROW_FILE = "tests/row";

addShader(
  ROW_FILE,
  `import constants::AGENTS;
  struct Row {
    @align(16) scale: f32,
    // Between others, so that an offset counts: an unsigned number.
    count: u32,
    add: f32,
  }
  @group(1) @binding(0) var<uniform> table: array<Row, AGENTS>;`,
);
addShader(
  "tests/affine",
  `import package::tests::row::table;
  @group(0) @binding(0) var<storage, read_write> values: array<f32>;
  @compute @workgroup_size(1)
  fn main(@builtin(workgroup_id) id: vec3u) {
    let row = table[id.z];
    values[id.z] = values[id.z] * row.scale + row.add + f32(row.count);
  }`,
);
for (const [name, result] of [["double", "2.0 * value"], ["add", "value + AMOUNT"]]) {
  addShader(
    `tests/${name}`,
    `override AMOUNT: f32 = 1.0;
    @group(0) @binding(0) var<storage, read_write> values: array<f32>;
    @compute @workgroup_size(1)
    fn main(@builtin(workgroup_id) id: vec3u) {
      let value = values[id.z];
      values[id.z] = ${result};
    }`,
  );
}
