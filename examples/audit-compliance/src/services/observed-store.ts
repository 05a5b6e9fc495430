import type { NewEvent } from '@firedrill/core/event-store';
import type { ClinicEvent, ClinicStore } from '../implementations/hardened/events.ts';
import type { Deeds } from '../truth.ts';

/**
 * A store that tells the truth what was committed, or stood there before: an entry is safe from then on, and
 * an appointment is an access to its patient. The process that uses it notices nothing of that.
 */
export function observed(
  inner: ClinicStore,
  truth: Pick<Deeds, 'accessed' | 'entryIsSafe'>,
): ClinicStore {
  const open = new Map<unknown, NewEvent<ClinicEvent>[]>();

  function committed(events: readonly NewEvent<ClinicEvent>[]): void {
    for (const { type, data } of events) {
      if (type === 'access.granted' || type === 'access.denied') truth.entryIsSafe(data);
    }
    for (const { type, data } of events) {
      if (type === 'appointment.booked' || type === 'appointment.waitlisted') {
        truth.accessed(data.appointmentId, data.patientId);
      }
    }
  }

  return {
    ...inner,
    async append(stream, events, options) {
      const result = await inner.append(stream, events, options);
      const group = open.get(options.tx);
      if (group === undefined || result.outcome === 'already-appended') committed(events);
      else group.push(...events);
      return result;
    },
    async transaction(work) {
      const events: NewEvent<ClinicEvent>[] = [];
      let own: unknown;
      try {
        const value = await inner.transaction((tx) => {
          own = tx;
          open.set(tx, events);
          return work(tx);
        });
        committed(events);
        return value;
      } finally {
        open.delete(own);
      }
    },
  };
}
