import type { CoarseClock } from './coarse-clock.ts';
import type { Pump } from './pump.ts';
import { nextTurn, timeSource } from './turn.ts';

// Tasks and handler time of one turn of the event loop. Passes follow one another as microtasks, so
// without a bound a long backlog would keep timers and I/O from running at all; a much smaller one
// would spend its time turning the loop (a turn costs as much as a dozen tasks).
const maxTasks = 4096;
const maxBusyMs = 8;

/** How much the pool may still do before it lets the event loop turn. */
export class TurnBudget {
  #restsBy: unknown;
  #tasksLeft = maxTasks;
  #busyMs = 0;
  #passBegan = 0;
  readonly #clock: CoarseClock;
  readonly #resume: () => void;

  constructor(clock: CoarseClock, pump: Pump) {
    this.#clock = clock;
    this.#resume = () => {
      this.#renew();
      pump.wake();
    };
  }

  /**
   * True while the pool starts nothing, until the next turn. A simulation that ended takes the turn
   * with it: whoever goes on using the pool then has a fresh budget.
   */
  get isResting(): boolean {
    if (this.#restsBy === undefined) return false;
    if (this.#restsBy === timeSource()) return true;
    this.#renew();
    return false;
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
    if (this.#tasksLeft > 0 || (this.#restsBy !== undefined && !this.isResting)) {
      this.#tasksLeft--;
      return true;
    }
    if (this.#restsBy === undefined) {
      this.#restsBy = timeSource();
      nextTurn(this.#resume);
    }
    return false;
  }

  #renew(): void {
    this.#tasksLeft = maxTasks;
    this.#busyMs = 0;
    this.#restsBy = undefined;
  }
}
