// One convolution, backward to its inputs: δ_in = (W ∗ᵀ δ_out) ∘ f′, with f′ of the layer below.
//
// parameters [agents × ARENAS × ARENA4]   W is [OUT4·4 rows × KERNEL_HEIGHT·KERNEL_WIDTH·IN4] vec4s
// slopes     [agents × …]   f′ at the pre-activations of the layer below
// deltas     [agents × …]   ∂loss/∂z: this layer's at OUTPUT_AT, the one below's to INPUT_AT, where its
//                           slopes lie too
//
// A gather: each pixel of the input adds up over the outputs whose kernels cover it. The output (oy, ox)
// covers the pixel y = oy·STRIDE_Y + ky − PADDING_Y, so only those ky count that leave the same rest
// as y + PADDING_Y when divided by the stride. A tile takes pixels of one rest, its phase: they share
// their weights.

import constants::{COLUMNS4, ROWS, WORKGROUP};
import package::lib::pixels::{Pixel, pixelAfter, pixelOf};

override BATCH: u32 = 1u;
override IN_HEIGHT: u32 = 1u;
override IN_WIDTH: u32 = 1u;
// vec4s of a pixel of the inputs.
override IN4: u32 = 1u;
override OUT_HEIGHT: u32 = 1u;
override OUT_WIDTH: u32 = 1u;
override OUT4: u32 = 1u;
override KERNEL_HEIGHT: u32 = 1u;
override KERNEL_WIDTH: u32 = 1u;
override STRIDE_Y: u32 = 1u;
override STRIDE_X: u32 = 1u;
override PADDING_Y: u32 = 0u;
override PADDING_X: u32 = 0u;
// Pixels of a phase lie STRIDE apart: the first of them, in strides from the padded picture's edge, and
// how many there are. The same for all phases; those that fall on the padding are left out in the end.
override FIRST_Y: u32 = 0u;
override FIRST_X: u32 = 0u;
override STEPS_Y: u32 = 1u;
override STEPS_X: u32 = 1u;
override TILES_OF_PHASE: u32 = 1u;
// vec4s of a line, margins included; from one row of the batch to the next.
override INPUT_LINE4: u32 = 1u;
override OUTPUT_LINE4: u32 = 1u;
override INPUT_STRIDE: u32 = 1u;
override OUTPUT_STRIDE: u32 = 1u;
override WEIGHTS_AT: u32 = 0u;
override OUTPUT_AT: u32 = 0u;
override INPUT_AT: u32 = 0u;
override ARENAS: u32 = 2u;
override ARENA4: u32 = 0u;
// Slopes and deltas have the same shape.
override SLOPES_AGENT: u32 = 0u;

@group(0) @binding(0) var<storage, read> parameters: array<vec4f>;
@group(0) @binding(1) var<storage, read> slopes: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> deltas: array<vec4f>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let agent = id.z;
  let tilesAcross = (IN4 + COLUMNS4 - 1u) / COLUMNS4;
  let tile = id.x / tilesAcross;
  let firstColumn = id.x % tilesAcross * COLUMNS4;
  let phase = tile / TILES_OF_PHASE;
  let firstRow = (tile - phase * TILES_OF_PHASE) * ROWS;
  if (phase >= STRIDE_Y * STRIDE_X) {
    return;
  }
  let phaseY = phase / STRIDE_X;
  let phaseX = phase % STRIDE_X;
  let weights = agent * ARENAS * ARENA4 + WEIGHTS_AT;
  let above = agent * SLOPES_AGENT + OUTPUT_AT;

  let row4 = KERNEL_HEIGHT * KERNEL_WIDTH * IN4;
  var pixel = pixelOf(firstRow, STEPS_Y, STEPS_X);
  // The output whose kernel covers a pixel by its first tap of this phase.
  @each(r < ROWS) let p$r = pixel; let d$r = above + outputOf(pixel); pixel = pixelAfter(pixel, STEPS_Y, STEPS_X);
  @each(c < COLUMNS4) let w$c = weights + min(firstColumn + $cu, IN4 - 1u);
  @each(r < ROWS, c < COLUMNS4) var sum$r_$c = vec4f();
  var tapY = 0u;
  for (var ky = phaseY; ky < KERNEL_HEIGHT; ky += STRIDE_Y) {
    var tapX = 0u;
    for (var kx = phaseX; kx < KERNEL_WIDTH; kx += STRIDE_X) {
      let back = tapY * OUTPUT_LINE4 + tapX * OUT4;
      let tap = (ky * KERNEL_WIDTH + kx) * IN4;
      // Below 0 a word wraps round to a large one, so one comparison sees both edges.
      @each(r < ROWS) let inside$r = p$r.row < BATCH && FIRST_Y + p$r.y - tapY < OUT_HEIGHT && FIRST_X + p$r.x - tapX < OUT_WIDTH;
      @each(r < ROWS) let e$r = select(above, d$r - back, inside$r);
      for (var k = 0u; k < OUT4; k++) {
        let rowOfW = k * 4u * row4 + tap;
        @each(r < ROWS) let a$r = select(vec4f(), deltas[e$r + k], inside$r);
        @each(c < COLUMNS4) let b$c = mat4x4f(parameters[w$c + rowOfW], parameters[w$c + rowOfW + row4], parameters[w$c + rowOfW + 2u * row4], parameters[w$c + rowOfW + 3u * row4]);
        @each(r < ROWS, c < COLUMNS4) sum$r_$c += b$c * a$r;
      }
      tapX++;
    }
    tapY++;
  }

  @each(r < ROWS, c < COLUMNS4) store(agent, p$r, phaseY, phaseX, firstColumn + $cu, sum$r_$c);
}

fn outputOf(pixel: Pixel) -> u32 {
  return pixel.row * OUTPUT_STRIDE + (FIRST_Y + pixel.y) * OUTPUT_LINE4 + (FIRST_X + pixel.x) * OUT4;
}

fn store(agent: u32, pixel: Pixel, phaseY: u32, phaseX: u32, column: u32, sum: vec4f) {
  let y = (FIRST_Y + pixel.y) * STRIDE_Y + phaseY - PADDING_Y;
  let x = (FIRST_X + pixel.x) * STRIDE_X + phaseX - PADDING_X;
  if (pixel.row >= BATCH || y >= IN_HEIGHT || x >= IN_WIDTH || column >= IN4) {
    return;
  }
  let at = agent * SLOPES_AGENT + INPUT_AT + pixel.row * INPUT_STRIDE + y * INPUT_LINE4 + x * IN4 + column;
  deltas[at] = sum * slopes[at];
}
