import { timeSource } from '../hooks/index.ts';
import { type LongTimer, setLongTimer } from './long-timer.ts';
import { createSteadyClock } from './steady-clock.ts';
import { catchUpMs } from './time-limit.ts';

/** A place in a line; its holder may leave the line with it. */
export interface Waiter<T> {
  readonly value: T;
  readonly deadlineMs: number;
  before: Waiter<T> | undefined;
  after: Waiter<T> | undefined;
  isWaiting: boolean;
}

/**
 * First in, first out, and nobody waits longer than `timeoutMs`. All wait equally long, so the
 * oldest is always the next to give up: one timer serves the whole line. Joining, leaving and being
 * called take constant time. After a stall of the event loop, what became free meanwhile is handed out
 * before anybody has waited too long.
 */
export class WaitingLine<T> {
  readonly #timeoutMs: number;
  readonly #onTimeout: (value: T) => void;
  #first: Waiter<T> | undefined;
  #last: Waiter<T> | undefined;
  #size = 0;
  readonly #clockMs = createSteadyClock();
  #timer: LongTimer | undefined;
  #timerOf: unknown;
  #isCatchingUp = false;

  /** @param timeoutMs `Infinity`: wait for ever. */
  constructor(timeoutMs: number, onTimeout: (value: T) => void) {
    this.#timeoutMs = timeoutMs;
    this.#onTimeout = onTimeout;
  }

  get size(): number {
    return this.#size;
  }

  join(value: T): Waiter<T> {
    const waiter: Waiter<T> = {
      value,
      deadlineMs: this.#clockMs() + this.#timeoutMs,
      before: this.#last,
      after: undefined,
      isWaiting: true,
    };
    if (this.#last === undefined) this.#first = waiter;
    else this.#last.after = waiter;
    this.#last = waiter;
    this.#size += 1;
    // A timer of a simulation that has ended would never fire.
    if (this.#timer === undefined || this.#timerOf !== timeSource()) this.#arm();
    return waiter;
  }

  /** Takes the oldest out of the line. */
  next(): T | undefined {
    const waiter = this.#first;
    if (waiter === undefined) return undefined;
    this.leave(waiter);
    return waiter.value;
  }

  /** Takes one out of the line, wherever it stands; nothing happens when it has left already. */
  leave(waiter: Waiter<T>): void {
    if (!waiter.isWaiting) return;
    waiter.isWaiting = false;
    this.#size -= 1;
    if (waiter.before === undefined) this.#first = waiter.after;
    else waiter.before.after = waiter.after;
    if (waiter.after === undefined) this.#last = waiter.before;
    else waiter.after.before = waiter.before;
    if (this.#first === undefined) {
      this.#timer?.clear();
      this.#timer = undefined;
      this.#isCatchingUp = false;
    }
  }

  #arm(): void {
    if (this.#first === undefined || this.#timeoutMs === Infinity) return;
    this.#timer?.clear();
    this.#timerOf = timeSource();
    this.#timer = setLongTimer(this.#expire, this.#first.deadlineMs - this.#clockMs());
  }

  readonly #expire = (): void => {
    this.#timer = undefined;
    const nowMs = this.#clockMs();
    const lateMs = nowMs - (this.#first?.deadlineMs ?? nowMs);
    const restMs = this.#isCatchingUp ? 0 : catchUpMs(lateMs);
    this.#isCatchingUp = restMs > 0;
    if (restMs > 0) {
      this.#timer = setLongTimer(this.#expire, restMs);
      return;
    }
    while (this.#first !== undefined && this.#first.deadlineMs <= nowMs) {
      const waiter = this.#first;
      this.leave(waiter);
      this.#onTimeout(waiter.value);
    }
    if (this.#timer === undefined) this.#arm();
  };
}
