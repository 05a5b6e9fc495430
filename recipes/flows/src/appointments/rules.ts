import { type Judged, ruleWords } from '@firedrill/core/scenario';
import type { Clinic } from './example.ts';
import { clinics, mostWaiting, offerMs, reminderDays } from './house-rules.ts';
import type { MailKind } from './mail-kinds.ts';
import type { Mail } from './services.ts';
import { openForMs, openings, type Patient } from './world.ts';

type Phase = Judged<Clinic>;

const { defineRules, invariant, objective, usefulWork } = ruleWords<Clinic>();
const minute = 60_000;
const dayMs = 86_400_000;
export const startsAt = '2026-03-28T21:54:00.000Z';
const startMs = Date.parse(startsAt);

const mailsOf = ({ truth }: Phase, { visit }: Patient, kind: MailKind): readonly Mail[] =>
  (truth.mails.get(visit.id) ?? []).filter((mail) => mail.kind === kind);
const all = ({ truth }: Phase): readonly Patient[] => [...truth.patients.values()];
const clash = (one: Span, other: Span): boolean =>
  one.startMs < other.endMs && other.startMs < one.endMs;
type Span = Pick<Mail, 'startMs' | 'endMs'>;

/** Who was told to have a time, from when, and until when: nobody takes it away but the patient. */
interface Standing extends Span {
  readonly patient: Patient;
  readonly fromMs: number;
  readonly untilMs: number;
}

function standing(phase: Phase): readonly Standing[] {
  return all(phase).flatMap((patient) =>
    mailsOf(phase, patient, 'confirmed')
      .slice(0, 1)
      .map(({ startMs: from, endMs, atMs }) => ({
        patient,
        startMs: from,
        endMs,
        fromMs: atMs,
        untilMs: patient.cancelAskedAtMs ?? Infinity,
      })),
  );
}

/** An offer stands for its time from when it was read, or until the patient says something else. */
function offers(phase: Phase): readonly Standing[] {
  return all(phase).flatMap((patient) =>
    mailsOf(phase, patient, 'offered').map(({ startMs: from, endMs, atMs }) => ({
      patient,
      startMs: from,
      endMs,
      fromMs: atMs,
      untilMs: Math.min(
        atMs + offerMs,
        patient.declineAskedAtMs ?? Infinity,
        patient.cancelAskedAtMs ?? Infinity,
      ),
    })),
  );
}

/** Pairs of two people who have, or may have, overlapping times of one provider at one moment. */
function clashes(some: readonly Standing[], others: readonly Standing[]): number {
  let count = 0;
  const byProvider = Map.groupBy(others, ({ patient }) => patient.visit.provider);
  for (const one of some) {
    for (const other of byProvider.get(one.patient.visit.provider) ?? []) {
      const isPair = one.patient.visit.id < other.patient.visit.id || some !== others;
      if (!isPair || one.patient === other.patient || !clash(one, other)) continue;
      if (one.fromMs < other.untilMs && other.fromMs < one.untilMs) count += 1;
    }
  }
  return count;
}

export function doubleBookings(phase: Phase): number {
  const booked = standing(phase);
  return clashes(booked, booked);
}

export function rivalOffers(phase: Phase): number {
  const offered = offers(phase);
  return clashes(offered, offered) + clashes(offered, standing(phase));
}

/** Told "too late", or nothing good, though the answer had come in time. */
function brokenOffers(phase: Phase): number {
  return all(phase).filter((patient) => {
    const [offered] = mailsOf(phase, patient, 'offered');
    const { acceptTakenAtMs: takenMs } = patient;
    if (offered === undefined || takenMs === undefined) return false;
    const isInTime = takenMs <= offered.atMs + offerMs - 500;
    return isInTime && mailsOf(phase, patient, 'confirmed').length === 0;
  }).length;
}

