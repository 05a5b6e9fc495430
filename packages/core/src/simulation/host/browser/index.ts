import type { Host } from '../host.ts';
import { BrowserContext, BrowserContinuation } from './context.ts';
import { listenForFailures } from './failures.ts';
import { inspect } from './inspect.ts';
import { createSha256 } from './sha256.ts';
import { sourceStack } from './source-maps.ts';
import { setTimeZone } from './time-zone.ts';
import { timers } from './timers.ts';

/**
 * The side of the door for a browser's worker. What a browser cannot do has the weaker answer: nobody
 * hears of real input and output, and a deadlock does not say who waits. A run that failed may leave
 * code behind that goes on, so each run gets a worker of its own.
 */
export const host: Host = {
  timers,
  createSha256,
  Continuation: BrowserContinuation,
  listenForFailures,
  setTimeZone,
  createContext: () => new BrowserContext(),
  createIoWatch: () => ({ start() {}, stop() {}, leftOver: () => [], othersSince: () => true }),
  createWaitTracer: () => ({ start() {}, stop() {}, pending: () => [] }),
  sourceStack,
  inspect,
  warn: (name, message) => {
    // oxlint-disable-next-line no-console -- the only place for warnings that a browser has
    console.warn(`${name}: ${message}`);
  },
};
