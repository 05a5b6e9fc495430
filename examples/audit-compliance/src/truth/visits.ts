import type { WorldContext } from '@firedrill/core/scenario';
import type { Answer, Request } from '../domain.ts';
import type { Clinic } from '../services/clinic.ts';
import type { Providers } from '../services/providers.ts';
import type { Clinics } from '../types.ts';
import { onceMs } from './once.ts';
import { instantsAt, shownAt } from './wall-clocks.ts';

/** Who sees which provider when, and what people were told of it. */
export interface Visits {
  asked(request: Request): void;
  told(request: Request, answer: Answer, askedMs: number): void;
  /** A patient is written to: of a reminder, the text says when the visit is. */
  messageSent(messageId: string, text: string | undefined): void;
  /** Times that somebody was told, and that no clock showed at the instant of the visit. */
  readonly misTold: number;
  /** Times that were offered or given and must not be, and others that were kept back. */
  readonly wrong: number;
  /** Visits at an instant at which their provider sees somebody else. */
  readonly twice: number;
}

type Scheduling = Extract<Request, { kind: 'schedule' }>;

/** A wish for a visit: times at which something may have been so (asked) or is so (told), in ms. */
interface Visit {
  readonly visitId: string;
  readonly clinic: string;
  /** The instant that is meant, if there is one. */
  readonly atMs: number | undefined;
  readonly askedMs: number;
  givenMs: number;
  /** It was refused, and no attempt of it is under way. */
  isRefused: boolean;
  backAskedMs: number;
  backMs: number;
}

/** Half an hour each, from 22:00 to 06:00 of the provider's clock. */
const halfHourMs = 1_800_000;

