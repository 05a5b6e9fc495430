import { eventIdOf, VersionConflictError } from '@firedrill/core/event-store';
import { type Answer, type DenialReason, entryOf, type Request } from '../../domain.ts';
import { type ClinicStore, type RetentionEvent, retentionStream } from './events.ts';
import { writeEntry } from './journal.ts';

/**
 * What must be kept is not erased. An erasure is ordered, waits, and begins if nothing has been put on hold by
 * then; what cannot be undone comes last. Holds and erasures of a patient are one stream, in which each expects
 * to be the next: of a hold and an erasure at once, one is refused and looks again.
 *
 * nothing ──ordered──> waiting ──begun──> the key is destroyed, and again if nobody knows
 *                         └────hold placed──> nothing: whoever still wants it orders it again
 */
export interface Retention {
  /** Puts a patient's record on hold; `gone` when it is being erased. */
  hold(request: Extract<Request, { kind: 'hold' }>): Promise<Answer>;
  release(request: Extract<Request, { kind: 'release' }>): Promise<Answer>;
  /** Orders an erasure, unless the record must be kept. */
  order(request: Extract<Request, { kind: 'erase' }>, mustBeKept: boolean): Promise<Answer>;
  /** The waiting time is over. Says whether the key is to be destroyed. */
  begin(order: Order): Promise<boolean>;
}

/** An erasure that waits. */
export interface Order {
  readonly orderId: string;
  readonly patientId: string;
}

/** Namespace of the ids of orders in the outbox, and of events. */
const namespace = '5a8f3c52-06a1-4d3a-8b7e-0a9d7f0c61b2';

/** More often than that is a defect. */
const maxAttempts = 20;

interface Standing {
  /** Holds and orders that were ever entered: an attempt that comes late changes nothing. */
  readonly known: ReadonlySet<string>;
  readonly holds: ReadonlySet<string>;
  readonly waiting: string | undefined;
  readonly hasBegun: boolean;
}

const nothing: Standing = {
  known: new Set(),
  holds: new Set(),
  waiting: undefined,
  hasBegun: false,
};

// oxlint-disable-next-line typescript/consistent-return -- the switch knows every type
function evolve(standing: Standing, { type, data }: RetentionEvent): Standing {
  switch (type) {
    case 'retention.held':
      return {
        ...standing,
        known: new Set(standing.known).add(data.holdId),
        holds: new Set(standing.holds).add(data.holdId),
        waiting: undefined,
      };
    case 'retention.released': {
      const holds = new Set(standing.holds);
      holds.delete(data.holdId);
      return { ...standing, holds };
    }
    case 'retention.ordered':
      return {
        ...standing,
        known: new Set(standing.known).add(data.orderId),
        waiting: data.orderId,
      };
    case 'retention.begun':
      return { ...standing, waiting: undefined, hasBegun: true };
  }
}

/** @param waitMs from the order to the erasure: whoever wants to put it on hold has so long */
export function createRetention(store: ClinicStore, waitMs: number): Retention {
  /** Reads, decides and appends, until nobody was faster. */
  async function change<Result>(
    patientId: string,
    decide: (standing: Standing) => {
      readonly result: Result;
      readonly event?: RetentionEvent;
      readonly denied?: DenialReason;
    },
    request: Request | undefined,
    follow?: (tx: unknown) => Promise<void>,
  ): Promise<Result> {
    const stream = retentionStream(patientId);
    for (let attempt = 1; ; attempt += 1) {
      const past = await store.readStream(stream);
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only these are in this stream
      const standing = past.reduce((so, event) => evolve(so, event as RetentionEvent), nothing);
      const { result, event, denied } = decide(standing);
      try {
        await store.transaction(async (tx) => {
          if (request !== undefined) {
            await writeEntry(store, entryOf(request, denied ?? 'granted'), tx);
          }
          if (event === undefined) return;
          const expectedVersion = past.length === 0 ? 'none' : past.length;
          await store.append(stream, [event], { expectedVersion, tx });
          await follow?.(tx);
        });
        return result;
      } catch (error) {
        if (!(error instanceof VersionConflictError) || attempt === maxAttempts) throw error;
      }
    }
  }

  return {
    hold: (request) =>
      change<Answer>(
        request.patientId,
        ({ known, hasBegun }) => {
          if (hasBegun) return { result: { status: 'gone' } };
          const holdId = request.requestId;
          const result: Answer = { status: 'done' };
          if (known.has(holdId)) return { result };
          return { result, event: { type: 'retention.held', data: { holdId } } };
        },
        request,
      ),
    release: (request) =>
      change<Answer>(
        request.patientId,
        ({ holds }) => {
          const { holdId } = request;
          const result: Answer = { status: 'done' };
          if (!holds.has(holdId)) return { result };
          return { result, event: { type: 'retention.released', data: { holdId } } };
        },
        request,
      ),
    order(request, mustBeKept) {
      const { requestId: orderId, patientId } = request;
      const dueAt = new Date(Date.now() + waitMs);
      return change<Answer>(
        patientId,
        ({ known, holds, waiting, hasBegun }) => {
          const result: Answer = { status: 'ordered' };
          if (known.has(orderId)) return { result };
          const reason = mustBeKept ? 'retention' : 'hold';
          if (mustBeKept || holds.size > 0) {
            return { result: { status: 'denied', reason }, denied: reason };
          }
          if (waiting !== undefined || hasBegun) return { result };
          return { result, event: { type: 'retention.ordered', data: { orderId } } };
        },
        request,
        (tx) =>
          store.outbox.enqueue(
            [
              {
                messageId: eventIdOf(namespace, `due ${orderId}`),
                topic: 'erasure',
                // Not the patient's: what they are to hear meanwhile does not wait for it.
                key: orderId,
                payload: { orderId, patientId },
                headers: { dueAt: dueAt.toISOString() },
              },
            ],
            { tx },
          ),
      );
    },
    begin: ({ orderId, patientId }) =>
      change(
        patientId,
        ({ waiting, hasBegun }) => {
          if (hasBegun) return { result: true };
          if (waiting !== orderId) return { result: false };
          return { result: true, event: { type: 'retention.begun', data: { orderId } } };
        },
        undefined,
      ),
  };
}
