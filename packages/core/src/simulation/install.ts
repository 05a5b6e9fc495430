import { host } from '#host';
import { hostReplacements, publishReplacements } from '#host/replacements';

import { RestoreError } from './errors.ts';
import type { FailureListeners } from './host/host.ts';
import { type Replacement, replaceGetter, replaceProperty } from './host/replacement.ts';
import { real } from './real.ts';
import { abortTimeout } from './virtual-abort-timeout.ts';
import { virtualPerformance } from './virtual-clock.ts';
import { virtualWebCrypto } from './virtual-crypto.ts';
import { VirtualDate, virtualNow } from './virtual-date.ts';
import { virtualDateFormat } from './virtual-date-format.ts';
import { virtualEvent } from './virtual-event.ts';
import { mathRandom } from './virtual-math-random.ts';
import { timersOfOneRun } from './virtual-timers.ts';

const dateFormat = Intl.DateTimeFormat.prototype;

export interface Installation extends FailureListeners {
  /** Becomes `performance.timeOrigin`. */
  readonly startMs: number;
  readonly timeZone: string;
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
    publishReplacements();
    if (failures.length > 0) throw new RestoreError(failures[0]);
  };
  try {
    for (const [target, replacements] of patches(installation.startMs)) {
      for (const [key, value] of Object.entries(replacements)) {
        undo.push(replaceProperty(target, key, value));
      }
    }
    undo.push(replaceGetter(Event.prototype, 'timeStamp', virtualEvent.timeStamp));
    undo.push(replaceGetter(dateFormat, 'format', virtualDateFormat.format));
    undo.push(host.setTimeZone(installation.timeZone));
    undo.push(host.listenForFailures(installation));
    publishReplacements();
    return restore;
  } catch (error) {
    restore();
    throw error;
  }
}

function patches(startMs: number): readonly Replacement[] {
  const timers = timersOfOneRun();
  return [
    [globalThis, { ...timers, Date: VirtualDate }],
    // For code that kept the real `Date`, and for `new date.constructor()`.
    [real.Date, { now: virtualNow }],
    [real.Date.prototype, { constructor: VirtualDate }],
    [performance, { ...virtualPerformance, timeOrigin: startMs }],
    [AbortSignal, { timeout: abortTimeout }],
    [dateFormat, { formatToParts: virtualDateFormat.formatToParts }],
    [Math, { random: mathRandom }],
    [globalThis.crypto, virtualWebCrypto],
    ...hostReplacements(timers),
  ];
}
