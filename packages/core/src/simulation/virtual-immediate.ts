import { host } from '#host';

import type { Callback } from './virtual-timer.ts';

/** The object that a virtual `setImmediate` returns: the face of Node's `Immediate`. */
export class VirtualImmediate extends host.Continuation {
  readonly callback: Callback;
  readonly args: readonly unknown[];
  /** False once it ran or was cleared. */
  isPending = true;
  #refed = true;

  constructor(callback: Callback, args: readonly unknown[]) {
    super('VirtualImmediate');
    this.callback = callback;
    this.args = args;
  }

  ref(): this {
    this.#refed = true;
    return this;
  }

  unref(): this {
    this.#refed = false;
    return this;
  }

  hasRef(): boolean {
    return this.#refed;
  }

  [Symbol.dispose](): void {
    this.isPending = false;
  }
}
