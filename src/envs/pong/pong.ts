/**
 * Pong: two paddles and a ball, from pixels.
 *
 * @module
 */

import type { Env, EnvSpec, ResetOptions, ResetResult, StepResult } from "../env.ts";
import { cannotStep, type EpisodePhase, phaseFromJson } from "../episode_phase.ts";
import { type JsonValue, recordFromJson } from "../json.ts";
import { checkCanRender } from "../render/can_render.ts";
import type { RGBImage } from "../render/image.ts";
import { generatorFromJson, generatorToJson, PCG64 } from "../rng/pcg64.ts";
import { restoreSpaces } from "../saved_spaces.ts";
import { Box } from "../spaces/box.ts";
import { Discrete } from "../spaces/discrete.ts";
import { drawPong } from "./draw_pong.ts";
import { PIXELS } from "./field.ts";
import { observe } from "./observation.ts";
import { act, MAX_OPPONENT_SPEED, start } from "./rules.ts";
import { gameFromJson, isOver, layout, MOST_POINTS, type PongState } from "./state.ts";

export type { PongState } from "./state.ts";

/** What {@linkcode Pong} can be told when it is made. */
export interface PongOptions {
  /**
   * How far the opponent's paddle gets in a quarter of a step, in sixteenths of a pixel: an integer
   * from 0 to 32, 12 if left out. The player's paddle gets 12 far.
   */
  readonly opponentSpeed?: number;
  /** The points that win the game: an integer from 1 to 1000, 21 if left out. */
  readonly pointsToWin?: number;
}

