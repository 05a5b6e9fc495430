import type { Arrival } from './arrivals.ts';
import { describeDuration, type LoadPiece, type LoadProfile } from './load-profile.ts';
import type { Trace } from './read-trace.ts';

/** How fast a trace is played. */
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
 * second in which the last arrival falls. Only seconds with arrivals take memory and time, so that a
 * recording with a pause of a year costs no more than one without.
 */
export function traceProfile(trace: Trace, options: PlayOptions = {}): LoadProfile {
  const speed = resolveSpeed(options);
  const counts = new Map<number, number>();
  let last = -1;
  let most = 0;
  for (const { atMs } of traceArrivals(trace, { speed })) {
    last = Math.floor(atMs / 1000);
    const count = (counts.get(last) ?? 0) + 1;
    counts.set(last, count);
    most = Math.max(most, count);
  }
  const durationMs = (last + 1) * 1000;
  return {
    durationMs,
    ratePerSecond: (elapsedMs) => counts.get(Math.floor(elapsedMs / 1000)) ?? 0,
    maxRatePerSecond: most,
    description:
      `${trace.arrivals.length} arrivals of ${trace.file} in ${describeDuration(durationMs)}` +
      (speed === 1 ? '' : `, ${speed} times as fast as recorded`),
    pieces: secondsAndPauses(counts),
  };
}

/** A piece for each second with arrivals, and one for each pause between them. */
function secondsAndPauses(counts: ReadonlyMap<number, number>): LoadPiece[] {
  const pieces: LoadPiece[] = [];
  let untilMs = 0;
  for (const [second, maxRatePerSecond] of counts) {
    const fromMs = second * 1000;
    if (fromMs > untilMs) {
      pieces.push({ fromMs: untilMs, toMs: fromMs, maxRatePerSecond: 0, straightForMs: Infinity });
    }
    untilMs = fromMs + 1000;
    pieces.push({ fromMs, toMs: untilMs, maxRatePerSecond, straightForMs: Infinity });
  }
  return pieces;
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
