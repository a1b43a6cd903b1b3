/**
 * Blackjack: come nearer to 21 than the dealer.
 *
 * @module
 */

import type { Env, EnvSpec, ResetOptions, ResetResult, StepResult } from "../env.ts";
import { cannotStep, type EpisodePhase, phaseFromJson } from "../episode_phase.ts";
import { arrayFromJson, countFromJson, type JsonValue, recordFromJson } from "../json.ts";
import { checkCanRender } from "../render/can_render.ts";
import type { RGBImage } from "../render/image.ts";
import { integers } from "../rng/integers.ts";
import { generatorFromJson, generatorToJson, PCG64 } from "../rng/pcg64.ts";
import { Discrete } from "../spaces/discrete.ts";
import { Tuple } from "../spaces/tuple.ts";
import { drawBlackjack } from "./draw_blackjack.ts";

/** The cards of a suit by their value: ace, 2 to 10, and three face cards of value 10. */
const DECK_SIZE = 13;
const SUITS = ["C", "D", "H", "S"];
const FACES = ["J", "Q", "K"];

/** What {@linkcode Blackjack} shows: the player's sum, the dealer's card, 1 for a usable ace. */
export type BlackjackObservation = [playerSum: number, dealerCard: number, usableAce: number];

/** What {@linkcode Blackjack} can be told when it is made. */
export interface BlackjackOptions {
  /** Whether winning with a natural pays 1.5, false if left out; without effect with `sab`. */
  readonly natural?: boolean;
  /** Whether the rules are those of Sutton and Barto's book, false if left out. */
  readonly sab?: boolean;
}

/**
 * The player has two cards, the dealer too, one of which lies face down. Take cards until it is enough:
 * over 21 is lost at once. Then the dealer takes cards up to at least 17, and the higher sum up to 21
 * wins. The game is that of R. S. Sutton and A. G. Barto, "Reinforcement Learning: An Introduction"
 * (2018), example 5.1. Gymnasium's `Blackjack-v1`, equal for the same seeds and actions.
 *
 * Cards are drawn with replacement: each of ace, 2 to 10, jack, queen and king is equally probable.
 * The face cards count 10; an ace counts 11 where that leaves the sum at 21 or less (it is "usable"
 * then), else 1.
 *
 * ## Action space
 *
 * `Discrete(2)`
 *
 * | action | meaning          |
 * | ------ | ---------------- |
 * | 0      | stick: no more   |
 * | 1      | hit: take a card |
 *
 * ## Observation space
 *
 * `Tuple(Discrete(32), Discrete(11), Discrete(2))`, an array of 3 numbers
 *
 * | index | observation                       | values                           |
 * | ----- | --------------------------------- | -------------------------------- |
 * | 0     | the player's sum                  | 4 to 21, up to 31 at an episode's end |
 * | 1     | the dealer's card that lies open  | 1 (ace) to 10                    |
 * | 2     | whether the player's ace is usable | 0 or 1                          |
 *
 * ## Reward
 *
 * 1 for winning, -1 for losing, 0 for a draw and for every step before. A natural is an ace and a ten
 * as the first two cards: with `sab` the player's wins against everything but a natural of the dealer;
 * with `natural` (and not `sab`) winning by it pays 1.5.
 *
 * ## Start
 *
 * Two cards for each.
 *
 * ## End
 *
 * - Termination: the player sticks, or is over 21.
 * - Truncation: none, unless `make` is given `maxEpisodeSteps`.
 *
 * Stepping before a reset, after the episode's end or with another action is an error.
 *
 * ## Arguments
 *
 * | option            | type    | default | meaning                                          |
 * | ----------------- | ------- | ------- | ------------------------------------------------ |
 * | `natural`         | boolean | false   | winning by a natural pays 1.5                    |
 * | `sab`             | boolean | true    | the book's rules; `natural` is without effect then. (`new Blackjack()` has false, as Gymnasium's class.) |
 * | `maxEpisodeSteps` | integer | null    | of `make`: a limit, where there is none          |
 *
 * ## Rendering
 *
 * `render()` is a picture of 384 × 376: the dealer's open card and its value, and the player's sum.
 *
 * ## Versions
 *
 * - v1: the only one.
 *
 * @example Hit under 17
 * ```ts
 * import { type BlackjackObservation, make } from "@dinoq/dinoq";
 *
 * const env = make<BlackjackObservation>("Blackjack-v1");
 * let [[sum]] = env.reset({ seed: 1 });
 * let reward = 0;
 * for (let ended = false; !ended;) {
 *   const [observation, gain, terminated] = env.step(sum < 17 ? 1 : 0);
 *   [sum] = observation;
 *   reward = gain;
 *   ended = terminated;
 * }
 * console.log(reward); // -1, 0 or 1
 * ```
 */
