import process from 'node:process';

import type { FailureListeners } from '../host.ts';

type Listener = (...args: unknown[]) => void;

/** The listeners of the host (a test runner's, say) must not hear what happens in the simulation. */
export function listenForFailures(listeners: FailureListeners): () => void {
  const restoreRejections = replaceListeners('unhandledRejection', listeners.onUnhandledRejection);
  try {
    const restoreErrors = replaceListeners('uncaughtException', listeners.onUncaughtError);
    return () => {
      try {
        restoreErrors();
      } finally {
        restoreRejections();
      }
    };
  } catch (error) {
    restoreRejections();
    throw error;
  }
}

function replaceListeners(
  event: 'unhandledRejection' | 'uncaughtException',
  listener: (reason: unknown) => void,
): () => void {
  const emitter: NodeJS.EventEmitter = process;
  emitter.on(event, listener);
  const others = emitter
    .rawListeners(event)
    .filter((other): other is Listener => other !== listener);
  for (const other of others) emitter.removeListener(event, other);
  return () => {
    emitter.removeListener(event, listener);
    for (const other of others) emitter.on(event, other);
  };
}
