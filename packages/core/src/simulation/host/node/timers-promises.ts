import timersPromises from 'node:timers/promises';

import { activeSimulation } from '../../active.ts';
import { originalMethod } from '../original.ts';

const real = {
  setTimeout: timersPromises.setTimeout,
  setInterval: timersPromises.setInterval,
  setImmediate: timersPromises.setImmediate,
};

const realWait = originalMethod(timersPromises.scheduler, 'wait');
const realYield = originalMethod(timersPromises.scheduler, 'yield');

interface WaitOptions {
  readonly signal?: AbortSignal;
  readonly ref?: boolean;
}

// Whatever is refused or aborted is left to the real function: it rejects with Node's own errors.

function wait(delay?: number, value?: unknown, options?: WaitOptions): Promise<unknown> {
  const engine = activeSimulation()?.engine;
  if (engine === undefined || !isNumber(delay) || !canStart(options)) {
    return real.setTimeout(delay, value, options);
  }
  return new Promise((resolve, reject) => {
    const timer = engine.setTimer(onDue, delay, [], false);
    if (options?.ref === false) timer.unref();
    options?.signal?.addEventListener('abort', onAbort, { once: true });
    function onDue(): void {
      options?.signal?.removeEventListener('abort', onAbort);
      resolve(value);
    }
    function onAbort(): void {
      timer.close();
      real.setTimeout(1, undefined, options).catch(reject);
    }
  });
}

function nextImmediate(value?: unknown, options?: WaitOptions): Promise<unknown> {
  const engine = activeSimulation()?.engine;
  if (engine === undefined || !canStart(options)) {
    return real.setImmediate(value, options);
  }
  return new Promise((resolve, reject) => {
    const immediate = engine.setImmediate(onTurn, []);
    options?.signal?.addEventListener('abort', onAbort, { once: true });
    function onTurn(): void {
      options?.signal?.removeEventListener('abort', onAbort);
      resolve(value);
    }
    function onAbort(): void {
      immediate[Symbol.dispose]();
      real.setImmediate(undefined, options).catch(reject);
    }
  });
}

function interval(
  delay?: number,
  value?: unknown,
  options?: WaitOptions,
): AsyncIterableIterator<unknown> {
  return activeSimulation() === undefined || !isNumber(delay) || !canStart(options)
    ? real.setInterval(delay, value, options)
    : ticks(delay, value, options);
}

/** Like Node's: a tick that comes while the consumer is busy is kept, and yielded at once. */
async function* ticks(
  delay: number | undefined,
  value: unknown,
  options: WaitOptions | undefined,
): AsyncGenerator<unknown, void> {
  const signal = options?.signal;
  const isAborted = (): boolean => signal?.aborted === true;
  let kept = 0;
  let wake: (() => void) | undefined;
  const onTick = (): void => {
    kept += 1;
    wake?.();
  };
  const timer = activeSimulation()?.engine.setTimer(onTick, delay, [], true);
  if (options?.ref === false) timer?.unref();
  const onAbort = (): void => {
    timer?.close();
    wake?.();
  };
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    while (!isAborted()) {
      if (kept === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      for (; kept > 0; kept -= 1) yield value;
    }
    await real.setTimeout(1, undefined, options);
  } finally {
    timer?.close();
    signal?.removeEventListener('abort', onAbort);
  }
}

function isNumber(delay: unknown): boolean {
  return delay === undefined || typeof delay === 'number';
}

function canStart(options: WaitOptions | undefined): boolean {
  if (options === undefined) return true;
  if (typeof options !== 'object' || options === null || Array.isArray(options)) return false;
  const { signal, ref } = options;
  return (
    (signal === undefined || (signal instanceof AbortSignal && !signal.aborted)) &&
    (ref === undefined || typeof ref === 'boolean')
  );
}

/** What takes the place of the functions of `node:timers/promises`. */
export const virtualPromises = {
  setTimeout: wait,
  setImmediate: nextImmediate,
  setInterval: interval,
} as const;

/** What takes the place of the methods of `scheduler` from `node:timers/promises`. */
export const virtualScheduler = {
  wait(this: unknown, delay: number, options?: WaitOptions): unknown {
    return this === timersPromises.scheduler
      ? wait(delay, undefined, options)
      : realWait(this, delay, options);
  },
  yield(this: unknown): unknown {
    return this === timersPromises.scheduler ? nextImmediate() : realYield(this);
  },
} as const;
