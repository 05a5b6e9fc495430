import type { Replacement } from '../replacement.ts';

/** A browser has clocks, timers and randomness in its globals alone. */
export const hostReplacements = (): readonly Replacement[] => [];

export const publishReplacements = (): void => undefined;
