import { formatDuration, formatValue } from '../report/format.ts';

/** The machine's own clock: taken when this file loads, so that a simulation cannot replace it. */
export const realNowMs: () => number = performance.now.bind(performance);

/** What a run took on this machine. Never part of the record, which is the same everywhere. */
export interface MachineFigures {
  readonly wallMs: number;
  readonly virtualMs: number;
  readonly peakRssBytes: number;
  readonly nodeVersion: string;
}

export function measureMachine(wallMs: number, virtualMs: number): MachineFigures {
  // libuv gives kilobytes on every platform.
  const peakRssBytes = process.resourceUsage().maxRSS * 1_024;
  return { wallMs, virtualMs, peakRssBytes, nodeVersion: process.versions.node };
}

/** `machine: 1.24 s for 45 min of virtual time (2,177 : 1), peak memory 212 MB, Node 24.21.0` */
export function machineLine({
  wallMs,
  virtualMs,
  peakRssBytes,
  nodeVersion,
}: MachineFigures): string {
  const ratio = formatValue(Math.round(virtualMs / Math.max(wallMs, 1)), 'count');
  return (
    `machine: ${formatDuration(wallMs)} for ${formatDuration(virtualMs)} of virtual time ` +
    `(${ratio} : 1), peak memory ${formatValue(peakRssBytes, 'bytes')}, Node ${nodeVersion}`
  );
}
