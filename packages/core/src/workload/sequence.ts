import { constantLoad } from './constant-load.ts';
import {
  describeDuration,
  describeRate,
  type LoadPiece,
  type LoadProfile,
  piecesOf,
} from './load-profile.ts';

/** A description names each part up to so many. */
const maxDescribed = 8;

/**
 * Profiles one after the other.
 *
 * @throws RangeError when there is none
 */
export function sequence(profiles: readonly LoadProfile[]): LoadProfile {
  if (profiles.length === 0) throw new RangeError('profiles must hold at least one profile, got 0');
  const beginsMs: number[] = [];
  const pieces: LoadPiece[] = [];
  let durationMs = 0;
  let maxRatePerSecond = 0;
  for (const profile of profiles) {
    beginsMs.push(durationMs);
    for (const piece of piecesOf(profile)) pieces.push(shifted(piece, durationMs));
    durationMs += profile.durationMs;
    maxRatePerSecond = Math.max(maxRatePerSecond, profile.maxRatePerSecond);
  }
  return {
    durationMs,
    ratePerSecond(elapsedMs) {
      const index = lastAtMost(beginsMs, elapsedMs);
      return profiles[index]?.ratePerSecond(elapsedMs - (beginsMs[index] ?? 0)) ?? 0;
    },
    maxRatePerSecond,
    description:
      profiles.length > maxDescribed
        ? `${profiles.length} parts, at most ${describeRate(maxRatePerSecond)} ` +
          `for ${describeDuration(durationMs)}`
        : profiles.map((profile) => profile.description).join(', then '),
    pieces,
  };
}

function shifted({ fromMs, toMs, ...piece }: LoadPiece, byMs: number): LoadPiece {
  return { ...piece, fromMs: fromMs + byMs, toMs: toMs + byMs };
}

/** Index of the last value that is not above `limit`, in ascending ones; 0 when all are. */
function lastAtMost(values: readonly number[], limit: number): number {
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((values[middle] ?? 0) <= limit) low = middle;
    else high = middle - 1;
  }
  return low;
}

/**
 * A staircase: each rate for its time.
 *
 * @throws RangeError when there is no step, and for a rate or a time that makes no sense
 */
export function steps(
  stairs: readonly { readonly ratePerSecond: number; readonly durationMs: number }[],
): LoadProfile {
  return sequence(stairs.map((stair) => constantLoad(stair)));
}

/**
 * The same profile with every rate multiplied.
 *
 * @throws RangeError for a factor that is negative or not finite
 */
export function scaleLoad(profile: LoadProfile, factor: number): LoadProfile {
  if (!(factor >= 0 && factor < Infinity)) {
    throw new RangeError(`factor must be a finite number of at least 0, got ${factor}`);
  }
  const maxRatePerSecond = profile.maxRatePerSecond * factor;
  return {
    durationMs: profile.durationMs,
    ratePerSecond: (elapsedMs) => profile.ratePerSecond(elapsedMs) * factor,
    maxRatePerSecond,
    description:
      `${factor} x (${profile.description}): at most ${describeRate(maxRatePerSecond)} ` +
      `for ${describeDuration(profile.durationMs)}`,
    pieces: piecesOf(profile).map((piece) => ({
      ...piece,
      maxRatePerSecond: piece.maxRatePerSecond * factor,
    })),
  };
}