export class Blackjack implements Env<BlackjackObservation, number> {
  /** Player's sum, dealer's card, usable ace. */
  readonly observationSpace: Tuple<[Discrete, Discrete, Discrete]>;
  /** Stick or hit. */
  readonly actionSpace: Discrete;
  /** Pictures a second. */
  readonly renderFps: number = 4;
  /** Set by `make`. */
  readonly spec?: EnvSpec;
  readonly #natural: boolean;
  readonly #sab: boolean;
  #player = new Hand();
  #dealer = new Hand();
  /** What the dealer's open card is called, for pictures. */
  #openCard = "";
  #phase: EpisodePhase = "unreset";
  #rng: PCG64 | undefined;

  /**
   * Makes the environment.
   *
   * @param options the rules
   */
  constructor(options: BlackjackOptions = {}) {
    const { natural = false, sab = false } = options;
    for (const [name, value] of Object.entries({ natural, sab })) {
      if (typeof value !== "boolean") {
        throw new TypeError(`Blackjack: ${name} must be a boolean, got ${value}`);
      }
    }
    this.#natural = natural;
    this.#sab = sab;
    this.observationSpace = new Tuple([new Discrete(32), new Discrete(11), new Discrete(2)]);
    this.actionSpace = new Discrete(2);
  }

