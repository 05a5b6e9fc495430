import { defineService, type Latency } from '@firedrill/core/services';
import { z } from 'zod';
import { type MailKind, mailKinds } from './mail-kinds.ts';

/** A mail that a patient has read. */
export interface Mail {
  readonly id: string;
  readonly visitId: string;
  readonly kind: MailKind;
  /** Time of the visit that it is about. */
  readonly startMs: number;
  readonly endMs: number;
  /** As the patient reads it: date, time, offset. */
  readonly local: string;
  /** Of a reminder: how many days ahead. */
  readonly days: number;
  readonly atMs: number;
}

/** An entry of the calendar that the provider looks at. */
export interface CalendarEntry {
  readonly id: string;
  readonly provider: string;
  readonly startMs: number;
  readonly endMs: number;
}

/** Kept by the services, for the judge. */
export interface Ledger {
  /** In the order in which they were read. */
  readonly mails: Map<string, Mail[]>;
  readonly calendar: Map<string, CalendarEntry>;
  /** Called when a patient has read the first mail about a visit. */
  readonly onAnswer: (visitId: string) => void;
}

/** The calendar, the mail and the text messages, which write down what they did. */
export function createAppointmentServices({ mails, calendar, onAnswer }: Ledger) {
  const removed = new Set<string>();

  const calendars = defineService({
    name: 'calendar',
    baseUrl: 'https://calendar.test',
    latency: { p50Ms: 30, p99Ms: 200 },
    operations: {
      put: {
        method: 'PUT',
        path: '/entries/:id',
        input: z.object({
          id: z.string(),
          provider: z.string(),
          startMs: z.number(),
          endMs: z.number(),
        }),
        handle: (entry) => {
          // What was removed stays so, though its entry comes late.
          if (!removed.has(entry.id)) calendar.set(entry.id, entry);
          return {};
        },
      },
      remove: {
        method: 'DELETE',
        path: '/entries/:id',
        input: z.object({ id: z.string() }),
        handle: ({ id }) => {
          removed.add(id);
          calendar.delete(id);
          return {};
        },
      },
      list: {
        method: 'POST',
        path: '/entries/search',
        input: z.object({ provider: z.string() }),
        handle: ({ provider }) => ({
          entries: [...calendar.values()].filter((entry) => entry.provider === provider),
        }),
      },
    },
  });

  const post = (name: 'mail' | 'sms', latency: Latency) => {
    const sent = new Set<string>();
    return defineService({
      name,
      baseUrl: `https://${name}.test`,
      latency,
      operations: {
        send: {
          method: 'POST',
          path: '/messages',
          input: z.object({
            id: z.string(),
            visitId: z.string(),
            kind: z.enum(mailKinds),
            startMs: z.number(),
            endMs: z.number(),
            local: z.string(),
            days: z.int().nonnegative(),
          }),
          handle: (given, { nowMs }) => {
            if (sent.has(given.id)) return {};
            sent.add(given.id);
            const read = { ...given, atMs: nowMs };
            const box = mails.get(given.visitId);
            if (box) {
              box.push(read);
            } else {
              mails.set(given.visitId, [read]);
              onAnswer(given.visitId);
            }
            return {};
          },
        },
      },
    });
  };

  return {
    calendar: calendars,
    mail: post('mail', { p50Ms: 40, p99Ms: 150 }),
    /** For reminders alone. */
    sms: post('sms', { p50Ms: 60, p99Ms: 200 }),
  };
}

export type AppointmentServices = ReturnType<typeof createAppointmentServices>;
