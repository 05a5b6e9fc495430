import { backoffDelayMs } from '../../resilience/index.ts';
import { errorText } from '../error-text.ts';
import type { AnyEvent, RecordedEvent } from '../event.ts';
import { attemptsAt } from './apply-batch.ts';
import { tell } from './notices.ts';
import type { NextStep, Turn } from './turn.ts';

/**
 * Applies the projection's policy to an event that failed by itself: another try later, a dead letter,
 * or a stop.
 *
 * @throws LeaseLostError when the bucket was taken over; what the store throws.
 */
export async function settleFailure<Tx, Event extends AnyEvent>(
  { store, group, held, observer }: Turn<Tx, Event>,
  event: RecordedEvent<Event>,
  error: unknown,
): Promise<NextStep | 'done'> {
  const { failure: policy } = group.projection;
  const { lease } = held;
  const attempts = attemptsAt(held, event) + 1;
  const failure = { event, attempts, error: errorText(error) };
  const notice = { type: 'event.failed', bucket: held.id, event, attempts, error } as const;

  if (attempts < policy.maxAttempts) {
    const delayMs = backoffDelayMs(policy.backoff, attempts, () => Math.random());
    const retryInMs = Math.ceil(delayMs);
    await store.projections.recordFailure(lease, { ...failure, retryAfterMs: retryInMs });
    const { position, eventId } = event;
    const failedAt = new Date();
    const retryAt = new Date(failedAt.getTime() + retryInMs);
    const { error: text } = failure;
    held.failure = { position, eventId, attempts, error: text, failedAt, retryAt, retryInMs };
    held.retryAtMs = performance.now() + retryInMs;
    tell(observer, { ...notice, outcome: 'retried', retryAt });
    return 'wait';
  }

  if (policy.onExhausted === 'dead-letter') {
    await store.transaction(async (tx) => {
      await store.projections.addDeadLetter(lease, failure, { tx });
      await store.projections.moveCheckpoint(lease, event.position, { tx });
    });
    held.movedTo(event.position);
    group.counters.deadLettered += 1;
    tell(observer, { ...notice, outcome: 'dead-lettered', retryAt: undefined });
    return 'done';
  }

  await store.projections.recordFailure(lease, failure);
  held.state = 'released';
  group.buckets.delete(lease.bucket);
  tell(observer, { ...notice, outcome: 'stopped', retryAt: undefined });
  return 'gone';
}
