import { AsyncResource } from 'node:async_hooks';

const resourceOptions = { requireManualDestroy: true };

/** The object that a virtual `setImmediate` returns: the face of Node's `Immediate`. */
export class VirtualImmediate extends AsyncResource {
  readonly callback: (...args: unknown[]) => void;
  readonly args: readonly unknown[];
  cleared = false;
  #refed = true;

  constructor(callback: (...args: unknown[]) => void, args: readonly unknown[]) {
    super('VirtualImmediate', resourceOptions);
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
    this.cleared = true;
  }
}
