import { flowWords, type FlowTypes } from '@firedrill/core/flows';
import { type Client, withTimeout } from '@firedrill/core/services';
import { z } from 'zod';
import { answerTo, asks } from './answer-to.ts';
import { clinicNames, clinics, offerMs, openingsOf, reminderDays, tickMs } from './house-rules.ts';
import { daysBefore, localText } from './local-time.ts';
import { type MailKind, mailKinds } from './mail-kinds.ts';
import { emptyDay, offerFree, type ProviderDay } from './provider-day.ts';
import type { AppointmentServices } from './services.ts';

/*
 * What is asked of one day of one provider goes through one step, one at a time:
 *
 *   day.asked (request, cancel, answer, lapse) > (keep) > visit.booked > (note, plan)
 *        ^                                           +--> visit.freed  > (clear)
 *        |                                           +--> patient.told > (tell)
 *        +---- lapse, when the time of an offer is over <------------------+
 *   clock.ticked > (sweep) > reminder.due > (remind)
 */

const visit = z.object({
  id: z.string().min(1),
  clinic: z.enum(clinicNames),
  provider: z.string(),
  /** In the zone of the clinic, such as 2026-03-29. */
  date: z.iso.date(),
  startMs: z.int(),
  endMs: z.int(),
});
export const events = {
  'day.asked': z.object({ what: z.enum(asks), visit }),
  'visit.booked': visit,
  'visit.freed': visit,
  'patient.told': z.object({ visit, kind: z.enum(mailKinds) }),
  'clock.ticked': z.object({ tick: z.int() }),
  'reminder.due': z.object({ visit, days: z.int() }),
};
export type Visit = z.output<typeof visit>;
interface Due {
  readonly visit: Visit;
  readonly days: number;
}

interface Appointments extends FlowTypes {
  readonly events: typeof events;
  readonly outside: {
    readonly [Name in keyof AppointmentServices]: Client<AppointmentServices[Name]['operations']>;
  };
  readonly tables: {
    readonly days: ProviderDay;
    /** Reminders by the tick at which they are due, and the last tick that was looked at. */
    readonly agenda: { readonly due: readonly Due[] };
    readonly swept: { readonly tick: number };
  };
}

const { step, defineFlow } = flowWords<Appointments>();

const dayOf = ({ provider, date }: Visit): string => `${provider} ${date}`;
const byVisit = { key: ({ id }: Visit) => id };
const stubborn = {
  maxAttempts: Infinity,
  backoff: { initialMs: 300, maxMs: 10_000, factor: 2, jitter: 'full' },
} as const;
/** Four times the slowest ordinary answer. */
const answerMs = 800;
/** When nothing was ever looked at: so many ticks back, longer than a process needs to come back. */
const firstLookBack = 60;

