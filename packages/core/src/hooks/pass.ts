import type { Admission } from './admission.ts';
import type { Alarm } from './alarm.ts';
import type { CoarseClock } from './coarse-clock.ts';
import type { Departures } from './departures.ts';
import type { GiveUp } from './give-up.ts';
import type { Lifecycle } from './lifecycle.ts';
import type { Lineage } from './lineage.ts';
import type { Pool } from './pool.ts';
import type { Pump } from './pump.ts';
import type { Reporter } from './reporter.ts';
import type { TimeLimits } from './time-limits.ts';
import type { TrackedTasks } from './tracked-tasks.ts';
import type { TurnBudget } from './turn-budget.ts';
import type { WaitingEmits } from './waiting-emits.ts';

export interface PassParts {
  readonly clock: CoarseClock;
  readonly pump: Pump;
  readonly alarm: Alarm;
  readonly budget: TurnBudget;
  readonly lineage: Lineage;
  readonly reporter: Reporter;
  readonly tracked: TrackedTasks;
  readonly limits: TimeLimits;
  readonly giveUp: GiveUp;
  readonly departures: Departures;
  readonly pool: Pool;
  readonly admission: Admission;
  readonly waiting: WaitingEmits | undefined;
  readonly lifecycle: Lifecycle;
}

/** What the pump has done whenever there is something to do, and what happens at an alarm. */
export class Pass {
  readonly #parts: PassParts;
  // At hand, since a pass may be as short as one task.
  readonly #clock: CoarseClock;
  readonly #budget: TurnBudget;
  readonly #reporter: Reporter;
  readonly #limits: TimeLimits;
  readonly #pool: Pool;
  readonly #admission: Admission;
  readonly #waiting: WaitingEmits | undefined;
  readonly #lifecycle: Lifecycle;

  constructor(parts: PassParts) {
    this.#parts = parts;
    this.#clock = parts.clock;
    this.#budget = parts.budget;
    this.#reporter = parts.reporter;
    this.#limits = parts.limits;
    this.#pool = parts.pool;
    this.#admission = parts.admission;
    this.#waiting = parts.waiting;
    this.#lifecycle = parts.lifecycle;
  }

  /**
   * Lets emits in, starts tasks and tells observers, until nothing is left to do or the turn's
   * budget is spent. Handlers and observers are called in here, and may do anything.
   */
  run(): void {
    const { lineage } = this.#parts;
    this.#admission.beginPass();
    lineage.depth = 0;
    try {
      this.#work();
    } finally {
      lineage.depth = undefined;
      this.#admission.endPass();
    }
    if (this.#lifecycle.isIdle) {
      this.#limits.reset();
      this.#parts.alarm.clear();
      this.#lifecycle.onPassIdle();
    } else {
      this.#setAlarm();
    }
  }

  /** Ends everything whose limit has passed. */
  ring(): void {
    const { tracked, giveUp, pump } = this.#parts;
    const now = this.#clock.read();
    for (const slot of this.#limits.due(now)) giveUp.timeOut(slot, now);
    let emit = tracked.deadlines.takeDue(now);
    while (emit !== undefined) {
      giveUp.expire(emit);
      emit = tracked.deadlines.takeDue(now);
    }
    this.#waiting?.expire(now);
    this.#lifecycle.expire(now);
    pump.wake();
  }

  #work(): void {
    const { departures } = this.#parts;
    const began = this.#clock.now;
    this.#budget.beginPass();
    if (!departures.isEmpty) departures.dropTasks();
    // Observers first, but only with what is there already: neither they nor the handlers can take
    // the whole budget turn after turn.
    this.#reporter.flush(this.#reporter.waiting);
    let told: boolean;
    do {
      this.#waiting?.admit();
      this.#pool.startTasks();
      told = this.#reporter.flush();
    } while (!this.#budget.isResting && (told || this.#waiting?.admit() === true));
    this.#budget.endPass();
    this.#pool.clearIdle();
    this.#limits.afterPass(began);
  }

  #setAlarm(): void {
    const earliest = Math.min(
      this.#limits.earliest,
      this.#parts.tracked.deadlines.earliest,
      this.#waiting?.earliest ?? Infinity,
      this.#lifecycle.earliest,
    );
    if (earliest !== Infinity) this.#parts.alarm.setFor(earliest);
  }
}
