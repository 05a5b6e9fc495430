import type { CoarseClock } from './coarse-clock.ts';
import { nextTurn } from './turn.ts';

const resolved = Promise.resolve();

/*
 * One microtask starts the pass over the queue, whatever the number of emits before it.
 *
 * It is a coroutine that sleeps on a promise rather than a queued microtask, because a microtask
 * inherits the asynchronous context of whoever queues it: handlers would then see the
 * AsyncLocalStorage of the unrelated emit that happened to wake the pool. A coroutine resumes in
 * the context of its creation, so without `captureContext` every handler sees the context in which
 * the hooks were created, and never that of another request.
 */
export class Pump {
  /** True from the first call of `wake` to the end of the pass. */
  awake = false;
  /** Passes that broke off: something threw that no handler and no observer has thrown. */
  failures = 0;
  #resolve: () => void = () => undefined;
  #pass: () => void = () => undefined;
  readonly #clock: CoarseClock;

  constructor(clock: CoarseClock) {
    this.#clock = clock;
    void this.#run();
  }

  /** Says what a pass does. */
  onPass(pass: () => void): void {
    this.#pass = pass;
  }

  /**
   * Has one pass run in the next microtask, and reads the clock for everything until then; calls
   * before the end of the pass change nothing.
   */
  wake(): void {
    if (this.awake) return;
    this.#clock.read();
    this.awake = true;
    this.#resolve();
  }

  /** The same for callers that run in the context of the pump already, at half the cost. */
  wakeInside(): void {
    if (this.awake) return;
    this.#clock.read();
    this.awake = true;
    void resolved.then(this.#passOnce);
  }

  readonly #passOnce = (): void => {
    try {
      this.#pass();
      this.awake = false;
    } catch {
      this.failures++;
      this.awake = false;
      // What is left is taken up again, but not at once: whatever has thrown may throw again.
      nextTurn(() => this.wake());
    }
  };

  readonly #sleep = (resolve: () => void): void => {
    this.#resolve = resolve;
  };

  async #run(): Promise<never> {
    for (;;) {
      await new Promise<void>(this.#sleep);
      this.#passOnce();
    }
  }
}
