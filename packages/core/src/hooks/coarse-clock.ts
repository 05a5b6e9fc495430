/*
 * Reading the clock costs as much as dispatching a task, so a pass over the queue shares readings.
 * How many handlers may share one adapts: the stride doubles, up to 32, while the handlers between
 * two readings took less than a quarter of a millisecond together, and falls back to one as soon as
 * they took longer. Handlers that take their time are therefore measured one by one, and handlers
 * that return at once cost a thirty-second of a reading each.
 *
 * A reading can be too early, never too late: whatever must not come early (a time limit) asks for
 * a fresh one. Time comes from the global `performance` at the time of the call, because a
 * simulation replaces it.
 */
const maxStride = 32;
const quickMs = 0.25;

export class CoarseClock {
  /** The latest reading, in milliseconds. Good within one synchronous pass. */
  now = 0;
  #handlersLeft = 1;
  #stride = 1;

  read(): number {
    this.#handlersLeft = this.#stride;
    this.now = performance.now();
    return this.now;
  }

  /** To be called after the synchronous part of each handler; whether the clock was read. */
  afterHandler(): boolean {
    if (--this.#handlersLeft > 0) return false;
    const before = this.now;
    this.now = performance.now();
    this.#stride = this.now - before < quickMs ? Math.min(maxStride, this.#stride * 2) : 1;
    this.#handlersLeft = this.#stride;
    return true;
  }
}
