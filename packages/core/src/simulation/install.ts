import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import timers from 'node:timers';
import timersPromises from 'node:timers/promises';

import { RestoreError } from './errors.ts';
import { real } from './real.ts';
import { abortTimeout } from './virtual-abort-timeout.ts';
import { hrtime, performanceNow } from './virtual-clock.ts';
import { virtualNodeCrypto, virtualWebCrypto } from './virtual-crypto.ts';
import { VirtualDate, virtualNow } from './virtual-date.ts';
import { mathRandom } from './virtual-math-random.ts';
import { virtualPromises, virtualScheduler } from './virtual-timers-promises.ts';
import { virtualTimers } from './virtual-timers.ts';

export interface Installation {
  /** Becomes `performance.timeOrigin`. */
  readonly startMs: number;
  readonly onUnhandledRejection: (reason: unknown) => void;
  readonly onUncaughtError: (error: unknown) => void;
}

/**
 * Puts virtual time and seeded randomness in the place of the machine's, and gives back the function
 * that restores everything. When a step fails, what was done until then is undone before it throws.
 * Restoring goes through all steps, and then throws RestoreError if one of them failed.
 */
export function install(installation: Installation): () => void {
  const undo: (() => void)[] = [];
  const restore = (): void => {
    const failures: unknown[] = [];
    for (const step of undo.splice(0).toReversed()) {
      try {
        step();
      } catch (error) {
        failures.push(error);
      }
    }
    syncBuiltinESMExports();
    if (failures.length > 0) throw new RestoreError(failures[0]);
  };
  try {
    for (const [target, replacements] of patches(installation.startMs)) {
      for (const [key, value] of Object.entries(replacements)) {
        undo.push(replaceProperty(target, key, value));
      }
    }
    undo.push(replaceListeners('unhandledRejection', installation.onUnhandledRejection));
    undo.push(replaceListeners('uncaughtException', installation.onUncaughtError));
    syncBuiltinESMExports();
    return restore;
  } catch (error) {
    restore();
    throw error;
  }
}

function patches(startMs: number): [target: object, replacements: object][] {
  return [
    [globalThis, { ...virtualTimers, Date: VirtualDate }],
    // For code that kept the real `Date`, and for `new date.constructor()`.
    [real.Date, { now: virtualNow }],
    [real.Date.prototype, { constructor: VirtualDate }],
    [timers, virtualTimers],
    [timersPromises, virtualPromises],
    [timersPromises.scheduler, virtualScheduler],
    [performance, { now: performanceNow, timeOrigin: startMs }],
    [process, { hrtime }],
    [AbortSignal, { timeout: abortTimeout }],
    [Math, { random: mathRandom }],
    [globalThis.crypto, virtualWebCrypto],
    [crypto, virtualNodeCrypto],
  ];
}

function replaceProperty(target: object, key: string, value: unknown): () => void {
  const before = Object.getOwnPropertyDescriptor(target, key);
  Object.defineProperty(target, key, {
    value,
    writable: true,
    configurable: true,
    enumerable: before?.enumerable ?? false,
  });
  return () => {
    if (before !== undefined) Object.defineProperty(target, key, before);
    else if (!Reflect.deleteProperty(target, key)) throw new TypeError(`Cannot delete ${key}`);
  };
}

type Listener = (...args: unknown[]) => void;

/** The listeners of the host (a test runner's, say) must not hear what happens in the simulation. */
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
