import type { Random } from '../simulation/index.ts';
import type { LoadProfile } from './load-profile.ts';

/** One unit of work that reaches the system. */
export interface Arrival {
  /** Counts from 0. */
  readonly index: number;
  /** Milliseconds since the start, in steps of a microsecond. */
  readonly atMs: number;
  /** What a recorded trace says about it, as text. */
  readonly fields?: Readonly<Record<string, string>>;
}

/** `poisson`: independent clients. `uniform`: evenly spaced, without any randomness. */
export type ArrivalProcess = 'poisson' | 'uniform';

/** Cells in which a uniform process integrates the rate: a millisecond each, up to an hour. */
const maxCells = 3_600_000;

/**
 * The arrivals of a profile in order of time, made one by one as they are taken. All of them lie
 * within the duration. The same random stream gives the same arrivals.
 */
export function arrivals(
  profile: LoadProfile,
  options: { readonly process: ArrivalProcess; readonly random: Random },
): Iterable<Arrival> {
  const { process, random } = options;
  switch (process) {
    case 'poisson':
      return { [Symbol.iterator]: () => poissonArrivals(profile, random) };
    case 'uniform':
      return { [Symbol.iterator]: () => uniformArrivals(profile) };
    default:
      throw new RangeError(
        `process must be 'poisson' or 'uniform', got ${JSON.stringify(process satisfies never)}`,
      );
  }
}

/** A nonhomogeneous Poisson process by thinning (Lewis and Shedler 1979). */
function* poissonArrivals(profile: LoadProfile, random: Random): Generator<Arrival> {
  const { durationMs, maxRatePerSecond } = profile;
  if (maxRatePerSecond === 0) return;
  const meanGapMs = 1000 / maxRatePerSecond;
  let index = 0;
  for (let atMs = random.exponential(meanGapMs); atMs < durationMs;) {
    const rate = rateAt(profile, atMs);
    if (random.next() * maxRatePerSecond < rate) {
      yield { index, atMs: toMicroseconds(atMs, durationMs) };
      index += 1;
    }
    atMs += random.exponential(meanGapMs);
  }
}

/**
 * Evenly spaced: arrival k comes where the cumulated rate reaches k + 1/2, so that a constant rate of
 * 10/s gives 50, 150, 250 ms and so on. The rate is integrated by the midpoint rule.
 */
function* uniformArrivals(profile: LoadProfile): Generator<Arrival> {
  const { durationMs } = profile;
  const widthMs = Math.max(1, durationMs / maxCells);
  let index = 0;
  let cumulated = 0;
  for (let cell = 0; cell * widthMs < durationMs; cell += 1) {
    const fromMs = cell * widthMs;
    const lengthMs = Math.min(widthMs, durationMs - fromMs);
    const expected = (rateAt(profile, fromMs + lengthMs / 2) * lengthMs) / 1000;
    while (index + 0.5 < cumulated + expected) {
      const share = (index + 0.5 - cumulated) / expected;
      yield { index, atMs: toMicroseconds(fromMs + share * lengthMs, durationMs) };
      index += 1;
    }
    cumulated += expected;
  }
}

function rateAt(profile: LoadProfile, elapsedMs: number): number {
  const rate = profile.ratePerSecond(elapsedMs);
  // The tolerance is for rounding in a rate function that touches its own maximum.
  if (rate >= 0 && rate <= profile.maxRatePerSecond * (1 + 1e-9)) return rate;
  throw new RangeError(
    `ratePerSecond(${elapsedMs}) must be between 0 and maxRatePerSecond ` +
      `(${profile.maxRatePerSecond}), got ${rate}`,
  );
}

/** To the nearest microsecond that is still within the duration. */
function toMicroseconds(ms: number, durationMs: number): number {
  const nearest = Math.round(ms * 1000) / 1000;
  return nearest < durationMs ? nearest : Math.floor(ms * 1000) / 1000;
}