function beginningsOf(date: string, clinic: string): ReadonlySet<number> {
  const nextDay = new Date(Date.parse(`${date}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
  const [fromMs = 0] = instantsAt(`${date} 22:00`, clinic);
  const [toMs = 0] = instantsAt(`${nextDay} 06:00`, clinic);
  const all = new Set<number>();
  for (let atMs = fromMs; atMs < toMs; atMs += halfHourMs) all.add(atMs);
  return all;
}

export function createVisits(
  { elapsedMs, violate }: Pick<WorldContext<Clinics>, 'elapsedMs' | 'violate'>,
  clinic: Pick<Clinic, 'findPatient'>,
  { nights }: Pick<Providers, 'nights'>,
): Visits {
  /** By provider and evening, and by provider. */
  const onDuty = new Map(
    nights.map((each) => [`${each.providerId} ${each.date}`, beginningsOf(each.date, each.clinic)]),
  );
  const byProvider = new Map<string, Visit[]>();
  const visits = new Map<string, Visit>();
  let misTold = 0;
  let wrong = 0;
  let twice = 0;

  const clinicOf = (patientId: string): string => clinic.findPatient(patientId)?.clinic ?? '';

  function blame(text: string): void {
    wrong += 1;
    violate('visits-offered', text);
  }

  function judgeTime(told: string | undefined, atMs: number, home: string, what: string): void {
    const shown = shownAt(atMs, home);
    if (told === shown) return;
    misTold += 1;
    violate('time-of-the-visit', `${what} is told as ${told ?? 'nothing'}, and is ${shown}`);
  }

  const meantBy = ({ time, offset = '', patientId }: Scheduling): readonly number[] =>
    instantsAt(time, clinicOf(patientId)).filter((atMs) =>
      shownAt(atMs, clinicOf(patientId)).endsWith(offset),
    );

  const isOffered = (providerId: string, atMs: number): boolean =>
    nights.some(({ date }) => onDuty.get(`${providerId} ${date}`)?.has(atMs) === true);

  const others = (providerId: string, atMs: number, visitId?: string): readonly Visit[] =>
    (byProvider.get(providerId) ?? []).filter(
      (each) => each.atMs === atMs && each.visitId !== visitId,
    );

  /** Whether it may have been somebody's at some moment since then. */
  const mayBeHeld = ({ isRefused, backMs }: Visit, sinceMs: number): boolean =>
    !isRefused && backMs >= sinceMs;

  function judgeScheduled(request: Scheduling, told: string, visit: Visit): void {
    const { providerId, requestId: visitId, time, offset = '' } = request;
    const { atMs } = visit;
    if (atMs === undefined) {
      blame(`${visitId} is given ${time}${offset}, which is no instant, or one of two`);
      return;
    }
    if (!isOffered(providerId, atMs)) blame(`${visitId} is given ${time}, with nobody on duty`);
    judgeTime(told, atMs, visit.clinic, visitId);
    visit.givenMs = Math.min(visit.givenMs, elapsedMs());
    const rival = others(providerId, atMs, visitId).find(
      ({ givenMs, backAskedMs }) => givenMs < Infinity && backAskedMs === Infinity,
    );
    if (rival === undefined || visit.backAskedMs < Infinity) return;
    twice += 1;
    violate('provider-seen-by-one', `${providerId} sees ${rival.visitId} and ${visitId} at once`);
  }

  function judgeRefused(request: Scheduling, reason: string, askedMs: number): void {
    const { providerId, requestId: visitId, time } = request;
    const meant = meantBy(request);
    const [atMs] = meant;
    const isTheirs =
      atMs !== undefined &&
      others(providerId, atMs, visitId).some((each) => mayBeHeld(each, askedMs));
    const isRight =
      meant.length > 1
        ? reason === 'ambiguous-time'
        : atMs === undefined || !isOffered(providerId, atMs)
          ? reason === 'not-offered'
          : reason === 'taken' && isTheirs;
    if (!isRight) blame(`${visitId} is refused ${time}: ${reason}`);
  }

  function judgeOpenings(
    { providerId, date, patientId, requestId }: Extract<Request, { kind: 'openings' }>,
    times: readonly string[],
    askedMs: number,
  ): void {
    const home = clinicOf(patientId);
    const due = onDuty.get(`${providerId} ${date}`) ?? new Set<number>();
    const told = new Set<number>();
    for (const time of times) {
      const atMs = Date.parse(time.replace(' ', 'T').replace(' ', ''));
      judgeTime(time, atMs, home, `an opening of ${requestId}`);
      if (!due.has(atMs) || told.has(atMs)) blame(`${requestId} is offered ${time}`);
      told.add(atMs);
    }
    for (const atMs of due) {
      const all = others(providerId, atMs);
      const isTaken = all.some(
        ({ givenMs, backAskedMs }) => givenMs <= askedMs && backAskedMs === Infinity,
      );
      const isFree = all.every((each) => !mayBeHeld(each, askedMs));
      if (told.has(atMs) ? isTaken : isFree) {
        blame(`${requestId} is told wrongly whether ${shownAt(atMs, home)} is free`);
      }
    }
  }

  return {
    asked(request) {
      const { kind, requestId: visitId, patientId } = request;
      if (kind === 'schedule' && !visits.has(visitId)) {
        const meant = meantBy(request);
        const visit: Visit = {
          visitId,
          clinic: clinicOf(patientId),
          atMs: meant.length === 1 ? meant[0] : undefined,
          askedMs: elapsedMs(),
          givenMs: Infinity,
          isRefused: false,
          backAskedMs: Infinity,
          backMs: Infinity,
        };
        visits.set(visitId, visit);
        byProvider.set(request.providerId, [...(byProvider.get(request.providerId) ?? []), visit]);
      }
      const back = kind === 'unschedule' ? visits.get(request.appointmentId) : undefined;
      if (back?.clinic === clinicOf(patientId)) {
        back.backAskedMs = Math.min(back.backAskedMs, elapsedMs());
      }
    },
    told(request, answer, askedMs) {
      if (request.kind === 'openings' && answer.status === 'open') {
        judgeOpenings(request, answer.times, askedMs);
      }
      if (request.kind === 'unschedule' && answer.status === 'done') {
        const back = visits.get(request.appointmentId);
        if (back !== undefined) back.backMs = Math.min(back.backMs, elapsedMs());
      }
      const visit = request.kind === 'schedule' ? visits.get(request.requestId) : undefined;
      if (request.kind !== 'schedule' || visit === undefined) return;
      if (answer.status === 'scheduled') judgeScheduled(request, answer.time, visit);
      if (answer.status !== 'denied') return;
      judgeRefused(request, answer.reason, askedMs);
      // An attempt that was given up may still come through.
      visit.isRefused = elapsedMs() - askedMs < onceMs;
    },
    messageSent(messageId, text) {
      const visit = messageId.startsWith('reminder-')
        ? visits.get(messageId.slice('reminder-'.length))
        : undefined;
      if (visit?.atMs !== undefined) judgeTime(text, visit.atMs, visit.clinic, messageId);
    },
    get misTold() {
      return misTold;
    },
    get wrong() {
      return wrong;
    },
    get twice() {
      return twice;
    },
  };
}
