import type { Envelope } from './envelope.ts';
import type { TaskContext } from './handler-context.ts';
import type { Hook } from './hook.ts';

// oxlint-disable-next-line typescript/unbound-method -- compared, never called
const plainThen = Promise.prototype.then;

/** A handler without a second parameter is given one argument only, since it may have a default. */
export function callHandler(
  invoke: Hook['invoke'],
  data: unknown,
  context: TaskContext | undefined,
  envelope: Envelope | undefined,
): unknown {
  const run = envelope?.runInContext;
  if (run === undefined) return context === undefined ? invoke(data) : invoke(data, context);
  return context === undefined ? run(invoke, data) : run(invoke, data, context);
}

/**
 * A promise that calls back once, and later; undefined for what is no thenable. A promise of the
 * plain kind is one itself; whatever else has a `then`, a promise with a `then` of its own included,
 * may throw, or call back twice, or at once.
 */
export function asPromise(result: unknown): Promise<unknown> | undefined {
  if (result instanceof Promise && result.then === plainThen && result.constructor === Promise) {
    return result;
  }
  return isThenable(result) ? new Promise((resolve) => resolve(result)) : undefined;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    ((typeof value === 'object' && value !== null) || typeof value === 'function') &&
    'then' in value &&
    typeof value.then === 'function'
  );
}
