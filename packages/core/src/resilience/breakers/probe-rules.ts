import { checkNumber } from '../option-checks.ts';
import { reachesRatio } from '../ratio.ts';

/** How a half-open breaker finds out whether the downstream is back. */
export interface HalfOpenOptions {
  /** Probes that have to settle before it is decided. Default 1. */
  readonly calls?: number;
  /**
   * The share of failures among them at which the breaker opens again, above 0. Default: any
   * failure, so that all of `calls` have to succeed.
   */
  readonly failureRatio?: number;
  /** Probes under way at once. Default 1. */
  readonly concurrency?: number;
}

/** The same, resolved. */
export interface ProbeRules {
  readonly calls: number;
  readonly failuresToOpen: number;
  readonly concurrency: number;
}

/** @throws RangeError that names the option and the value. */
export function probeRules(options: HalfOpenOptions = {}): ProbeRules {
  const { calls = 1, failureRatio, concurrency = 1 } = options;
  checkNumber('halfOpen.calls', calls, { min: 1, max: 1_000_000, integer: true });
  checkNumber('halfOpen.concurrency', concurrency, { min: 1, integer: true });
  if (failureRatio === undefined) return { calls, failuresToOpen: 1, concurrency };
  checkNumber('halfOpen.failureRatio', failureRatio, { min: 0, exclusiveMin: true, max: 1 });
  let failuresToOpen = Math.max(1, Math.floor(failureRatio * calls));
  while (!reachesRatio(failuresToOpen, calls, failureRatio)) failuresToOpen += 1;
  return { calls, failuresToOpen, concurrency };
}
