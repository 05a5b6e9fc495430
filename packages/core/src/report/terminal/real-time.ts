/** The clock and the timers that a live view needs. */
export interface RealTime {
  readonly now: () => number;
  readonly setTimeout: (run: () => void, ms: number) => NodeJS.Timeout;
  readonly clearTimeout: (timer: NodeJS.Timeout) => void;
  readonly setInterval: (run: () => void, ms: number) => NodeJS.Timeout;
  readonly clearInterval: (timer: NodeJS.Timeout) => void;
}

/**
 * The machine's own time, taken when this module is loaded. While a simulation runs, the globals
 * are virtual: a view that looked them up then would wait for the time that it is to hold back.
 */
export const realTime: RealTime = {
  now: performance.now.bind(performance),
  setTimeout: globalThis.setTimeout,
  clearTimeout: globalThis.clearTimeout,
  setInterval: globalThis.setInterval,
  clearInterval: globalThis.clearInterval,
};
