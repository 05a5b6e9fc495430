import { messageIdOf } from '../../src/domain.ts';
import { accessStream, type ClinicStore } from '../../src/implementations/hardened/events.ts';
import type { Deadline } from '../../src/implementations/hardened/glass.ts';
import { type Bug, withParts } from './plant.ts';

const accessOf = (store: ClinicStore, patientId: string) =>
  store.readStream(accessStream(patientId));
type AccessEntry = Awaited<ReturnType<typeof accessOf>>[number];

/** An emergency is not escalated when there is an entry of this kind. */
const unlessThere =
  (isIt: (entry: AccessEntry, deadline: Deadline) => boolean): Parameters<typeof withParts>[1] =>
  ({ glass }) => ({
    glass: {
      ...glass,
      async escalate(store, messages, deadline, limits) {
        const entries = await accessOf(store, deadline.patientId);
        if (entries.some((entry) => isIt(entry, deadline))) return;
        await glass.escalate(store, messages, deadline, limits);
      },
    },
  });

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
    unlessThere(({ type, data }) => type === 'access.granted' && data.kind === 'review'),
  ),
  withParts(
    {
      name: 'a-refused-review-will-do',
      flaw: 'whoever wanted to review it and was refused counts as well',
      breaks: ['escalated-in-time', 'emergencies-reviewed'],
      settings: { crowdShare: 1 },
    },
    unlessThere(
      ({ type, data }, { accessId }) => type === 'access.denied' && data.accessId === accessId,
    ),
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
