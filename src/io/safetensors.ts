/**
 * The safetensors format: named tensors in one block of bytes, with a JSON header in front.
 *
 * A file is an unsigned 64-bit header length (little-endian), the header, and the tensors' values
 * without gaps, little-endian and row by row. The header maps each name to `{dtype, shape,
 * data_offsets}` and may hold strings under `__metadata__`. Files go both ways between here and the
 * `safetensors` package of Python; order and padding are that package's, so that the bytes are too.
 *
 * Source: https://github.com/huggingface/safetensors#format
 *
 * @module
 */

/** The values of a tensor; the kind of array is the tensor's dtype. */
export type TensorData =
  | Float64Array
  | Float32Array
  | BigInt64Array
  | BigUint64Array
  | Int32Array
  | Uint32Array
  | Int16Array
  | Uint16Array
  | Int8Array
  | Uint8Array;

/** A tensor: its extents, outermost first (none for a scalar), and its values row by row. */
export interface Tensor {
  /** The extents, outermost first. */
  readonly shape: readonly number[];
  /** As many values as the extents multiply to. */
  readonly data: TensorData;
}

/** What a safetensors file holds. */
export interface SafetensorsContent {
  /** The tensors by name. */
  tensors: Record<string, Tensor>;
  /** The strings under `__metadata__`, empty when there are none. */
  metadata: Record<string, string>;
}

/** A tensor's entry in the header. */
interface Entry {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

type DataConstructor = {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBuffer): TensorData;
};

/**
 * The dtypes that are read and written, in the order in which the reference implementation lays
 * tensors out: widest first, so that every tensor begins at a multiple of its element's size.
 */
const DTYPES: readonly (readonly [dtype: string, type: DataConstructor])[] = [
  ["U64", BigUint64Array],
  ["I64", BigInt64Array],
  ["F64", Float64Array],
  ["F32", Float32Array],
  ["U32", Uint32Array],
  ["I32", Int32Array],
  ["U16", Uint16Array],
  ["I16", Int16Array],
  ["I8", Int8Array],
  ["U8", Uint8Array],
  // Read as bytes of 0 and 1; what is written is U8, which stands first.
  ["BOOL", Uint8Array],
];

const METADATA_KEY = "__metadata__";
const LENGTH_BYTES = 8;
const ALIGNMENT = 8;
/** The reference implementation's limit: a longer header is taken for bytes of another format. */
const MAX_HEADER_BYTES = 100_000_000;
const SPACE = 0x20;

/** The number of values in a tensor of this shape; NaN when the shape makes no sense. */
function sizeOf(shape: readonly unknown[]): number {
  let size = 1;
  for (const extent of shape) size *= isCount(extent) ? extent : NaN;
  return Number.isSafeInteger(size) ? size : NaN;
}

/** Whether `value` is an integer that can count bytes or elements. */
function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** Whether `value` is what JSON calls an object. */
function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The place of a typed array's kind in {@link DTYPES}, after checking the tensor. */
function checkTensor(name: string, { shape, data }: Tensor): number {
  if (name === METADATA_KEY) {
    throw new RangeError(`a tensor may not be named "${METADATA_KEY}": the format reserves it`);
  }
  const index = DTYPES.findIndex(([, type]) => data instanceof type);
  if (index < 0) {
    const given = Object.prototype.toString.call(data).slice(8, -1);
    const names = DTYPES.map(([, type]) => (type as unknown as { name: string }).name);
    const wanted = [...new Set(names)].join(", ");
    throw new TypeError(`tensor "${name}": data must be one of ${wanted}, got ${given}`);
  }
  const size = sizeOf(shape);
  if (Number.isNaN(size)) {
    throw new RangeError(
      `tensor "${name}": a shape holds integers of at least 0, got [${shape.join(", ")}]`,
    );
  }
  if (size !== data.length) {
    throw new RangeError(
      `tensor "${name}": a shape of [${shape.join(", ")}] wants ${size} values, got ${data.length}`,
    );
  }
  return index;
}

