import type { Admission } from './admission.ts';
import type { Alarm } from './alarm.ts';
import type { DeadLetter } from './dead-letter.ts';
import type { GiveUp } from './give-up.ts';
import type { KeyOrder } from './key-order.ts';
import type { Lane } from './lane.ts';
import type { Lanes } from './lanes.ts';
import type { Task } from './emit-queue.ts';
import { type Slot, slotState } from './slot.ts';
import type { Strays } from './strays.ts';

/** What `close()` achieved. */
export interface CloseReport {
  /** True when everything that had been admitted ran to its end. */
  readonly clean: boolean;
  /** Every admitted task that was given up by `close()`, running ones first. */
  readonly abandoned: readonly DeadLetter[];
  /** Handlers that still had not settled, `abandoned` running ones included. */
  readonly strays: number;
}

export interface LifecycleParts {
  readonly admission: Admission;
  readonly giveUp: GiveUp;
  readonly lanes: Lanes;
  readonly keys: KeyOrder;
  readonly slots: readonly Slot[];
  readonly strays: Strays;
  readonly alarm: Alarm;
  readonly wake: () => void;
}

/**
 * open ──drain()──> draining ──idle──> open
 *   └──close()──> closing ──idle, or the limit──> closed      (from draining too)
 *
 * Only `open` admits. Draining and closing still run everything that has been admitted, and let in
 * what `drain()` found waiting for room; `close()` refuses those.
 */
export class Lifecycle {
  readonly #parts: LifecycleParts;
  readonly #whenIdle: (() => void)[] = [];
  #closing: Promise<CloseReport> | undefined;
  #finishClose: ((report: CloseReport) => void) | undefined;
  #closeAt = Infinity;

  constructor(parts: LifecycleParts) {
    this.#parts = parts;
  }

  get isIdle(): boolean {
    const { lanes, admission } = this.#parts;
    return lanes.unfinished === 0 && admission.room.size === 0;
  }

  onIdle(): Promise<void> {
    if (this.isIdle) return Promise.resolve();
    return new Promise((resolve) => this.#whenIdle.push(resolve));
  }

  async drain(): Promise<void> {
    const { admission } = this.#parts;
    admission.refusal ??= 'draining';
    await this.onIdle();
    if (admission.refusal === 'draining') admission.refusal = undefined;
  }

  close(timeoutMs: number): Promise<CloseReport> {
    const { admission, alarm, wake } = this.#parts;
    const now = performance.now();
    admission.refusal = 'closed';
    admission.refuseWaiting(Infinity, 'closed');
    this.#closing ??= new Promise((resolve) => {
      this.#finishClose = resolve;
    });
    if (this.#finishClose !== undefined) {
      this.#closeAt = Math.min(this.#closeAt, now + timeoutMs);
      if (this.#closeAt !== Infinity) alarm.setFor(this.#closeAt, now);
      wake();
    }
    return this.#closing;
  }

  /** Called by the alarm. */
  onAlarm(now: number): void {
    this.#parts.admission.refuseWaiting(now, 'wait-expired');
    if (this.#finishClose === undefined) return;
    if (this.#closeAt <= now) this.#reportClosed(this.#abandonEverything());
    else if (this.#closeAt !== Infinity) this.#parts.alarm.setFor(this.#closeAt, now);
  }

  /** Called at the end of a pass that left nothing waiting or running. */
  onPassIdle(): void {
    for (const resolve of this.#whenIdle.splice(0)) resolve();
    if (this.#finishClose !== undefined) this.#reportClosed([]);
  }

  #reportClosed(abandoned: readonly DeadLetter[]): void {
    const { count, held, forsaken } = this.#parts.strays;
    const strays = count + held + forsaken;
    this.#finishClose?.({ clean: abandoned.length === 0, abandoned, strays });
    this.#finishClose = undefined;
  }

  #abandonEverything(): DeadLetter[] {
    const { slots, lanes, keys, giveUp } = this.#parts;
    const letters: DeadLetter[] = [];
    for (const slot of slots) {
      if (slot.state !== slotState.running) continue;
      const letter = giveUp.abandon(slot);
      if (letter !== undefined) letters.push(letter);
    }
    const drop = (task: Task, lane: Lane): void => {
      letters.push(giveUp.drop(task, lane, 'abandoned'));
    };
    // Parked tasks first: dropping anything else hands keys on to them.
    for (const { task, lane } of keys.drainParked()) drop(task, lane);
    for (const lane of lanes.all) {
      for (const task of lane.ready.splice(0)) {
        lane.aside--;
        drop(task, lane);
      }
      while (lane.queue.tasks > 0) lane.queue.popOldest((task) => drop(task, lane));
    }
    return letters;
  }
}