/**
 * Pong against a built-in opponent, seen as 84 × 84 grey pixels: play the right paddle, get the ball
 * past the left one, 21 points win. A game of our own in the manner of Atari's, for the Arcade Learning
 * Environment's (ALE's) Pong as it is usually prepared: a step stands for four frames. It needs neither
 * Python nor a ROM, and its rules are integer arithmetic, so that another implementation can equal them
 * to the last bit.
 *
 * ## Action space
 *
 * `Discrete(3)`
 *
 * | action | meaning              |
 * | ------ | -------------------- |
 * | 0      | stay                 |
 * | 1      | the paddle 3 px up   |
 * | 2      | the paddle 3 px down |
 *
 * ## Observation space
 *
 * `Box(0, 255, [84, 84], uint8)`, row-major, y down
 *
 * | thing             | grey level | columns   | rows                    |
 * | ----------------- | ---------- | --------- | ----------------------- |
 * | field             | 0          |           |                         |
 * | walls             | 80         | all       | 0 to 3 and 80 to 83     |
 * | opponent's paddle | 140        | 8 and 9   | 8 of those from 4 to 79 |
 * | player's paddle   | 200        | 74 and 75 | 8 of those from 4 to 79 |
 * | ball, in play     | 255        | 2         | 2 of those from 4 to 79 |
 *
 * One picture shows neither where the ball is going nor how fast: an agent has to see several, by
 * {@linkcode FrameStack} or an agent's own stacks. The score is not shown.
 *
 * ## Reward
 *
 * 1 for a point of the player's, -1 for one of the opponent's, else 0. The task counts as solved at a
 * mean return of 15. Mean returns of 1000 games at random and 60 of scripted players: random play -19.6
 * (some 750 steps), a player that follows the ball's height as the opponent does 0.1, one that foresees
 * where the ball comes down and hits it with an end of the paddle 21 (some 2,500 steps).
 *
 * ## Dynamics
 *
 * Lengths are in sixteenths of a pixel (px), and a step has four ticks. In each tick, in this order:
 *
 * 1. The player's paddle moves by 12 as the action says, the opponent's by `opponentSpeed`, within the
 *    walls.
 * 2. When the ball is not in play the time until the serve goes by; else the ball moves by its speed.
 * 3. A wall mirrors the ball's place and its speed along y.
 * 4. A ball that flies towards a paddle and overlaps it is put to the paddle's front and sent back: its
 *    speed along x grows by 1, up to 20, and the place where it hit decides the speed along y. The ball's
 *    middle can meet the paddle's 8 px, and 1 px above and below, in ten zones of 1 px: from the middle
 *    outwards they give 3, 6, 9, 12, 15, up in the upper half and down in the lower, and where the new
 *    speed along x is 14 or more 5, 10, 15, 20, 25. A border belongs to the zone below it.
 * 5. A ball that is out of the picture is a point for the other side.
 *
 * So a served ball, at a speed of 10, gets from one paddle to the other in 25 steps, after six hits in
 * 16 and in a long rally in 12: it gets ever faster and steeper until somebody misses it. A good shot hits
 * the ball with an end of the paddle.
 *
 * The opponent goes after the ball where it is, not where it will be. It wants to meet the ball's middle
 * with a place of its paddle that is drawn at each serve and each hit of the player's, one of -70, -50,
 * …, 70 from its paddle's middle, and moves when the ball is more than 16 from there. While there is no
 * ball it goes to the middle. It misses steep balls, and now and then one that it aimed too far out for.
 *
 * ## Start
 *
 * Paddles are in the middle, and a coin decides who is served first; later it is who has lost the last
 * point. The ball is served 32 ticks (8 steps) after the start or the point, from the middle, in one of 32
 * rows 1 px apart around it, at one of the eight less steep angles, all drawn uniformly.
 *
 * Draws come from one generator: the coin in `reset`; row, angle and aim, in this order, at a serve; an
 * aim at each hit of the player's. `reset({ seed })` seeds it, `reset()` lets it go on.
 *
 * ## End
 *
 * - Termination: somebody has `pointsToWin` points.
 * - Truncation: after 10,000 steps, by `TimeLimit`, which `make` puts around it.
 *
 * Stepping before a reset, after the episode's end or with another action is an error.
 *
 * ## Arguments
 *
 * | option            | type    | default | meaning                                            |
 * | ----------------- | ------- | ------- | -------------------------------------------------- |
 * | `opponentSpeed`   | integer | 12      | the opponent's way in a tick, 0 to 32; yours is 12 |
 * | `pointsToWin`     | integer | 21      | the points that end the game, 1 to 1000            |
 * | `maxEpisodeSteps` | integer | 10,000  | of `make`: another limit than 10,000               |
 *
 * ## Rendering
 *
 * `render()` is a picture of 504 × 504 in colours, with the score. 15 pictures a second are the speed at
 * which Atari's Pong is played.
 *
 * ## Versions
 *
 * - v0: the only one.
 *
 * @example A stack of pictures, as an agent needs it
 * ```ts
 * import { FrameStack, make } from "@dinoq/dinoq";
 *
 * const env = new FrameStack(make<Uint8Array>("DinoQ/Pong-v0"), 4);
 * env.observationSpace.toString(); // Box(0, 255, [4, 84, 84], uint8)
 * env.reset({ seed: 1 });
 * let score = 0;
 * for (let ended = false; !ended;) {
 *   const [, reward, terminated, truncated] = env.step(env.actionSpace.sample());
 *   score += reward;
 *   ended = terminated || truncated;
 * }
 * console.log(`score: ${score}`); // about -20
 * ```
 */
export class Pong implements Env<Uint8Array, number> {
  /** 84 × 84 grey pixels. */
  readonly observationSpace: Box<"uint8">;
  /** Stay, up, down. */
  readonly actionSpace: Discrete;
  /** Pictures a second. */
  readonly renderFps: number = 15;
  /** Set by `make`. */
  readonly spec?: EnvSpec;
  readonly #opponentSpeed: number;
  readonly #pointsToWin: number;
  readonly #state: Int32Array = new Int32Array(layout.size);
  #phase: EpisodePhase = "unreset";
  #rng: PCG64 | undefined;

