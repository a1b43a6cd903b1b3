// Images of rows on their way into the ring: a vec4 whose x counts them; then for each a vec4 of slot
// and kind, action, reward and mask, and its observation, unless observations go another way.

// vec4s of one observation; none where images are without.
override OBSERVATION4: u32 = 1u;

// The slot's bits; the kind has those above.
const SLOT_BITS = 29u;

@group(0) @binding(2) var<storage, read> images: array<vec4u>;

// vec4s of one image.
fn imageSize() -> u32 {
  return 1u + OBSERVATION4;
}

fn headOf(image: u32) -> vec4u {
  return images[1u + image * imageSize()];
}

// The row that an image is of.
fn slotOf(head: vec4u) -> u32 {
  return head.x & ((1u << SLOT_BITS) - 1u);
}

fn kindOf(head: vec4u) -> u32 {
  return head.x >> SLOT_BITS;
}
