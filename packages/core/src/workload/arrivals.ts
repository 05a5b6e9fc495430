import type { Random } from '../simulation/index.ts';
import { type LoadPiece, type LoadProfile, piecesOf } from './load-profile.ts';

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

/**
 * How many times as many candidates one maximum for the whole may cost as each piece's own. Below it
 * the whole is thinned from its one maximum, so that the draws do not tell how a profile was put
 * together.
 */
const maxWaste = 100;

/**
 * The arrivals of a profile in order of time, made one by one as they are taken. All of them lie
 * within the duration. The same random stream gives the same arrivals.
 *
 * @throws RangeError for a process that is neither `poisson` nor `uniform`
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
  let index = 0;
  for (const { fromMs, toMs, maxRatePerSecond } of stretches(profile)) {
    const meanGapMs = 1000 / maxRatePerSecond;
    let atMs = fromMs + random.exponential(meanGapMs);
    while (atMs < toMs) {
      if (random.next() * maxRatePerSecond < rateAt(profile, atMs)) {
        yield { index, atMs: toMicroseconds(atMs, toMs) };
        index += 1;
      }
      atMs += random.exponential(meanGapMs);
    }
  }
}

type Stretch = Pick<LoadPiece, 'fromMs' | 'toMs' | 'maxRatePerSecond'>;

/**
 * The stretches with load, each with the maximum from which it is thinned. The process has no memory:
 * what lies between them is passed over, and no draw is spent on it.
 */
function stretches(profile: LoadProfile): readonly Stretch[] {
  const { durationMs, maxRatePerSecond } = profile;
  const pieces = piecesOf(profile).filter((piece) => piece.maxRatePerSecond > 0);
  const least = pieces.reduce(
    (sum, { fromMs, toMs, maxRatePerSecond: own }) => sum + own * (toMs - fromMs),
    0,
  );
  if (maxRatePerSecond * durationMs > maxWaste * least) return pieces;
  const joined: { fromMs: number; toMs: number; maxRatePerSecond: number }[] = [];
  for (const { fromMs, toMs } of pieces) {
    const last = joined.at(-1);
    if (last?.toMs === fromMs) last.toMs = toMs;
    else joined.push({ fromMs, toMs, maxRatePerSecond });
  }
  return joined;
}

/**
 * Evenly spaced: arrival k comes where the cumulated rate reaches k + 1/2, so that a constant rate of
 * 10/s gives 50, 150, 250 ms and so on.
 */
function* uniformArrivals(profile: LoadProfile): Generator<Arrival> {
  let index = 0;
  // How much of an arrival has come together: a fraction, so that no length of a run wears it out.
  let gathered = 0.5;
  for (const { fromMs, toMs, maxRatePerSecond, straightForMs } of piecesOf(profile)) {
    if (maxRatePerSecond === 0) continue;
    const cells = Math.ceil((toMs - fromMs) / straightForMs) || 1;
    for (let cell = 0; cell < cells; cell += 1) {
      const beginMs = fromMs + (cell / cells) * (toMs - fromMs);
      const lengthMs = fromMs + ((cell + 1) / cells) * (toMs - fromMs) - beginMs;
      const begin = rateAt(profile, beginMs);
      const middle = rateAt(profile, beginMs + lengthMs / 2);
      const expected = (middle * lengthMs) / 1000;
      let passed = 0;
      while (passed + (1 - gathered) <= expected) {
        passed += 1 - gathered;
        gathered = 0;
        const sinceMs = timeOf(passed, begin, middle, lengthMs);
        yield { index, atMs: toMicroseconds(beginMs + sinceMs, toMs) };
        index += 1;
      }
      gathered += expected - passed;
    }
  }
}

/** When so many arrivals have come, at a rate that goes straight from `begin` through `middle`. */
function timeOf(count: number, begin: number, middle: number, lengthMs: number): number {
  if (count === 0) return 0;
  const slope = (2 * (middle - begin)) / lengthMs;
  const root = Math.sqrt(Math.max(0, begin * begin + 2000 * slope * count));
  return Math.min(lengthMs, (2000 * count) / (begin + root));
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
