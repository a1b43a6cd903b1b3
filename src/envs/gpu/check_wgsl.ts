/**
 * What the text of a GPU environment shows to be wrong, before any compiler sees it: a compiler's
 * message would be about the kernel that the text is composed into, not about what its author forgot.
 *
 * @module
 */

const POINTER = String.raw`ptr\s*<\s*function\s*,\s*Random\s*,?\s*>`;

/** The three functions: as they are to be written, and their parameters' and result's types. */
const FUNCTIONS = [
  {
    name: "reset",
    wanted: "fn reset(random: ptr<function, Random>) -> State",
    parameters: [POINTER],
    result: "State",
  },
  {
    name: "step",
    wanted: "fn step(state: State, action: u32, random: ptr<function, Random>) -> Outcome",
    parameters: ["State", "u32", POINTER],
    result: "Outcome",
  },
  {
    name: "observe",
    wanted: "fn observe(state: State, element: u32) -> f32",
    parameters: ["State", "u32"],
    result: "f32",
  },
] as const;

/** What a file that is no kernel does not declare. */
const FORBIDDEN: readonly [pattern: RegExp, what: string][] = [
  [/@(group|binding)\b/, "bindings: what it has to remember is in State"],
  [/@(compute|vertex|fragment)\b/, "an entry point: the kernel that plays it has one"],
  [
    /\bvar\s*<\s*(private|workgroup|storage|uniform)\b/,
    "variables outside of functions: what it has to remember is in State",
  ],
];

/**
 * Checks a user's environment.
 *
 * @param who the caller, for errors
 * @param wgsl the text
 * @param overrides the names that are to be its `override`s
 */
export function checkWgsl(who: string, wgsl: unknown, overrides: readonly string[]): void {
  if (typeof wgsl !== "string") {
    throw new TypeError(`${who}: wgsl must be the text of the shader, got ${typeof wgsl}`);
  }
  // Comments could say anything. Nested ones, which are rare, are found by the compiler.
  const text = wgsl.replace(/\/\/.*|\/\*[^]*?\*\//g, " ");
  checkStructs(who, text);
  for (const { name, wanted, parameters, result } of FUNCTIONS) {
    if (!new RegExp(`\\bfn\\s+${name}\\b`).test(text)) {
      throw new RangeError(`${who}: the wgsl has no function ${name}; wanted ${wanted}`);
    }
    const list = parameters.map((type) => `\\w+\\s*:\\s*${type}\\s*`).join(",\\s*");
    const head = `\\bfn\\s+${name}\\s*\\(\\s*${list},?\\s*\\)\\s*->\\s*${result}\\s*\\{`;
    if (!new RegExp(head).test(text)) {
      throw new RangeError(
        `${who}: the wgsl's function ${name} has other parameters or another result; wanted ${wanted}`,
      );
    }
  }
  for (const [pattern, what] of FORBIDDEN) {
    if (pattern.test(text)) throw new RangeError(`${who}: the wgsl must not declare ${what}`);
  }
  if (!/\bimport\s[^;]*\bRandom\b/.test(text)) {
    throw new RangeError(
      `${who}: the wgsl does not import Random; wanted import package::lib::random::Random; (or ` +
        "::{Random, unit, below, chance, word}, those that it uses)",
    );
  }
  checkOverrides(who, text, overrides);
}

function checkStructs(who: string, text: string): void {
  const state = bodyOf(text, "State");
  if (state === undefined) {
    throw new RangeError(`${who}: the wgsl has no struct State; wanted struct State { … }`);
  }
  const unfit = /\b(bool|f16|atomic|ptr)\b/.exec(state)?.[1];
  if (unfit !== undefined) {
    throw new RangeError(
      `${who}: struct State must consist of f32, u32 and i32, got ${unfit}${
        unfit === "bool" ? " (use u32)" : ""
      }`,
    );
  }
  const wanted = "struct Outcome { state: State, reward: f32, terminated: bool }";
  const outcome = bodyOf(text, "Outcome");
  if (outcome === undefined) {
    throw new RangeError(`${who}: the wgsl has no struct Outcome; wanted ${wanted}`);
  }
  for (const member of ["state\\s*:\\s*State", "reward\\s*:\\s*f32", "terminated\\s*:\\s*bool"]) {
    if (!new RegExp(`\\b${member}\\b`).test(outcome)) {
      throw new RangeError(
        `${who}: struct Outcome has no ${
          member.replaceAll("\\s*", "").replace(":", ": ")
        }; wanted ${wanted}`,
      );
    }
  }
}

function bodyOf(text: string, struct: string): string | undefined {
  return new RegExp(`\\bstruct\\s+${struct}\\s*\\{([^}]*)\\}`).exec(text)?.[1];
}

function checkOverrides(who: string, text: string, given: readonly string[]): void {
  const declared = [...text.matchAll(/\boverride\s+(\w+)\s*(?::[^;=]*)?(=)?/g)];
  const names = declared.map(([, name]) => name);
  for (const name of given) {
    if (!names.includes(name)) {
      throw new RangeError(
        `${who}: the wgsl has no override ${name}; it has ${names.join(", ") || "none"}`,
      );
    }
  }
  for (const [, name, equals] of declared) {
    if (!/^[a-z]/.test(name)) {
      throw new RangeError(
        `${who}: the wgsl's override ${name} must begin with a small letter: those that begin with ` +
          "capitals are the kernels' own",
      );
    }
    if (equals === undefined && !given.includes(name)) {
      throw new RangeError(
        `${who}: the wgsl's override ${name} has no default, so overrides must give its value`,
      );
    }
  }
}
