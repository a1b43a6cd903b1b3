/**
 * What a vector environment and its workers send each other.
 *
 * @module
 */

import type { Info } from "../env.ts";
import type { LaneResets, LaneSink, LaneState } from "./lane_group.ts";
import { isTypedArray } from "./layout.ts";
import type { MemoryPlan } from "./shared_memory.ts";
import type { AutoresetMode } from "./vector_env.ts";

/** What a worker is told to make. */
export interface WorkerSetup {
  /** The environments' registered name. */
  readonly id: string;
  /** What `make` is told. */
  readonly envOptions: Readonly<Record<string, unknown>>;
  /** What happens at an episode's end. */
  readonly autoresetMode: AutoresetMode;
  /** Modules to import first. */
  readonly modules: readonly string[];
  /** Which worker this is. */
  readonly worker: number;
  /** Its first lane. */
  readonly first: number;
  /** How many lanes it has. */
  readonly count: number;
  /** Shared memory, where it is used. */
  readonly memory?: MemoryPlan;
}

/** What a worker tells of the environments that it has made. */
export interface WorkerMade {
  /** The observation space in words. */
  readonly observationSpace: string;
  /** The action space in words. */
  readonly actionSpace: string;
  /** Whether they can tell their states. */
  readonly hasState: boolean;
}

/** A lane's info, and the last observation where it belongs to an episode that ended in this step. */
export type LaneEvent = [lane: number, info: Info] | [lane: number, info: Info, final: unknown];

/** What comes of a reset or a step; with shared memory, the events alone. */
export interface WorkerOutcome {
  /** The lanes' infos that are not empty, and all final ones, in the order of the lanes. */
  readonly events: readonly LaneEvent[];
  /** The lanes' observations. */
  readonly observations?: readonly unknown[];
  /** The lanes' rewards. */
  readonly rewards?: Float64Array;
  /** Which lanes have terminated. */
  readonly terminated?: readonly boolean[];
  /** Which lanes have been truncated. */
  readonly truncated?: readonly boolean[];
}

/** What a worker can be asked for, and what it answers. */
export interface WorkerCalls {
  /** Makes the environments. */
  open: [asked: WorkerSetup, answer: WorkerMade];
  /** Resets lanes. */
  reset: [asked: LaneResets, answer: WorkerOutcome];
  /** Steps all lanes. */
  step: [asked: ArrayLike<unknown>, answer: WorkerOutcome];
  /** Tells the lanes' states. */
  getState: [asked: null, answer: readonly LaneState[]];
  /** Sets the lanes' states. */
  setState: [asked: readonly LaneState[], answer: null];
  /** Closes the environments. */
  close: [asked: null, answer: null];
}

/** A message to a worker. */
export interface WorkerRequest {
  /** The call's number. */
  readonly call: number;
  /** What to do. */
  readonly name: keyof WorkerCalls;
  /** With what. */
  readonly asked: unknown;
}

/** An error in a message. */
export interface SentError {
  /** `RangeError`, `TypeError`, or `Error`. */
  readonly name: string;
  /** The message. */
  readonly message: string;
  /** Where it came from, in the worker. */
  readonly stack: string;
}

/** A message from a worker: an answer, an error, or that it ends. */
export type WorkerReply =
  | { readonly call: number; readonly answer: unknown }
  | { readonly call: number; readonly error: SentError }
  | { readonly ending: string };

/** Collects what lanes tell for sending it. */
export class EventList<Obs> implements LaneSink<Obs> {
  /** What has been told. */
  readonly events: LaneEvent[] = [];

  /** A lane's info, left out where it is empty. */
  info(lane: number, info: Info): void {
    for (const key in info) {
      if (Object.hasOwn(info, key)) {
        this.events.push([lane, compact(info) as Info]);
        return;
      }
    }
  }

  /** The last observation and info of a lane's episode. */
  final(lane: number, observation: Obs, info: Info): void {
    this.events.push([lane, compact(info) as Info, compact(observation)]);
  }
}

/** The same value with typed arrays that bring no larger buffer with them when they are sent. */
export function compact(value: unknown): unknown {
  if (isTypedArray(value)) {
    return value.byteLength === value.buffer.byteLength ? value : value.slice();
  }
  if (Array.isArray(value)) return value.map(compact);
  if (typeof value === "object" && value !== null) {
    if (Object.getPrototypeOf(value) !== Object.prototype) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, compact(inner)]));
  }
  return value;
}

/** An error as it can be sent. */
export function sentError(error: unknown): SentError {
  if (!(error instanceof Error)) return { name: "Error", message: String(error), stack: "" };
  const cause = error.cause instanceof Error ? error.cause : error;
  return { name: error.name, message: error.message, stack: cause.stack ?? "" };
}

/** The error that was sent, of the same kind, with the worker's stack after its own message. */
export function receivedError({ name, message, stack }: SentError): Error {
  const kind = name === "RangeError" ? RangeError : name === "TypeError" ? TypeError : Error;
  const error = new kind(message);
  error.stack = `${name}: ${message}\nin a worker: ${stack}`;
  return error;
}
