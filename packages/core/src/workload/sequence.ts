import { constantLoad } from './constant-load.ts';
import { describeDuration, describeRate, type LoadProfile } from './load-profile.ts';

/** Profiles one after the other. RangeError when there is none. */
export function sequence(profiles: readonly LoadProfile[]): LoadProfile {
  if (profiles.length === 0) throw new RangeError('profiles must hold at least one profile, got 0');
  let durationMs = 0;
  const parts = profiles.map((profile) => {
    const fromMs = durationMs;
    durationMs += profile.durationMs;
    return { profile, fromMs };
  });
  return {
    durationMs,
    ratePerSecond(elapsedMs) {
      const part = parts.findLast(({ fromMs }) => fromMs <= elapsedMs) ?? parts[0];
      return part === undefined ? 0 : part.profile.ratePerSecond(elapsedMs - part.fromMs);
    },
    maxRatePerSecond: Math.max(...profiles.map((profile) => profile.maxRatePerSecond)),
    description: profiles.map((profile) => profile.description).join(', then '),
  };
}

/** A staircase: each rate for its time. */
export function steps(
  stairs: readonly { readonly ratePerSecond: number; readonly durationMs: number }[],
): LoadProfile {
  return sequence(stairs.map((stair) => constantLoad(stair)));
}

/** The same profile with every rate multiplied. RangeError for a negative factor. */
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
  };
}
