import type { Fault } from '@firedrill/core/services';
import { type Bug, wired, withParts } from './plant.ts';

const minute = 60_000;

/** The messages' provider fails now and then, for two minutes. */
const failingMessages: readonly Fault[] = [
  {
    kind: 'error',
    id: 'messages-fail',
    service: 'messages',
    fromMs: 5 * minute,
    toMs: 8 * minute,
    share: 0.5,
  },
];

/** Bugs in what follows from an appointment or an emergency. */
export const followUpBugs: readonly Bug[] = [
  withParts(
    {
      name: 'sent-at-most-once',
      flaw: 'a message counts as sent before anybody has taken it',
      breaks: ['follow-ups', 'emergencies-reviewed', 'escalated-in-time'],
      faults: failingMessages,
    },
    ({ createRelay }) => ({
      createRelay: (owner, store, processes, send) =>
        createRelay(owner, store, processes, async (message) => {
          void send(message).catch(() => {});
        }),
    }),
  ),
  withParts(
    {
      name: 'offer-beside-the-transaction',
      flaw: 'messages to patients are put into the outbox of nobody when a slot was freed',
      breaks: ['follow-ups'],
    },
    ({ createAppointments }) => ({
      createAppointments: (store, ...rest) =>
        createAppointments(
          {
            ...store,
            outbox: {
              ...store.outbox,
              enqueue: (messages, options) =>
                store.outbox.enqueue(
                  messages.filter(({ payload }) => !JSON.stringify(payload).includes('"offer-')),
                  options,
                ),
            },
          },
          ...rest,
        ),
    }),
  ),
  withParts(
    {
      name: 'slots-remembered',
      flaw: 'slots are remembered as they were read, whatever is booked since',
      breaks: ['one-holder', 'slots-handed-on', 'follow-ups', 'given-back', 'lawful-only'],
    },
    ({ createAppointments }) => ({
      createAppointments(store, ...rest) {
        const read = new Map<string, ReturnType<typeof store.readStream>>();
        return createAppointments(
          {
            ...store,
            readStream(stream, options) {
              const found = read.get(stream.id) ?? store.readStream(stream, options);
              read.set(stream.id, found);
              return found;
            },
            append: (stream, events, options) =>
              store.append(stream, events, { ...options, expectedVersion: 'any' }),
          },
          ...rest,
        );
      },
    }),
  ),
  withParts(
    {
      name: 'cancels-by-id-alone',
      flaw: 'the patient that is named is checked, and the appointment that is given is cancelled',
      breaks: ['lawful-only'],
    },
    ({ slotRules }) => ({ slotRules: { ...slotRules, isOfAnother: () => false } }),
  ),
  withParts(
    {
      name: 'stays-on-the-waitlist',
      flaw: 'a cancellation of somebody who waits is confirmed, and nothing comes of it',
      breaks: ['given-back', 'slots-handed-on'],
    },
    ({ slotRules }) => ({
      slotRules: {
        ...slotRules,
        cancel: (slot, appointmentId) =>
          slot.holder?.appointmentId === appointmentId ? slotRules.cancel(slot, appointmentId) : [],
      },
    }),
  ),
  withParts(
    {
      name: 'reminder-at-once',
      flaw: 'the reminder of an appointment is due when it is booked',
      breaks: ['reminded-in-time'],
    },
    ({ createAppointments }) => ({
      createAppointments: (store, _reminderMs, rules) => createAppointments(store, 0, rules),
    }),
  ),
  withParts(
    {
      name: 'reminds-all-who-booked',
      flaw: 'whether the appointment is still held is looked up nowhere',
      breaks: ['given-back'],
    },
    ({ createAppointments, slotRules }) => ({
      slotRules: {
        ...slotRules,
        remind: (_slot, appointmentId) => [
          { type: 'appointment.reminded', data: { appointmentId } },
        ],
      },
      createAppointments: (...args) => ({
        ...createAppointments(...args),
        isHeld: () => Promise.resolve(true),
      }),
    }),
  ),
  withParts(
    {
      name: 'moved-up-unreminded',
      flaw: 'whoever moves up from the waitlist is offered the slot, and never reminded of it',
      breaks: ['follow-ups'],
    },
    ({ createAppointments }) => ({
      createAppointments(store, ...rest) {
        let isMovingUp = false;
        return createAppointments(
          {
            ...store,
            append(stream, events, options) {
              isMovingUp = events.some(({ type }) => type === 'appointment.offered');
              return store.append(stream, events, options);
            },
            outbox: {
              ...store.outbox,
              enqueue: (messages, options) =>
                store.outbox.enqueue(
                  messages.filter(({ topic }) => !(isMovingUp && topic === 'reminder')),
                  options,
                ),
            },
          },
          ...rest,
        );
      },
    }),
  ),
  wired(
    {
      name: 'number-of-the-one-before',
      flaw: 'the number is read into a variable that all messages of a process share',
      breaks: ['right-recipient'],
    },
    ({ messages }) => {
      let last: string | undefined;
      return {
        messages: {
          send(input, options) {
            const to = last ?? input.to;
            last = input.to;
            return messages.send({ ...input, to }, options);
          },
        },
      };
    },
  ),
  wired(
    {
      name: 'new-message-each-time',
      flaw: 'a message gets a new id when it is sent, so that nobody recognises it',
      breaks: ['follow-ups', 'emergencies-reviewed', 'escalated-in-time'],
    },
    ({ messages }) => {
      let sent = 0;
      return {
        messages: {
          send(input, options) {
            sent += 1;
            return messages.send({ ...input, messageId: `${input.messageId}#${sent}` }, options);
          },
        },
      };
    },
  ),
];
