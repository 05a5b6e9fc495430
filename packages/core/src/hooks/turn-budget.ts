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
  #tasksLeft = maxTasks;
  #busyMs = 0;
  #passBegan = 0;
  readonly #clock: CoarseClock;
  readonly #resume: () => void;

  constructor(clock: CoarseClock, resume: () => void) {
    this.#clock = clock;
    this.#resume = () => {
      this.#tasksLeft = maxTasks;
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

  /** To be called when the clock has been read between handlers. */
  checkTime(): void {
    if (this.#busyMs + this.#clock.now - this.#passBegan >= maxBusyMs) this.#tasksLeft = 0;
  }

  /**
   * Takes one of `tasks` out of the budget; false when there is none, and while the pool has to
   * rest.
   */
  spend(tasks: number): boolean {
    if (tasks === 0) return false;
    if (this.#tasksLeft > 0) {
      this.#tasksLeft--;
      return true;
    }
    if (!this.isResting) {
      this.isResting = true;
      nextTurn(this.#resume);
    }
    return false;
  }
}
