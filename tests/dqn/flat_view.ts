/** How a plain network sees observations that are plain numbers, for tests of what needs to know. */

import type { BatchTarget } from "../../src/dqn/batch.ts";
import { type View, viewOf } from "../../src/dqn/view.ts";

/** The view of so many numbers. */
export function flatView(observationSize: number): View {
  return viewOf({ observationSize }, { network: "mlp", frameStack: 1 });
}

/** What a batch of such observations is laid out for. */
export function flatTarget(
  { observationSize, actions }: { readonly observationSize: number; readonly actions: number },
): BatchTarget {
  const view = flatView(observationSize);
  return { view, input: { ...view.input, margin: [0, 0] }, actions };
}
