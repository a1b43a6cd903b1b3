import assert from "node:assert/strict";
import { Interrupt } from "../../src/cli/interrupt.ts";

Deno.test("interrupt: the first Ctrl-C aborts, the second exits at once, and after that none is heard", () => {
  const handlers = new Set<() => void>();
  const exits: number[] = [];
  let stops = 0;
  const press = () => handlers.forEach((handler) => handler());
  {
    using interrupt = new Interrupt(() => stops++, {
      listen: (handler) => handlers.add(handler),
      unlisten: (handler) => handlers.delete(handler),
      exit: (code) => exits.push(code),
    });
    assert.equal(interrupt.signal.aborted, false);
    press();
    assert.equal(interrupt.signal.aborted, true);
    assert.deepEqual([stops, exits], [1, []]);
    press();
    assert.deepEqual([stops, exits], [1, [130]]);
  }
  assert.equal(handlers.size, 0);
});
