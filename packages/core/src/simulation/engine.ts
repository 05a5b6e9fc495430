import process from 'node:process';

import {
  DeadlockError,
  LivelockError,
  RealIoError,
  SimulationCancelledError,
  UncaughtErrorInSimulationError,
  UnhandledRejectionInSimulationError,
  VirtualTimeLimitError,
} from './errors.ts';
import { ioSince, resourceCounts } from './real-io.ts';
import { real } from './real.ts';
import { TimerHeap } from './timer-heap.ts';
import { VirtualImmediate } from './virtual-immediate.ts';
import { idle, inBatch, type TimerOwner, VirtualTimer } from './virtual-timer.ts';

/** Rounds of immediates at one instant after which time moves on to the next timer all the same. */
const immediateRoundsBeforeTime = 1_000;
/** Rounds of immediates without any timer after which they count as an endless loop. */
const immediateRoundsBeforeLivelock = 1_000_000;
/** Timers that a deadlock names as the last to fire. */
const recentTimers = 8;
/** Real turns that a run with nothing left to do is given before it is called dead. */
const turnsToSettle = 16;
/** How long unref'd timers alone may carry a run whose body has not finished. */
const unrefLimitUs = 3_600_000_000;
/** Beyond this Node takes a delay for 1 ms, and warns. */
const maxDelayMs = 2_147_483_647;

export interface EngineOptions {
  readonly pace: ((nextElapsedMs: number) => void | Promise<void>) | undefined;
  readonly maxVirtualMs: number;
  readonly onUnhandledRejection: ((reason: unknown) => void) | undefined;
}

export type Outcome =
  | { readonly type: 'value'; readonly value: unknown }
  | { readonly type: 'error'; readonly error: unknown };

/**
 * The event loop of a simulation. Like Node's it goes in phases, each on a turn of the real loop:
 *
 * 1. timers: those that are due fire in order of due time, then of arming; each is followed by the
 *    next ticks and microtasks that it caused, because each runs as one real immediate;
 * 2. immediates: those set until now run in order, in the same way;
 * 3. when neither is left, virtual time moves to the next timer, unless something holds it.
 *
 * Between the last callback of a phase and the next phase lies a full turn of the real loop, so that
 * what a callback set going inside Node (streams, `fetch` answered in process) has settled.
 * Time is kept in whole microseconds: sums of them are exact, and equal instants are equal.
 */
export class Engine implements TimerOwner {
  timersFired = 0;
  turns = 0;

  readonly #options: EngineOptions;
  readonly #onEnd: (outcome: Outcome) => void;
  readonly #heap = new TimerHeap();
  readonly #byNumber = new Map<number, VirtualTimer>();
  readonly #recent: { readonly timer: VirtualTimer; readonly atUs: number }[] = [];
  readonly #resourcesBefore = resourceCounts();
  #nowUs = 0;
  #sequence = 0;
  #refs = 0;
  #batch: VirtualTimer[] = [];
  #batchIndex = 0;
  #immediates: VirtualImmediate[] = [];
  #immediateBatch: VirtualImmediate[] = [];
  #immediateIndex = 0;
  #immediateRounds = 0;
  #timersWereLast = false;
  #holds = 0;
  #pacing = false;
  #pacedUs = -1;
  #unrefSinceUs: number | undefined;
  #settleTurns = 0;
  #pumpQueued = false;
  #inPhase = false;
  #outcome: Outcome | undefined;
  #ended = false;

  constructor(options: EngineOptions, onEnd: (outcome: Outcome) => void) {
    this.#options = options;
    this.#onEnd = onEnd;
  }

  get nowUs(): number {
    return this.#nowUs;
  }

  get elapsedMs(): number {
    return this.#nowUs / 1000;
  }

