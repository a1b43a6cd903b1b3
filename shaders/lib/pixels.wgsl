// Pixels of a batch of pictures, counted picture by picture and line by line.

struct Pixel {
  row: u32,
  y: u32,
  x: u32,
}

fn pixelOf(index: u32, height: u32, width: u32) -> Pixel {
  let line = index / width;
  let row = line / height;
  return Pixel(row, line - row * height, index - line * width);
}

// The next one: divisions are dear where a tile takes many.
fn pixelAfter(pixel: Pixel, height: u32, width: u32) -> Pixel {
  let x = pixel.x + 1u;
  let endsLine = x == width;
  let y = pixel.y + select(0u, 1u, endsLine);
  let endsPicture = y == height;
  return Pixel(pixel.row + select(0u, 1u, endsPicture), select(y, 0u, endsPicture), select(x, 0u, endsLine));
}
