/**
 * How transitions lie in the replay buffer: taken out of its rows, and shared out among its lanes.
 *
 * A transition is a row and the one behind it; a row that starts none is an episode's end. Observations are
 * single ones, also where several are seen at once: an episode's follow each other, so stacks come about
 * again where they are stored. What transitions can't say is that an episode had begun before the first
 * one that is there: the stacks of the next few are then filled up with that one's observation. Leaving
 * transitions out would not help, for whichever is first would be taken for a beginning; only leaving out
 * the whole rest of such an episode would, and all there is where episodes have no end.
 */

import { KIND } from "../replay/lanes.ts";
import type { RingState } from "../replay/ring.ts";
import { ALL_ACTIONS, unpackMask } from "./action_masks.ts";
import type { CheckedTransitions, StoredTransitions, TransitionNeeds } from "./transitions.ts";

/** A transition's place in the ring's arrays. */
interface Place {
  readonly row: number;
  readonly next: number;
  /** Whether the next row awaits its step: the episode is going on there. */
  readonly isNewest: boolean;
}

/**
 * Shares transitions out: a stretch for each lane, the newest ones where not all have room.
 *
 * @param goesOn Whether each goes on in the one behind it; where none does, a row more is needed.
 * @param room Rows of each lane.
 * @returns Where each lane's stretch begins and ends.
 */
export function share(goesOn: Uint8Array, room: readonly number[]): [from: number, to: number][] {
  const stretches: [number, number][] = [];
  let to = goesOn.length;
  let rowsLeft = goesOn.reduce((sum, on) => sum + 2 - on, 0);
  for (let lane = room.length - 1; lane >= 0; lane--) {
    // The first lane takes what is left: rounding must not lose any.
    const most = lane === 0 ? room[0] : Math.min(room[lane], Math.ceil(rowsLeft / (lane + 1)));
    let from = to;
    let rows = 0;
    while (from > 0) {
      // The last one of a stretch ends it, whether or not its episode goes on elsewhere.
      const more = from === to ? 2 : 2 - goesOn[from - 1];
      if (rows + more > most) break;
      rows += more;
      from--;
    }
    stretches.unshift([from, to]);
    // Where an episode is cut, the earlier part of it needs an end of its own.
    rowsLeft -= rows - (from > 0 && from < to ? goesOn[from - 1] : 0);
    to = from;
  }
  return stretches;
}

/**
 * The stack that was seen where a transition starts, as far as the transitions before it tell.
 *
 * @param frames How many observations are seen at once.
 * @returns [frames × size], oldest first, filled up with the episode's first.
 */
export function stackAt(
  { observations, goesOn }: Pick<CheckedTransitions, "observations" | "goesOn">,
  transition: number,
  { frames, size }: { frames: number; size: number },
): Float32Array | Uint8Array {
  const stack = observations instanceof Uint8Array
    ? new Uint8Array(frames * size)
    : new Float32Array(frames * size);
  let at = transition;
  for (let frame = frames - 1; frame >= 0; frame--) {
    stack.set(observations.subarray(at * size, (at + 1) * size), frame * size);
    if (goesOn[at - 1] === 1) at--;
  }
  return stack;
}

/** Takes the transitions out of a ring's arrays, lane by lane, oldest first. */
export function collect(
  state: RingState,
  { shape, usesMasks, usesNextActions }: TransitionNeeds,
): StoredTransitions {
  const { observationSize: size, actions: actionCount, firstAction } = shape;
  const { kinds, observations, masks } = state;
  const places = [...placesOf(state)].filter(({ row, next }) =>
    !usesNextActions || kinds[row] === KIND.terminates || kinds[next] !== KIND.none
  );
  const count = places.length;
  const maskBytes = usesMasks ? count * actionCount : 0;
  const nextActions = new Int32Array(usesNextActions ? count : 0);
  const actionMasks = new Uint8Array(maskBytes);
  const nextActionMasks = new Uint8Array(maskBytes);
  const rows = () =>
    observations instanceof Uint8Array
      ? new Uint8Array(count * size)
      : new Float32Array(count * size);
  const all = {
    observations: rows(),
    nextObservations: rows(),
    actions: new Int32Array(count),
    rewards: new Float32Array(count),
    terminated: new Uint8Array(count),
    truncated: new Uint8Array(count),
    ...usesMasks && { actionMasks, nextActionMasks },
    ...usesNextActions && { nextActions },
  };
  places.forEach(({ row, next, isNewest }, i) => {
    const terminates = kinds[row] === KIND.terminates;
    all.observations.set(observations.subarray(row * size, (row + 1) * size), i * size);
    all.nextObservations.set(observations.subarray(next * size, (next + 1) * size), i * size);
    all.actions[i] = state.actions[row] + firstAction;
    all.rewards[i] = state.rewards[row];
    all.terminated[i] = Number(terminates);
    all.truncated[i] = Number(!terminates && !isNewest && !startsTransition(kinds[next]));
    if (usesNextActions) nextActions[i] = firstAction + (terminates ? 0 : state.actions[next]);
    if (!usesMasks) return;
    const [from, to] = [i * actionCount, (i + 1) * actionCount];
    unpackMask(masks?.[row] ?? ALL_ACTIONS, actionMasks.subarray(from, to));
    unpackMask(
      terminates ? ALL_ACTIONS : masks?.[next] ?? ALL_ACTIONS,
      nextActionMasks.subarray(from, to),
    );
  });
  return all;
}

function startsTransition(kind: number): boolean {
  return kind === KIND.terminates || kind === KIND.continues;
}

/** The rows that start a transition, lane by lane, oldest first. */
function* placesOf({ lanes, region, filled, kinds }: RingState): Generator<Place> {
  for (const [lane, { head, size, open }] of lanes.entries()) {
    for (let back = size - 1; back > 0; back--) {
      const at = (back: number) => lane * filled + (head - back + region) % region;
      const row = at(back);
      if (!startsTransition(kinds[row])) continue;
      yield { row, next: at(back - 1), isNewest: back === 1 && open };
    }
  }
}
