/** Ticks later than this share of their interval say that the process does not keep up. */
const lateShare = 0.25;

/** As many ticks in time, and it does again. */
const calmTicks = 20;

/** The rarest is every fourth tick. */
const mostStrain = 2;

/**
 * The beat of news that the next one makes obsolete. While the process keeps up, each tick is one; while
 * its timers come late, every second and then every fourth, so that what matters more comes in time.
 */
export class Cadence {
  readonly #everyMs: number;
  #lastMs: number | undefined;
  #ticks = 0;
  #strain = 0;
  #inTime = 0;

  constructor(everyMs: number) {
    this.#everyMs = everyMs;
  }

  /** A timer has come. Gives whether this tick is a beat. */
  tick(nowMs: number): boolean {
    const lateMs = this.#lastMs === undefined ? 0 : nowMs - this.#lastMs - this.#everyMs;
    this.#lastMs = nowMs;
    if (lateMs > lateShare * this.#everyMs) {
      this.#strain = Math.min(this.#strain + 1, mostStrain);
      this.#inTime = 0;
    } else {
      this.#inTime += 1;
      if (this.#inTime >= calmTicks) {
        this.#strain = Math.max(this.#strain - 1, 0);
        this.#inTime = 0;
      }
    }
    this.#ticks += 1;
    return this.#ticks % 2 ** this.#strain === 0;
  }
}
