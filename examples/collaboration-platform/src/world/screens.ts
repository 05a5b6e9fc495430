import type { Random } from '@firedrill/core/simulation';

/**
 * What a person looks at. One thread draws everything in the order in which it comes, so that a flood
 * of messages delays the person's own strokes, too. There is no timer in it: it only knows until when
 * it is busy. Times in ms.
 */
export class Screen {
  readonly #random: Random;
  #busyUntilMs = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** Draws what the person did; gives the time until it is seen. */
  drawOwn(nowMs: number): number {
    return this.#work(this.#random.logNormal(ownMs), nowMs);
  }

  /** Draws what others did; gives the time until it is seen. */
  drawReceived(items: number, nowMs: number): number {
    return this.#work(messageMs + itemMs * items, nowMs);
  }

  #work(ms: number, nowMs: number): number {
    this.#busyUntilMs = Math.max(nowMs, this.#busyUntilMs) + ms;
    return this.#busyUntilMs - nowMs;
  }
}

/** Applying and painting one's own stroke: well within a frame of 16.7 ms on most devices. */
const ownMs = { p50: 3, p99: 8 } as const;

/** Parsing one message, and painting one of the things in it. */
const messageMs = 0.15;
const itemMs = 0.05;
