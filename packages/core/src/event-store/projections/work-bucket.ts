import { LeaseLostError } from '../errors.ts';
import { unavailability } from '../unavailable.ts';
import type { AnyEvent, RecordedEvent } from '../event.ts';
import type { EventBatch } from '../event-store.ts';
import { type Application, applyBatch, type Piece } from './apply-batch.ts';
import { loseBucket } from './group.ts';
import { STARVING_SHARE, tell } from './notices.ts';
import { settleFailure } from './settle-failure.ts';
import type { NextStep, Turn } from './turn.ts';

/**
 * Handles the next batch of a bucket, first as a whole; when that fails, event by event, so that the
 * events before the failing one take effect and it alone is retried, put aside or stopped at.
 *
 * Rejects when the store fails; the bucket is then still held, unless its state says otherwise.
 */
export async function workBucket<Tx, Event extends AnyEvent>(
  turn: Turn<Tx, Event>,
): Promise<NextStep> {
  const { group, held } = turn;
  const batch = await nextBatch(turn);
  group.horizon = Math.max(group.horizon, batch.horizon);
  const [first] = batch.events;
  if (first === undefined) {
    held.position = Math.max(held.position, batch.scannedTo);
    return batch.scannedTo < batch.horizon ? 'more' : 'idle';
  }
  if (first.position <= held.singlesUntil) return workSingles(turn, batch.events);
  const step = await workPiece(turn, batch);
  return step === 'done' ? (batch.scannedTo < batch.horizon ? 'more' : 'idle') : step;
}

async function nextBatch<Tx, Event extends AnyEvent>({
  store,
  group: { projection, hints },
  held,
}: Turn<Tx, Event>): Promise<EventBatch<Event>> {
  const { inbox } = held;
  held.inbox = undefined;
  if (inbox !== undefined) return inbox;
  held.hintsSeen = hints;
  const { filter, batchSize: limit } = projection;
  return store.projections.readBatch(held.id, { after: held.position, limit, filter });
}

async function workSingles<Tx, Event extends AnyEvent>(
  turn: Turn<Tx, Event>,
  events: readonly RecordedEvent<Event>[],
): Promise<NextStep> {
  for (const event of events) {
    if (event.position > turn.held.singlesUntil || turn.shouldYield()) break;
    const step = await workPiece(turn, { events: [event], scannedTo: event.position });
    if (step !== 'done') return step;
  }
  return 'more';
}

async function workPiece<Tx, Event extends AnyEvent>(
  turn: Turn<Tx, Event>,
  piece: Piece<Event>,
): Promise<NextStep | 'done'> {
  const { store, group, held, leaseMs, observer } = turn;
  const application = await applyBatch(store, group.projection, held, piece, (waitedMs) => {
    if (waitedMs < leaseMs * STARVING_SHARE) return;
    tell(observer, { type: 'runner.starving', of: 'connection', waitedMs, leaseMs });
  });
  switch (application.kind) {
    case 'applied':
      group.counters.applied += piece.events.length;
      group.counters.batches += 1;
      return 'done';
    case 'interrupted':
      return 'more';
    case 'lost':
      return lose(turn);
    case 'failed':
      return fail(turn, piece, application);
    case 'undone':
      return putOff(turn, application.error, 'handle');
    case 'unsettled':
      tell(turn.observer, {
        type: 'store.failed',
        during: 'commit',
        error: application.error,
      });
      if (!(await reclaim(turn))) return 'gone';
      // It had been committed; only the answer was lost.
      if (held.position >= piece.scannedTo) return 'more';
      // The database was lost on the way to the commit, which tells nothing about the events.
      if (unavailability(application.error) !== undefined) return 'wait';
      return fail(turn, piece, application);
    default:
      throw new TypeError(`Unknown application ${JSON.stringify(application satisfies never)}`);
  }
}

async function fail<Tx, Event extends AnyEvent>(
  turn: Turn<Tx, Event>,
  { events, scannedTo }: Piece<Event>,
  { error }: Extract<Application, { readonly kind: 'failed' | 'unsettled' }>,
): Promise<NextStep | 'done'> {
  const { group, held, observer } = turn;
  group.counters.failures += 1;
  const [event, second] = events;
  if (event === undefined || second !== undefined) {
    tell(observer, { type: 'batch.failed', bucket: held.id, events: events.length, error });
    held.singlesUntil = Math.max(held.singlesUntil, events.at(-1)?.position ?? scannedTo);
    return turn.shouldYield() ? 'more' : workSingles(turn, events);
  }
  try {
    return await settleFailure(turn, event, error);
  } catch (failure) {
    if (failure instanceof LeaseLostError) return lose(turn);
    // Nothing was noted, so that this was no attempt: the event is tried again as if for the first time.
    if (unavailability(failure)?.outcome === 'undone') return putOff(turn, failure, 'commit');
    // Whether the event was put aside is not known: a new lease tells.
    tell(observer, { type: 'store.failed', during: 'commit', error: failure });
    if (!(await reclaim(turn))) return 'gone';
    // Not at once: what keeps the store from noting a failure may last.
    held.retryAtMs = performance.now() + group.projection.failure.backoff.maxMs;
    return 'wait';
  }
}

/** Leaves the bucket as it is until the store has had time to come back. */
function putOff<Tx, Event extends AnyEvent>(
  { held, observer, storeRetryMs }: Turn<Tx, Event>,
  error: unknown,
  during: 'handle' | 'commit',
): NextStep {
  tell(observer, { type: 'store.failed', during, error });
  held.putOff(storeRetryMs);
  return 'wait';
}

function lose<Tx, Event extends AnyEvent>({ group, held, observer }: Turn<Tx, Event>): NextStep {
  if (loseBucket(group, held)) tell(observer, { type: 'bucket.lost', bucket: held.id });
  return 'gone';
}

/**
 * Gives the bucket back and takes it again. A transaction whose commit was not answered holds the
 * bucket until it has ended, and cannot commit under the older epoch afterwards: the new lease's
 * checkpoint says for certain what happened. False when the bucket is gone.
 */
async function reclaim<Tx, Event extends AnyEvent>(turn: Turn<Tx, Event>): Promise<boolean> {
  const { store, group, held, leaseMs } = turn;
  const { projection, generation, bucket, owner } = held.lease;
  // Not held while this goes on: neither renewed nor counted as lost.
  held.isReclaiming = true;
  try {
    await store.projections.release([held.lease]);
    const request = { projection, generation, owner, leaseMs, limit: 1, buckets: [bucket] };
    const [lease] = await store.projections.acquire(request);
    if (lease !== undefined) {
      held.reclaimed(lease);
      return true;
    }
  } catch (error) {
    tell(turn.observer, { type: 'store.failed', during: 'lease', error });
    group.orphans.push(held.lease);
  } finally {
    held.isReclaiming = false;
  }
  held.state = 'released';
  group.buckets.delete(bucket);
  return false;
}
