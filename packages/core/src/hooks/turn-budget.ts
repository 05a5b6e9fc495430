import type { CoarseClock } from './coarse-clock.ts';
import { nextTurn } from './turn.ts';

// Tasks and handler time of one turn of the event loop. Passes follow one another as microtasks, so
// without a bound a long backlog would keep timers and I/O from running at all; a much smaller one
// would spend its time turning the loop (a turn costs as much as a dozen tasks).
const maxTasks = 4096;
const maxBusyMs = 8;

/** How much the pool may still do before it lets the event loop turn. */
export class TurnBudget {
  /** True while the pool starts nothing, until the next turn. */
  isResting = false;
  #tasks = 0;
  #busyMs = 0;
  #passBegan = 0;
  readonly #clock: CoarseClock;
  readonly #resume: () => void;

  constructor(clock: CoarseClock, resume: () => void) {
    this.#clock = clock;
    this.#resume = () => {
      this.#tasks = 0;
      this.#busyMs = 0;
      this.isResting = false;
      resume();
    };
  }

  beginPass(): void {
    this.#passBegan = this.#clock.now;
  }

  endPass(): void {
    this.#busyMs += this.#clock.now - this.#passBegan;
  }

  /** Takes one task out of the budget; false when the pool has to rest. */
  spend(): boolean {
    if (this.#tasks < maxTasks && this.#busyMs + this.#clock.now - this.#passBegan < maxBusyMs) {
      this.#tasks++;
      return true;
    }
    this.isResting = true;
    nextTurn(this.#resume);
    return false;
  }
}