/** Whether a time lies within the hours that the clinic has written down. */
function isWithinHours({ visit }: Patient, span: Span): boolean {
  const opensMs = Date.parse(openings[visit.clinic][visit.date] ?? '');
  return span.startMs >= opensMs && span.endMs <= opensMs + openForMs;
}

function wrongHours(phase: Phase): number {
  const outside = standing(phase).filter((each) => !isWithinHours(each.patient, each)).length;
  const refused = all(phase).filter(
    (patient) => patient.isOpen && mailsOf(phase, patient, 'closed').length > 0,
  ).length;
  return outside + refused;
}

/** How many waited for the day of a patient who was told that the list is full, at the most. */
function rivalsOf(phase: Phase, patient: Patient, toldAtMs: number): number {
  const { provider, date } = patient.visit;
  return all(phase).filter((other) => {
    if (other.visit.provider !== provider || other.visit.date !== date) return false;
    const [waiting] = mailsOf(phase, other, 'waiting');
    const [offered] = mailsOf(phase, other, 'offered');
    const mayWait = other.askedAtMs <= toldAtMs && (offered?.atMs ?? Infinity) > patient.askedAtMs;
    return waiting !== undefined && mayWait;
  }).length;
}

/** Was never told anything; waits though a time is free that would do; or was sent away from a short list. */
export function forgotten(phase: Phase): number {
  const taken = standing(phase).filter(({ untilMs }) => untilMs === Infinity);
  return all(phase).filter((patient) => {
    if (patient.takenAtMs === undefined) return false;
    const last = phase.truth.mails.get(patient.visit.id)?.at(-1);
    if (last === undefined) return true;
    if (last.kind === 'full') return rivalsOf(phase, patient, last.atMs) < mostWaiting;
    if (last.kind !== 'waiting') return false;
    const { visit } = patient;
    const opensMs = Date.parse(openings[visit.clinic][visit.date] ?? '');
    const lengthMs = visit.endMs - visit.startMs;
    for (let from = opensMs; from + lengthMs <= opensMs + openForMs; from += minute) {
      const span = { startMs: from, endMs: from + lengthMs };
      const isTaken = taken.some(
        (each) => each.patient.visit.provider === visit.provider && clash(each, span),
      );
      if (!isTaken) return true;
    }
    return false;
  }).length;
}

/** The calendar at the end against what patients were told. */
function calendarErrors(phase: Phase): number {
  const due = standing(phase).filter(({ untilMs }) => untilMs === Infinity);
  const { calendar } = phase.truth;
  const wrong = due.filter(({ patient: { visit }, startMs: from, endMs }) => {
    const entry = calendar.get(visit.id);
    return entry?.startMs !== from || entry.endMs !== endMs || entry.provider !== visit.provider;
  }).length;
  const known = new Set(due.map(({ patient: { visit } }) => visit.id));
  return wrong + [...calendar.keys()].filter((id) => !known.has(id)).length;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** What calendar and clock on the wall show, as if it were UTC; by Intl, which knows no durations. */
function wallMs(atMs: number, timeZone: string): number {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('sv-SE', {
      timeZone,
      dateStyle: 'short',
      timeStyle: 'medium',
    });
    formats.set(timeZone, format);
  }
  return Date.parse(`${format.format(atMs).replace(' ', 'T')}Z`);
}

const zoneOf = ({ visit }: Patient): string => clinics[visit.clinic].zone;

/** How late a reminder came, by the clock on the wall. */
const lateByMs = (patient: Patient, mail: Mail): number =>
  wallMs(startMs + mail.atMs, zoneOf(patient)) -
  (wallMs(mail.startMs, zoneOf(patient)) - mail.days * dayMs);

