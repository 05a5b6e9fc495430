import { AsyncResource } from 'node:async_hooks';

/** What a timer needs from the engine that owns it. */
export interface TimerOwner {
  rearm(timer: VirtualTimer): void;
  cancel(timer: VirtualTimer): void;
  refChanged(timer: VirtualTimer): void;
  register(timer: VirtualTimer): number;
}

const resourceOptions = { requireManualDestroy: true };

/** Where a timer is, in `VirtualTimer.position`; 0 and above is its index in the heap. */
export const idle = -1;
/** Due, and waiting for the timers before it at the same instant. */
export const inBatch = -2;

/**
 * The object that a virtual `setTimeout` or `setInterval` returns: the face of Node's `Timeout`.
 *
 * It is an `AsyncResource`, so that its callback runs in the async context (`AsyncLocalStorage`) of
 * the code that set it. Created with manual destroy, that costs about ten nanoseconds.
 */
export class VirtualTimer extends AsyncResource {
  readonly callback: (...args: unknown[]) => void;
  readonly args: readonly unknown[];
  readonly delayUs: number;
  readonly repeats: boolean;
  readonly #owner: TimerOwner;
  #refed = true;

  /** Engine's side. */
  position = idle;
  dueUs = 0;
  sequence = 0;
  cleared = false;

  constructor(
    owner: TimerOwner,
    callback: (...args: unknown[]) => void,
    args: readonly unknown[],
    delayUs: number,
    repeats: boolean,
  ) {
    super(repeats ? 'VirtualInterval' : 'VirtualTimeout', resourceOptions);
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
    if (!this.cleared) this.#owner.rearm(this);
    return this;
  }

  close(): this {
    this.#owner.cancel(this);
    return this;
  }

  /** A number that `clearTimeout` accepts in place of the object. */
  [Symbol.toPrimitive](): number {
    return this.#owner.register(this);
  }

  [Symbol.dispose](): void {
    this.#owner.cancel(this);
  }
}
