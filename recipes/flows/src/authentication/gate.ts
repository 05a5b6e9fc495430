/**
 * Counts failures, and closes for the rest of the window when there were too many. Success does not open it:
 * whoever knows one password could try all others in between.
 */
export interface Gate {
  readonly failures: number;
  readonly sinceMs: number;
}

export interface GateOptions {
  readonly maxFailures: number;
  readonly windowMs: number;
}

export const isClosed = (
  gate: Gate | undefined,
  { maxFailures, windowMs }: GateOptions,
  nowMs: number,
): boolean => gate !== undefined && nowMs < gate.sinceMs + windowMs && gate.failures >= maxFailures;

/** The gate after one more failure. */
export function failedAt(gate: Gate | undefined, { windowMs }: GateOptions, nowMs: number): Gate {
  if (gate === undefined || nowMs >= gate.sinceMs + windowMs)
    return { failures: 1, sinceMs: nowMs };
  return { ...gate, failures: gate.failures + 1 };
}
