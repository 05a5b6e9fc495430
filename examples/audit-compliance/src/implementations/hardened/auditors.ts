import { defineProjection, type Projection, type RecordedEvent } from '@firedrill/core/event-store';
import { createBreakers } from '@firedrill/core/resilience';
import type { Outside } from '../../system.ts';
import type { ClinicEvent } from './events.ts';

/** Forwards entries to the auditors; rejects when they were not taken, or nobody knows. */
export type ForwardEntries = (events: readonly RecordedEvent<ClinicEvent>[]) => Promise<void>;

const callTimeoutMs = 5_000;

/** While they do not answer, one call now and then asks whether they are back. */
const breaker = {
  failureThreshold: { consecutive: 3 },
  halfOpenAfterMs: { initialMs: 1_000, maxMs: 5_000 },
} as const;

/** The entry's id goes along, by which the auditors recognise one that comes again. */
export function createForwarding({ audit }: Outside): ForwardEntries {
  const breakers = createBreakers<'auditors'>(breaker);
  return async (events) => {
    const entries = events.flatMap((event) =>
      event.type === 'access.granted' || event.type === 'access.denied' ? [event.data] : [],
    );
    await breakers.execute('auditors', () =>
      audit.append({ entries, hasKeys: true }, { timeoutMs: callTimeoutMs }),
    );
  };
}

/** By what it is known in the store: its checkpoints outlive every process. */
export const auditorsName = 'auditors';
export const auditorsBuckets = 8;

/** No entry is ever put aside: it is tried for as long as it takes, and those of its patients wait. */
const failure = {
  maxAttempts: 1_000_000,
  backoff: { initialMs: 500, maxMs: 5_000, factor: 2, jitter: 'equal' },
} as const;

/** What follows the log to the auditors, in eight parts that the processes share. */
export const auditorsProjection = (
  forward: ForwardEntries,
  batchSize: number,
): Projection<unknown, ClinicEvent> =>
  defineProjection({
    name: auditorsName,
    filter: { categories: ['access'] },
    buckets: auditorsBuckets,
    batchSize,
    failure,
    handle: (events) => forward(events),
  });
