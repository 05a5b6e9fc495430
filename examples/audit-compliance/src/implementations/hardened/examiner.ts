import { eventIdOf } from '@firedrill/core/event-store';
import { type Entry, messageIdOf } from '../../domain.ts';
import {
  createScoring,
  type Knowledge,
  type Look,
  snoopingThreshold,
} from '../../domain/snooping.ts';
import { alertStream, type ClinicStore } from './events.ts';

/**
 * Goes through the log, and tells the privacy officer of accesses that were granted and look like curiosity.
 * What it has counted is a cache of the log: after a crash it reads it again, and tells nothing twice.
 */
export interface Examiner {
  /** Goes through what it has not seen yet. */
  examine(): Promise<void>;
  stop(): void;
}

const everyMs = 5_000;
const batchSize = 1_000;
/** Namespace of the ids of alerts in the outbox. */
const alerts = '8c0f5d0e-3f0e-4c58-9a5e-3f4c5be0a1d7';

interface State {
  readonly score: (look: Look) => number;
  readonly raised: Set<string>;
  after: number;
}

export function createExaminer(store: ClinicStore, knowledge: Knowledge): Examiner {
  let state: State | undefined;
  let examining: Promise<void> | undefined;

  /** What was told already. */
  async function load(): Promise<State> {
    const raised = new Set<string>();
    for (let after = 0; ;) {
      const { events, scannedTo, horizon } = await store.readAll({
        after,
        limit: batchSize,
        filter: { categories: ['alert'] },
      });
      for (const { type, data } of events) if (type === 'alert.raised') raised.add(data.alertId);
      after = scannedTo;
      if (scannedTo >= horizon) return { score: createScoring(knowledge), raised, after: 0 };
    }
  }

  async function raise({ entryId, staffId }: Entry, raised: Set<string>): Promise<void> {
    const alertId = `${entryId} ${staffId}`;
    if (raised.has(alertId)) return;
    await store.transaction(async (tx) => {
      const event = { type: 'alert.raised' as const, data: { alertId } };
      await store.append(alertStream(alertId), [event], { expectedVersion: 'none', tx });
      const messageId = messageIdOf('alert', alertId);
      await store.outbox.enqueue(
        [
          {
            messageId: eventIdOf(alerts, alertId),
            topic: 'alert',
            key: staffId,
            payload: { messageId },
          },
        ],
        { tx },
      );
    });
    raised.add(alertId);
  }

  async function examine(): Promise<void> {
    const { score, raised, after: from } = state ?? (await load());
    // Whatever fails, what was counted is read again.
    state = undefined;
    for (let after = from; ;) {
      const { events, scannedTo, horizon } = await store.readAll({
        after,
        limit: batchSize,
        filter: { categories: ['access'] },
      });
      for (const { type, data, recordedAt } of events) {
        if (type !== 'access.granted' || data.purpose !== 'treatment') continue;
        const atMs = recordedAt.getTime();
        if (score({ ...data, atMs }) > snoopingThreshold) await raise(data, raised);
      }
      after = scannedTo;
      if (scannedTo < horizon) continue;
      state = { score, raised, after };
      return;
    }
  }

  /** One round at a time. */
  function inTurn(): Promise<void> {
    examining ??= examine().finally(() => {
      examining = undefined;
    });
    return examining;
  }

  const timer = setInterval(() => {
    void inTurn().catch(() => {
      // The store was not to be had: the next round reads it again.
    });
  }, everyMs);
  return {
    async examine() {
      await examining?.catch(() => {});
      await inTurn();
    },
    stop: () => clearInterval(timer),
  };
}
