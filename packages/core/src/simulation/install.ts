import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import timers from 'node:timers';
import timersPromises from 'node:timers/promises';

import { mathRandom, virtualNodeCrypto, virtualWebCrypto } from './virtual-crypto.ts';
import { abortTimeout } from './virtual-abort-timeout.ts';
import { hrtime, performanceNow } from './virtual-clock.ts';
import { VirtualDate, virtualNow } from './virtual-date.ts';
import { virtualPromises } from './virtual-timers-promises.ts';
import { virtualTimers } from './virtual-timers.ts';

export interface Installation {
  readonly startMs: number;
  readonly onUnhandledRejection: (reason: unknown) => void;
  readonly onUncaughtError: (error: unknown) => void;
}

/**
 * Puts virtual time and seeded randomness in place of the machine's, and gives back the function
 * that restores everything. When a step fails, what was done until then is undone first.
 */
export function install(installation: Installation): () => void {
  const undo: (() => void)[] = [];
  const restore = (): void => {
    for (const step of undo.splice(0).toReversed()) step();
    syncBuiltinESMExports();
  };
  try {
    for (const [target, replacements] of patches(installation.startMs)) {
      for (const [key, value] of Object.entries(replacements)) {
        undo.push(replaceProperty(target, key, value));
      }
    }
    undo.push(
      replaceListeners('unhandledRejection', installation.onUnhandledRejection),
      replaceListeners('uncaughtException', installation.onUncaughtError),
    );
    syncBuiltinESMExports();
    return restore;
  } catch (error) {
    restore();
    throw error;
  }
}

function patches(startMs: number): [target: object, replacements: object][] {
  const { setTimeout, setInterval, setImmediate, wait, yield: yieldTurn } = virtualPromises;
  return [
    [globalThis, { ...virtualTimers, Date: VirtualDate }],
    [VirtualDate.prototype, { constructor: VirtualDate }],
    [timers, virtualTimers],
    [timersPromises, { setTimeout, setInterval, setImmediate }],
    [timersPromises.scheduler, { wait, yield: yieldTurn }],
    [performance, { now: performanceNow, timeOrigin: startMs }],
    [process, { hrtime }],
    [AbortSignal, { timeout: abortTimeout }],
    [Math, { random: mathRandom }],
    [globalThis.crypto, virtualWebCrypto],
    [crypto, virtualNodeCrypto],
    [realDate, { now: virtualNow }],
  ];
}

const realDate = globalThis.Date;

function replaceProperty(target: object, key: string, value: unknown): () => void {
  const before = Object.getOwnPropertyDescriptor(target, key);
  Object.defineProperty(target, key, {
    value,
    writable: true,
    configurable: true,
    enumerable: before?.enumerable ?? false,
  });
  return () => {
    if (before === undefined) Reflect.deleteProperty(target, key);
    else Object.defineProperty(target, key, before);
  };
}

/** The listeners of the host (a test runner's, say) must not hear what happens in the simulation. */
function replaceListeners(
  event: 'unhandledRejection' | 'uncaughtException',
  listener: (reason: unknown) => void,
): () => void {
  const before = process.rawListeners(event);
  process.removeAllListeners(event);
  process.on(event, listener);
  return () => {
    process.removeListener(event, listener);
    for (const hosts of before) process.on(event, hosts as (...args: unknown[]) => void);
  };
}
