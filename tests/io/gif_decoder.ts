/** A GIF decoder by the specification (GIF89a), to see what an encoder wrote. @module */

/** What a GIF shows. */
export interface DecodedGif {
  readonly width: number;
  readonly height: number;
  /** How often it is played; 0 for ever. */
  readonly loop: number;
  readonly frames: readonly DecodedFrame[];
}

/** One picture of a GIF. */
export interface DecodedFrame {
  /** What is on the screen: RGB, the size of the whole. */
  readonly data: Uint8Array;
  /** Hundredths of a second. */
  readonly delay: number;
  /** Which part of the screen was written. */
  readonly box: readonly [left: number, top: number, width: number, height: number];
}

/** Reads all pictures; throws on anything that is not as it should be. */
export function decodeGif(bytes: Uint8Array): DecodedGif {
  let at = 0;
  const byte = () => {
    if (at >= bytes.length) throw new Error("the file ends too early");
    return bytes[at++];
  };
  const short = () => byte() | byte() << 8;
  const take = (count: number) => bytes.subarray(at, at += count);
  const blocks = () => {
    const parts: number[] = [];
    for (let size = byte(); size > 0; size = byte()) parts.push(...take(size));
    return parts;
  };

  if (new TextDecoder().decode(take(6)) !== "GIF89a") throw new Error("not GIF89a");
  const width = short(), height = short();
  const packed = byte();
  at += 2;
  const common = packed & 0x80 ? take(3 << (packed & 7) + 1) : undefined;

  const screen = new Uint8Array(3 * width * height);
  const frames: DecodedFrame[] = [];
  let loop = 1;
  let control = { delay: 0, transparent: -1, dispose: 0 };
  for (;;) {
    const kind = byte();
    if (kind === 0x3b) break;
    if (kind === 0x21) {
      const label = byte();
      const data = blocks();
      if (label === 0xf9) {
        control = {
          delay: data[1] | data[2] << 8,
          transparent: data[0] & 1 ? data[3] : -1,
          dispose: data[0] >> 2 & 7,
        };
        if (control.dispose > 1) throw new Error(`disposal ${control.dispose} is not read here`);
      } else if (label === 0xff) {
        const repetitions = data[12] | data[13] << 8;
        loop = repetitions === 0 ? 0 : repetitions + 1;
      }
      continue;
    }
    if (kind !== 0x2c) throw new Error(`unknown block ${kind}`);
    const left = short(), top = short(), columns = short(), rows = short();
    const flags = byte();
    const table = flags & 0x80 ? take(3 << (flags & 7) + 1) : common;
    if (table === undefined) throw new Error("a picture without colours");
    if (left + columns > width || top + rows > height) throw new Error("a picture off the screen");
    const indexes = unpack(byte(), blocks(), columns * rows);
    for (let i = 0; i < indexes.length; i++) {
      if (indexes[i] === control.transparent) continue;
      if (3 * indexes[i] >= table.length) throw new Error(`no colour ${indexes[i]}`);
      const pixel = (top + Math.floor(i / columns)) * width + left + i % columns;
      screen.set(table.subarray(3 * indexes[i], 3 * indexes[i] + 3), 3 * pixel);
    }
    frames.push({
      data: screen.slice(),
      delay: control.delay,
      box: [left, top, columns, rows],
    });
  }
  if (at !== bytes.length) throw new Error("something follows the end");
  return { width, height, loop, frames };
}

/** LZW with growing codes, as appendix F of the specification has it. */
function unpack(minimum: number, data: readonly number[], count: number): number[] {
  const clear = 1 << minimum, end = clear + 1;
  const out: number[] = [];
  let table: (readonly number[])[] = [];
  let size = 0;
  let previous: readonly number[] | undefined;
  let bits = 0, held = 0, at = 0;
  const reset = () => {
    table = Array.from({ length: end + 1 }, (_, code) => code < clear ? [code] : []);
    size = minimum + 1;
    previous = undefined;
  };
  reset();
  for (;;) {
    while (held < size) {
      if (at >= data.length) throw new Error("a picture's data end too early");
      bits |= data[at++] << held;
      held += 8;
    }
    const code = bits & (1 << size) - 1;
    bits >>>= size;
    held -= size;
    if (code === end) break;
    if (code === clear) {
      reset();
      continue;
    }
    if (code > table.length || code === table.length && previous === undefined) {
      throw new Error(`code ${code} is not defined yet`);
    }
    const entry: readonly number[] = code < table.length
      ? table[code]
      : [...previous!, previous![0]];
    for (const index of entry) out.push(index);
    if (previous !== undefined && table.length < 4096) table.push([...previous, entry[0]]);
    if (table.length === 1 << size && size < 12) size++;
    previous = entry;
  }
  if (out.length !== count) throw new Error(`${out.length} pixels where ${count} should be`);
  return out;
}
