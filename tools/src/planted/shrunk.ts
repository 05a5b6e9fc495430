import { plural } from '@firedrill/core/scenario';
import type { Shrunk } from './find-bug.ts';

/** What a storm was made to, for people. */
export const shrunkLine = ({ faults, runs, cpuSeconds }: Shrunk): string =>
  `shrunk to ${plural(faults, 'fault')} in ${plural(runs, 'run')}, ${cpuSeconds.toFixed(1)} s CPU`;

/** How many storms were made to how many faults, and how long the slowest took. */
export function sumOfShrunk(all: readonly Shrunk[]): string {
  const counts = [...Map.groupBy(all, ({ faults }) => faults)]
    .toSorted(([a], [b]) => a - b)
    .map(([faults, storms]) => `${storms.length} to ${plural(faults, 'fault')}`);
  const slowest = Math.max(...all.map(({ cpuSeconds }) => cpuSeconds));
  return `Shrunk: ${counts.join(', ')}; the slowest in ${slowest.toFixed(1)} s CPU.`;
}
