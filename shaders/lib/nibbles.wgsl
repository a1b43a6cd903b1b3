// Eight numbers of four bits in a word, the first in the lowest: a small array that stays in a register
// whatever index is asked for.

fn nibbleOf(word: u32, index: u32) -> u32 {
  return (word >> (4u * index)) & 15u;
}

fn withNibble(word: u32, index: u32, value: u32) -> u32 {
  return insertBits(word, value, 4u * index, 4u);
}
