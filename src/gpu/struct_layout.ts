/**
 * How many bytes a WGSL struct takes in a buffer, read from its text.
 *
 * Buffers of structs are allocated on the host, and a struct that a user writes has a size that only
 * the text tells. The rules are WGSL's (section "Alignment and Size"): a member lies at the next
 * multiple of its alignment, and the whole is rounded up to the largest alignment in it.
 */

/** Alignment and size in bytes. */
interface Extent {
  readonly align: number;
  readonly size: number;
}

const SCALARS = ["f32", "u32", "i32"];
const SHORT: Readonly<Record<string, string>> = { f: "f32", u: "u32", i: "i32" };
const VECTORS: Readonly<Record<string, Extent>> = {
  2: { align: 8, size: 8 },
  3: { align: 16, size: 12 },
  4: { align: 16, size: 16 },
};

/**
 * The bytes of a host-shareable struct, as an array of it has them: rounded up to its alignment.
 * Members may be f32, u32 and i32, vectors of these, arrays whose count is a number or a `const` of the
 * text, and structs of the text.
 *
 * @param code WGSL with the struct.
 * @param name The struct's name.
 * @throws {Error} That names the member that can't be read or has no place in a buffer.
 */
export function structBytes(code: string, name: string): number {
  return structExtent(withoutComments(code), name, []).size;
}

/** WGSL without comments, which may be nested. */
export function withoutComments(code: string): string {
  let text = "";
  let depth = 0;
  for (let at = 0; at < code.length;) {
    const two = code.slice(at, at + 2);
    if (two === "/*") {
      depth++;
      at += 2;
    } else if (two === "*/" && depth > 0) {
      depth--;
      at += 2;
      if (depth === 0) text += " ";
    } else if (two === "//" && depth === 0) {
      const end = code.indexOf("\n", at);
      at = end < 0 ? code.length : end;
    } else {
      if (depth === 0) text += code[at];
      at++;
    }
  }
  return text;
}

const MEMBER = /^((?:@\w+\s*(?:\([^)]*\))?\s*)*)(\w+)\s*:\s*(.+)$/s;

function structExtent(code: string, name: string, within: readonly string[]): Extent {
  if (within.includes(name)) {
    throw new Error(`struct ${name} contains itself: ${[...within, name].join(" > ")}`);
  }
  const body = new RegExp(`\\bstruct\\s+${name}\\s*\\{([^}]*)\\}`).exec(code)?.[1];
  if (body === undefined) throw new Error(`there is no struct ${name} in the WGSL`);
  let end = 0;
  let align = 1;
  const members = membersOf(body);
  for (const text of members) {
    const member = MEMBER.exec(text);
    if (!member) throw new Error(`struct ${name}: can't read the member "${text}"`);
    const [, attributes, memberName, type] = member;
    const where = `struct ${name}: the member ${memberName}`;
    const natural = typeExtent(code, type.trim(), where, [...within, name]);
    const own = {
      align: attribute(code, attributes, "align", where) ?? natural.align,
      size: attribute(code, attributes, "size", where) ?? natural.size,
    };
    end = roundUp(end, own.align) + own.size;
    align = Math.max(align, own.align);
  }
  if (members.length === 0) throw new Error(`struct ${name} has no members`);
  return { align, size: roundUp(end, align) };
}

/** A struct's members: what stands between its commas, those inside of <> and () left alone. */
function membersOf(body: string): string[] {
  const members = [""];
  let depth = 0;
  for (const character of body) {
    if ("<(".includes(character)) depth++;
    if (">)".includes(character)) depth--;
    if (character === "," && depth === 0) members.push("");
    else members[members.length - 1] += character;
  }
  return members.map((member) => member.trim()).filter((member) => member !== "");
}

/** The value of `@align(16)` or `@size(32)`, if it is there. */
function attribute(
  code: string,
  attributes: string,
  name: string,
  where: string,
): number | undefined {
  const argument = new RegExp(`@${name}\\s*\\(([^)]*)\\)`).exec(attributes)?.[1];
  return argument === undefined ? undefined : integer(code, argument, `${where}, its @${name},`);
}

function typeExtent(code: string, type: string, where: string, within: readonly string[]): Extent {
  if (SCALARS.includes(type)) return { align: 4, size: 4 };
  const vector = /^vec([234])(?:([fui])|\s*<\s*(\w+)\s*,?\s*>)$/.exec(type);
  if (vector && SCALARS.includes(SHORT[vector[2]] ?? vector[3])) return VECTORS[vector[1]];
  const array = /^array\s*<(.*)>$/s.exec(type);
  if (array) {
    const [elementType, countText, ...more] = membersOf(array[1]);
    if (elementType === undefined || countText === undefined || more.length > 0) {
      throw new Error(`${where} must be an array of a fixed length, got ${type}`);
    }
    const element = typeExtent(code, elementType, where, within);
    const count = integer(code, countText, `${where}, its length,`);
    return { align: element.align, size: count * roundUp(element.size, element.align) };
  }
  if (/^\w+$/.test(type)) {
    const alias = new RegExp(`\\balias\\s+${type}\\s*=\\s*([^;]+);`).exec(code)?.[1];
    if (alias !== undefined && !within.includes(`alias ${type}`)) {
      return typeExtent(code, alias.trim(), where, [...within, `alias ${type}`]);
    }
    if (new RegExp(`\\bstruct\\s+${type}\\b`).test(code)) return structExtent(code, type, within);
  }
  const hint = type === "bool" ? " (a bool has no place in a buffer: use u32)" : "";
  throw new Error(
    `${where} must be of f32, u32 or i32, a vector or array of them, or a struct of the same text, got ${type}${hint}`,
  );
}

/** A positive whole number: written out, or a `const` of the text that is one. */
function integer(code: string, text: string, where: string, seen = 0): number {
  const literal = /^\s*(\d+|0[xX][\da-fA-F]+)[ui]?\s*$/.exec(text)?.[1];
  if (literal !== undefined && Number(literal) > 0) return Number(literal);
  const name = /^\s*([A-Za-z_]\w*)\s*$/.exec(text)?.[1];
  const value = name === undefined
    ? undefined
    : new RegExp(`\\bconst\\s+${name}\\s*(?::\\s*\\w+\\s*)?=\\s*([^;]+);`).exec(code)?.[1];
  if (value === undefined || seen > 8) {
    throw new Error(`${where} must be a whole number or a const that is one, got ${text.trim()}`);
  }
  return integer(code, value, where, seen + 1);
}

function roundUp(bytes: number, align: number): number {
  return Math.ceil(bytes / align) * align;
}