/**
 * Packs tensors into the bytes of a safetensors file.
 *
 * The result follows from names and values alone: the order of `tensors` does not matter.
 *
 * @param tensors The tensors by name.
 * @param metadata Strings to keep in the header.
 * @returns The bytes of the file.
 */
export function encodeSafetensors(
  tensors: Record<string, Tensor>,
  metadata: Record<string, string> = {},
): Uint8Array {
  for (const [key, value] of Object.entries(metadata)) {
    if (typeof value !== "string") {
      throw new TypeError(`metadata "${key}" must be a string, got ${typeof value}`);
    }
  }
  const ordered = Object.entries(tensors)
    .map(([name, tensor]) => ({ name, tensor, dtype: checkTensor(name, tensor) }))
    .sort((a, b) => a.dtype - b.dtype || (a.name < b.name ? -1 : 1));

  const header: [string, unknown][] = [];
  if (Object.keys(metadata).length > 0) header.push([METADATA_KEY, metadata]);
  let end = 0;
  for (const { name, tensor: { shape, data }, dtype } of ordered) {
    const begin = end;
    end += data.byteLength;
    header.push([name, { dtype: DTYPES[dtype][0], shape, data_offsets: [begin, end] }]);
  }
  // Written pair by pair, not as one object: objects move names such as "1" to the front.
  const json = header.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
  const text = new TextEncoder().encode(`{${json.join(",")}}`);
  const headerBytes = Math.ceil(text.length / ALIGNMENT) * ALIGNMENT;

  const bytes = new Uint8Array(LENGTH_BYTES + headerBytes + end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerBytes), true);
  bytes.fill(SPACE, LENGTH_BYTES, LENGTH_BYTES + headerBytes);
  bytes.set(text, LENGTH_BYTES);
  let offset = LENGTH_BYTES + headerBytes;
  for (const { tensor: { data } } of ordered) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset);
    offset += data.byteLength;
  }
  return bytes;
}

/**
 * Where a file's header ends and its values begin, in bytes.
 *
 * @param bytes The file, or its first 8 bytes at least.
 * @throws {Error} When they can't be the beginning of a safetensors file.
 */
export function headerEnd(bytes: Uint8Array): number {
  if (bytes.length < LENGTH_BYTES) {
    throw new Error(
      `not a safetensors file: it holds ${bytes.length} bytes, the length alone takes ${LENGTH_BYTES}`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = Number(view.getBigUint64(0, true));
  if (length > MAX_HEADER_BYTES) {
    throw new Error(
      `not a safetensors file: its first 8 bytes give a header of ${length} bytes, ` +
        `at most ${MAX_HEADER_BYTES} are allowed`,
    );
  }
  // A header that is not there cannot be told from a foreign format, but for its first character.
  const opens = bytes.length === LENGTH_BYTES || bytes[LENGTH_BYTES] === "{".charCodeAt(0);
  if (!opens || length < 2) {
    throw new Error('not a safetensors file: the header must begin with "{" at byte 8');
  }
  return LENGTH_BYTES + length;
}

/** Reads the header's JSON, and says where the values begin. */
function readHeader(bytes: Uint8Array): { header: Record<string, unknown>; dataStart: number } {
  const dataStart = headerEnd(bytes);
  if (dataStart > bytes.length) {
    throw new Error(
      `truncated safetensors file: its header ends at byte ${dataStart}, the file at ${bytes.length}`,
    );
  }
  let header: unknown;
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })
      .decode(bytes.subarray(LENGTH_BYTES, dataStart));
    header = JSON.parse(text);
  } catch (cause) {
    throw new Error(`not a safetensors file: the header is not JSON (${cause})`, { cause });
  }
  if (!isObject(header)) throw new Error("not a safetensors file: the header is no JSON object");
  return { header, dataStart };
}

/** Reads the header's metadata. */
function readMetadata(value: unknown): Record<string, string> {
  if (value === undefined) return {};
  if (!isObject(value)) throw new Error(`safetensors: ${METADATA_KEY} must be an object`);
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== "string") {
      throw new Error(`safetensors: metadata "${key}" must be a string, got ${typeof text}`);
    }
  }
  return value as Record<string, string>;
}

