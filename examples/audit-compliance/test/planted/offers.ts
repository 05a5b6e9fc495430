import { offerMs } from '../../src/domain/offers.ts';
import { lapseSchema } from '../../src/implementations/hardened/program.ts';
import * as slotRules from '../../src/implementations/hardened/slot.ts';
import { type Bug, withParts } from './plant.ts';

/** Few slots, for which many wait. */
const settings = { offers: true, slots: 60 };

/** Bugs in what is offered from the waitlist, and what becomes of it. */
export const offerBugs: readonly Bug[] = [
  withParts(
    {
      name: 'offered-to-all-who-wait',
      flaw: 'a slot that is freed is offered to all who wait, and the first who answers has it',
      breaks: ['offer-to-one', 'booked-when-accepted'],
      settings,
    },
    ({ offerRules }) => ({
      offerRules: {
        ...offerRules,
        cancel(slot, appointmentId) {
          const events = offerRules.cancel(slot, appointmentId);
          if (!events.some(({ type }) => type === 'appointment.proposed')) return events;
          const until = new Date(Date.now() + offerMs).toISOString();
          const [cancelled] = events;
          return [
            ...(cancelled === undefined ? [] : [cancelled]),
            ...slot.waiting.map((holder) => ({
              type: 'appointment.proposed' as const,
              data: { ...holder, until },
            })),
          ];
        },
      },
    }),
  ),
  withParts(
    {
      name: 'booked-when-offered',
      flaw: 'whoever waits has the slot as soon as it is free, and is told so; nobody asks whether they can come',
      breaks: ['booked-when-accepted', 'waitlist-goes-on'],
      settings,
    },
    ({ offerRules }) => ({
      offerRules: { ...offerRules, book: slotRules.book, cancel: slotRules.cancel },
    }),
  ),
  withParts(
    {
      name: 'accepted-whenever',
      flaw: 'whoever was offered a slot once may accept it, whoever has it since',
      breaks: ['booked-when-accepted', 'offer-to-one', 'one-holder', 'follow-ups'],
      settings,
    },
    ({ offerRules }) => ({
      offerRules: {
        ...offerRules,
        accept: (slot, appointmentId) =>
          slot.patients.has(appointmentId)
            ? [{ type: 'appointment.accepted', data: { appointmentId } }]
            : [],
      },
    }),
  ),
  withParts(
    {
      name: 'offer-ends-in-memory',
      flaw: 'the end of an offer is a timer, and a crash takes it along',
      breaks: ['waitlist-goes-on'],
      settings,
    },
    ({ createAppointments }) => ({
      createAppointments(store, ...rest) {
        const appointments = createAppointments(
          {
            ...store,
            outbox: {
              ...store.outbox,
              enqueue(messages, options) {
                for (const { topic, payload, headers } of messages) {
                  if (topic !== 'lapse') continue;
                  const { slotId, appointmentId } = lapseSchema.parse(payload);
                  const due = headers?.['dueAt'];
                  const dueAt = new Date(typeof due === 'string' ? due : 0);
                  setTimeout(() => {
                    appointments.lapse(slotId, appointmentId).catch(() => {});
                  }, dueAt.getTime() - Date.now());
                }
                const others = messages.filter(({ topic }) => topic !== 'lapse');
                return store.outbox.enqueue(others, options);
              },
            },
          },
          ...rest,
        );
        return appointments;
      },
    }),
  ),
  withParts(
    {
      name: 'declined-and-forgotten',
      flaw: 'an offer that is declined is noted, and nobody is offered the slot after that',
      breaks: ['waitlist-goes-on'],
      settings,
    },
    ({ offerRules }) => ({
      offerRules: {
        ...offerRules,
        decline: (...args) => offerRules.decline(...args).slice(0, 1),
      },
    }),
  ),
  withParts(
    {
      name: 'declined-and-left-to-lapse',
      flaw: 'whoever declines is thanked, and the next is offered the slot when the time is over',
      breaks: ['waitlist-goes-on'],
      settings,
    },
    ({ offerRules }) => ({ offerRules: { ...offerRules, decline: () => [] } }),
  ),
  withParts(
    {
      name: 'never-at-once-again',
      flaw: 'a slot that somebody has given back is given at once to nobody, also when nobody waits for it',
      breaks: ['waitlist-goes-on'],
      settings,
    },
    ({ offerRules }) => ({
      offerRules: {
        ...offerRules,
        book(slot, wish) {
          const events = offerRules.book(slot, wish);
          const isAgain = events.length > 0 && slot.cancelled.size > 0;
          return isAgain ? [{ type: 'appointment.waitlisted', data: wish }] : events;
        },
      },
    }),
  ),
];
