import { createBreakers } from '@firedrill/core/resilience';
import type { RecordedEvent } from '@firedrill/core/event-store';
import type { Services } from '../../services.ts';
import type { ClinicEvent } from './events.ts';

/** Forwards entries to the auditors: in batches, again until they are taken, and each only once. */
export type ForwardEntries = (events: readonly RecordedEvent<ClinicEvent>[]) => Promise<number>;

const callTimeoutMs = 5_000;

/** While they do not answer, one of three batches asks whether they are back. */
const breaker = {
  failureThreshold: { consecutive: 3 },
  halfOpenAfterMs: { initialMs: 2_000, maxMs: 10_000 },
} as const;

/** The entry's id goes along, by which the auditors recognise one that comes again. */
export function createForwarding({ audit }: Services): ForwardEntries {
  const breakers = createBreakers<'auditors'>(breaker);
  return async (events) => {
    const entries = events.flatMap((event) =>
      event.type === 'access.granted' || event.type === 'access.denied' ? [event.data] : [],
    );
    await breakers.execute('auditors', () =>
      audit.append({ entries, hasKeys: true }, { timeoutMs: callTimeoutMs }),
    );
    return events.length;
  };
}
