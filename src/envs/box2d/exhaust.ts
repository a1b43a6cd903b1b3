/**
 * The engines' exhaust: particles that are seen and change nothing else.
 *
 * @module
 */

import { FPS } from "./lander_world.ts";

/** A glowing particle. */
export interface Particle {
  x: number;
  y: number;
  vx: number;
  vy: number;
  /** From the engine's power down; below 0 it has gone out. */
  glow: number;
}

/** What a particle loses in a step; in Gymnasium each time it is drawn, which is once a step there. */
const FADING = 0.15;
/** π r² of a particle of two pixels, in square metres. */
const AREA = Math.PI * (2 / 30) ** 2;

/** The particles in flight. */
export class Exhaust {
  #particles: Particle[] = [];

  /**
   * An engine throws out a particle.
   *
   * @param x Where, in metres.
   * @param y Where.
   * @param impulse What it gets along.
   * @param density Its mass by area.
   * @param power The engine's power.
   */
  emit(
    x: number,
    y: number,
    impulse: readonly [x: number, y: number],
    density: number,
    power: number,
  ): void {
    const mass = density * AREA;
    this.#particles.push({ x, y, vx: impulse[0] / mass, vy: impulse[1] / mass, glow: power });
  }

  /** The particles that glow. */
  get particles(): readonly Particle[] {
    return this.#particles;
  }

  /** Lets the particles fall for one step; `floor` tells the ground's height, on which they lie. */
  step(gravity: number, floor: (x: number) => number): void {
    for (const particle of this.#particles) particle.glow -= FADING;
    this.#particles = this.#particles.filter(({ glow }) => glow >= 0);
    for (const particle of this.#particles) {
      particle.vy += gravity / FPS;
      particle.x += particle.vx / FPS;
      particle.y += particle.vy / FPS;
      const ground = floor(particle.x);
      if (particle.y >= ground) continue;
      particle.y = ground;
      particle.vy = -0.3 * particle.vy;
    }
  }
}