  /**
   * Makes the bare environment, without a time limit; `make` gives it one.
   *
   * @param options how good the opponent is, and how long a game
   */
  constructor(options: PongOptions = {}) {
    const { opponentSpeed = 12, pointsToWin = 21 } = options;
    checkInteger("opponentSpeed", opponentSpeed, 0, MAX_OPPONENT_SPEED);
    checkInteger("pointsToWin", pointsToWin, 1, MOST_POINTS);
    this.#opponentSpeed = opponentSpeed;
    this.#pointsToWin = pointsToWin;
    this.observationSpace = new Box(0, 255, [PIXELS, PIXELS], "uint8");
    this.actionSpace = new Discrete(3);
  }

  get #name(): string {
    return this.spec?.id ?? "Pong";
  }

  /** Where everything is and the score, a copy; before the first reset it means nothing. */
  get state(): PongState {
    return layout.toJson(this.#state) as unknown as PongState;
  }

  /**
   * Starts a game.
   *
   * @param options `seed` seeds the generator; there are no `options`
   */
  reset(options: ResetOptions = {}): ResetResult<Uint8Array> {
    const { seed } = options;
    for (const name of Object.keys(options.options ?? {})) {
      throw new RangeError(`${this.#name}: unknown reset option "${name}"; it takes none`);
    }
    if (seed !== undefined || this.#rng === undefined) this.#rng = new PCG64(seed);
    start(this.#state, this.#rng);
    this.#phase = "running";
    return [observe(this.#state), {}];
  }

  /**
   * Moves the paddle and lets the game go on by four ticks.
   *
   * @param action 0 to stay, 1 for up, 2 for down
   */
  step(action: number): StepResult<Uint8Array> {
    if (this.#phase !== "running") throw cannotStep(this.#name, this.#phase);
    if (action !== 0 && action !== 1 && action !== 2) {
      throw new RangeError(
        `${this.#name}: action must be in ${this.actionSpace}, that is 0, 1 or 2, got ${action}`,
      );
    }
    const state = this.#state;
    const reward = act(state, action, this.#rng as PCG64, this.#opponentSpeed);
    const terminated = isOver(state, this.#pointsToWin);
    if (terminated) this.#phase = "terminated";
    return [observe(state), reward, terminated, false, {}];
  }

  /** The field with the score, 504 × 504. */
  render(mode?: "rgb_array"): RGBImage;
  /** There is no text: an error. */
  render(mode: "ansi"): string;
  /** Draws the game. */
  render(mode: "rgb_array" | "ansi" = "rgb_array"): RGBImage | string {
    checkCanRender(this.#name, this.#phase, mode);
    return drawPong(this.#state);
  }

  /** Does nothing: there is nothing to free. */
  close(): void {}

  /** The game, where the episode stands, and the three generators' states. */
  getState(): JsonValue {
    return {
      game: this.#phase === "unreset" ? null : layout.toJson(this.#state),
      phase: this.#phase,
      rng: generatorToJson(this.#rng),
      actionSpace: this.actionSpace.getState(),
      observationSpace: this.observationSpace.getState(),
    };
  }

  /** Goes on from where {@linkcode Pong.getState} was called. */
  setState(state: JsonValue): void {
    const what = `the state of ${this.#name}`;
    const record = recordFromJson(state, what);
    const phase = phaseFromJson(record.phase, `phase in ${what}`);
    const game = phase === "unreset"
      ? undefined
      : gameFromJson(record.game, phase, this.#pointsToWin, `game in ${what}`);
    const rng = generatorFromJson(record.rng);
    if (game !== undefined && rng === undefined) {
      throw new TypeError(`rng in ${what} must be a generator's state, got null`);
    }
    restoreSpaces(this, record);
    this.#state.fill(0);
    if (game !== undefined) this.#state.set(game);
    this.#phase = phase;
    this.#rng = rng;
  }

  /** `<Pong<DinoQ/Pong-v0>>`, or `<Pong>` when it was not made by `make`. */
  toString(): string {
    return this.spec === undefined ? "<Pong>" : `<Pong<${this.spec.id}>>`;
  }
}

function checkInteger(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new RangeError(`Pong: ${name} must be an integer from ${least} to ${most}, got ${value}`);
}
