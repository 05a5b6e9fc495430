import type { SampleValues } from './watcher.ts';

/** What the texts of signals are made of. */

/** A measured value by the name of its series; 0 when nothing was measured in that second. */
export const valueOf = (values: SampleValues, name: string): number => values[name] ?? 0;

/** A time in seconds with one decimal: 61,540 ms are `61.5 s`. */
export const inSeconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
