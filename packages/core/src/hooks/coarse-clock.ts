/*
 * Reading the clock costs as much as dispatching a task, so a pass over the queue shares readings.
 * How many handlers may share one adapts: the stride doubles, up to 16, while the handlers between
 * two readings took less than a quarter of a millisecond together, and falls back to one as soon as
 * they took longer. Handlers that take their time are therefore measured one by one, and handlers
 * that return at once cost a sixteenth of a reading each.
 *
 * A reading can be too early, never too late: whatever must not come early (a time limit) asks for
 * a fresh one. Time comes from the global `performance` at the time of the call, because a
 * simulation replaces it.
 */
const maxStride = 16;
const quickMs = 0.25;

export class CoarseClock {
  /** The latest reading, in milliseconds. Good within one synchronous pass. */
  now = 0;
  #handlersSinceReading = 0;
  #stride = 1;

  read(): number {
    this.#handlersSinceReading = 0;
    this.now = performance.now();
    return this.now;
  }

  /** To be called after the synchronous part of each handler; whether the clock was read. */
  afterHandler(): boolean {
    if (++this.#handlersSinceReading < this.#stride) return false;
    const before = this.now;
    this.read();
    this.#stride = this.now - before < quickMs ? Math.min(maxStride, this.#stride * 2) : 1;
    return true;
  }
}
