import os from 'node:os';
import type { StressFigures } from './stress.ts';

/** What was run, for the heading. */
export interface StressRun {
  readonly flow: string;
  readonly engine: string;
  /** Processes that ran the steps; 0: all of it in this one. */
  readonly workers: number;
  /** Events of the busy day. */
  readonly sent: number;
  readonly isInterrupted: boolean;
}

/** Figures of a run under stress, with what they rest on. Latencies are those with at most so many in flight. */
export function stressText(figures: StressFigures, run: StressRun): string {
  const { events, steps, seconds, cpuSeconds, latenciesMs, bytesPerEvent, isAtRest } = figures;
  const where = run.workers === 0 ? 'in this process' : `${run.workers} processes`;
  const rate = (amount: number): string => `${perSecond(amount, seconds)} a second`;
  const [cpu] = os.cpus();
  const lines = [
    `${run.flow} under stress on ${run.engine}, ${where}${run.isInterrupted ? ', interrupted' : ''}`,
    `  events in      ${whole(events)} of a busy day of ${whole(run.sent)}${events > run.sent ? ', again and again' : ''}, in ${seconds.toFixed(1)} s: ${rate(events)}`,
    `  steps done     ${whole(steps)}: ${rate(steps)}`,
    ...(cpuSeconds === undefined
      ? []
      : [
          `  processor      ${cpuSeconds.toFixed(1)} s: ${perSecond(steps, cpuSeconds)} steps for each of them`,
        ]),
    `  latency        ${latencyText(latenciesMs)}`,
    `  in flight      ${whole(bytesPerEvent)} bytes for each event that waits`,
    ...(isAtRest ? [] : ['  NOT AT REST: what was taken in was not finished in time']),
    `  machine        ${os.cpus().length} x ${cpu?.model.trim() ?? 'unknown'}, load ${os.loadavg()[0]?.toFixed(1) ?? '?'}, Node ${process.versions.node}`,
  ];
  return `${lines.join('\n')}\n`;
}

/** A percentile is told where at least ten samples lie beyond it. */
function latencyText(sorted: Float64Array): string {
  const shares = [0.5, 0.9, 0.99, 0.999].filter((share) => sorted.length * (1 - share) >= 10);
  const texts = shares.map((share) => {
    const value = sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
    return `p${share * 100} ${millis(value)}`;
  });
  const most = sorted.length === 0 ? [] : [`max ${millis(sorted.at(-1) ?? Number.NaN)}`];
  return `${[...texts, ...most].join(', ')} (${whole(sorted.length)} samples, from the publication to the end of the last step)`;
}

const perSecond = (amount: number, seconds: number): string =>
  seconds > 0 ? whole(amount / seconds) : '?';
const whole = (value: number): string => Math.round(value).toLocaleString('en-US');
const millis = (value: number): string => `${value.toFixed(value < 10 ? 2 : 0)} ms`;
