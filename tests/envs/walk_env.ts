/** A small environment without faults, for tests that break it. */

import {
  Box,
  Discrete,
  type Env,
  type Info,
  type JsonValue,
  PCG64,
  type ResetOptions,
  type RGBImage,
  type Space,
} from "../../src/envs/mod.ts";

/** What a step returns before the observation is added. */
export type Step = [unknown, number, boolean, boolean, Info];

/** A walk along a line from a random place, left or right, with a gust now and then, to either end. */
export class WalkEnv implements Env<Float32Array, number> {
  readonly observationSpace: Space<Float32Array> = new Box(0, 10, [2]);
  readonly actionSpace: Space<number> = new Discrete(2);
  readonly renderFps: number | undefined = 10;
  protected rng = new PCG64();
  protected place = -1;
  protected gust = 0;
  protected running = false;

  reset({ seed }: ResetOptions = {}): [Float32Array, Info] {
    if (seed !== undefined) this.rng = new PCG64(seed);
    this.place = 2 + Math.floor(7 * this.rng.nextDouble());
    this.gust = 0;
    this.running = true;
    return [this.observe(), {}];
  }

  step(action: number): [Float32Array, number, boolean, boolean, Info] {
    if (!this.running) throw new Error(`${this.name}: reset() first`);
    if (!this.actionSpace.contains(action)) throw new RangeError(`${this.name}: no ${action}`);
    this.gust = this.rng.nextDouble();
    this.place += (action === 1) === (this.gust < 0.9) ? 1 : -1;
    this.running = this.place > 0 && this.place < 10;
    return [this.observe(), this.place === 10 ? 1 : 0, !this.running, false, { gust: this.gust }];
  }

  protected get name(): string {
    return this.constructor.name;
  }

  protected observe(): Float32Array {
    return Float32Array.of(this.place, this.gust);
  }

  render(mode?: "rgb_array"): RGBImage;
  render(mode: "ansi"): string;
  render(mode?: string): RGBImage | string {
    if (mode === "ansi") throw new RangeError(`${this.name}: no text`);
    return this.draw();
  }

  protected draw(): RGBImage {
    const data = new Uint8Array(3 * 11);
    data[3 * this.place] = 255;
    return { width: 11, height: 1, data };
  }

  close(): void {}

  getState(): JsonValue {
    const { place, gust, running, rng, actionSpace } = this;
    return { place, gust, running, rng: rng.getState(), actions: actionSpace.getState() };
  }

  setState(state: JsonValue): void {
    const { place, gust, running, rng, actions } = state as Record<string, JsonValue>;
    const restored = new PCG64(0);
    restored.setState(rng);
    if (typeof place !== "number" || typeof gust !== "number" || typeof running !== "boolean") {
      throw new TypeError("WalkEnv: no state of mine");
    }
    this.actionSpace.setState(actions);
    this.rng = restored;
    this.place = place;
    this.gust = gust;
    this.running = running;
  }

  toString(): string {
    return `<${this.name}>`;
  }
}
