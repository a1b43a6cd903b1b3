// The sum tree of prioritised replay: every row's weight, and the sums that find a row by its share.
// Schaul, Quan, Antonoglou, Silver: Prioritized experience replay (arXiv 1511.05952), appendix B.2.1.
//
// Each node has 16 children. Numbered level by level from the root, which is 0, node n has the children
// 16n + 1 to 16n + 16; the leaves of the last level are the rows. Node n ≥ 1 lies at n − 1, so that the
// children of n lie side by side from 16n on; the root is not stored: it is the sum of its children.
//
// A sum is always made anew from all children in one order, never by adding a difference: so it depends
// on the leaves alone, not on how they came about, and errors don't pile up.

override TREE_DEPTH: u32 = 1u;
// The node of row 0.
override FIRST_LEAF: u32 = 1u;
// Numbers of one agent's tree, a multiple of 16.
override TREE_STRIDE: u32 = 16u;

// Bounds of a row's weight, if it has one: no sum of them overflows, none is lost as a denormal.
const LEAST_WEIGHT = 1e-30;
const MOST_WEIGHT = 1e30;

@group(0) @binding(1) var<storage, read_write> tree: array<f32>;

// Where a row's weight lies.
fn leafOf(agent: u32, row: u32) -> u32 {
  return agent * TREE_STRIDE + FIRST_LEAF + row - 1u;
}

// The node so many levels above a row.
fn ancestorOf(row: u32, height: u32) -> u32 {
  let bits = 4u * height;
  return (FIRST_LEAF + row - ((1u << bits) - 1u) / 15u) >> bits;
}

// The sum of a node's children.
fn sumOf(agent: u32, node: u32) -> f32 {
  let at = agent * TREE_STRIDE + 16u * node;
  @each(c < 16) let w$c = tree[at + $cu];
  return (((w0 + w1) + (w2 + w3)) + ((w4 + w5) + (w6 + w7)))
    + (((w8 + w9) + (w10 + w11)) + ((w12 + w13) + (w14 + w15)));
}

// Makes a node's sum anew; the root has no place for one.
fn refresh(agent: u32, node: u32) {
  tree[agent * TREE_STRIDE + node - 1u] = sumOf(agent, node);
}

// How many nodes of a level have children.
fn levelSize(height: u32) -> u32 {
  let first = ancestorOf(0u, height);
  return min(16u * first + 1u, TREE_STRIDE / 16u) - first;
}
