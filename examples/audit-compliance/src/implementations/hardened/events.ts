import { defineEvents, type EventOf, type EventStore } from '@firedrill/core/event-store';
import { z } from 'zod';
import { entrySchema } from '../../domain.ts';

/** What the event store of the clinic may hold. No event has any health information in it. */

const appointmentSchema = z.object({ appointmentId: z.string(), patientId: z.string() });
const visitSchema = z.object({ visitId: z.string(), patientId: z.string() });

export const catalogue = defineEvents({
  'access.granted': { schema: entrySchema },
  'access.denied': { schema: entrySchema },
  'appointment.booked': { schema: appointmentSchema },
  'appointment.waitlisted': { schema: appointmentSchema },
  'appointment.cancelled': { schema: z.object({ appointmentId: z.string() }) },
  /** The first of the waitlist gets the slot that a cancellation freed. */
  'appointment.offered': { schema: appointmentSchema.extend({ freedBy: z.string() }) },
  /** The slot is offered to somebody who waits, until then; and what becomes of that. */
  'appointment.proposed': { schema: appointmentSchema.extend({ until: z.iso.datetime() }) },
  'appointment.accepted': { schema: z.object({ appointmentId: z.string() }) },
  'appointment.declined': { schema: z.object({ appointmentId: z.string() }) },
  'appointment.lapsed': { schema: z.object({ appointmentId: z.string() }) },
  'appointment.reminded': { schema: z.object({ appointmentId: z.string() }) },
  /** A visit with a provider, at an instant. */
  'visit.scheduled': { schema: visitSchema.extend({ at: z.iso.datetime() }) },
  'visit.given-back': { schema: z.object({ visitId: z.string() }) },
  /** Somebody of another clinic treats the patient, until then. */
  'care.referred': {
    schema: z.object({ referralId: z.string(), staffId: z.string(), until: z.iso.datetime() }),
  },
  'care.ended': { schema: z.object({ referralId: z.string() }) },
  /** A record is put on hold, and released; its erasure is ordered, and begins. */
  'retention.held': { schema: z.object({ holdId: z.string() }) },
  'retention.released': { schema: z.object({ holdId: z.string() }) },
  'retention.ordered': { schema: z.object({ orderId: z.string() }) },
  'retention.begun': { schema: z.object({ orderId: z.string() }) },
  /** Somebody logs in, does something, shows once more who they are; all sessions of a person are ended. */
  'session.opened': { schema: z.object({ sessionId: z.string() }) },
  'session.used': { schema: z.object({ sessionId: z.string() }) },
  'session.stepped-up': { schema: z.object({ sessionId: z.string() }) },
  'session.revoked': { schema: z.object({}) },
  /** Somebody's emergency was none: until then they break no glass. */
  'glass.suspended': { schema: z.object({ accessId: z.string(), until: z.iso.datetime() }) },
  /** The privacy officer is told of an access. */
  'alert.raised': { schema: z.object({ alertId: z.string() }) },
  'log.sealed': {
    schema: z.object({
      size: z.int(),
      root: z.string(),
      sealedAt: z.string(),
      leaves: z.string(),
      signature: z.string(),
      /** Position of the last entry that is sealed. */
      position: z.int(),
      /** Roots of the full subtrees, from which the tree can grow on. */
      peaks: z.array(z.string()),
    }),
  },
});

export type ClinicEvent = EventOf<typeof catalogue>;
export type SlotEvent = Extract<ClinicEvent, { readonly type: `appointment.${string}` }>;
export type VisitEvent = Extract<ClinicEvent, { readonly type: `visit.${string}` }>;
export type RetentionEvent = Extract<ClinicEvent, { readonly type: `retention.${string}` }>;
export type SessionEvent = Extract<ClinicEvent, { readonly type: `session.${string}` }>;
export type AccessEvent = Extract<ClinicEvent, { readonly type: `access.${string}` }>;
export type SealEvent = Extract<ClinicEvent, { readonly type: 'log.sealed' }>;

/** The store as the clinic uses it, whatever is underneath. */
export type ClinicStore = EventStore<unknown, ClinicEvent>;

/** Entries of one patient are one stream: their order is kept, and patients do not wait for each other. */
export const accessStream = (patientId: string) => ({ category: 'access', id: patientId });
export const slotStream = (slotId: string) => ({ category: 'slot', id: slotId });
export const visitStream = (providerId: string) => ({ category: 'visit', id: providerId });
export const careStream = (patientId: string) => ({ category: 'care', id: patientId });
export const retentionStream = (patientId: string) => ({ category: 'retention', id: patientId });
export const sessionStream = (staffId: string) => ({ category: 'session', id: staffId });
export const glassStream = (staffId: string) => ({ category: 'glass', id: staffId });
export const alertStream = (alertId: string) => ({ category: 'alert', id: alertId });
export const sealStream = { category: 'seal', id: 'audit-log' } as const;