  get timersLeft(): number {
    const immediates = [...this.#immediateBatch, ...this.#immediates];
    return (
      this.#heap.size +
      this.#batch.filter((timer) => timer.position === inBatch).length +
      immediates.filter((immediate) => !immediate.cleared).length
    );
  }

  /** Starts the loop; `body` runs first. */
  run(body: () => unknown): void {
    try {
      Promise.resolve(body()).then(
        (value) => this.#settle({ type: 'value', value }),
        (error: unknown) => this.#settle({ type: 'error', error }),
      );
    } catch (error) {
      this.#settle({ type: 'error', error });
    }
    this.#queuePump();
  }

  // Timers

  setTimer(
    callback: (...args: unknown[]) => void,
    delayMs: number | undefined,
    args: readonly unknown[],
    repeats: boolean,
  ): VirtualTimer {
    const timer = new VirtualTimer(this, callback, args, toDelayUs(delayMs), repeats);
    this.#arm(timer);
    return timer;
  }

  rearm(timer: VirtualTimer): void {
    this.#disarm(timer);
    this.#arm(timer);
  }

  cancel(timer: VirtualTimer): void {
    timer.cleared = true;
    this.#disarm(timer);
  }

  cancelByNumber(number: number): void {
    const timer = this.#byNumber.get(number);
    if (timer === undefined) return;
    this.#byNumber.delete(number);
    this.cancel(timer);
  }

  refChanged(timer: VirtualTimer): void {
    if (timer.position !== idle) this.#refs += timer.hasRef() ? 1 : -1;
  }

  register(timer: VirtualTimer): number {
    const number = timer.asyncId();
    this.#byNumber.set(number, timer);
    return number;
  }

  setImmediate(callback: (...args: unknown[]) => void, args: readonly unknown[]): VirtualImmediate {
    const immediate = new VirtualImmediate(callback, args);
    if (this.#ended) return immediate;
    this.#immediates.push(immediate);
    this.#queuePump();
    return immediate;
  }

  #arm(timer: VirtualTimer): void {
    if (this.#ended) return;
    this.#sequence += 1;
    timer.sequence = this.#sequence;
    timer.dueUs = this.#nowUs + timer.delayUs;
    this.#heap.push(timer);
    if (timer.hasRef()) this.#refs += 1;
  }

  #disarm(timer: VirtualTimer): void {
    if (timer.position === idle) return;
    if (timer.position === inBatch) timer.position = idle;
    else this.#heap.remove(timer);
    if (timer.hasRef()) this.#refs -= 1;
  }

  // Time

  block(ms: number): void {
    if (!(ms >= 0 && ms < Infinity)) {
      throw new RangeError(`ms must be a non-negative finite number, got ${ms}`);
    }
    this.#nowUs += Math.round(ms * 1000);
    if (this.elapsedMs > this.#options.maxVirtualMs) {
      this.fail(new VirtualTimeLimitError(this.#options.maxVirtualMs));
    }
  }

  async hold<T>(work: () => Promise<T>): Promise<T> {
    this.#holds += 1;
    try {
      return await work();
    } finally {
      this.#holds -= 1;
      this.#queuePump();
    }
  }

  // The end

  fail(error: unknown): void {
    this.#settle({ type: 'error', error });
  }

  cancelRun(reason: unknown): void {
    this.fail(new SimulationCancelledError(this.elapsedMs, reason));
  }

  unhandledRejection(reason: unknown): void {
    const handler = this.#options.onUnhandledRejection;
    if (handler === undefined) {
      this.fail(new UnhandledRejectionInSimulationError(this.elapsedMs, reason));
      return;
    }
    try {
      handler(reason);
    } catch (error) {
      this.fail(error);
    }
  }

  uncaughtError(error: unknown): void {
    this.fail(new UncaughtErrorInSimulationError(this.elapsedMs, error));
  }

  #settle(outcome: Outcome): void {
    this.#outcome ??= outcome;
    this.#queuePump();
  }

  #end(outcome: Outcome): void {
    this.#ended = true;
    this.#onEnd(outcome);
  }

  // The loop

  #queuePump(): void {
    if (this.#pumpQueued || this.#inPhase || this.#ended) return;
    this.#pumpQueued = true;
    real.setImmediate(this.#pump);
  }

  readonly #pump = (): void => {
    this.#pumpQueued = false;
    if (this.#ended) return;
    this.turns += 1;
    if (this.#outcome !== undefined) {
      this.#finishOrSettle(this.#outcome);
      return;
    }
    const next = this.#heap.peek();
    const timersDue = next !== undefined && next.dueUs <= this.#nowUs;
    const immediatesReady = this.#immediates.length > 0;
    const isHeld = this.#holds > 0 || this.#pacing;
    if (timersDue && !(this.#timersWereLast && immediatesReady)) this.#runTimers();
    else if (immediatesReady && !this.#immediatesStarve(next, isHeld)) this.#runImmediates();
    else if (isHeld) return;
    else if (next !== undefined && !this.#isOnlyUnref(next)) this.#moveTimeTo(next.dueUs);
    else this.#nothingLeft();
  };

  #immediatesStarve(next: VirtualTimer | undefined, isHeld: boolean): boolean {
    if (isHeld || this.#immediateRounds < immediateRoundsBeforeTime) return false;
    if (next !== undefined) return true;
    if (this.#immediateRounds < immediateRoundsBeforeLivelock) return false;
    this.fail(new LivelockError(this.elapsedMs, this.#immediateRounds));
    return false;
  }

  #isOnlyUnref(next: VirtualTimer): boolean {
    if (this.#refs > 0) {
      this.#unrefSinceUs = undefined;
      return false;
    }
    this.#unrefSinceUs ??= this.#nowUs;
    return next.dueUs > this.#unrefSinceUs + unrefLimitUs;
  }

  #moveTimeTo(nextUs: number): void {
    const { pace, maxVirtualMs } = this.#options;
    if (nextUs > maxVirtualMs * 1000) {
      this.fail(new VirtualTimeLimitError(maxVirtualMs));
      return;
    }
    if (pace !== undefined && this.#pacedUs !== nextUs) {
      const waiting = pace(nextUs / 1000);
      this.#pacedUs = nextUs;
      if (waiting !== undefined) {
        this.#awaitPace(waiting);
        return;
      }
    }
    this.#nowUs = nextUs;
    this.#immediateRounds = 0;
    this.#runTimers();
  }

  #awaitPace(waiting: Promise<void>): void {
    this.#pacing = true;
    waiting.then(
      () => {
        this.#pacing = false;
        this.#queuePump();
      },
      (error: unknown) => {
        this.fail(error);
      },
    );
  }

  #runTimers(): void {
    this.#settleTurns = 0;
    this.#timersWereLast = true;
    this.#inPhase = true;
    this.#batch = [];
    this.#batchIndex = 0;
    for (;;) {
      const timer = this.#heap.peek();
      if (timer === undefined || timer.dueUs > this.#nowUs) break;
      this.#heap.remove(timer);
      timer.position = inBatch;
      this.#batch.push(timer);
    }
    for (let i = 1; i < this.#batch.length; i += 1) real.setImmediate(this.#nextTimer);
    this.#nextTimer();
  }

  readonly #nextTimer = (): void => {
    if (this.#ended) return;
    const timer = this.#batch[this.#batchIndex];
    this.#batchIndex += 1;
    if (timer?.position === inBatch && this.#outcome === undefined) this.#fire(timer);
    if (this.#batchIndex === this.#batch.length) this.#endPhase();
  };

  #fire(timer: VirtualTimer): void {
    this.#disarm(timer);
    this.timersFired += 1;
    this.#recent[this.timersFired % recentTimers] = { timer, atUs: this.#nowUs };
    try {
      timer.runInAsyncScope(timer.callback, timer, ...timer.args);
    } catch (error) {
      this.uncaughtError(error);
    }
    if (timer.repeats && !timer.cleared && timer.position === idle) this.#arm(timer);
  }

  #runImmediates(): void {
    this.#settleTurns = 0;
    this.#timersWereLast = false;
    this.#inPhase = true;
    this.#immediateRounds += 1;
    this.#immediateBatch = this.#immediates;
    this.#immediateIndex = 0;
    this.#immediates = [];
    for (let i = 1; i < this.#immediateBatch.length; i += 1) real.setImmediate(this.#nextImmediate);
    this.#nextImmediate();
  }

  readonly #nextImmediate = (): void => {
    if (this.#ended) return;
    const immediate = this.#immediateBatch[this.#immediateIndex];
    this.#immediateIndex += 1;
    if (immediate?.cleared === false && this.#outcome === undefined) this.#runImmediate(immediate);
    if (this.#immediateIndex === this.#immediateBatch.length) this.#endPhase();
  };

  #runImmediate(immediate: VirtualImmediate): void {
    immediate.cleared = true;
    try {
      immediate.runInAsyncScope(immediate.callback, immediate, ...immediate.args);
    } catch (error) {
      this.uncaughtError(error);
    }
  }

  #endPhase(): void {
    this.#inPhase = false;
    this.#queuePump();
  }

  #nothingLeft(): void {
    if (this.#settleTurns < turnsToSettle) {
      this.#settleTurns += 1;
      this.#queuePump();
      return;
    }
    const io = ioSince(this.#resourcesBefore);
    this.fail(
      io.length > 0
        ? new RealIoError(this.elapsedMs, io, 'waiting')
        : new DeadlockError({
            elapsedMs: this.elapsedMs,
            lastTimers: this.#lastTimers(),
            pendingPromises: undefined,
            unrefTimers: this.#heap.size,
          }),
    );
  }

  #lastTimers(): string[] {
    const oldest = (this.timersFired + 1) % recentTimers;
    const inOrder = [...this.#recent.slice(oldest), ...this.#recent.slice(0, oldest)];
    return inOrder
      .filter((fired) => fired !== undefined)
      .map(({ timer, atUs }) => {
        const kind = timer.repeats ? 'setInterval' : 'setTimeout';
        const name = timer.callback.name || 'anonymous function';
        return `${kind} of ${timer.delayUs / 1000} ms (${name}) at ${atUs / 1000} ms`;
      });
  }

  #finishOrSettle(outcome: Outcome): void {
    if (outcome.type === 'value') {
      const io = ioSince(this.#resourcesBefore);
      if (io.length > 0 && this.#settleTurns < turnsToSettle) {
        this.#settleTurns += 1;
        this.#queuePump();
        return;
      }
      if (io.length > 0) {
        this.#end({ type: 'error', error: new RealIoError(this.elapsedMs, io, 'left-over') });
        return;
      }
    }
    this.#end(outcome);
  }
}

function toDelayUs(delayMs: number | undefined): number {
  const delay = Number(delayMs);
  if (delay > 0 && delay <= maxDelayMs) return Math.max(1, Math.round(delay * 1000));
  if (delay > maxDelayMs) {
    process.emitWarning(
      `${delay} does not fit into a 32-bit signed integer. Timeout duration was set to 1.`,
      'TimeoutOverflowWarning',
    );
  }
  return 1000;
}
