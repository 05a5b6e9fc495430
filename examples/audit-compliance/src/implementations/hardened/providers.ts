import { eventIdOf, VersionConflictError } from '@firedrill/core/event-store';
import { type Answer, entryOf, messageIdOf, type Request } from '../../domain.ts';
import { dutyHours, visitMs } from '../../domain/providers.ts';
import type { Outside } from '../../system.ts';
import { type ClinicStore, type VisitEvent, visitStream } from './events.ts';
import { type Message, writeEntry } from './journal.ts';
import { instantsOf, textAt, visitsOf } from './wall-clock.ts';

/**
 * Visits with a provider, who may sit in another zone than the patient. What is stored, compared and taken is an
 * instant; a wall time is what somebody says and reads, with its offset, by the clock of the patient's clinic. One
 * provider is one stream: of two who want the same instant, one decides again.
 */
export interface Visits {
  openings(request: Extract<Request, { kind: 'openings' }>): Promise<Answer>;
  schedule(request: Extract<Request, { kind: 'schedule' }>): Promise<Answer>;
  unschedule(request: Extract<Request, { kind: 'unschedule' }>): Promise<Answer>;
  /** What a patient is reminded of; `undefined` when the visit was given back. */
  reminderOf(due: DueVisit): Promise<Message | undefined>;
}

/** A visit of which somebody is to be reminded. */
export interface DueVisit {
  readonly providerId: string;
  readonly visitId: string;
  readonly patientId: string;
}

/** How wall times and instants follow from each other, and what is taken: may be replaced. */
export const visitRules = {
  textAt,
  instantsOf,
  visitsOf,
  isTaken: (visits: readonly Visit[], atMs: number): boolean =>
    visits.some((each) => each.atMs === atMs),
  /** Of which clinic the clock is that a reminder goes by. */
  clinicOf: (patient: { readonly clinic: string }, _provider: { readonly clinic: string }) =>
    patient.clinic,
  /** What the stream has to be at when a visit is written. */
  expects: (version: number): number | 'any' => version,
};

export type VisitRules = typeof visitRules;

/** A visit that somebody has. */
export interface Visit {
  readonly visitId: string;
  readonly patientId: string;
  readonly atMs: number;
}

/** Two who want the same provider at once: one of them decides again. More often is a defect. */
const maxAttempts = 20;

/** Decides again until nobody was faster. */
async function untilFirst<T>(attempt: () => Promise<T | undefined>): Promise<T> {
  for (let count = 0; count < maxAttempts; count += 1) {
    const done = await attempt();
    if (done !== undefined) return done;
  }
  throw new Error(`Failed to change a visit: somebody was faster ${maxAttempts} times. Ask again.`);
}

/** Namespace of the ids of reminders in the outbox. */
const namespace = 'c4a0f2f5-3a6e-4f0d-8f66-0a4bd7f5be0e';

