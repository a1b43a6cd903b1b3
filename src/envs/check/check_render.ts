/**
 * The part of the check that looks at pictures.
 *
 * @module
 */

import type { Subject } from "./calls.ts";
import { copyOf, difference, isRecord, show } from "./values.ts";

const SEED = 55;
const STEPS = 5;

/** Whether pictures are pictures, and whether drawing them changes nothing. */
export function checkRender(subject: Subject): void {
  const { env, findings } = subject;
  if (env.render === undefined) return;
  if (typeof env.render !== "function") {
    throw findings.giveUp("render", `render must be a function, got ${show(env.render)}`);
  }
  const { renderFps } = env;
  if (renderFps === undefined) {
    findings.warn("renderFps", "there are pictures but no renderFps, pictures a second to show");
  } else if (!(typeof renderFps === "number" && renderFps > 0 && Number.isFinite(renderFps))) {
    findings.fault("renderFps", `renderFps must be a number over 0, got ${show(renderFps)}`);
  }
  const actions = subject.actions(STEPS, 6);
  const unseen = subject.play(SEED, actions).map(({ observation }) => copyOf(observation));

  let size: string | undefined;
  const seen = [copyOf(subject.reset({ seed: SEED }).observation)];
  for (let i = 0;; i++) {
    const before = subject.snapshot();
    const picture = look(subject, size);
    if (difference(before, subject.snapshot()) !== undefined) {
      findings.fault("render changes", "render() changed the state: drawing must change nothing");
    }
    if (picture !== undefined) size ??= picture;
    if (i === STEPS) break;
    const { observation, terminated, truncated } = subject.step(actions[i]);
    seen.push(copyOf(observation));
    if (terminated || truncated) seen.push(copyOf(subject.reset().observation));
  }
  const found = difference(unseen, seen);
  if (found !== undefined && !findings.has("repeat")) {
    findings.fault(
      "render changes",
      `the same seed and actions give other observations when render() is called between (${found})`,
    );
  }
  try {
    const text: unknown = env.render("ansi");
    if (typeof text !== "string") {
      findings.fault("ansi", `render("ansi") must return a string or throw, got ${show(text)}`);
    }
  } catch (error) {
    if (!(error instanceof Error)) {
      findings.fault("ansi", `render("ansi") must throw an Error, it threw ${show(error)}`);
    }
  }
}

/**
 * Draws twice and looks at the pictures.
 *
 * @param size the size of earlier pictures
 * @returns the size
 */
function look({ env, findings }: Subject, size: string | undefined): string | undefined {
  const image: unknown = findings.call("render()", () => env.render!());
  if (!isRecord(image)) {
    throw findings.giveUp(
      "image",
      `render() must return an image { width, height, data }, got ${show(image)}`,
    );
  }
  const { width, height, data } = image;
  const isCount = (x: unknown): x is number => Number.isSafeInteger(x) && (x as number) > 0;
  if (!isCount(width) || !isCount(height)) {
    throw findings.giveUp(
      "image size",
      `render(): width and height must be integers over 0, got ${show(width)} and ${show(height)}`,
    );
  }
  const isBytes = data instanceof Uint8Array || data instanceof Uint8ClampedArray;
  if (!isBytes || data.constructor !== Uint8Array || data.length !== 3 * width * height) {
    throw findings.giveUp(
      "image data",
      `render(): data must be a Uint8Array of 3 * ${width} * ${height} = ${
        3 * width * height
      } bytes, got ${show(data)}`,
    );
  }
  const now = `${width} x ${height}`;
  if (size !== undefined && size !== now) {
    findings.fault("image size", `render(): pictures must be of one size, got ${size} and ${now}`);
  }
  const { data: second } = findings.call("render()", () => env.render!());
  if (second === data) {
    findings.fault(
      "image reused",
      "render() must return a fresh image each time, data is the same",
    );
  } else if (difference(second, data) !== undefined) {
    findings.fault("image differs", "render() must draw the same again when nothing has happened");
  }
  return now;
}
