import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import process from 'node:process';
import timers from 'node:timers';
import { inspect } from 'node:util';

import type { AsyncContext, Host } from '../host.ts';
import { listenForFailures } from './failures.ts';
import { NodeIoWatch } from './io-watch.ts';
import { createSha256 } from './sha256.ts';
import { setTimeZone } from './time-zone.ts';
import { PromiseTracer } from './wait-tracer.ts';

const resourceOptions = { requireManualDestroy: true };

/** Made with manual destroy, an `AsyncResource` costs some ten nanoseconds. */
class NodeContinuation extends AsyncResource {
  constructor(kind: string) {
    super(kind, resourceOptions);
  }
}

class NodeContext<T> implements AsyncContext<T> {
  readonly #storage = new AsyncLocalStorage<T>();

  run<R>(value: T, act: () => R): R {
    return this.#storage.run(value, act);
  }

  bind<A extends unknown[], R>(value: T, act: (...args: A) => R): (...args: A) => R {
    return this.#storage.run(value, () => AsyncLocalStorage.bind(act));
  }

  get(): T | undefined {
    return this.#storage.getStore();
  }
}

/** Node's side of the door. */
export const host: Host = {
  timers: {
    setTimeout: timers.setTimeout,
    clearTimeout: timers.clearTimeout,
    setInterval: timers.setInterval,
    clearInterval: timers.clearInterval,
    setImmediate: timers.setImmediate,
    clearImmediate: timers.clearImmediate,
  },
  createSha256,
  Continuation: NodeContinuation,
  listenForFailures,
  setTimeZone,
  createContext: () => new NodeContext(),
  createIoWatch: (options) => new NodeIoWatch(options),
  createWaitTracer: () => new PromiseTracer(),
  sourceStack: (stack) => stack,
  inspect,
  warn: (name, message) => {
    process.emitWarning(message, name);
  },
};
