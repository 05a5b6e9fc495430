import { formatDuration, formatValue } from '../scenario/format.ts';

/** The machine's own clock: taken when this file loads, so that a simulation cannot replace it. */
export const realNowMs: () => number = performance.now.bind(performance);

/** What a run took on this machine. Never part of the record, which is the same everywhere. */
export interface MachineFigures {
  /** Until its verdict, if it has one. */
  readonly wallMs: number;
  /** With what followed the verdict: the proof of the cause, and a comparison. */
  readonly totalMs: number;
  readonly virtualMs: number;
  readonly peakRssBytes: number;
  readonly nodeVersion: string;
}

export function measureMachine(wallMs: number, totalMs: number, virtualMs: number): MachineFigures {
  // libuv gives kilobytes on every platform.
  const peakRssBytes = process.resourceUsage().maxRSS * 1_024;
  return { wallMs, totalMs, virtualMs, peakRssBytes, nodeVersion: process.versions.node };
}

/** What follows a verdict is worth a word from this share of the time on. */
const shownShare = 0.05;

/** `machine: 1.24 s for 45 min of virtual time (2,177 : 1), peak memory 212 MB, Node 24.21.0` */
export function machineLine(figures: MachineFigures): string {
  const { wallMs, totalMs, virtualMs, peakRssBytes, nodeVersion } = figures;
  const ratio = formatValue(Math.round(virtualMs / Math.max(wallMs, 1)), 'count');
  const more = totalMs - wallMs;
  const proof = more > shownShare * totalMs ? `, ${formatDuration(more)} after the verdict` : '';
  return (
    `machine: ${formatDuration(wallMs)} for ${formatDuration(virtualMs)} of virtual time ` +
    `(${ratio} : 1)${proof}, peak memory ${formatValue(peakRssBytes, 'bytes')}, Node ${nodeVersion}`
  );
}
