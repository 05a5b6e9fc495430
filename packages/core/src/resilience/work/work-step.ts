import { type Backoff, backoffDelayMs } from '../backoff.ts';
import { retryAfterMsOf } from '../retry-after.ts';
import { isRefusal } from '../refusal.ts';
import { inWords, type WorkDeathReason, type WorkItem } from './work-item.ts';

export interface WorkRules {
  readonly maxAttempts: number;
  readonly maxAgeMs: number;
  readonly backoff: Backoff;
  readonly isFinal: (error: unknown) => boolean;
  readonly random: () => number;
}

/** What becomes of work after an attempt that came to nothing. */
export type WorkStep<Payload> =
  /** It was not attempted: its key waits until then, and no attempt was spent. */
  | { readonly kind: 'wait'; readonly retryAfterMs: number }
  | { readonly kind: 'retry'; readonly item: WorkItem<Payload> }
  | { readonly kind: 'die'; readonly item: WorkItem<Payload> };

/**
 * Decides, from the error and the time alone. The next attempt comes when the error asks for it, else
 * after the back-off; work that would be too old by then dies at once.
 *
 * @param nowMs Milliseconds since 1970.
 */
export function stepAfter<Payload>(
  item: WorkItem<Payload>,
  error: unknown,
  nowMs: number,
  rules: WorkRules,
): WorkStep<Payload> {
  if (isRefusal(error)) {
    return { kind: 'wait', retryAfterMs: retryAfterMsOf(error, nowMs) ?? rules.backoff.maxMs };
  }
  const attempts = item.attempts + 1;
  const failed = { ...item, attempts, lastError: inWords(error) };
  if (rules.isFinal(error)) return die(failed, 'final', nowMs);
  if (attempts >= rules.maxAttempts) return die(failed, 'attempts-exhausted', nowMs);
  const delayMs =
    retryAfterMsOf(error, nowMs) ?? backoffDelayMs(rules.backoff, attempts, rules.random);
  const dueAtMs = nowMs + delayMs;
  if (dueAtMs - item.promisedAtMs > rules.maxAgeMs) return die(failed, 'expired', nowMs);
  return { kind: 'retry', item: { ...failed, dueAtMs } };
}

/** Whether work has become too old to be attempted. */
export function isExpired(
  { promisedAtMs }: WorkItem<unknown>,
  nowMs: number,
  rules: WorkRules,
): boolean {
  return nowMs - promisedAtMs > rules.maxAgeMs;
}

export function die<Payload>(
  item: WorkItem<Payload>,
  reason: WorkDeathReason,
  nowMs: number,
): { readonly kind: 'die'; readonly item: WorkItem<Payload> } {
  return { kind: 'die', item: { ...item, death: { reason, atMs: nowMs } } };
}
