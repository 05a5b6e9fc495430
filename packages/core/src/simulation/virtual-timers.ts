import { activeSimulation } from './active.ts';
import { real } from './real.ts';
import { VirtualImmediate } from './virtual-immediate.ts';
import { type Callback, VirtualTimer } from './virtual-timer.ts';

type Handle = VirtualTimer | NodeJS.Timeout | string | number | undefined | null;

function setVirtualTimeout(callback: Callback, delayMs?: number, ...args: unknown[]): unknown {
  const engine = activeSimulation()?.engine;
  // The real function refuses what is no function, in Node's own words.
  return engine === undefined || typeof callback !== 'function'
    ? real.setTimeout(callback, delayMs, ...args)
    : engine.setTimer(callback, delayMs, args, false);
}

function setVirtualInterval(callback: Callback, delayMs?: number, ...args: unknown[]): unknown {
  const engine = activeSimulation()?.engine;
  return engine === undefined || typeof callback !== 'function'
    ? real.setInterval(callback, delayMs, ...args)
    : engine.setTimer(callback, delayMs, args, true);
}

function setVirtualImmediate(callback: Callback, ...args: unknown[]): unknown {
  const engine = activeSimulation()?.engine;
  return engine === undefined || typeof callback !== 'function'
    ? real.setImmediate(callback, ...args)
    : engine.setImmediate(callback, args);
}

function clearVirtualTimer(handle: Handle): void {
  if (handle instanceof VirtualTimer) {
    handle.close();
    return;
  }
  if (typeof handle === 'number' || typeof handle === 'string') {
    activeSimulation()?.engine.cancelByNumber(Number(handle));
  }
  real.clearTimeout(handle ?? undefined);
}

function clearVirtualImmediate(handle: VirtualImmediate | NodeJS.Immediate | undefined): void {
  if (handle instanceof VirtualImmediate) handle[Symbol.dispose]();
  else real.clearImmediate(handle);
}

/** What takes the place of the timer functions, on `globalThis` and wherever else the host has them. */
export const virtualTimers = {
  setTimeout: named('setTimeout', setVirtualTimeout),
  setInterval: named('setInterval', setVirtualInterval),
  setImmediate: named('setImmediate', setVirtualImmediate),
  clearTimeout: named('clearTimeout', clearVirtualTimer),
  clearInterval: named('clearInterval', clearVirtualTimer),
  clearImmediate: named('clearImmediate', clearVirtualImmediate),
} as const;

/**
 * The functions for one simulation. They are the same in all but for `setTimeout`, which is new each
 * time: by it whoever outlives a simulation sees that the timers that it has set there are lost.
 */
export function timersOfOneRun(): typeof virtualTimers {
  const setTimeout: typeof virtualTimers.setTimeout = setVirtualTimeout.bind(undefined);
  return { ...virtualTimers, setTimeout: named('setTimeout', setTimeout) };
}

function named<T extends (...args: never[]) => unknown>(name: string, implementation: T): T {
  return Object.defineProperty(implementation, 'name', { value: name });
}
