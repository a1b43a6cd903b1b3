/**
 * Composes a kernel's WGSL from the sources in shaders/: links imports, fills slots, unrolls tiles,
 * and reads the bindings back out of the result.
 *
 * WGSL alone cannot be parted into files, and `override` constants cannot choose a binding, size a
 * private array or unroll a loop. Three things are therefore settled in text, each in one place:
 * - imports, `@if` conditions and constants, by the WESL linker;
 * - slots: a kernel imports `package::slots::loss`, and the caller says which file that is;
 * - `@each(r < ROWS) statement;` repeats a statement with `$r` replaced by 0, 1, …, since indexed
 *   private arrays and rolled loops reach only 0.6 times the speed of named, unrolled accumulators.
 * Everything else, such as extents and offsets, stays an `override`.
 *
 * The WGSL is the one declaration of a kernel's bindings; the layout is reflected from it.
 */

import { link } from "wesl";
import { SHADERS } from "./shaders.generated.ts";

/** What a kernel is made of. */
export interface ShaderSource {
  /** The file with the entry point, such as "kernels/gather". */
  readonly kernel: string;
  /** Slot name to file, such as { loss: "slots/loss/huber" }. */
  readonly slots?: Readonly<Record<string, string>>;
  /** WESL conditions, for `@if`. */
  readonly conditions?: Readonly<Record<string, boolean>>;
  /** Numbers needed as text: unrolling counts and array sizes. */
  readonly constants?: Readonly<Record<string, number>>;
  /**
   * Files beside those of shaders/, by path without ending, such as { "envs/mine": "fn step…" }: what
   * the kernel, a slot or an import names may be one of them. None may have the path of a file there.
   */
  readonly texts?: Readonly<Record<string, string>>;
}

/** One binding as the shader declares it. */
export interface Binding {
  readonly name: string;
  readonly group: number;
  readonly binding: number;
  readonly type: GPUBufferBindingType;
}

/** A composed shader: its text, what it binds, and the names of its overrides. */
export interface Shader {
  readonly code: string;
  readonly bindings: readonly Binding[];
  readonly overrides: readonly string[];
}

/**
 * The text of one file of shaders/, by its path without ending.
 *
 * @param path Such as "kernels/gather".
 * @param texts Files beside those of shaders/.
 */
export function shaderText(path: string, texts: ShaderSource["texts"] = {}): string {
  if (Object.hasOwn(texts, path)) return texts[path];
  const text = SHADERS[path];
  if (text === undefined) throw new Error(`there is no shader "${path}" in shaders/`);
  return text;
}

/**
 * Composes a shader.
 *
 * @param source The kernel's file, slots, conditions, constants and further texts.
 * @returns The WGSL and its bindings.
 */
export async function composeShader(source: ShaderSource): Promise<Shader> {
  const { constants = {}, texts = {}, slots = {}, kernel } = source;
  for (const path of Object.keys(texts)) {
    if (Object.hasOwn(SHADERS, path)) {
      throw new Error(`the text "${path}" would hide the file of that name in shaders/`);
    }
  }
  const weslSrc: Record<string, string> = {};
  for (const [path, text] of [...Object.entries(SHADERS), ...Object.entries(texts)]) {
    weslSrc[`./${path}.wgsl`] = unroll(text, constants);
  }
  for (const [slot, path] of Object.entries(slots)) {
    weslSrc[`./slots/${slot}.wgsl`] = unroll(shaderText(path, texts), constants, true);
  }
  weslSrc[`./${kernel}.wgsl`] = unroll(shaderText(kernel, texts), constants, true);
  const linked = await link({
    weslSrc,
    rootModuleName: `package::${kernel.replaceAll("/", "::")}`,
    conditions: { ...source.conditions },
    constants: { ...constants },
    keepComments: false,
    sourceMap: false,
  });
  const code = linked.dest;
  const overrides = [...code.matchAll(OVERRIDE)].map(([, name]) => name);
  return { code, bindings: reflectBindings(code), overrides };
}

const EACH = /^([ \t]*)@each\(([^)]*)\)[ \t]*(.*)$/gm;
const INDEX = /^\s*(\w+)\s*<\s*(\w+)\s*$/;

/**
 * Repeats each `@each(i < N, j < M) statement` line for all index values, `$i` and `$j` replaced.
 *
 * @param text WGSL with `@each` lines.
 * @param constants The counts by name; a count may also be written as a number.
 * @param isComposed Whether an unknown count is an error. Files on the shelf may have counts of other
 *   kernels; their lines are left out.
 */
export function unroll(
  text: string,
  constants: Readonly<Record<string, number>>,
  isComposed = false,
): string {
  return text.replace(EACH, (line, indent: string, head: string, statement: string) => {
    const indices = head.split(",").map((part) => {
      const match = INDEX.exec(part);
      if (!match) throw new Error(`"${line.trim()}": wanted @each(index < COUNT, …)`);
      return { name: match[1], bound: match[2] };
    });
    let lines = [statement];
    for (const { name, bound } of indices) {
      const count = /^\d+$/.test(bound) ? Number(bound) : constants[bound];
      if (count === undefined) {
        if (isComposed) throw new Error(`"${line.trim()}": the constant ${bound} is not given`);
        return "";
      }
      const marker = new RegExp(`\\$${name}`, "g");
      lines = lines.flatMap((one) =>
        Array.from({ length: count }, (_, i) => one.replace(marker, String(i)))
      );
    }
    return lines.map((one) => indent + one).join("\n");
  });
}

const OVERRIDE = /^override\s+(\w+)/gm;
const BINDING =
  /@group\((\d+)\)\s*@binding\((\d+)\)\s*var<\s*(storage|uniform)\s*(?:,\s*(read|read_write)\s*)?>\s*(\w+)/g;

/** Reads the buffer bindings out of WGSL text. */
export function reflectBindings(code: string): Binding[] {
  const bindings: Binding[] = [];
  for (const [, group, binding, space, access, name] of code.matchAll(BINDING)) {
    const type = space === "uniform"
      ? "uniform"
      : access === "read_write"
      ? "storage"
      : "read-only-storage";
    bindings.push({ name, group: Number(group), binding: Number(binding), type });
  }
  return bindings.sort((a, b) => a.group - b.group || a.binding - b.binding);
}
