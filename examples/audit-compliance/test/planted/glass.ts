import { messageIdOf } from '../../src/domain.ts';
import { accessStream } from '../../src/implementations/hardened/events.ts';
import { type Bug, withParts } from './plant.ts';

/** Bugs in what becomes of broken glass. */
export const glassBugs: readonly Bug[] = [
  withParts(
    {
      name: 'glass-stays-broken',
      flaw: 'whoever has broken the glass once may look for ever by the same request',
      breaks: ['lawful-only'],
    },
    ({ glass }) => ({ glass: { ...glass, brokenSince: () => Promise.resolve(undefined) } }),
  ),
  withParts(
    {
      name: 'deadline-in-memory',
      flaw: 'the deadline of a review is a timer, and a crash takes it along',
      breaks: ['escalated-in-time', 'emergencies-reviewed'],
    },
    ({ glass }, { outside }) => ({
      glass: {
        ...glass,
        enqueueDeadline(store, _tx, { dueAt, ...deadline }) {
          setTimeout(() => {
            void glass.escalate(store, outside.messages, deadline, { timeoutMs: 3_000 });
          }, dueAt.getTime() - Date.now());
          return Promise.resolve();
        },
      },
    }),
  ),
  withParts(
    {
      name: 'escalates-all',
      flaw: 'whether somebody has reviewed it is not looked up when the deadline has come',
      breaks: ['escalated-in-time'],
    },
    ({ glass }) => ({
      glass: {
        ...glass,
        escalate: (store, messages, deadline, limits) =>
          glass.escalate({ ...store, readStream: async () => [] }, messages, deadline, limits),
      },
    }),
  ),
  withParts(
    {
      name: 'any-review-will-do',
      flaw: 'whoever has reviewed one emergency of a patient has reviewed all of them',
      breaks: ['escalated-in-time', 'emergencies-reviewed'],
      settings: { crowdShare: 1 },
    },
    ({ glass }) => ({
      glass: {
        ...glass,
        async escalate(store, messages, deadline, limits) {
          const entries = await store.readStream(accessStream(deadline.patientId));
          const isReviewed = entries.some(
            ({ type, data }) => type === 'access.granted' && data.kind === 'review',
          );
          if (!isReviewed) await glass.escalate(store, messages, deadline, limits);
        },
      },
    }),
  ),
  withParts(
    {
      name: 'a-refused-review-will-do',
      flaw: 'whoever wanted to review it and was refused counts as well',
      breaks: ['escalated-in-time', 'emergencies-reviewed'],
      settings: { crowdShare: 1 },
    },
    ({ glass }) => ({
      glass: {
        ...glass,
        async escalate(store, messages, deadline, limits) {
          const entries = await store.readStream(accessStream(deadline.patientId));
          const isTried = entries.some(
            ({ type, data }) => type === 'access.denied' && data.accessId === deadline.accessId,
          );
          if (!isTried) await glass.escalate(store, messages, deadline, limits);
        },
      },
    }),
  ),
  withParts(
    {
      name: 'escalation-names-the-patient',
      flaw: 'an escalation says which patient, and nobody learns which access',
      breaks: ['escalated-in-time', 'emergencies-reviewed'],
    },
    ({ glass }) => ({
      glass: {
        ...glass,
        escalate: (store, messages, deadline, limits) =>
          glass.escalate(
            store,
            {
              send: (input, options) =>
                messages.send(
                  { ...input, messageId: messageIdOf('escalation', deadline.patientId) },
                  options,
                ),
            },
            deadline,
            limits,
          ),
      },
    }),
  ),
];
