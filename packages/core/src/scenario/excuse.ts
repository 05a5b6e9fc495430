import type { Fault } from '../services/index.ts';
import { mergedWindows, type TimeWindow } from './time-windows.ts';

/** What was under way when a fault began is struck by it, too: so long before it, in ms. */
const underWayMs = 5_000;

/** By then a system has to be as before, whatever the fault was; see `recovery.ts`. */
const longestAfterMs = 120_000;

/**
 * How long after a fault an objective is excused, in ms: the pauses of whoever tries again (15 s is longer
 * than those of all examples), and as long as the fault was: a system with half of its capacity to spare
 * works off in that time what piled up.
 */
const excusedAfterMs = ({ fromMs, toMs }: TimeWindow): number =>
  Math.min(longestAfterMs, 15_000 + (toMs - fromMs));

/** What an excuse depends on; see `RuleSpec`. */
export interface ExcusableRule {
  readonly kind: string;
  readonly needs?: readonly string[];
  // oxlint-disable-next-line typescript/no-explicit-any -- the settings of any example
  readonly feltForMs?: (fault: Fault, settings: any) => number;
}

/**
 * The time in which faults that were felt excuse an objective: while something is struck without which it
 * cannot be met, and shortly before and after. What names nothing that it needs, needs everything. An
 * invariant is never excused.
 *
 * @param settings those of the run
 */
export function excusedWindows(
  { kind, needs, feltForMs = () => 0 }: ExcusableRule,
  felt: readonly Fault[],
  settings: unknown,
): readonly TimeWindow[] {
  if (kind === 'invariant') return [];
  return mergedWindows(
    felt
      .filter(({ service }) => needs === undefined || needs.includes(service))
      .map((fault) => ({
        fromMs: Math.max(0, fault.fromMs - underWayMs),
        toMs: fault.toMs + Math.max(excusedAfterMs(fault), feltForMs(fault, settings)),
      })),
  );
}

/** How much of the time from 0 to `untilMs` lies in windows that do not overlap, in ms. */
export const lengthUntil = (untilMs: number, windows: readonly TimeWindow[]): number =>
  windows.reduce((sum, { fromMs, toMs }) => sum + Math.max(0, Math.min(untilMs, toMs) - fromMs), 0);
