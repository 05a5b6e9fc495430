import { eventIdOf } from '@firedrill/core/event-store';
import { type Entry, entryOf, messageIdOf, type Request } from '../../domain.ts';
import { suspendedMs } from '../../domain/outcomes.ts';
import { accessStream, type ClinicStore, glassStream } from './events.ts';
import { enqueue, writeEntry } from './journal.ts';

/**
 * What a review comes to, and what follows. The entry, the suspension and the message to the patient are committed
 * together: nobody is suspended without a review on record, and no review that says so is without consequence. A
 * suspension is an event of the person, with its end; each emergency looks it up.
 */

type Review = Extract<Request, { kind: 'review' }>;

/** Namespace of the ids of suspensions: the same review suspends once. */
const namespace = 'a55f1a0e-5a3e-4b8e-9a0b-6f2f6d0f1f3c';

/** Who broke the glass. */
function actorOf(entries: readonly Entry[], accessId: string): string | undefined {
  return entries.find(
    ({ entryId, purpose, decision }) =>
      entryId === accessId && purpose === 'emergency' && decision === 'granted',
  )?.staffId;
}

/** Whose privilege an outcome takes away; `undefined` when it takes nobody's. */
const whomToSuspend = ({ outcome }: Review, actor: string | undefined): string | undefined =>
  outcome === 'unjustified' ? actor : undefined;

/** Tells the patient, if the review says so. */
const tell = (
  store: ClinicStore,
  tx: unknown,
  message: { readonly messageId: string; readonly patientId: string },
): Promise<void> => enqueue(store, tx, [message]);

/** Whether somebody may not break the glass at that moment. */
async function isSuspended(store: ClinicStore, staffId: string, nowMs: number): Promise<boolean> {
  const past = await store.readStream(glassStream(staffId));
  return past.some(
    ({ type, data }) => type === 'glass.suspended' && nowMs < new Date(data.until).getTime(),
  );
}

export const outcomeRules = { whomToSuspend, isSuspended, tell };

export type OutcomeRules = typeof outcomeRules;

/** Writes a review with its outcome, and what follows from it. */
export async function closeReview(
  store: ClinicStore,
  request: Review,
  rules: OutcomeRules,
): Promise<void> {
  const { accessId, patientId } = request;
  const past = await store.readStream(accessStream(patientId));
  const entries = past.flatMap(({ type, data }) => (type === 'access.granted' ? [data] : []));
  const suspended = rules.whomToSuspend(request, actorOf(entries, accessId));
  // Of a review that is repeated all of this was done at the first time.
  const isRepeated = entries.some(({ entryId }) => entryId === request.requestId);
  await store.transaction(async (tx) => {
    await writeEntry(store, entryOf(request, 'granted'), tx);
    if (suspended === undefined || isRepeated) return;
    const until = new Date(Date.now() + suspendedMs).toISOString();
    const data = { accessId, until };
    await store.append(
      glassStream(suspended),
      [{ type: 'glass.suspended', data, eventId: eventIdOf(namespace, accessId) }],
      { expectedVersion: 'any', tx },
    );
    await rules.tell(store, tx, { messageId: messageIdOf('notice', accessId), patientId });
  });
}
