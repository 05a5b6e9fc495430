import { performance } from 'node:perf_hooks';
import process from 'node:process';
import timers from 'node:timers';
import timersPromises from 'node:timers/promises';

/**
 * The machine's own clock and timers, taken when this room is loaded. The engine runs on them, and a
 * virtual function that is called while no simulation runs falls back to them.
 */
export const real = {
  setTimeout: timers.setTimeout,
  clearTimeout: timers.clearTimeout,
  setInterval: timers.setInterval,
  clearInterval: timers.clearInterval,
  setImmediate: timers.setImmediate,
  clearImmediate: timers.clearImmediate,
  promises: {
    setTimeout: timersPromises.setTimeout,
    setInterval: timersPromises.setInterval,
    setImmediate: timersPromises.setImmediate,
  },
  performanceNow: performance.now.bind(performance),
  hrtime: process.hrtime,
  Date: globalThis.Date,
  dateNow: globalThis.Date.now,
} as const;
