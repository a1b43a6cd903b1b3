/**
 * The part of the check that looks at `getState` and `setState`: whether an environment goes on from a
 * saved state bit for bit.
 *
 * @module
 */

import type { JsonValue } from "../json.ts";
import { comparable, outcomeDifference, type Subject } from "./calls.ts";
import { checkRefusal } from "./refusals.ts";
import { copyOf, difference, isRecord, show } from "./values.ts";

const SEED = 77;
/** Steps before the state is saved, and after. */
const BEFORE = 10;
const AFTER = 60;
/** How many places of a state are spoilt in turn. */
const SPOILT = 60;

/**
 * Saves and restores states.
 *
 * @param other another environment of the same kind, to carry the state over to; left out where there
 * is none
 */
export function checkState(subject: Subject, other?: Subject): void {
  const { env, findings } = subject;
  const [get, set] = [typeof env.getState, typeof env.setState];
  if (get !== "function" && set !== "function") {
    findings.warn(
      "no state",
      "there is no getState and setState: a saved training run will start a new episode",
    );
    return;
  }
  if (!subject.hasState) {
    const [has, lacks] = get === "function" ? ["getState", "setState"] : ["setState", "getState"];
    throw findings.giveUp(
      "half a state",
      `it has ${has} but no ${lacks}: it needs both or neither`,
    );
  }
  subject.play(SEED, subject.actions(BEFORE, 2));
  const state = findings.call("getState()", () => env.getState!());
  const text = checkJson(subject, state);
  const kept = copyOf(state);

  const actions = subject.actions(AFTER, 3);
  const wanted = subject.goOn(actions);
  subject.stateText();
  const changed = difference(state, kept);
  if (changed !== undefined) {
    findings.fault(
      "state changes",
      `what getState() returned was changed later (${changed}): return a copy`,
    );
  }
  restore(subject, subject, text);
  compare(subject, subject, "setState(state)");
  if (other !== undefined && other.hasState) {
    restore(subject, other, text);
    compare(subject, other, "setState(state) of another environment of the same kind");
  }
  findings.part(() => checkPhase(subject));
  findings.part(() => checkBadStates(subject, text));

  function compare(from: Subject, to: Subject, what: string): void {
    const found = outcomeDifference(wanted, to.goOn(actions));
    if (found !== undefined) {
      from.findings.fault(
        "state",
        `after ${what} the same actions must give the same as before; ${found}`,
      );
    }
  }
}

/** The state as JSON, if it survives that. */
function checkJson({ findings }: Subject, state: JsonValue): string {
  const text = findings.call("JSON.stringify(getState())", () => JSON.stringify(state));
  const found = text === undefined ? show(state) : difference(state, JSON.parse(text));
  if (found !== undefined) {
    throw findings.giveUp(
      "state JSON",
      `getState() must return what JSON keeps as it is, but this is lost: ${found}`,
    );
  }
  return text;
}

/** Sets a state, and looks whether getState() then gives it back. */
function restore({ findings }: Subject, to: Subject, text: string): void {
  findings.call("setState(state)", () => to.env.setState!(JSON.parse(text)));
  const found = difference(to.snapshot(), comparable(text));
  if (found === undefined) return;
  findings.fault(
    "state back",
    `after setState(state), getState() must give that state back; ${found}`,
  );
}

/** An ended episode must still be ended after it was restored. */
function checkPhase(subject: Subject): void {
  const { env, findings } = subject;
  subject.reset({ seed: SEED });
  for (const action of subject.actions(1000, 4)) {
    const { terminated, truncated } = subject.step(action);
    if (!terminated && !truncated) continue;
    const text = subject.stateText();
    subject.reset();
    findings.call("setState(state) of an ended episode", () => env.setState!(JSON.parse(text)));
    const what = "after setState(state) of an ended episode";
    checkRefusal(subject, action, what, `step() ${what} must throw an error, it did not`);
    return;
  }
}

/** States that are none must be refused and leave everything as it was. */
function checkBadStates(subject: Subject, text: string): void {
  const { findings } = subject;
  const good: JsonValue = JSON.parse(text);
  const nonsense: JsonValue[] = [null, {}, [], "state"];
  const none = nonsense.filter((state) => difference(state, good) !== undefined);
  const bad = [
    ...none.map((state): [what: string, state: JsonValue] => [show(state), state]),
    ...spoilt(good).map(([path, state]): [what: string, state: JsonValue] => [
      `a state with { bad: true } as ${path}`,
      state,
    ]),
  ];
  const accepted = new Set<string>();
  // From moments other than that of the bad states, so that half a change shows.
  for (const moment of [1, 2, 3]) {
    subject.play(SEED + moment, subject.actions(BEFORE + moment, 5));
    for (const [what, state] of bad) {
      if (!refuses(subject, what, state)) accepted.add(what);
    }
  }
  if (accepted.size > 0) {
    const [first, ...more] = accepted;
    const list = more.length < 4 ? [first, ...more].join(", ") : `${first} and ${more.length} more`;
    findings.warn("bad state", `setState() should throw for bad states, it accepted ${list}`);
  }
}

/** Whether a bad state is refused; one that is refused must change nothing. */
function refuses(subject: Subject, what: string, state: JsonValue): boolean {
  const { env, findings } = subject;
  const before = subject.stateText();
  let refused = false;
  try {
    env.setState!(state);
  } catch {
    refused = true;
    const found = difference(subject.snapshot(), comparable(before));
    if (found !== undefined) {
      findings.fault(
        "bad state changes",
        `setState(${what}) threw an error, as it must, but changed the state before (${found}): ` +
          "read all of it, then change",
      );
    }
  }
  findings.call("setState(state)", () => env.setState!(JSON.parse(before)));
  return refused;
}

/** Copies of a state with one place spoilt in each, the path told. */
function spoilt(state: JsonValue, path = ""): [path: string, state: JsonValue][] {
  if (!isRecord(state)) return [];
  return Object.entries(state).flatMap(([key, value]): [string, JsonValue][] => {
    const here = `${path}.${key}`;
    return [
      [here, { ...state, [key]: { bad: true } }],
      ...spoilt(value as JsonValue, here).map(([deeper, inner]): [string, JsonValue] => [
        deeper,
        { ...state, [key]: inner },
      ]),
    ];
  }).slice(0, SPOILT);
}