/** Reminders that came at another time of the wall clock, or say one. */
export function wrongLocalTimes(phase: Phase): number {
  return all(phase).reduce((sum, patient) => {
    const zone = zoneOf(patient);
    const mails = phase.truth.mails.get(patient.visit.id) ?? [];
    const misread = mails.filter(
      ({ startMs: from, local }) =>
        Date.parse(`${local.slice(0, 16).replace(' ', 'T')}Z`) !== wallMs(from, zone),
    ).length;
    // No zone is off by less than half an hour; a mail service that is down may cost minutes.
    const misplaced = mails.filter((mail) => {
      if (mail.kind !== 'reminder') return false;
      const late = lateByMs(patient, mail);
      return late < -minute || late > 15 * minute;
    }).length;
    return sum + misread + misplaced;
  }, 0);
}

/** Twice the same, or for a visit whose cancellation was confirmed a while ago. */
function surplusReminders(phase: Phase): number {
  return all(phase).reduce((sum, patient) => {
    const reminders = mailsOf(phase, patient, 'reminder');
    const [cancelled] = mailsOf(phase, patient, 'cancelled');
    const after = reminders.filter(({ atMs }) => atMs > (cancelled?.atMs ?? Infinity) + 30_000);
    return sum + reminders.length - new Set(reminders.map(({ days }) => days)).size + after.length;
  }, 0);
}

/** The moment at which the wall clock shows the time of the visit, so many days before. */
function dueMs(patient: Patient, span: Span, days: number): number | undefined {
  const zone = zoneOf(patient);
  const target = wallMs(span.startMs, zone) - days * dayMs;
  const around = span.startMs - days * dayMs;
  const halves = [-2, -1, 0, 1, 2].map((half) => around + half * 30 * minute);
  return halves.find((at) => wallMs(at, zone) === target);
}

/** Reminders that were due while the clinics were watched, and those that came within a minute. */
function reminded(phase: Phase): { done: number; due: number } {
  let done = 0;
  let due = 0;
  for (const { patient, fromMs, untilMs, ...span } of standing(phase)) {
    for (const days of reminderDays) {
      const at = (dueMs(patient, span, days) ?? startMs) - startMs;
      const isDue =
        // Who books or cancels around that very time may be reminded, or not.
        at > fromMs + minute && at < untilMs - minute && at < phase.durationMs - minute;
      if (!isDue || !phase.isJudged(at)) continue;
      due += 1;
      const isDone = mailsOf(phase, patient, 'reminder').some(
        (mail) => mail.days === days && Math.abs(mail.atMs - at) <= minute,
      );
      if (isDone) done += 1;
    }
  }
  return { done, due };
}

/** What must be true of whoever makes appointments. */
export const rules = defineRules({
  'no-double-booking': invariant(
    'no two people have the same time of one provider',
    'double booking',
    doubleBookings,
  ),
  'one-offer-at-a-time': invariant(
    'a time is offered to one person at a time, and to nobody while somebody has it',
    'rival offer',
    rivalOffers,
  ),
  'offers-kept': invariant('whoever accepts in time has the time', 'broken offer', brokenOffers),
  'open-hours': invariant(
    'visits are within the hours of the clinic, and nobody else is refused',
    'wrong answer',
    wrongHours,
  ),
  'nobody-forgotten': invariant(
    'everybody is answered, and nobody waits while a time is free that would do, or is sent away from a short list',
    'forgotten patient',
    forgotten,
  ),
  'calendar-agrees': invariant(
    'in the end the calendar holds what patients were told',
    'wrong entry',
    calendarErrors,
  ),
  'reminded-once': invariant(
    'nobody is reminded twice, or of what was cancelled',
    'surplus reminder',
    surplusReminders,
  ),
  'local-time': invariant(
    'reminders come at the time of the visit by the clock of the clinic, and mails say that time',
    'wrong local time',
    wrongLocalTimes,
  ),
  reminded: usefulWork('who is due a reminder gets it within a minute', 'reminder', reminded, {
    atLeast: 0.99,
    needs: ['sms', 'app'],
  }),
  'answered-soon': objective(
    'whoever asks for a time is answered within five seconds',
    ({ measured }) => measured.answer.p95,
    { under: 5_000, unit: 'ms', of: 'at the 95th percentile', needs: ['mail', 'app'] },
  ),
});
