// A set of cells of a board of 10 × 10: a bit each, ten to a row, three rows to a word of a vec4u.
// Moving all of them a cell is a few shifts.

const ROW_BITS = 0x3ffu;
// Three rows of a word.
const WORD_BITS = 0x3fffffffu;
// The first cell of each of them.
const COLUMN_BITS = 0x00100401u;
const LAST_COLUMN_BITS = COLUMN_BITS << 9u;

// The cell alone, for x and y below 10.
fn cellAt(x: u32, y: u32) -> vec4u {
  let bit = 1u << (10u * (y % 3u) + x);
  return select(vec4u(), vec4u(bit), vec4u(y / 3u) == vec4u(0u, 1u, 2u, 3u));
}

fn isAny(cells: vec4u) -> bool {
  return (cells.x | cells.y | cells.z | cells.w) != 0u;
}

fn has(cells: vec4u, x: u32, y: u32) -> bool {
  return ((cells[y / 3u] >> (10u * (y % 3u) + x)) & 1u) == 1u;
}

// How many cells there are.
fn sizeOf(cells: vec4u) -> u32 {
  let counts = countOneBits(cells);
  return counts.x + counts.y + counts.z + counts.w;
}

// The columns with a cell, a bit each.
fn columnsOf(cells: vec4u) -> u32 {
  let rows = cells.x | cells.y | cells.z | cells.w;
  return (rows | (rows >> 10u) | (rows >> 20u)) & ROW_BITS;
}

// Each cell a row up; those of the first row are lost.
fn movedUp(cells: vec4u) -> vec4u {
  let below = vec4u(cells.yzw, 0u);
  return (cells >> vec4u(10u)) | ((below & vec4u(ROW_BITS)) << vec4u(20u));
}

// Each cell a row down; those of the last row are lost.
fn movedDown(cells: vec4u) -> vec4u {
  let above = vec4u(0u, cells.xyz);
  let moved = ((cells << vec4u(10u)) & vec4u(WORD_BITS)) | (above >> vec4u(20u));
  return moved & vec4u(WORD_BITS, WORD_BITS, WORD_BITS, ROW_BITS);
}

// Each cell a column to the left; those of the first column are lost.
fn movedLeft(cells: vec4u) -> vec4u {
  return (cells & ~vec4u(COLUMN_BITS)) >> vec4u(1u);
}

// Each cell a column to the right; those of the last column are lost.
fn movedRight(cells: vec4u) -> vec4u {
  return (cells & ~vec4u(LAST_COLUMN_BITS)) << vec4u(1u);
}

// The cell of column x that is lowest, alone; none where the column is empty.
fn lowestOf(cells: vec4u, x: u32) -> vec4u {
  let column = cells & vec4u(COLUMN_BITS << x);
  let isLast = vec4<bool>(
    !any(column.yzw != vec3u()),
    !any(column.zw != vec2u()),
    column.w == 0u,
    true,
  );
  // Of no cell the first leading bit is none, so the shift means nothing there.
  let lowest = vec4u(1u) << (firstLeadingBit(column) & vec4u(31u));
  return select(vec4u(), lowest, isLast & (column != vec4u()));
}
