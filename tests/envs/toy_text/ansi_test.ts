import assert from "node:assert/strict";
import { colorize } from "../../../src/envs/toy_text/ansi.ts";

Deno.test("ansi: colours, bold and highlight", () => {
  assert.equal(colorize("x", "red"), "\x1b[31mx\x1b[0m");
  assert.equal(colorize("x", "blue", { bold: true }), "\x1b[34;1mx\x1b[0m");
  assert.equal(colorize("x", "yellow", { highlight: true }), "\x1b[43mx\x1b[0m");
});
