/**
 * The wrapper that writes episodes as GIF files. It is in this room, for environments import no other and
 * it needs the encoder and files.
 *
 * @module
 */

import type { Env, ResetOptions, ResetResult, StepResult } from "../envs/env.ts";
import { envName, Wrapper } from "../envs/wrappers/wrapper.ts";
import { makeFolder, writeBytes } from "../io/fs.ts";
import { GifWriter } from "../io/gif.ts";

/** What {@linkcode RecordVideo} records and where it writes. */
export interface RecordVideoOptions {
  /** The folder of the videos; it is made when the first one is written. */
  readonly videoFolder: string;
  /** Whether to record an episode, by its number from 0; {@linkcode cappedCubic} if nothing is given. */
  readonly episodeTrigger?: (episode: number) => boolean;
  /** Whether to start recording at a step, by its number since the wrapper was made, from 1. */
  readonly stepTrigger?: (step: number) => boolean;
  /** Pictures of a video at most; left out, until the episode's end. */
  readonly videoLength?: number;
  /** What names begin with, `rl-video` if left out: `rl-video-episode-8.gif`. */
  readonly namePrefix?: string;
  /** Pictures a second; the environment's own if left out, else 30. */
  readonly fps?: number;
}

/** Pictures a second where nobody says. */
const FPS = 30;

/** Episodes 0, 1, 8, 27, …, 729, and then every thousandth: Gymnasium's default. */
export function cappedCubic(episode: number): boolean {
  return episode < 1000 ? Math.round(Math.cbrt(episode)) ** 3 === episode : episode % 1000 === 0;
}

/**
 * Records some episodes as animated GIF files, as Gymnasium's `RecordVideo` does as MP4. Files appear
 * whole or not at all, and need `--allow-read` and `--allow-write` for the folder.
 *
 * Pictures are encoded as they come, so that a long episode takes no more memory than its file. Writing
 * goes on in the background: await {@linkcode RecordVideo.finished} before the
 * program ends. What went wrong there is thrown by it, or by the next reset. A video that is being
 * recorded when the environment is closed is written too. Pictures are no part of the wrapper's state.
 *
 * @example
 * ```ts ignore
 * import { make, RecordVideo } from "@dinoq/dinoq";
 *
 * const env = new RecordVideo(make("CartPole-v1"), { videoFolder: "videos" });
 * for (let episode = 0; episode < 10; episode++) {
 *   env.reset();
 *   for (let ended = false; !ended;) {
 *     const [, , terminated, truncated] = env.step(env.actionSpace.sample());
 *     ended = terminated || truncated;
 *   }
 * }
 * env.close();
 * await env.finished(); // videos/rl-video-episode-0.gif, -1 and -8
 * ```
 *
 * @typeParam Obs an observation's type
 * @typeParam Act an action's type
 */
export class RecordVideo<Obs = Float32Array, Act = number> extends Wrapper<Obs, Act> {
  readonly #options: RecordVideoOptions;
  readonly #episodeTrigger: (episode: number) => boolean;
  readonly #videoLength: number;
  #episode = -1;
  #step = 0;
  /** The video that is being recorded. */
  #video: { readonly name: string; readonly gif: GifWriter } | undefined;
  #writing: Promise<void> = Promise.resolve();
  #failure: Error | undefined;

  /**
   * Wraps an environment.
   *
   * @param env the environment to wrap; it must have pictures
   * @param options what to record and where to write it
   */
  constructor(env: Env<Obs, Act>, options: RecordVideoOptions) {
    super(env);
    const { videoFolder, episodeTrigger, stepTrigger, videoLength = Infinity, fps } = options ?? {};
    if (typeof videoFolder !== "string" || videoFolder === "") {
      throw new TypeError(
        `RecordVideo: videoFolder must be the path of a folder, got ${JSON.stringify(videoFolder)}`,
      );
    }
    if (videoLength !== Infinity && !(Number.isSafeInteger(videoLength) && videoLength >= 1)) {
      throw new RangeError(
        `RecordVideo: videoLength must be an integer of at least 1, got ${videoLength}`,
      );
    }
    if (fps !== undefined && !(fps > 0 && fps <= 1000)) {
      throw new RangeError(`RecordVideo: fps must be above 0 and at most 1000, got ${fps}`);
    }
    if (env.render === undefined) {
      throw new TypeError(`RecordVideo: ${envName(env)} has no picture to render`);
    }
    this.#options = options;
    this.#videoLength = videoLength;
    this.#episodeTrigger = episodeTrigger ?? (stepTrigger ? () => false : cappedCubic);
  }

  /** Waits until all videos are written; throws when one could not be. */
  async finished(): Promise<void> {
    await this.#writing;
    this.#throwFailure();
  }

  /** Starts an episode, and a video of it if it is its turn. */
  override reset(options?: ResetOptions): ResetResult<Obs> {
    this.#throwFailure();
    const result = this.env.reset(options);
    this.#episode++;
    if (this.#video && this.#videoLength === Infinity) this.#stop();
    if (this.#episodeTrigger(this.#episode)) this.#start(`episode-${this.#episode}`);
    this.#capture();
    return result;
  }

  /** Takes an action, and a picture of what came of it if a video is being recorded. */
  override step(action: Act): StepResult<Obs> {
    const result = this.env.step(action);
    this.#step++;
    if (this.#options.stepTrigger?.(this.#step)) this.#start(`step-${this.#step}`);
    this.#capture();
    return result;
  }

  /** Ends the video that is being recorded and closes the environment. */
  override close(): void {
    if (this.#video) this.#stop();
    this.env.close();
  }

  #throwFailure(): void {
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure) throw failure;
  }

  #start(what: string): void {
    if (this.#video) this.#stop();
    const { namePrefix = "rl-video", fps = this.env.renderFps ?? FPS } = this.#options;
    this.#video = { name: `${namePrefix}-${what}`, gif: new GifWriter({ fps }) };
  }

  #capture(): void {
    if (!this.#video) return;
    const { gif } = this.#video;
    gif.add(this.env.render!());
    if (gif.count >= this.#videoLength) this.#stop();
  }

  /** Ends the video; one is written after the other. */
  #stop(): void {
    const { videoFolder } = this.#options;
    const { name, gif } = this.#video!;
    this.#video = undefined;
    // One that was begun by a step may have no picture yet, when the next begins at once.
    if (gif.count === 0) return;
    const path = `${videoFolder.replace(/\/+$/, "")}/${name}.gif`;
    const bytes = gif.finish();
    this.#writing = this.#writing.then(async () => {
      try {
        await makeFolder(videoFolder);
        await writeBytes(path, bytes);
      } catch (error) {
        this.#failure ??= new Error(`RecordVideo: ${(error as Error).message}`, { cause: error });
      }
    });
  }
}