/**
 * The metadata of a file, from its header alone.
 *
 * @param bytes The file, or as many of its first bytes as {@link headerEnd} says.
 * @throws {Error} When they are truncated, or another format's.
 */
export function decodeMetadata(bytes: Uint8Array): Record<string, string> {
  return readMetadata(readHeader(bytes).header[METADATA_KEY]);
}

/** Reads one tensor's entry in the header and checks it by itself. */
function readEntry(name: string, value: unknown): Entry {
  const { dtype, shape, data_offsets: offsets } = isObject(value) ? value : {};
  if (typeof dtype !== "string" || !Array.isArray(shape) || !Array.isArray(offsets)) {
    throw new Error(
      `safetensors: tensor "${name}" must have a dtype, a shape and data_offsets, ` +
        `got ${JSON.stringify(value)}`,
    );
  }
  const type = DTYPES.find(([known]) => known === dtype)?.[1];
  if (type === undefined) {
    const known = DTYPES.map(([dtype]) => dtype).join(", ");
    throw new Error(`safetensors: tensor "${name}" has dtype "${dtype}"; those known are ${known}`);
  }
  const [begin, end] = offsets;
  if (offsets.length !== 2 || !isCount(begin) || !isCount(end) || end < begin) {
    throw new Error(
      `safetensors: tensor "${name}" has data_offsets ${JSON.stringify(offsets)}; ` +
        "two ascending byte counts are wanted",
    );
  }
  const size = sizeOf(shape) * type.BYTES_PER_ELEMENT;
  if (Number.isNaN(size)) {
    throw new Error(
      `safetensors: tensor "${name}" has an impossible shape, ${JSON.stringify(shape)}`,
    );
  }
  if (size !== end - begin) {
    throw new Error(
      `safetensors: tensor "${name}" of dtype ${dtype} and shape ${JSON.stringify(shape)} ` +
        `wants ${size} bytes, its data_offsets give ${end - begin}`,
    );
  }
  return { name, dtype, shape, begin, end };
}

/** Checks that the entries cover the `available` bytes of values, each byte once. */
function checkCoverage(entries: readonly Entry[], available: number): void {
  const wanted = entries.reduce((most, { end }) => Math.max(most, end), 0);
  if (wanted > available) {
    throw new Error(
      `truncated safetensors file: its tensors take ${wanted} bytes, ${available} are there`,
    );
  }
  let position = 0;
  let previous = "";
  for (
    const { name, begin, end } of [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end)
  ) {
    if (begin < position) {
      throw new Error(`safetensors: tensors "${previous}" and "${name}" overlap at byte ${begin}`);
    }
    if (begin > position) {
      throw new Error(
        `safetensors: bytes ${position} to ${begin}, before "${name}", belong to no tensor`,
      );
    }
    position = end;
    previous = name;
  }
  if (position < available) {
    throw new Error(
      `safetensors: the last ${available - position} bytes of the file belong to no tensor`,
    );
  }
}

/**
 * Unpacks the bytes of a safetensors file. The tensors are copies: they do not hold on to `bytes`.
 *
 * @param bytes The whole file.
 * @returns The tensors and the metadata.
 * @throws {Error} When the bytes are truncated, contradict themselves or are another format's.
 */
export function decodeSafetensors(bytes: Uint8Array): SafetensorsContent {
  const { header, dataStart } = readHeader(bytes);
  const metadata = readMetadata(header[METADATA_KEY]);
  const entries = Object.entries(header)
    .filter(([name]) => name !== METADATA_KEY)
    .map(([name, value]) => readEntry(name, value));
  checkCoverage(entries, bytes.length - dataStart);
  const tensors = entries.map(({ name, dtype, shape, begin, end }): [string, Tensor] => {
    const type = DTYPES.find(([known]) => known === dtype)![1];
    // Copied to a buffer of its own: typed arrays must begin at a multiple of their element's size.
    const copy = new Uint8Array(end - begin);
    copy.set(bytes.subarray(dataStart + begin, dataStart + end));
    return [name, { shape, data: new type(copy.buffer) }];
  });
  // fromEntries defines properties, where assignment would lose a tensor named "__proto__".
  return { tensors: Object.fromEntries(tensors), metadata };
}
