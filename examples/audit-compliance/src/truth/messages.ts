import type { WorldContext } from '@firedrill/core/scenario';
import { complianceDesk, type Holder, messageIdOf, privacyDesk } from '../domain.ts';
import type { Clinic } from '../services/clinic.ts';
import type { Clinics } from '../types.ts';
import type { Bookings } from './bookings.ts';

/** What patients and officers were written, and what they were promised. */
export interface Messages {
  sent(messageId: string, to: string): void;
  wasSent(messageId: string): boolean;
  /** The patient to whom it goes; `undefined` for an officer. */
  patientOf(messageId: string): string | undefined;
  promised(messageId: string, patientId: string): void;
  movedUp(holder: Holder): void;
  /** Promises that were not kept, to patients who are not erased and did not give it back. */
  unsent(erased: ReadonlyMap<string, number>): number;
}

export interface MessageTotals {
  messages: number;
  /** Messages to a number that is not the patient's. */
  misdirected: number;
  /** Reminders of appointments that were given back. */
  remindedInVain: number;
  /** Reminders before their time. */
  remindedTooEarly: number;
}

/** A message that was under way when the appointment was given back may still arrive. */
const underWayMs = 60_000;

/** `reminder-request-7` is about `request-7`. */
const subjectOf = (messageId: string): string => messageId.slice(messageId.indexOf('-') + 1);

export function createMessages(
  { violate, elapsedMs, settings }: WorldContext<Clinics>,
  clinic: Clinic,
  bookings: Bookings,
  totals: MessageTotals,
): Messages {
  const all = new Set<string>();
  const promises = new Map<string, string>();
  const reminderMs = 60_000 * settings.reminderMinutes;

  /** Where it has to go; `undefined` when nobody knows whose it is. */
  function recipientOf(messageId: string): string | undefined {
    if (messageId.startsWith('review-')) return complianceDesk;
    if (/^(escalation|alert)-/.test(messageId)) return privacyDesk;
    const patientId = bookings.patientOf(subjectOf(messageId));
    return patientId === undefined ? undefined : clinic.patient(patientId).values.phone;
  }

  return {
    wasSent: (messageId) => all.has(messageId),
    patientOf: (messageId) =>
      /^(reminder|offer)-/.test(messageId) ? bookings.patientOf(subjectOf(messageId)) : undefined,
    sent(messageId, to) {
      if (all.has(messageId)) return;
      all.add(messageId);
      totals.messages += 1;
      const recipient = recipientOf(messageId);
      if (recipient !== undefined && to !== recipient) {
        totals.misdirected += 1;
        violate('right-recipient', `${messageId} goes to ${to}, and belongs to ${recipient}`);
      }
      const hadFromMs = bookings.hadFromMs(subjectOf(messageId)) ?? -Infinity;
      if (messageId.startsWith('reminder-') && elapsedMs() < hadFromMs + reminderMs) {
        totals.remindedTooEarly += 1;
        violate('reminded-in-time', `${messageId} is sent before its time`);
      }
      const backAtMs = bookings.givenBackAt(subjectOf(messageId)) ?? Infinity;
      if (messageId.startsWith('reminder-') && elapsedMs() > backAtMs + underWayMs) {
        totals.remindedInVain += 1;
        violate('given-back', `${messageId} is sent, and the appointment was given back`);
      }
    },
    promised(messageId, patientId) {
      promises.set(messageId, patientId);
    },
    movedUp({ appointmentId, patientId }) {
      promises.set(messageIdOf('offer', appointmentId), patientId);
      promises.set(messageIdOf('reminder', appointmentId), patientId);
    },
    unsent: (erased) =>
      [...promises].filter(
        ([id, patientId]) =>
          !all.has(id) && !erased.has(patientId) && !bookings.isGivenBack(subjectOf(id)),
      ).length,
  };
}
