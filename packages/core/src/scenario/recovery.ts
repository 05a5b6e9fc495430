import type { Fault } from '../services/index.ts';
import { lastFaultEndMs } from './analysis.ts';
import { formatDuration, formatValue } from './format.ts';
import type { FinishedPhase, VisitorCall } from './run-phase.ts';
import type { Check } from './record.ts';

/** After the last fault a system has this long to be healthy again. */
const healthyWithinMs = 120_000;

/** What a system may take on top of the shortest time that its declared arithmetic allows. */
const slack = 1.2;

/** A share of calls in trouble that is this much higher than before the faults is not healthy. */
const tolerance = 0.02;

/**
 * Whether a system has recovered: two minutes after the last fault no more calls end in trouble than
 * before the first, and when the last visitor has left, everything is settled in two minutes, or in the
 * shortest time that its declared arithmetic allows and a fifth. A fault after the load is made up for in as long from
 * its own end, or from that of the quiet days in which it struck.
 *
 * @param parts of that arithmetic, in ms, by what they are; see `SwarmOptions`
 */
export function recoveryCheck(
  phaseId: string,
  phase: FinishedPhase,
  parts: Readonly<Record<string, number>> = {},
): Check {
  const shortestMs = Object.values(parts).reduce((sum, ms) => sum + ms, 0);
  const settlesWithinMs = Math.max(healthyWithinMs, slack * shortestMs);
  const { problem, tookMs } = recovery(phase, settlesWithinMs);
  const arithmetic = Object.entries(parts).map(([what, ms]) => `${formatDuration(ms)} ${what}`);
  const why =
    slack * shortestMs > healthyWithinMs ? ` (${arithmetic.join(' + ')}, and a fifth)` : '';
  return {
    type: 'check',
    phase: phaseId,
    name: 'recovered',
    title: 'when the faults are over, the system is as before',
    kind: 'objective',
    ok: problem === undefined,
    expected:
      `calls as before ${formatDuration(healthyWithinMs)} after the last fault, ` +
      `at rest within ${formatDuration(settlesWithinMs)}${why}`,
    observed: problem ?? `at rest after ${formatDuration(tookMs)}`,
    ...(Number.isFinite(tookMs) && { value: Math.round(tookMs) }),
    unit: 'ms',
  };
}

function recovery(
  { judged, calls }: FinishedPhase,
  settlesWithinMs: number,
): { readonly problem: string | undefined; readonly tookMs: number } {
  const { faults, durationMs, epilogueMs, settledAtMs, unanswered } = judged;
  // The quiet days are no part of coming to rest: what struck in them, and ended in them, has had their rest.
  const calmMs = Math.max(durationMs, lastFaultEndMs(faults) - epilogueMs);
  const tookMs = Math.max(0, settledAtMs - calmMs);
  if (unanswered > 0) {
    return { problem: `${formatValue(unanswered, 'count')} visitors never got an answer`, tookMs };
  }
  const firstMs = Math.min(durationMs, ...faults.map(({ fromMs }) => fromMs));
  const before = troubleShare(calls.filter(({ startedAtMs }) => startedAtMs < firstMs));
  const late = faults.filter(({ fromMs }) => fromMs >= durationMs);
  const lastMs = lastFaultEndMs(faults.filter((fault) => !late.includes(fault)));
  const later = calls.filter(
    ({ startedAtMs }) =>
      startedAtMs >= lastMs + healthyWithinMs && !late.some((fault) => isFelt(fault, startedAtMs)),
  );
  const after = troubleShare(later);
  if (after > before + tolerance) {
    const problem =
      `${formatValue(after, 'ratio')} of ${formatValue(later.length, 'count')} calls end in trouble ` +
      `from ${formatDuration(healthyWithinMs)} after the last fault on`;
    return { problem, tookMs };
  }
  if (tookMs <= settlesWithinMs) return { problem: undefined, tookMs };
  const took = Number.isFinite(tookMs) ? `took ${formatDuration(tookMs)}` : 'never came';
  const problem = `coming to rest ${took}, and may take ${formatDuration(settlesWithinMs)}`;
  return { problem, tookMs };
}

/** Whether what begins at a time may be in trouble by a fault: shortly before it, until two minutes after it. */
const isFelt = ({ fromMs, toMs }: Fault, atMs: number): boolean =>
  atMs >= fromMs - healthyWithinMs && atMs < toMs + healthyWithinMs;

function troubleShare(calls: readonly VisitorCall[]): number {
  if (calls.length === 0) return 0;
  return (
    calls.filter(({ isInTrouble, endedAtMs }) => isInTrouble || endedAtMs === undefined).length /
    calls.length
  );
}
