import { Batch, type Item } from './batch.ts';
import {
  DeadlockError,
  LivelockError,
  RealIoError,
  SimulationCancelledError,
  UncaughtErrorInSimulationError,
  UnhandledRejectionInSimulationError,
  VirtualTimeLimitError,
} from './errors.ts';
import { Pacer } from './pacer.ts';
import { RealIoWatch } from './real-io.ts';
import { real } from './real.ts';
import { RecentTimers } from './recent-timers.ts';
import { TimerQueue } from './timer-queue.ts';
import { VirtualImmediate } from './virtual-immediate.ts';
import { type Callback, VirtualTimer } from './virtual-timer.ts';
import type { WaitTracer } from './wait-tracer.ts';

/** Rounds of immediates at one instant after which time moves to the next timer all the same. */
const roundsBeforeTime = 1_000;
/** Rounds of immediates without any timer after which they count as an endless loop. */
const roundsBeforeLivelock = 1_000_000;
/** Real turns that a run with nothing left to do is given before it is called dead. */
const turnsToSettle = 16;
/** How long unref'd timers alone carry a run whose body has not finished: an hour. */
const unrefLimitUs = 3_600_000_000;
/** Real time between two looks whether a run that stands still should still do so. */
const keepAliveMs = 60_000;

export interface EngineOptions {
  readonly pace: ((nextElapsedMs: number) => void | Promise<void>) | undefined;
  readonly maxVirtualMs: number;
  readonly onUnhandledRejection: ((reason: unknown) => void) | undefined;
  readonly ignoredIo: readonly string[];
  readonly tracer: WaitTracer | undefined;
}

export type Outcome<T> =
  | { readonly type: 'value'; readonly value: T }
  | { readonly type: 'error'; readonly error: unknown };

/** The engine as the installed functions see it. */
export interface VirtualLoop {
  readonly nowUs: number;
  readonly elapsedMs: number;
  setTimer(
    callback: Callback,
    delayMs: unknown,
    args: readonly unknown[],
    repeats: boolean,
  ): VirtualTimer;
  cancelByNumber(number: number): void;
  setImmediate(callback: Callback, args: readonly unknown[]): VirtualImmediate;
}

/**
 * The event loop of a simulation. Like Node's it goes in phases:
 *
 * 1. timers: those that are due fire in the order of due time, then of arming;
 * 2. immediates: those set until now run in the order in which they were set;
 * 3. when neither is left, virtual time moves to the next timer, unless a hold or the pace keeps it.
 *
 * After the last callback of a phase the real loop makes a full turn, so that every promise chain is
 * through, and what a callback set going inside Node has settled too. Time is kept in whole
 * microseconds: sums of them are exact, and equal instants are equal.
 */
export class Engine<T> implements VirtualLoop {
  timersFired = 0;
  turns = 0;

  readonly #options: EngineOptions;
  readonly #onEnd: (outcome: Outcome<T>) => void;
  readonly #timers = new TimerQueue(() => this.nowUs);
  readonly #recent = new RecentTimers();
  readonly #io: RealIoWatch;
  readonly #pacer: Pacer;
  readonly #batch: Batch;
  #nowUs = 0;
  #immediates: VirtualImmediate[] = [];
  #rounds = 0;
  #timersWereLast = false;
  #holds = 0;
  #unrefSinceUs: number | undefined;
  #settleTurns = 0;
  #isPumpQueued = false;
  #keepAlive: NodeJS.Timeout | undefined;
  #outcome: Outcome<T> | undefined;
  #isEnded = false;

