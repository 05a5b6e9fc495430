import { randomUUID } from 'node:crypto';
import { EventIdReusedError, eventIdOf, type RecordedEvent } from '@firedrill/core/event-store';
import { createBreakers } from '@firedrill/core/resilience';
import type { Fault } from '@firedrill/core/services';
import {
  accessStream,
  type ClinicEvent,
  type ClinicStore,
} from '../../src/implementations/hardened/events.ts';
import { entryEvent } from '../../src/implementations/hardened/journal.ts';
import { type Bug, wired, withParts } from './plant.ts';

const minute = 60_000;
const namespace = '6f2a6a1e-6d0c-4f0b-9d0a-3b0f6f3f3c51';

const entriesOf = (events: readonly RecordedEvent<ClinicEvent>[]) =>
  events.flatMap((event) =>
    event.type === 'access.granted' || event.type === 'access.denied' ? [event.data] : [],
  );

/** The store as a reader sees it who asks or understands a little wrong. */
const readingWrong = (
  store: ClinicStore,
  readAll: (inner: ClinicStore['readAll']) => ClinicStore['readAll'],
): ClinicStore => ({ ...store, readAll: readAll((options) => store.readAll(options)) });

/** The database fails so often for a minute that the staff has to press again. */
const failingRecords: readonly Fault[] = [
  {
    kind: 'error',
    id: 'records-fail',
    service: 'records',
    fromMs: 14 * minute,
    toMs: 15 * minute,
    share: 0.6,
  },
];

/** When no process crashes any more the auditors are away once again. */
const awayAgain: readonly Fault[] = [
  {
    kind: 'error',
    id: 'auditors-away',
    service: 'audit',
    fromMs: 18.25 * minute,
    toMs: 19.75 * minute,
  },
];

