import { host } from '#host';

export type Callback = (...args: unknown[]) => void;

/** What a timer needs from the queue that it is in. */
export interface TimerOwner {
  rearm(timer: VirtualTimer): void;
  cancel(timer: VirtualTimer): void;
  refChanged(timer: VirtualTimer): void;
  giveNumber(timer: VirtualTimer): number;
}

/** `VirtualTimer.position` outside the heap: not armed. */
export const idle = -1;
/** `VirtualTimer.position` outside the heap: due, behind other timers of the same instant. */
export const inBatch = -2;

/**
 * The object that a virtual `setTimeout` or `setInterval` returns: the face of Node's `Timeout`.
 *
 * Its callback runs in the async context (`AsyncLocalStorage`) of the code that set it.
 */
export class VirtualTimer extends host.Continuation {
  readonly callback: Callback;
  readonly args: readonly unknown[];
  readonly delayUs: number;
  readonly repeats: boolean;
  /** Index in the heap, or `idle`, or `inBatch`. Written by the queue. */
  position = idle;
  dueUs = 0;
  /** Order in which timers were armed: it decides between timers due at the same instant. */
  sequence = 0;
  isCleared = false;
  readonly #owner: TimerOwner;
  #refed = true;

  constructor(
    owner: TimerOwner,
    callback: Callback,
    args: readonly unknown[],
    delayUs: number,
    repeats: boolean,
  ) {
    super(repeats ? 'VirtualInterval' : 'VirtualTimeout');
    this.#owner = owner;
    this.callback = callback;
    this.args = args;
    this.delayUs = delayUs;
    this.repeats = repeats;
  }

  ref(): this {
    if (!this.#refed) {
      this.#refed = true;
      this.#owner.refChanged(this);
    }
    return this;
  }

  unref(): this {
    if (this.#refed) {
      this.#refed = false;
      this.#owner.refChanged(this);
    }
    return this;
  }

  hasRef(): boolean {
    return this.#refed;
  }

  /** Starts the delay anew, also after the timer has fired; does nothing once it was cleared. */
  refresh(): this {
    if (!this.isCleared) this.#owner.rearm(this);
    return this;
  }

  close(): this {
    this.#owner.cancel(this);
    return this;
  }

  /** A number that `clearTimeout` accepts in place of the object. */
  [Symbol.toPrimitive](): number {
    return this.#owner.giveNumber(this);
  }

  [Symbol.dispose](): void {
    this.#owner.cancel(this);
  }
}
