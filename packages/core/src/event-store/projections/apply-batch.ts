import { LeaseLostError, StoreClosedError } from '../errors.ts';
import type { AnyEvent, RecordedEvent } from '../event.ts';
import type { EventBatch, EventStore } from '../event-store.ts';
import { unavailability } from '../unavailable.ts';
import { callHandler } from './call-handler.ts';
import type { Projection } from './define-projection.ts';
import { HandlerInterruptedError } from './errors.ts';
import type { HeldBucket } from './held-bucket.ts';

/**
 * How a transaction ended. `failed`: it was undone and the handler is to blame, or may be. `undone`: the
 * database was lost before it could commit. `unsettled`: the store failed and it is not known whether
 * it committed. `lost`: the bucket is somebody else's.
 */
export type Application =
  | { readonly kind: 'applied' | 'interrupted' | 'lost' }
  | { readonly kind: 'failed' | 'unsettled'; readonly error: unknown }
  | { readonly kind: 'undone'; readonly error: unknown };

/** A piece of work for one transaction: the events, and how far the checkpoint then is. */
export type Piece<Event extends AnyEvent> = Pick<EventBatch<Event>, 'events' | 'scannedTo'>;

/**
 * Handles events and moves the checkpoint in one transaction. Never rejects.
 *
 * @param onBegun Is told how many milliseconds the transaction was waited for.
 */
export async function applyBatch<Tx, Event extends AnyEvent>(
  store: EventStore<Tx, Event>,
  projection: Projection<Tx, Event>,
  held: HeldBucket<Event>,
  { events, scannedTo }: Piece<Event>,
  onBegun: (waitedMs: number) => void,
): Promise<Application> {
  const { lease, interrupt } = held;
  const { generation, bucket } = lease;
  const context = { generation, bucket, attempt: attemptsAt(held, events[0]) + 1 };
  let blamed: { readonly error: unknown } | undefined;
  const askedAtMs = performance.now();
  try {
    await store.transaction(async (tx) => {
      onBegun(performance.now() - askedAtMs);
      try {
        await callHandler(projection, { events, tx, context, interrupt });
      } catch (error) {
        blamed = { error };
        throw error;
      }
      // Behind the handler: until here the lease can be renewed, from here to the commit it is locked.
      await store.projections.moveCheckpoint(lease, scannedTo, { tx });
    });
  } catch (error) {
    if (interrupt.aborted && interrupt.reason instanceof HandlerInterruptedError) {
      return { kind: held.isHeld ? 'interrupted' : 'lost' };
    }
    // The database's trouble is not the handler's, also where the handler met it and hands it on.
    const trouble = unavailability(error);
    if (trouble?.outcome === 'undone' || error instanceof StoreClosedError) {
      return { kind: 'undone', error };
    }
    // The port promises no commit behind an error of the callback, so only one outside leaves a doubt.
    if (trouble !== undefined)
      return { kind: blamed === undefined ? 'unsettled' : 'undone', error };
    if (blamed !== undefined) return { kind: 'failed', error: blamed.error };
    return error instanceof LeaseLostError ? { kind: 'lost' } : { kind: 'unsettled', error };
  }
  held.movedTo(scannedTo);
  return { kind: 'applied' };
}

/** How often the bucket has failed at this event. */
export function attemptsAt(held: HeldBucket, event: RecordedEvent | undefined): number {
  return event !== undefined && held.failure?.eventId === event.eventId ? held.failure.attempts : 0;
}
