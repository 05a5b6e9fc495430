/** Real time that is lost to a stall beyond this is not made up for by racing. */
const mostLagMs = 1_000;

/**
 * Says how long virtual time is to be held back, so that it passes at a constant speed.
 *
 * Virtual time is tied to real time at an anchor. The anchor moves when a phase begins (virtual time
 * starts again at 0), after a pause, and when the simulation has fallen far behind.
 */
export class Pacer {
  readonly #now: () => number;
  #speed = Number.POSITIVE_INFINITY;
  #anchorRealMs: number;
  #anchorVirtualMs = 0;
  #lastVirtualMs = 0;
  #pausedAtMs: number | undefined;

  constructor(now: () => number) {
    this.#now = now;
    this.#anchorRealMs = now();
  }

  get isPaused(): boolean {
    return this.#pausedAtMs !== undefined;
  }

  /** Virtual seconds for each real second; `Infinity` is as fast as the machine can. */
  get speed(): number {
    return this.#speed;
  }

  set speed(speed: number) {
    this.#speed = speed;
    this.#anchorRealMs = this.#now();
    this.#anchorVirtualMs = this.#lastVirtualMs;
  }

  pause(): void {
    this.#pausedAtMs ??= this.#now();
  }

  resume(): void {
    if (this.#pausedAtMs === undefined) return;
    this.#anchorRealMs += this.#now() - this.#pausedAtMs;
    this.#pausedAtMs = undefined;
  }

  /** Real milliseconds to wait before virtual time may move to `nextMs`; `Infinity` in a pause. */
  holdMs(nextMs: number): number {
    if (nextMs < this.#lastVirtualMs) {
      this.#anchorRealMs = this.#pausedAtMs ?? this.#now();
      this.#anchorVirtualMs = 0;
    }
    this.#lastVirtualMs = nextMs;
    if (this.#pausedAtMs !== undefined) return Number.POSITIVE_INFINITY;
    const dueMs = this.#anchorRealMs + (nextMs - this.#anchorVirtualMs) / this.#speed;
    const holdMs = dueMs - this.#now();
    if (holdMs < -mostLagMs) this.#anchorRealMs -= holdMs + mostLagMs;
    return Math.max(0, holdMs);
  }
}