  get #name(): string {
    return this.spec?.id ?? "Blackjack";
  }

  /** The dealer's open card by name and suit, e.g. "KS", "10H" or "AC"; "" before a reset. */
  get openCard(): string {
    return this.#openCard;
  }

  /** Player's sum, dealer's card, usable ace: the last observation, afresh. */
  get state(): BlackjackObservation {
    const usable = this.#player.hasUsableAce;
    return [this.#player.value, this.#dealer.first, usable ? 1 : 0];
  }

  /**
   * Deals.
   *
   * @param options `seed` seeds the generator; there are no other options
   */
  reset(options: ResetOptions = {}): ResetResult<BlackjackObservation> {
    const { seed } = options;
    for (const option of Object.keys(options.options ?? {})) {
      throw new RangeError(`${this.#name}: unknown reset option "${option}"; it takes none`);
    }
    if (seed !== undefined || this.#rng === undefined) this.#rng = new PCG64(seed);
    const rng = this.#rng;
    this.#dealer.clear();
    this.#dealer.add(drawCard(rng));
    this.#dealer.add(drawCard(rng));
    this.#player.clear();
    this.#player.add(drawCard(rng));
    this.#player.add(drawCard(rng));
    // Only pictures show suit and face, but they are drawn from the same generator.
    const suit = SUITS[integers(rng, 4)];
    const { first } = this.#dealer;
    const face = first === 1 ? "A" : first === 10 ? FACES[integers(rng, 3)] : `${first}`;
    this.#openCard = face + suit;
    this.#phase = "running";
    return [this.state, {}];
  }

  /**
   * Sticks or hits.
   *
   * @param action 0 to stick, 1 to hit
   */
  step(action: number): StepResult<BlackjackObservation> {
    if (this.#phase !== "running") throw cannotStep(this.#name, this.#phase);
    if (action !== 0 && action !== 1) {
      throw new RangeError(
        `${this.#name}: action must be in ${this.actionSpace}, that is 0 or 1, got ${action}`,
      );
    }
    const rng = this.#rng!, player = this.#player, dealer = this.#dealer;
    let reward = 0;
    if (action === 1) {
      player.add(drawCard(rng));
      if (player.value <= 21) return [this.state, 0, false, false, {}];
      reward = -1;
    } else {
      while (dealer.value < 17) dealer.add(drawCard(rng));
      reward = Math.sign(player.score - dealer.score);
      if (player.isNatural) {
        if (this.#sab && !dealer.isNatural) reward = 1;
        else if (!this.#sab && this.#natural && reward === 1) reward = 1.5;
      }
    }
    this.#phase = "terminated";
    return [this.state, reward, true, false, {}];
  }

  /** The table as a picture, 384 × 376. */
  render(mode?: "rgb_array"): RGBImage;
  /** There is no text: an error. */
  render(mode: "ansi"): string;
  /** Draws the table. */
  render(mode: "rgb_array" | "ansi" = "rgb_array"): RGBImage | string {
    checkCanRender(this.#name, this.#phase, mode);
    const [playerSum, dealerCard, usableAce] = this.state;
    return drawBlackjack(playerSum, dealerCard, usableAce === 1, this.#openCard);
  }

  /** Does nothing: there is nothing to free. */
  close(): void {}

  /** Both hands, where the episode stands, and the generators' states. */
  getState(): JsonValue {
    return {
      player: this.#player.toJson(),
      dealer: this.#dealer.toJson(),
      openCard: this.#openCard,
      phase: this.#phase,
      rng: generatorToJson(this.#rng),
      actionSpace: this.actionSpace.getState(),
      observationSpace: this.observationSpace.getState(),
    };
  }

  /** Goes on from where {@linkcode Blackjack.getState} was called. */
  setState(state: JsonValue): void {
    const what = `the state of ${this.#name}`;
    const record = recordFromJson(state, what);
    const phase = phaseFromJson(record.phase, `phase in ${what}`);
    const cards = phase === "unreset" ? 0 : 2;
    const player = Hand.fromJson(record.player, cards, `player in ${what}`);
    const dealer = Hand.fromJson(record.dealer, cards, `dealer in ${what}`);
    const { openCard } = record;
    if (typeof openCard !== "string" || !/^(([2-9]|10|[JQKA])[CDHS])?$/.test(openCard)) {
      throw new TypeError(
        `openCard in ${what} must be like "10H", got ${JSON.stringify(openCard)}`,
      );
    }
    const rng = generatorFromJson(record.rng);
    if (rng === undefined && phase !== "unreset") {
      throw new TypeError(`rng in ${what} must be a generator's state in an episode, got null`);
    }
    // Read once before anything changes, so that a bad state leaves all as it was.
    generatorFromJson(record.actionSpace);
    this.observationSpace.setState(record.observationSpace);
    this.actionSpace.setState(record.actionSpace);
    this.#player = player;
    this.#dealer = dealer;
    this.#openCard = openCard;
    this.#phase = phase;
    this.#rng = rng;
  }

  /** `<Blackjack<Blackjack-v1>>`, or `<Blackjack>` when it was not made by `make`. */
  toString(): string {
    return this.spec === undefined ? "<Blackjack>" : `<Blackjack<${this.spec.id}>>`;
  }
}

/** A card's value, 1 to 10. */
function drawCard(rng: PCG64): number {
  return Math.min(integers(rng, DECK_SIZE) + 1, 10);
}

/** Cards by what counts of them. */
class Hand {
  /** The first card's value. */
  first = 0;
  #cards = 0;
  /** With aces as 1. */
  #sum = 0;
  #hasAce = false;

  clear(): void {
    this.first = 0;
    this.#cards = 0;
    this.#sum = 0;
    this.#hasAce = false;
  }

  add(card: number): void {
    if (this.#cards === 0) this.first = card;
    this.#cards++;
    this.#sum += card;
    if (card === 1) this.#hasAce = true;
  }

  get hasUsableAce(): boolean {
    return this.#hasAce && this.#sum <= 11;
  }

  /** The sum, with an ace as 11 where that is possible. */
  get value(): number {
    return this.hasUsableAce ? this.#sum + 10 : this.#sum;
  }

  /** The value, 0 where it is over 21. */
  get score(): number {
    const { value } = this;
    return value > 21 ? 0 : value;
  }

  /** Whether it is an ace and a ten. */
  get isNatural(): boolean {
    return this.#cards === 2 && this.#hasAce && this.#sum === 11;
  }

  toJson(): JsonValue {
    return [this.first, this.#cards, this.#sum, this.#hasAce ? 1 : 0];
  }

  static fromJson(value: JsonValue | undefined, cards: number, what: string): Hand {
    const numbers = arrayFromJson(value, what).map((number) => countFromJson(number, what));
    const hand = new Hand();
    [hand.first, hand.#cards, hand.#sum] = numbers;
    hand.#hasAce = numbers[3] === 1;
    if (
      numbers.length !== 4 || numbers[3] > 1 || hand.first > 10 || hand.#cards < cards ||
      hand.#sum < hand.#cards || hand.#sum > 10 * hand.#cards
    ) {
      throw new RangeError(
        `${what} must be [first card, cards, sum, ace], got ${JSON.stringify(value)}`,
      );
    }
    return hand;
  }
}