  constructor(options: EngineOptions, onEnd: (outcome: Outcome<T>) => void) {
    this.#options = options;
    this.#onEnd = onEnd;
    this.#io = new RealIoWatch(options.ignoredIo);
    const queuePump = (): void => {
      this.#queuePump();
    };
    this.#batch = new Batch(this.#call, queuePump);
    this.#pacer = new Pacer(options.pace, queuePump, (error) => {
      this.fail(error);
    });
  }

  get nowUs(): number {
    return this.#nowUs;
  }

  get elapsedMs(): number {
    return this.#nowUs / 1000;
  }

  /** Timers and immediates that have not run. */
  get timersLeft(): number {
    const immediates = this.#immediates.filter((immediate) => immediate.isPending);
    return this.#timers.size + this.#batch.left + immediates.length;
  }

  /** Runs `body`, then the loop until its promise settles. */
  run(body: () => T | Promise<T>): void {
    void this.#runBody(body);
    this.#queuePump();
  }

  setTimer(
    callback: Callback,
    delayMs: unknown,
    args: readonly unknown[],
    repeats: boolean,
  ): VirtualTimer {
    return this.#timers.add(callback, delayMs, args, repeats);
  }

  cancelByNumber(number: number): void {
    this.#timers.cancelByNumber(number);
  }

  setImmediate(callback: Callback, args: readonly unknown[]): VirtualImmediate {
    const immediate = new VirtualImmediate(callback, args);
    this.#immediates.push(immediate);
    this.#queuePump();
    return immediate;
  }

  block(ms: number): void {
    if (!(ms >= 0 && ms < Infinity)) {
      throw new RangeError(`ms must be a finite number of at least 0, got ${ms}`);
    }
    this.#nowUs += Math.round(ms * 1000);
    if (this.#nowUs > this.#options.maxVirtualMs * 1000) {
      this.fail(new VirtualTimeLimitError(this.#options.maxVirtualMs));
    }
  }

  async hold<R>(work: () => Promise<R>): Promise<R> {
    this.#holds += 1;
    try {
      return await work();
    } finally {
      this.#holds -= 1;
      this.#queuePump();
    }
  }

  fail(error: unknown): void {
    this.#settle({ type: 'error', error });
  }

  cancelRun(reason: unknown): void {
    this.fail(new SimulationCancelledError(this.elapsedMs, reason));
  }

  unhandledRejection(reason: unknown): void {
    const { onUnhandledRejection } = this.#options;
    if (onUnhandledRejection === undefined) {
      this.fail(new UnhandledRejectionInSimulationError(this.elapsedMs, reason));
      return;
    }
    try {
      onUnhandledRejection(reason);
    } catch (error) {
      this.fail(error);
    }
  }

  uncaughtError(error: unknown): void {
    this.fail(new UncaughtErrorInSimulationError(this.elapsedMs, error));
  }

  async #runBody(body: () => T | Promise<T>): Promise<void> {
    try {
      this.#settle({ type: 'value', value: await body() });
    } catch (error) {
      this.fail(error);
    }
  }

  /** The first outcome counts. The run ends on the next turn, when all promise chains are through. */
  #settle(outcome: Outcome<T>): void {
    this.#outcome ??= outcome;
    this.#queuePump();
  }

  #queuePump(): void {
    if (this.#isPumpQueued || this.#batch.isRunning || this.#isEnded) return;
    this.#isPumpQueued = true;
    real.setImmediate(this.#pump);
  }

  readonly #pump = (): void => {
    this.#isPumpQueued = false;
    if (this.#isEnded) return;
    this.turns += 1;
    if (this.#outcome === undefined) this.#nextPhase();
    else this.#finish(this.#outcome);
  };

  #nextPhase(): void {
    const next = this.#timers.next();
    const isTimerDue = next !== undefined && next.dueUs <= this.#nowUs;
    const hasImmediates = this.#immediates.length > 0;
    const isHeld = this.#holds > 0 || this.#pacer.isWaiting;
    if (isTimerDue && !(this.#timersWereLast && hasImmediates)) this.#runTimers();
    else if (hasImmediates && !this.#hasEnoughRounds(next, isHeld)) this.#runImmediates();
    else if (isHeld) this.#standStill();
    else if (next !== undefined && this.#mayWaitFor(next)) this.#moveTimeTo(next.dueUs);
    else this.#nothingLeft();
  }

  /** Immediates that set immediates for ever must not keep timers from firing. */
  #hasEnoughRounds(next: VirtualTimer | undefined, isHeld: boolean): boolean {
    if (isHeld || this.#rounds < roundsBeforeTime) return false;
    if (next !== undefined) return true;
    if (this.#rounds >= roundsBeforeLivelock) {
      this.fail(new LivelockError(this.elapsedMs, this.#rounds));
    }
    return false;
  }

  #mayWaitFor(next: VirtualTimer): boolean {
    if (this.#timers.hasRefs) {
      this.#unrefSinceUs = undefined;
      return true;
    }
    this.#unrefSinceUs ??= this.#nowUs;
    return next.dueUs <= this.#unrefSinceUs + unrefLimitUs;
  }

  #moveTimeTo(nextUs: number): void {
    const { maxVirtualMs } = this.#options;
    if (nextUs > maxVirtualMs * 1000) {
      this.fail(new VirtualTimeLimitError(maxVirtualMs));
      return;
    }
    if (this.#io.isPersistent()) {
      this.fail(new RealIoError(this.elapsedMs, this.#io.current(), 'going-on'));
      return;
    }
    if (!this.#pacer.allows(nextUs)) return;
    this.#nowUs = nextUs;
    this.#rounds = 0;
    this.#runTimers();
  }

  #runTimers(): void {
    this.#timersWereLast = true;
    this.#settleTurns = 0;
    this.#batch.run(this.#timers.takeDue());
  }

  #runImmediates(): void {
    this.#timersWereLast = false;
    this.#rounds += 1;
    this.#settleTurns = 0;
    const batch = this.#immediates;
    this.#immediates = [];
    this.#batch.run(batch);
  }

  readonly #call = (item: Item): void => {
    if (this.#outcome !== undefined) return;
    try {
      if (item instanceof VirtualTimer) {
        this.timersFired += 1;
        this.#recent.add(item, this.#nowUs);
        this.#timers.fire(item);
      } else {
        item.isPending = false;
        item.runInAsyncScope(item.callback, item, ...item.args);
      }
    } catch (error) {
      this.uncaughtError(error);
    }
  };

  /** What is waited for may not keep the process alive: a real timer does. */
  #standStill(): void {
    this.#keepAlive ??= real.setInterval(() => undefined, keepAliveMs);
  }

  #nothingLeft(): void {
    if (this.#settleTurns < turnsToSettle) {
      this.#settleTurns += 1;
      this.#queuePump();
      return;
    }
    const io = this.#io.current();
    this.fail(
      io.length > 0
        ? new RealIoError(this.elapsedMs, io, 'waiting')
        : new DeadlockError({
            elapsedMs: this.elapsedMs,
            lastTimers: this.#recent.describe(),
            pendingPromises: this.#options.tracer?.pending(),
            unrefTimers: this.#timers.size,
          }),
    );
  }

  #finish(outcome: Outcome<T>): void {
    const io = outcome.type === 'value' ? this.#io.current() : [];
    if (io.length > 0 && this.#settleTurns < turnsToSettle) {
      this.#settleTurns += 1;
      this.#queuePump();
      return;
    }
    this.#isEnded = true;
    this.#timers.close();
    real.clearInterval(this.#keepAlive);
    this.#onEnd(
      io.length > 0
        ? { type: 'error', error: new RealIoError(this.elapsedMs, io, 'left-over') }
        : outcome,
    );
  }
}