export function createVisits(
  store: ClinicStore,
  directory: Outside['directory'],
  reminderMs: number,
  rules: VisitRules = visitRules,
): Visits {
  const zoneOf = (clinic: string): string => directory.providers.zoneOf(clinic);

  async function read(providerId: string) {
    const past = await store.readStream(visitStream(providerId));
    const visits = new Map<string, Visit>();
    /** Those that were given back as well. */
    const known = new Map<string, Visit>();
    for (const event of past) {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only these are in this stream
      const { type, data } = event as VisitEvent;
      if (type === 'visit.given-back') {
        visits.delete(data.visitId);
        continue;
      }
      const visit = { ...data, atMs: new Date(data.at).getTime() };
      visits.set(data.visitId, visit);
      known.set(data.visitId, visit);
    }
    return { visits, known, version: past.length };
  }

  const nightsOf = (id: string) =>
    directory.providers.nights.filter(({ providerId }) => providerId === id);

  const beginningsOf = ({ date, clinic }: { readonly date: string; readonly clinic: string }) =>
    rules.visitsOf(date, zoneOf(clinic), { ...dutyHours, eachMs: visitMs });

  const clinicOf = (patientId: string): string => directory.patient(patientId)?.clinic ?? '';

  /** The instant that is meant, or why there is none. */
  function instantOf({
    providerId,
    patientId,
    time,
    offset,
  }: Extract<Request, { kind: 'schedule' }>): number | 'not-offered' | 'ambiguous-time' {
    const zone = zoneOf(clinicOf(patientId));
    const meant = rules
      .instantsOf(time, zone)
      .filter((atMs) => offset === undefined || rules.textAt(atMs, zone).endsWith(offset));
    const [atMs] = meant;
    if (meant.length > 1) return 'ambiguous-time';
    const offered = nightsOf(providerId).flatMap(beginningsOf);
    return atMs !== undefined && offered.includes(atMs) ? atMs : 'not-offered';
  }

  /** Writes the entry of a decision, and what follows from it, or neither. Says whether nobody was faster. */
  async function commit(
    request: Extract<Request, { kind: 'schedule' | 'unschedule' }>,
    decision: Parameters<typeof entryOf>[1],
    event: VisitEvent | undefined,
    expectedVersion: number | 'any',
  ): Promise<boolean> {
    try {
      await store.transaction(async (tx) => {
        await writeEntry(store, entryOf(request, decision), tx);
        if (event === undefined) return;
        await store.append(visitStream(request.providerId), [event], { expectedVersion, tx });
        if (event.type === 'visit.scheduled') await remindLater(request, tx);
      });
      return true;
    } catch (error) {
      if (error instanceof VersionConflictError) return false;
      throw error;
    }
  }

  const remindLater = (
    { providerId, requestId: visitId, patientId }: Request & { readonly providerId: string },
    tx: unknown,
  ): Promise<void> =>
    store.outbox.enqueue(
      [
        {
          messageId: eventIdOf(namespace, visitId),
          topic: 'visit',
          key: visitId,
          payload: { providerId, visitId, patientId },
          headers: { dueAt: new Date(Date.now() + reminderMs).toISOString() },
        },
      ],
      { tx },
    );

  return {
    async openings(request) {
      const { providerId, date, patientId } = request;
      await writeEntry(store, entryOf(request, 'granted'));
      const { visits } = await read(providerId);
      const zone = zoneOf(clinicOf(patientId));
      const taken = [...visits.values()];
      const free = nightsOf(providerId)
        .filter((night) => night.date === date)
        .flatMap(beginningsOf)
        .filter((atMs) => !rules.isTaken(taken, atMs));
      return { status: 'open', times: free.map((atMs) => rules.textAt(atMs, zone)) };
    },
    schedule: (request) =>
      untilFirst<Answer>(async () => {
        const { providerId, requestId: visitId, patientId } = request;
        const { visits, known, version } = await read(providerId);
        // An attempt that comes late may find it given back: it is not given again.
        const own = known.get(visitId);
        const zone = zoneOf(clinicOf(patientId));
        const found = own?.atMs ?? instantOf(request);
        const atMs =
          typeof found === 'number' &&
          own === undefined &&
          rules.isTaken([...visits.values()], found)
            ? 'taken'
            : found;
        if (typeof atMs === 'string') {
          await commit(request, atMs, undefined, 'any');
          return { status: 'denied', reason: atMs };
        }
        const at = new Date(atMs).toISOString();
        const event: VisitEvent = { type: 'visit.scheduled', data: { visitId, patientId, at } };
        const expected = rules.expects(version);
        const isFirst = await commit(request, 'granted', own ? undefined : event, expected);
        return isFirst ? { status: 'scheduled', time: rules.textAt(atMs, zone) } : undefined;
      }),
    unschedule: (request) =>
      untilFirst<Answer>(async () => {
        const { providerId, appointmentId: visitId, patientId } = request;
        const { visits, known, version } = await read(providerId);
        if ((known.get(visitId)?.patientId ?? patientId) !== patientId) {
          await commit(request, 'appointment', undefined, 'any');
          return { status: 'denied', reason: 'appointment' };
        }
        const event: VisitEvent = { type: 'visit.given-back', data: { visitId } };
        const isFirst = await commit(
          request,
          'granted',
          visits.has(visitId) ? event : undefined,
          version,
        );
        return isFirst ? { status: 'done' } : undefined;
      }),
    async reminderOf({ providerId, visitId, patientId }) {
      const visit = (await read(providerId)).visits.get(visitId);
      if (visit === undefined) return undefined;
      const [provider = { clinic: '' }] = nightsOf(providerId);
      const clinic = rules.clinicOf({ clinic: clinicOf(patientId) }, provider);
      const text = rules.textAt(visit.atMs, zoneOf(clinic));
      return { messageId: messageIdOf('reminder', visitId), patientId, text };
    },
  };
}
