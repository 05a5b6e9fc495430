import type { Admission } from './admission.ts';
import type { DeadLetter } from './dead-letter.ts';
import type { GiveUp } from './give-up.ts';
import type { Lanes } from './lanes.ts';
import type { Pump } from './pump.ts';
import type { Refusals } from './refusals.ts';
import type { Reporter } from './reporter.ts';
import type { Signals } from './signals.ts';
import { type Slot, slotState } from './slot.ts';
import type { Strays } from './strays.ts';
import type { TrackedTasks } from './tracked-tasks.ts';
import type { WaitingEmits } from './waiting-emits.ts';

/** What `close()` achieved. */
export interface CloseReport {
  /** True when everything that had been admitted ran to its end, and nothing that followed from it was lost. */
  readonly clean: boolean;
  /** Every admitted task that was given up by `close()`, running ones first. */
  readonly abandoned: readonly DeadLetter[];
  /** Emits made while closing whose refusal nobody looked at, one letter for each of their hooks. */
  readonly refused: readonly DeadLetter[];
  /** Handlers that still had not settled, `abandoned` running ones included. */
  readonly strays: number;
}

/** How long a drain may take, and what takes it back. */
export interface DrainOptions {
  /** The longest that emits are refused, in milliseconds. Default: no limit. */
  readonly timeoutMs?: number;
  /** Takes the drain back when it aborts: emits are admitted again at once. */
  readonly signal?: AbortSignal;
}

/** What `drain()` achieved. */
export interface DrainReport {
  /** True when everything that had been admitted is over, and nothing that followed from it was lost. */
  readonly clean: boolean;
  readonly ended: 'idle' | 'timed-out' | 'taken-back' | 'closed';
  /** Tasks that were not over. */
  readonly unfinished: number;
  /** Dead letters of emits that were refused meanwhile with nobody looking at the answer. */
  readonly refused: number;
}

export interface LifecycleParts {
  readonly admission: Admission;
  readonly waiting: WaitingEmits | undefined;
  readonly giveUp: GiveUp;
  readonly lanes: Lanes;
  readonly reporter: Reporter;
  readonly refusals: Refusals;
  readonly signals: Signals;
  readonly tracked: TrackedTasks;
  readonly slots: readonly Slot[];
  readonly strays: Strays;
  readonly pump: Pump;
}

interface Drain {
  readonly dueAt: number;
  readonly signal: AbortSignal | undefined;
  readonly refusedBefore: number;
  readonly resolve: (report: DrainReport) => void;
}

/**
 * open ──drain()──> draining ──idle, the limit, or taken back──> open
 *   └──close()──> closing ──idle, or the limit──> closed      (from draining too)
 *
 * Only `open` admits. Draining and closing still run everything that has been admitted, and let in
 * what `drain()` found waiting for room; `close()` refuses those. Both are over only once the
 * observers have been told of everything.
 */
export class Lifecycle {
  readonly #parts: LifecycleParts;
  readonly #drains = new Set<Drain>();
  #whenIdle: (() => void)[] = [];
  #closing: Promise<CloseReport> | undefined;
  #finishClose: ((report: CloseReport) => void) | undefined;
  #closeAt = Infinity;
  #abandoned: readonly DeadLetter[] = [];

  constructor(parts: LifecycleParts) {
    this.#parts = parts;
  }

  /** Whether nothing waits or runs, and nobody is left to be told. */
  get isIdle(): boolean {
    const { lanes, waiting, reporter, refusals } = this.#parts;
    return (
      lanes.unfinished === 0 &&
      (waiting?.size ?? 0) === 0 &&
      reporter.waiting === 0 &&
      !refusals.isUndecided
    );
  }

