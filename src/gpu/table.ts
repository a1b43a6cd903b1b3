/**
 * The table: what the host tells each tick of a program, a row per tick, an entry per agent.
 *
 * The WGSL struct is the one declaration of an entry's fields; their offsets are read from it here. A
 * dispatch sees its tick's row through a dynamic uniform offset, so a whole submit needs one upload.
 */

import { type Buffers, upload } from "./buffers.ts";
import type { Gpu } from "./gpu.ts";
import { shaderText } from "./shader.ts";

/** One agent's entry in a row: a number for each field of the WGSL struct. */
export type Entry = Readonly<Record<string, number>>;

interface Field {
  readonly name: string;
  readonly index: number;
  readonly isFloat: boolean;
}

/** Entries of a uniform array lie a multiple of 16 bytes apart; the struct's `@align(16)` sees to it. */
const UNIFORM_STRIDE = 16;
const MEMBER = /(\w+)\s*:\s*(f32|u32)$/;

/**
 * Reads the fields of a struct of f32 and u32 scalars out of WGSL.
 *
 * @throws {Error} When there is no such struct, or a field is of another type.
 */
export function reflectStruct(code: string, name: string): Field[] {
  const plain = code.replace(/\/\/.*$/gm, "");
  const body = new RegExp(`struct\\s+${name}\\s*\\{([^}]*)\\}`).exec(plain)?.[1];
  if (!body) throw new Error(`there is no struct ${name} in the shader`);
  // Commas inside a template list, as in array<f32, 4>, part no fields.
  const members = body.split(/,(?![^<]*>)/).map((text) => text.trim()).filter(Boolean);
  return members.map((text, index) => {
    const match = MEMBER.exec(text);
    if (!match) throw new Error(`struct ${name}: "${text}" is no field of type f32 or u32`);
    return { name: match[1], index, isFloat: match[2] === "f32" };
  });
}

/** Rows of entries on the GPU, with their host-side image. */
export class Table {
  /** The uniform buffer. */
  readonly buffer: GPUBuffer;
  /** Rows that fit in one upload. */
  readonly capacity: number;
  /** Bytes that a dispatch sees: one row's entries. */
  readonly rowBytes: number;
  /** Bytes from one row to the next. */
  readonly stride: number;
  readonly #gpu: Gpu;
  readonly #fields: readonly Field[];
  readonly #agents: number;
  readonly #entryWords: number;
  readonly #floats: Float32Array;
  readonly #words: Uint32Array;

  /**
   * @param gpu The GPU to write to.
   * @param buffers Who owns the table's buffer.
   * @param options The file and struct of an entry, agents per row, and rows per upload.
   */
  constructor(
    gpu: Gpu,
    buffers: Buffers,
    options: { file: string; struct: string; agents: number; capacity: number },
  ) {
    this.#gpu = gpu;
    this.#agents = options.agents;
    this.#fields = reflectStruct(shaderText(options.file), options.struct);
    const entryBytes = Math.ceil(this.#fields.length * 4 / UNIFORM_STRIDE) * UNIFORM_STRIDE;
    this.#entryWords = entryBytes / 4;
    this.rowBytes = entryBytes * options.agents;
    const alignment = Math.max(256, gpu.device.limits.minUniformBufferOffsetAlignment);
    this.stride = Math.ceil(this.rowBytes / alignment) * alignment;
    this.capacity = options.capacity;
    this.buffer = buffers.uniform("table", this.stride * this.capacity);
    const image = new ArrayBuffer(this.buffer.size);
    this.#floats = new Float32Array(image);
    this.#words = new Uint32Array(image);
  }

  /**
   * Fills a row of the host's image.
   *
   * @throws {Error} When an agent's entry is missing, or a field of one: a kernel would read what an earlier row left there.
   */
  fill(row: number, entries: readonly Entry[]): void {
    if (entries.length !== this.#agents) {
      throw new Error(`a row needs ${this.#agents} entries, one an agent, got ${entries.length}`);
    }
    entries.forEach((entry, agent) => {
      const start = row * (this.stride / 4) + agent * this.#entryWords;
      for (const { name, index, isFloat } of this.#fields) {
        const value = entry[name];
        if (value === undefined) throw new Error(`the table's row lacks "${name}"`);
        (isFloat ? this.#floats : this.#words)[start + index] = value;
      }
    });
  }

  /** Uploads the first rows of the image. */
  flush(rows: number): void {
    upload(this.#gpu, this.buffer, this.#floats.subarray(0, rows * (this.stride / 4)));
  }
}
