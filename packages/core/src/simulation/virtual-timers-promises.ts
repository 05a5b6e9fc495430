import { activeSimulation } from './active.ts';
import { real } from './real.ts';

interface WaitOptions {
  readonly signal?: AbortSignal;
  readonly ref?: boolean;
}

/** What takes the place of the functions of `node:timers/promises`. */
export const virtualPromises = {
  setTimeout: function setTimeout<T>(delay?: number, value?: T, options?: WaitOptions): Promise<T> {
    const engine = activeSimulation()?.engine;
    // The real function rejects a bad option or an aborted signal, with Node's own errors.
    if (engine === undefined || !isPlain(options)) {
      return real.promises.setTimeout(delay, value as T, options);
    }
    return new Promise((resolve, reject) => {
      const timer = engine.setTimer(fire, delay, [], false);
      if (options?.ref === false) timer.unref();
      function fire(): void {
        options?.signal?.removeEventListener('abort', abort);
        resolve(value as T);
      }
      function abort(): void {
        timer.close();
        real.promises.setTimeout(1, undefined, options).catch(reject);
      }
      options?.signal?.addEventListener('abort', abort, { once: true });
    });
  },

  setImmediate: function setImmediate<T>(value?: T, options?: WaitOptions): Promise<T> {
    const engine = activeSimulation()?.engine;
    if (engine === undefined || !isPlain(options)) {
      return real.promises.setImmediate(value as T, options);
    }
    return new Promise((resolve, reject) => {
      const immediate = engine.setImmediate(fire, []);
      function fire(): void {
        options?.signal?.removeEventListener('abort', abort);
        resolve(value as T);
      }
      function abort(): void {
        immediate[Symbol.dispose]();
        real.promises.setImmediate(undefined, options).catch(reject);
      }
      options?.signal?.addEventListener('abort', abort, { once: true });
    });
  },

  setInterval: function setInterval<T>(
    delay?: number,
    value?: T,
    options?: WaitOptions,
  ): NodeJS.AsyncIterator<T> {
    return activeSimulation() === undefined || !isPlain(options)
      ? real.promises.setInterval(delay, value as T, options)
      : ticks(delay, value as T, options);
  },

  wait: function wait(delay: number, options?: WaitOptions): Promise<void> {
    return virtualPromises.setTimeout(delay, undefined, options);
  },

  yield: function yieldTurn(): Promise<void> {
    return virtualPromises.setImmediate();
  },
} as const;

/** Like Node's: a tick that comes while the consumer is busy is kept, and yielded at once. */
async function* ticks<T>(
  delay: number | undefined,
  value: T,
  options: WaitOptions | undefined,
): AsyncGenerator<T, undefined> {
  const signal = options?.signal;
  let kept = 0;
  let wake: (() => void) | undefined;
  const timer = activeSimulation()?.engine.setTimer(
    () => {
      kept += 1;
      wake?.();
    },
    delay,
    [],
    true,
  );
  if (options?.ref === false) timer?.unref();
  const abort = (): void => {
    timer?.close();
    wake?.();
  };
  signal?.addEventListener('abort', abort, { once: true });
  try {
    while (signal?.aborted !== true) {
      if (kept === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      for (; kept > 0; kept -= 1) yield value;
    }
    await real.promises.setTimeout(1, undefined, options);
  } finally {
    timer?.close();
    signal?.removeEventListener('abort', abort);
  }
}

function isPlain(options: WaitOptions | undefined): boolean {
  if (options === undefined) return true;
  if (typeof options !== 'object' || options === null) return false;
  const { signal, ref } = options;
  return (
    (signal === undefined || (signal instanceof AbortSignal && !signal.aborted)) &&
    (ref === undefined || typeof ref === 'boolean')
  );
}