  /** No limit of its own ends earlier than this. */
  get earliest(): number {
    let earliest = this.#closeAt;
    if (this.#drains.size === 0) return earliest;
    for (const drain of this.#drains) earliest = Math.min(earliest, drain.dueAt);
    return earliest;
  }

  onIdle(): Promise<void> {
    if (this.isIdle) return Promise.resolve();
    return new Promise((resolve) => this.#whenIdle.push(resolve));
  }

  drain(timeoutMs: number, signal: AbortSignal | undefined): Promise<DrainReport> {
    const { admission, signals, refusals, pump } = this.#parts;
    return new Promise((resolve) => {
      const dueAt = performance.now() + timeoutMs;
      const drain: Drain = { dueAt, signal, refusedBefore: refusals.count, resolve };
      this.#drains.add(drain);
      admission.refusal ??= 'draining';
      if (signal?.aborted === true) {
        this.#endDrain(drain, 'taken-back');
      } else if (this.isIdle) {
        this.#endDrain(drain, 'idle');
      } else {
        if (signal !== undefined) {
          signals.follow(signal, drain, () => this.#endDrain(drain, 'taken-back'));
        }
        pump.wake();
      }
    });
  }

  close(timeoutMs: number): Promise<CloseReport> {
    const { admission, waiting, refusals, pump } = this.#parts;
    admission.refusal = 'closed';
    waiting?.refuseAll('closed');
    this.#closing ??= new Promise((resolve) => {
      this.#finishClose = resolve;
      refusals.collected = [];
    });
    if (this.#finishClose !== undefined) {
      this.#closeAt = Math.min(this.#closeAt, performance.now() + timeoutMs);
      pump.wake();
    }
    return this.#closing;
  }

  /** Ends what has taken longer than it may. */
  expire(now: number): void {
    for (const drain of this.#drains) {
      if (drain.dueAt <= now) this.#endDrain(drain, 'timed-out');
    }
    if (this.#closeAt > now) return;
    this.#closeAt = Infinity;
    this.#abandoned = this.#abandonEverything();
  }

  /** Called at the end of a pass that left nothing waiting or running. */
  onPassIdle(): void {
    const whenIdle = this.#whenIdle;
    this.#whenIdle = [];
    for (const resolve of whenIdle) resolve();
    const ended = this.#abandoned.length === 0 ? 'idle' : 'closed';
    for (const drain of this.#drains) this.#endDrain(drain, ended);
    if (this.#finishClose !== undefined) this.#reportClosed(this.#finishClose);
  }

  #endDrain(drain: Drain, ended: DrainReport['ended']): void {
    const { admission, lanes, refusals, signals } = this.#parts;
    this.#drains.delete(drain);
    signals.forget(drain.signal, drain);
    if (this.#drains.size === 0 && admission.refusal === 'draining') admission.refusal = undefined;
    const refused = refusals.count - drain.refusedBefore;
    const clean = ended === 'idle' && refused === 0;
    drain.resolve({ clean, ended, unfinished: lanes.unfinished, refused });
  }

  #reportClosed(resolve: (report: CloseReport) => void): void {
    const { admission, refusals, signals, strays } = this.#parts;
    const abandoned = this.#abandoned;
    const refused = refusals.collected ?? [];
    resolve({
      clean: abandoned.length === 0 && refused.length === 0,
      abandoned,
      refused,
      strays: strays.total,
    });
    this.#finishClose = undefined;
    this.#closeAt = Infinity;
    refusals.collected = undefined;
    admission.isFinal = true;
    signals.forgetAll();
  }

  #abandonEverything(): DeadLetter[] {
    const { slots, lanes, tracked, giveUp } = this.#parts;
    const letters: DeadLetter[] = [];
    for (const slot of slots) {
      if (slot.state !== slotState.running) continue;
      const letter = giveUp.abandon(slot);
      if (letter !== undefined) letters.push(letter);
    }
    for (const task of tracked.allWaiting(lanes.all)) {
      letters.push(giveUp.dropTracked(task, 'abandoned'));
    }
    for (const lane of lanes.all) {
      while (lane.queue.tasks > 0) {
        lane.queue.popOldest((queued) => {
          letters.push(giveUp.drop({ lane, ...queued }, 'abandoned'));
        });
      }
    }
    return letters;
  }
}
