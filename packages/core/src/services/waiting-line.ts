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
 * called take constant time.
 */
export class WaitingLine<T> {
  readonly #timeoutMs: number;
  readonly #onTimeout: (value: T) => void;
  #first: Waiter<T> | undefined;
  #last: Waiter<T> | undefined;
  #size = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

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
      deadlineMs: performance.now() + this.#timeoutMs,
      before: this.#last,
      after: undefined,
      isWaiting: true,
    };
    if (this.#last === undefined) this.#first = waiter;
    else this.#last.after = waiter;
    this.#last = waiter;
    this.#size += 1;
    if (this.#timer === undefined) this.#arm();
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
      clearTimeout(this.#timer);
      this.#timer = undefined;
    }
  }

  #arm(): void {
    if (this.#first === undefined || this.#timeoutMs === Infinity) return;
    this.#timer = setTimeout(this.#expire, this.#first.deadlineMs - performance.now());
  }

  readonly #expire = (): void => {
    this.#timer = undefined;
    const nowMs = performance.now();
    while (this.#first !== undefined && this.#first.deadlineMs <= nowMs) {
      const waiter = this.#first;
      this.leave(waiter);
      this.#onTimeout(waiter.value);
    }
    if (this.#timer === undefined) this.#arm();
  };
}
