import assert from "node:assert/strict";
import { openTerminal, Screen } from "../../src/cli/terminal.ts";
import { FakeTerminal } from "./fake.ts";

Deno.test("terminal: a live line is redrawn in place, and lines go above it", () => {
  const terminal = new FakeTerminal(true);
  const screen = new Screen(terminal);
  screen.live("10 %");
  screen.live("20 %");
  screen.line("an episode");
  screen.live("30 %");
  assert.equal(
    terminal.text,
    "10 %\r\x1b[2K20 %\r\x1b[2Kan episode\n20 %\r\x1b[2K30 %",
  );
  screen.clear();
  screen.line("done");
  assert.deepEqual(terminal.lines(), ["an episode", "done", ""]);
});

Deno.test("terminal: a live line that has not changed is not drawn again", () => {
  const terminal = new FakeTerminal(true);
  const screen = new Screen(terminal);
  screen.live("10 %");
  screen.live("10 %");
  screen.clear();
  screen.clear();
  assert.equal(terminal.text, "10 %\r\x1b[2K");
});

Deno.test("terminal: a live line never fills a line, also after the window shrank", () => {
  const terminal = new FakeTerminal(true, 10);
  const screen = new Screen(terminal);
  screen.live("0123456789abc");
  assert.equal(terminal.text, "012345678");
  terminal.width = 5;
  screen.live("0123456789");
  assert.equal(terminal.lines().at(-1), "0123");
});

Deno.test("terminal: where nobody looks on there are only whole lines", () => {
  const terminal = new FakeTerminal(false);
  const screen = new Screen(terminal);
  screen.live("10 %");
  screen.line("done");
  screen.clear();
  assert.equal(terminal.text, "done\n");
});

Deno.test("terminal: a stream that takes a few bytes at a time gets them all", () => {
  const bytes: number[] = [];
  const terminal = openTerminal({
    isTerminal: () => false,
    writeSync(chunk) {
      const taken = chunk.subarray(0, 3);
      bytes.push(...taken);
      return taken.length;
    },
  });
  terminal.write("mean 500.0 ± 0.0\n");
  assert.equal(new TextDecoder().decode(new Uint8Array(bytes)), "mean 500.0 ± 0.0\n");
  assert.equal(terminal.columns(), 80);
});
