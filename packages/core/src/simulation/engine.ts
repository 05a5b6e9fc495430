import { host } from '#host';

import { Batch, type Item } from './batch.ts';
import {
  DeadlockError,
  LivelockError,
  RealIoError,
  SimulationCancelledError,
  SimulationSupersededError,
  UncaughtErrorInSimulationError,
  UnhandledRejectionInSimulationError,
  VirtualTimeLimitError,
} from './errors.ts';
import type { IoWatch, WaitTracer } from './host/host.ts';
import { real } from './real.ts';
import { RecentTimers } from './recent-timers.ts';
import { Steps } from './steps.ts';
import { TimeGate } from './time-gate.ts';
import { TimerQueue } from './timer-queue.ts';
import { VirtualImmediate } from './virtual-immediate.ts';
import type { VirtualLoop } from './virtual-loop.ts';
import { type Callback, VirtualTimer } from './virtual-timer.ts';

/** Rounds of immediates at one instant after which time moves to the next timer all the same. */
const roundsBeforeTime = 1_000;
/** Rounds of immediates without any timer after which they count as an endless loop. */
const roundsBeforeLivelock = 100_000;
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
  readonly onUncaughtError: ((error: unknown) => void) | undefined;
  readonly ignoredIo: readonly string[];
  readonly tracer: WaitTracer | undefined;
  /** Whether the code that calls is of the simulated program, which may begin nothing real. */
  readonly isProgram: () => boolean;
}

export type Outcome<T> =
  | { readonly type: 'value'; readonly value: T }
  | { readonly type: 'error'; readonly error: unknown };

/**
 * The event loop of a simulation. Like Node's it goes in phases:
 *
 * 1. timers: those that are due fire in the order of due time, then of arming;
 * 2. immediates: those set until now run in the order in which they were set;
 * 3. when neither is left, virtual time moves to the next timer, unless a hold or the pace keeps it.
 *
 * After the last callback of a phase every promise chain comes to its end, and the real loop makes a full
 * turn where a callback has set something going inside Node that needs one: see {@link Steps}. Time is
 * kept in whole microseconds: sums of them are exact, and equal instants are equal.
 */
export class Engine<T> implements VirtualLoop {
  timersFired = 0;
  turns = 0;

  readonly #options: EngineOptions;
  readonly #onEnd: (outcome: Outcome<T>) => void;
  readonly #timers = new TimerQueue(() => this.nowUs);
  readonly #recent = new RecentTimers();
  readonly #io: IoWatch;
  readonly #gate: TimeGate;
  readonly #batch: Batch;
  readonly #steps: Steps;
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
    this.#io = host.createIoWatch({
      ignored: options.ignoredIo,
      isWatched: options.isProgram,
      onBegun: (io) => {
        this.fail(RealIoError.begun(this.elapsedMs, io));
      },
    });
    const queuePump = (): void => {
      this.#queuePump();
    };
    this.#steps = new Steps(this.#pump, () => this.#io.othersSince(this.#steps.made));
    this.#batch = new Batch(this.#call, queuePump, (next) => {
      this.#steps.queue(next);
    });
    this.#gate = new TimeGate(options.pace, queuePump, (error) => {
      this.fail(error);
    });
  }

  get nowUs(): number {
    return this.#nowUs;
  }

  get elapsedMs(): number {
    return this.#nowUs / 1000;
  }

  /** Whether something real was begun that may still lead on: by a hold, or by a run that failed for it. */
  get mayGoOn(): boolean {
    return this.#holds > 0 || this.#outcome?.type === 'error';
  }

  /** Timers and immediates that have not run. */
  get timersLeft(): number {
    const immediates = this.#immediates.filter((immediate) => immediate.isPending);
    return this.#timers.size + this.#batch.left + immediates.length;
  }

  /** Runs `body`, then the loop until its promise settles. */
  run(body: () => T | Promise<T>): void {
    this.#io.start();
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

  supersede(): void {
    this.fail(new SimulationSupersededError(this.elapsedMs));
  }

  unhandledRejection(reason: unknown): void {
    const { onUnhandledRejection } = this.#options;
    if (onUnhandledRejection !== undefined) this.#hand(reason, onUnhandledRejection);
    else this.fail(new UnhandledRejectionInSimulationError(this.elapsedMs, reason));
  }

  uncaughtError(error: unknown): void {
    const { onUncaughtError } = this.#options;
    if (onUncaughtError !== undefined) this.#hand(error, onUncaughtError);
    else this.fail(new UncaughtErrorInSimulationError(this.elapsedMs, error));
  }

  #hand(what: unknown, listener: (what: unknown) => void): void {
    try {
      listener(what);
    } catch (error) {
      this.fail(error);
    }
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
    this.#steps.request();
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
    const isHeld = this.#holds > 0 || this.#gate.isWaiting;
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
    if (!this.#gate.allows(nextUs)) return;
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
      this.#isPumpQueued = true;
      this.#steps.requestTurn();
      return;
    }
    const io = this.#io.leftOver();
    this.fail(
      io.length > 0
        ? RealIoError.waitedFor(this.elapsedMs, io)
        : new DeadlockError({
            elapsedMs: this.elapsedMs,
            lastTimers: this.#recent.describe(),
            pendingPromises: this.#options.tracer?.pending(),
            unrefTimers: this.#timers.size,
          }),
    );
  }

  #finish(outcome: Outcome<T>): void {
    const io = outcome.type === 'value' ? this.#io.leftOver() : [];
    if (io.length > 0 && this.#settleTurns < turnsToSettle) {
      this.#settleTurns += 1;
      this.#isPumpQueued = true;
      this.#steps.requestTurn();
      return;
    }
    this.#isEnded = true;
    this.#io.stop();
    this.#timers.close();
    real.clearInterval(this.#keepAlive);
    this.#onEnd(
      io.length > 0 ? { type: 'error', error: RealIoError.leftOver(this.elapsedMs, io) } : outcome,
    );
  }
}