/** Bugs in the trail: its entries, its seals, and the way to the auditors. */
export const trailBugs: readonly Bug[] = [
  withParts(
    {
      name: 'entry-behind-the-read',
      flaw: 'nobody waits for the entry of a look for billing: it is quicker that way',
      breaks: ['entry-before-access'],
    },
    ({ writeEntry }) => ({
      async writeEntry(store, entry, tx) {
        const written = writeEntry(store, entry, tx);
        if (entry.purpose === 'billing') void written.catch(() => {});
        else await written;
      },
    }),
  ),
  withParts(
    {
      name: 'asked-after-minutes',
      flaw: 'whether the auditors are back is asked after twice the time each time, up to five minutes',
      breaks: ['auditors-hear-soon'],
      faults: awayAgain,
    },
    ({ createForwarding }) => ({
      createForwarding(outside) {
        const forward = createForwarding(outside);
        const breakers = createBreakers<'auditors'>({
          failureThreshold: { consecutive: 3 },
          halfOpenAfterMs: { initialMs: 1_000, maxMs: 300_000 },
        });
        return (events) => breakers.execute('auditors', () => forward(events));
      },
    }),
  ),
  withParts(
    {
      name: 'only-the-first-denial',
      flaw: 'denials of whom was denied before are left out, so that they do not fill the log',
      breaks: ['no-acknowledged-entry-lost', 'denials-on-record', 'entry-as-answered'],
    },
    ({ writeEntry }) => {
      const denied = new Set<string>();
      return {
        async writeEntry(store, entry, tx) {
          if (entry.decision !== 'granted' && denied.has(entry.staffId)) return;
          if (entry.decision !== 'granted') denied.add(entry.staffId);
          await writeEntry(store, entry, tx);
        },
      };
    },
  ),
  withParts(
    {
      name: 'id-alone-makes-the-entry',
      flaw: 'an entry is known by the id of its request: whoever uses it again leaves none',
      breaks: ['entry-as-answered', 'escalated-in-time', 'lawful-only'],
    },
    () => ({
      async writeEntry(store, entry, tx) {
        const { entryId, decision } = entry;
        const eventId = eventIdOf(namespace, `${entryId} ${decision}`);
        const options = { expectedVersion: 'any', ...(tx !== undefined && { tx }) } as const;
        try {
          const event = { ...entryEvent(entry), eventId };
          await store.append({ category: 'access', id: entryId }, [event], options);
        } catch (error) {
          if (!(error instanceof EventIdReusedError)) throw error;
        }
      },
    }),
  ),
  withParts(
    {
      name: 'probing-unrecorded',
      flaw: 'who asks for a patient that there is not is told so, and it is not written down',
      breaks: ['no-acknowledged-entry-lost', 'denials-on-record'],
    },
    ({ writeEntry }) => ({
      async writeEntry(store, entry, tx) {
        if (entry.decision !== 'unknown') await writeEntry(store, entry, tx);
      },
    }),
  ),
  withParts(
    {
      name: 'every-denial-by-role',
      flaw: 'the entry of a denial says that the role was wrong, whatever it was',
      breaks: ['entry-as-answered'],
    },
    ({ writeEntry }) => ({
      writeEntry: (store, entry, tx) =>
        writeEntry(
          store,
          entry.decision === 'granted' ? entry : { ...entry, decision: 'role' },
          tx,
        ),
    }),
  ),
  withParts(
    {
      name: 'new-id-each-time',
      flaw: 'an entry gets a new id at each attempt, and stands in the log as often as somebody asked',
      breaks: ['no-entry-twice'],
      faults: failingRecords,
    },
    () => ({
      async writeEntry(store, entry, tx) {
        const event = { ...entryEvent(entry), eventId: randomUUID() };
        await store.append(accessStream(entry.patientId), [event], {
          expectedVersion: 'any',
          ...(tx !== undefined && { tx }),
        });
      },
    }),
  ),
  withParts(
    {
      name: 'forwarded-without-keys',
      flaw: 'the keys by which the auditors recognise an entry are left out',
      breaks: ['no-entry-twice'],
    },
    () => ({
      createForwarding:
        ({ audit }) =>
        async (events) => {
          await audit.append({ entries: entriesOf(events), hasKeys: false }, { timeoutMs: 5_000 });
        },
    }),
  ),
  withParts(
    {
      name: 'forwarded-at-most-once',
      flaw: 'a batch that the auditors did not take is logged and passed over',
      breaks: [
        'no-access-without-entry',
        'no-acknowledged-entry-lost',
        'denials-on-record',
        'emergencies-reviewed',
        'entry-as-answered',
      ],
    },
    ({ createForwarding }) => ({
      createForwarding(outside) {
        const forward = createForwarding(outside);
        return (events) => forward(events).catch(() => {});
      },
    }),
  ),
  withParts(
    {
      name: 'denials-not-sealed',
      flaw: 'the seals cover what was granted, and no denial',
      breaks: ['tampering-found'],
    },
    ({ createSealer }) => ({
      createSealer: (store, ...rest) =>
        createSealer(
          readingWrong(store, (inner) => async (options) => {
            const page = await inner(options);
            return { ...page, events: page.events.filter(({ type }) => type !== 'access.denied') };
          }),
          ...rest,
        ),
    }),
  ),
  withParts(
    {
      name: 'seal-skips-one',
      flaw: 'the sealer goes on one position too far, as if the last one were counted in',
      breaks: ['tampering-found'],
    },
    ({ createSealer }) => ({
      createSealer: (store, ...rest) =>
        createSealer(
          readingWrong(store, (inner) => (options) => {
            const { after = 0 } = options ?? {};
            return inner({ ...options, after: after === 0 ? 0 : after + 1 });
          }),
          ...rest,
        ),
    }),
  ),
  wired(
    {
      name: 'witness-hears-nothing',
      flaw: 'roots are published where nobody keeps them',
      breaks: ['tampering-found'],
    },
    () => ({ witness: { publish: async () => ({ published: true }) } }),
  ),
];
