// Windows of a pooling over a picture: which pixels they cover, and what counts as largest.

// vec4s of a pixel; pooling leaves channels apart.
override CHANNELS4: u32 = 1u;
override IN_HEIGHT: u32 = 1u;
override IN_WIDTH: u32 = 1u;
override OUT_HEIGHT: u32 = 1u;
override OUT_WIDTH: u32 = 1u;
override KERNEL_HEIGHT: u32 = 1u;
override KERNEL_WIDTH: u32 = 1u;
override STRIDE_Y: u32 = 1u;
override STRIDE_X: u32 = 1u;
override PADDING_Y: u32 = 0u;
override PADDING_X: u32 = 0u;
// vec4s of a line of the inputs.
override LINE4: u32 = 1u;

// Below every number but −∞, and that is as good as this: WGSL knows no infinity.
const LOWEST = -3.4028234e38;

// Where a window starts, y first; what is beyond the edge wraps round to a large word.
fn windowAt(y: u32, x: u32) -> vec2u {
  return vec2u(y * STRIDE_Y - PADDING_Y, x * STRIDE_X - PADDING_X);
}

fn isInside(pixel: vec2u) -> bool {
  return pixel.x < IN_HEIGHT && pixel.y < IN_WIDTH;
}

fn pictureAt(pixel: vec2u) -> u32 {
  return pixel.x * LINE4 + pixel.y * CHANNELS4;
}

// Whether a number takes the place of the largest before it.
fn isLarger(value: vec4f, best: vec4f) -> vec4<bool> {
  let isNaN = (bitcast<vec4u>(value) & vec4u(0x7fffffffu)) > vec4u(0x7f800000u);
  return (value > best) | isNaN;
}
