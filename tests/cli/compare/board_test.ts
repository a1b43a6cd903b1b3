/** Tests of the lines that are redrawn. @module */

import assert from "node:assert/strict";
import { Board } from "../../../src/cli/compare/board.ts";
import { FakeTerminal } from "../fake.ts";

/** What a terminal shows after all: it knows line feeds, "up" and "clear below" alone. */
function shown(text: string): string[] {
  const lines = [""];
  let row = 0;
  // deno-lint-ignore no-control-regex
  for (const part of text.split(/(\n|\x1b\[1A|\r\x1b\[J)/)) {
    if (part === "\n") {
      row++;
      lines[row] ??= "";
    } else if (part === "\x1b[1A") row--;
    else if (part === "\r\x1b[J") lines.splice(row, Infinity, "");
    else lines[row] += part;
  }
  return lines.slice(0, -1);
}

Deno.test("board: lines scroll above those that are redrawn", () => {
  const terminal = new FakeTerminal(true, 20);
  const board = new Board(terminal);
  board.line("first");
  board.draw(["a 1", "b 1"]);
  board.draw(["a 2", "b 2", "c 2"]);
  assert.deepEqual(shown(terminal.text), ["first", "a 2", "b 2", "c 2"]);
  board.line("second");
  board.draw(["a 3"]);
  assert.deepEqual(shown(terminal.text), ["first", "second", "a 3"]);
  board.clear();
  board.clear();
  assert.deepEqual(shown(terminal.text), ["first", "second"]);
});

Deno.test("board: a line that would wrap is cut off", () => {
  const terminal = new FakeTerminal(true, 10);
  new Board(terminal).draw(["0123456789abc"]);
  assert.deepEqual(shown(terminal.text), ["012345678"]);
});

Deno.test("board: a pipe gets whole lines alone", () => {
  const terminal = new FakeTerminal(false);
  const board = new Board(terminal);
  board.draw(["never"]);
  board.line("once");
  board.clear();
  assert.equal(terminal.text, "once\n");
});
