import type { CoarseClock } from './coarse-clock.ts';
import type { Envelope } from './envelope.ts';
import type { FanoutPart } from './fanout.ts';
import type { GiveUp } from './give-up.ts';
import type { Signals } from './signals.ts';
import type { TrackedTasks } from './tracked-tasks.ts';

/** Takes in what has been admitted: counts it, and puts it where its tasks wait. */
export class Intake {
  readonly #tracked: TrackedTasks;
  readonly #signals: Signals;
  readonly #giveUp: GiveUp;
  readonly #clock: CoarseClock;

  constructor(tracked: TrackedTasks, signals: Signals, giveUp: GiveUp, clock: CoarseClock) {
    this.#tracked = tracked;
    this.#signals = signals;
    this.#giveUp = giveUp;
    this.#clock = clock;
  }

  /** @param parts none when all hooks of an emit have left while it waited for room */
  take(parts: readonly FanoutPart[], data: unknown, envelope: Envelope | undefined): void {
    const { now } = this.#clock;
    if (parts.length === 0) return;
    for (const { lane, hooks } of parts) lane.admitted += hooks.length;
    if (envelope === undefined || !envelope.isTracked) {
      for (const { lane, hooks } of parts) lane.queue.push(hooks, data, now, envelope);
      return;
    }
    const emit = this.#tracked.admit(parts, data, now, envelope);
    for (const signal of envelope.signals) {
      this.#signals.follow(signal, emit, () => this.#giveUp.cancel(emit, signal.reason));
    }
  }
}
