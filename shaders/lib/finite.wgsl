// Whether a number is finite, by its bits: comparisons with NaN may be optimised away.

fn isFinite(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7f800000u) != 0x7f800000u;
}