export const appointments = defineFlow({
  name: 'appointments',
  events,
  steps: [
    step('keep', {
      on: 'day.asked',
      idempotent: { key: ({ what, visit: { id } }) => `${what} ${id}` },
      // The order in which they came decides races: an answer that came before the lapse counts.
      key: ({ visit: asked }) => dayOf(asked),
      concurrency: 64,
      async run({ what, visit: asked }, { tables }) {
        const before = (await tables.get('days', dayOf(asked))) ?? emptyDay;
        const openings = openingsOf(asked.clinic, asked.date);
        // What is held counts, and not what the answer to an offer says of it.
        const { startMs, endMs } = before.held.find(({ id }) => id === asked.id) ?? asked;
        const data = { ...asked, startMs, endMs };
        const { day, isBooked, isFreed, tells } = answerTo(what, before, data, openings);
        const { day: after, offers } = offerFree(day, openings);
        tables.set('days', dayOf(asked), after);
        return [
          ...(isBooked ? [{ event: 'visit.booked' as const, data }] : []),
          ...(isFreed ? [{ event: 'visit.freed' as const, data }] : []),
          ...tells.map((kind) => ({ event: 'patient.told' as const, data: { visit: data, kind } })),
          ...offers.map(({ id, startMs: fromMs, endMs: toMs }) => ({
            event: 'patient.told' as const,
            data: {
              visit: { ...asked, id, startMs: fromMs, endMs: toMs },
              kind: 'offered' as const,
            },
          })),
        ];
      },
    }),
    step('note', {
      on: 'visit.booked',
      idempotent: byVisit,
      retry: stubborn,
      async run({ id, provider, startMs, endMs }, { outside }) {
        await withTimeout(outside.calendar, answerMs).put({ id, provider, startMs, endMs });
      },
    }),
    step('clear', {
      on: 'visit.freed',
      idempotent: byVisit,
      retry: stubborn,
      async run({ id }, { outside }) {
        await withTimeout(outside.calendar, answerMs).remove({ id });
      },
    }),
    step('tell', {
      on: 'patient.told',
      idempotent: { key: ({ visit: { id }, kind }) => `${id}-${kind}` },
      // Nobody reads that a time is offered before reading that there is none.
      key: ({ visit: { id } }) => id,
      concurrency: 32,
      retry: stubborn,
      async run({ visit: about, kind }, { outside }) {
        await withTimeout(outside.mail, answerMs).send(mailOf(about, kind));
        if (kind !== 'offered') return undefined;
        // Its time begins when it was sent, however long that took.
        return { event: 'day.asked', data: { what: 'lapse', visit: about }, delayMs: offerMs };
      },
    }),
    step('plan', {
      on: 'visit.booked',
      idempotent: byVisit,
      async run(data, { tables, now }) {
        const swept = (await tables.get('swept', 'all'))?.tick ?? Math.floor(now() / tickMs);
        for (const days of reminderDays) {
          const atMs = daysBefore(data.startMs, days, clinics[data.clinic].zone);
          const tick = Math.ceil(atMs / tickMs);
          // Booked later than that: the confirmation is reminder enough.
          if (tick <= swept) continue;
          const { due } = (await tables.get('agenda', `${tick}`)) ?? { due: [] };
          tables.set('agenda', `${tick}`, { due: [...due, { visit: data, days }] });
        }
      },
    }),
    step('sweep', {
      on: 'clock.ticked',
      idempotent: { key: ({ tick }) => `${tick}` },
      key: () => 'all',
      async run({ tick }, { tables }) {
        const swept = (await tables.get('swept', 'all'))?.tick ?? tick - firstLookBack;
        const found: Due[] = [];
        for (let each = swept + 1; each <= tick; each += 1) {
          const entry = await tables.get('agenda', `${each}`);
          if (entry === undefined) continue;
          found.push(...entry.due);
          tables.delete('agenda', `${each}`);
        }
        tables.set('swept', 'all', { tick: Math.max(swept, tick) });
        return found.map((data) => ({ event: 'reminder.due' as const, data }));
      },
    }),
    step('remind', {
      on: 'reminder.due',
      idempotent: { key: ({ visit: { id }, days }) => `${id}-${days}` },
      concurrency: 32,
      retry: stubborn,
      async run({ visit: about, days }, { outside, tables }) {
        const day = await tables.get('days', dayOf(about));
        if (day?.held.some(({ id }) => id === about.id) !== true) return;
        await withTimeout(outside.sms, answerMs).send(mailOf(about, 'reminder', days));
      },
    }),
  ],
  schedules: {
    clock: { event: 'clock.ticked', everyMs: tickMs, data: (atMs) => ({ tick: atMs / tickMs }) },
  },
});

const mailOf = (about: Visit, kind: MailKind, days = 0) => ({
  id: `${about.id}-${kind}${days === 0 ? '' : `-${days}`}`,
  visitId: about.id,
  kind,
  startMs: about.startMs,
  endMs: about.endMs,
  local: localText(about.startMs, clinics[about.clinic].zone),
  days,
});
