import { lastFaultEndMs } from './analysis.ts';
import { formatDuration, formatValue } from './format.ts';
import type { FinishedPhase, VisitorCall } from './run-phase.ts';
import type { Check } from './record.ts';

/** After the last fault a system has this long to be healthy again. */
const healthyWithinMs = 120_000;

/** A share of calls in trouble that is this much higher than before the faults is not healthy. */
const tolerance = 0.02;

/**
 * Whether a system has recovered: two minutes after the last fault no more calls end in trouble than
 * before the first, and when the last visitor has left, everything is settled within the time that the
 * example declares.
 *
 * @param settlesWithinMs see `SwarmOptions`
 */
export function recoveryCheck(
  phaseId: string,
  phase: FinishedPhase,
  settlesWithinMs: number | undefined = healthyWithinMs,
): Check {
  const { problem, tookMs } = recovery(phase, settlesWithinMs);
  return {
    type: 'check',
    phase: phaseId,
    name: 'recovered',
    title: 'when the faults are over, the system is as before',
    kind: 'objective',
    ok: problem === undefined,
    expected:
      `calls as before ${formatDuration(healthyWithinMs)} after the last fault, ` +
      `at rest within ${formatDuration(settlesWithinMs)}`,
    observed: problem ?? `at rest after ${formatDuration(tookMs)}`,
    ...(Number.isFinite(tookMs) && { value: Math.round(tookMs) }),
    unit: 'ms',
  };
}

function recovery(
  { judged, calls }: FinishedPhase,
  settlesWithinMs: number,
): { readonly problem: string | undefined; readonly tookMs: number } {
  const { faults, durationMs, settledAtMs, unanswered } = judged;
  const lastMs = lastFaultEndMs(faults);
  const tookMs = Math.max(0, settledAtMs - Math.max(durationMs, lastMs));
  if (unanswered > 0) {
    return { problem: `${formatValue(unanswered, 'count')} visitors never got an answer`, tookMs };
  }
  const firstMs = Math.min(durationMs, ...faults.map(({ fromMs }) => fromMs));
  const before = troubleShare(calls.filter(({ startedAtMs }) => startedAtMs < firstMs));
  const later = calls.filter(({ startedAtMs }) => startedAtMs >= lastMs + healthyWithinMs);
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

function troubleShare(calls: readonly VisitorCall[]): number {
  if (calls.length === 0) return 0;
  return (
    calls.filter(({ isInTrouble, endedAtMs }) => isInTrouble || endedAtMs === undefined).length /
    calls.length
  );
}
