import type { Arrival } from './arrivals.ts';
import { describeDuration, type LoadProfile } from './load-profile.ts';
import type { Trace } from './read-trace.ts';

export interface PlayOptions {
  /** How many times as fast as recorded; 1 by default. RangeError unless positive. */
  readonly speed?: number;
}

/** The arrivals of a recorded trace, at the recorded times or faster. */
export function traceArrivals(trace: Trace, options: PlayOptions = {}): Iterable<Arrival> {
  const speed = resolveSpeed(options);
  return {
    *[Symbol.iterator](): Generator<Arrival> {
      for (const [index, { atMs, fields }] of trace.arrivals.entries()) {
        const playedMs = toMicroseconds(atMs / speed);
        yield fields === undefined ? { index, atMs: playedMs } : { index, atMs: playedMs, fields };
      }
    },
  };
}

/**
 * The recorded rate, counted by the second, for views and for sizing. It lasts to the end of the
 * second in which the last arrival falls.
 */
export function traceProfile(trace: Trace, options: PlayOptions = {}): LoadProfile {
  const speed = resolveSpeed(options);
  const counts: number[] = [];
  for (const { atMs } of traceArrivals(trace, { speed })) {
    const second = Math.floor(atMs / 1000);
    counts[second] = (counts[second] ?? 0) + 1;
  }
  const durationMs = counts.length * 1000;
  return {
    durationMs,
    ratePerSecond: (elapsedMs) => counts[Math.floor(elapsedMs / 1000)] ?? 0,
    maxRatePerSecond: counts.reduce((highest, count) => Math.max(highest, count), 0),
    description:
      `${trace.arrivals.length} arrivals of ${trace.file} in ${describeDuration(durationMs)}` +
      (speed === 1 ? '' : `, ${speed} times as fast as recorded`),
  };
}

function resolveSpeed({ speed = 1 }: PlayOptions): number {
  if (!(speed > 0 && speed < Infinity)) {
    throw new RangeError(`speed must be a finite number above 0, got ${speed}`);
  }
  return speed;
}

function toMicroseconds(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
