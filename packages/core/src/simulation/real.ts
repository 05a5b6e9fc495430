import { host } from '#host';

/**
 * The machine's own clock and timers, taken when this room is loaded. The engine runs on them, and a
 * virtual function that is called while no simulation runs falls back to them.
 */
export const real = {
  ...host.timers,
  performanceNow: performance.now.bind(performance),
  Date: globalThis.Date,
  dateNow: globalThis.Date.now,
} as const;
