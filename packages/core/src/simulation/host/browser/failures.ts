import type { FailureListeners } from '../host.ts';
import { originalMethod } from '../original.ts';

interface Rejection extends Event {
  readonly reason: unknown;
}

interface Failure extends Event {
  readonly error: unknown;
}

const listen = originalMethod(globalThis, 'addEventListener');
const unlisten = originalMethod(globalThis, 'removeEventListener');

/** Takes the failures that nobody handles before the console and other listeners hear of them. */
export function listenForFailures(listeners: FailureListeners): () => void {
  const onRejection = (event: Rejection): void => {
    stop(event);
    listeners.onUnhandledRejection(event.reason);
  };
  const onError = (event: Failure): void => {
    stop(event);
    listeners.onUncaughtError(event.error);
  };
  const capture = { capture: true };
  listen(globalThis, 'unhandledrejection', onRejection, capture);
  listen(globalThis, 'error', onError, capture);
  return () => {
    unlisten(globalThis, 'unhandledrejection', onRejection, capture);
    unlisten(globalThis, 'error', onError, capture);
  };
}

function stop(event: Event): void {
  event.preventDefault();
  event.stopImmediatePropagation();
}
