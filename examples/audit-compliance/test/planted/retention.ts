import type { RecordedEvent } from '@firedrill/core/event-store';
import { type ClinicEvent, retentionStream } from '../../src/implementations/hardened/events.ts';
import type { Parts } from '../../src/implementations/hardened/program.ts';
import type { Order, Retention } from '../../src/implementations/hardened/retention.ts';
import { type Bug, withParts } from './plant.ts';

const settings = { retention: true };

/** Whether an erasure begins is decided by what has happened to the record, and by the order. */
const beginning =
  (
    begin: (
      past: readonly RecordedEvent<ClinicEvent>[],
      retention: Retention,
      order: Order,
    ) => boolean | Promise<boolean>,
  ) =>
  ({ createRetention }: Pick<Parts, 'createRetention'>): Pick<Parts, 'createRetention'> => ({
    createRetention(store, waitMs) {
      const retention = createRetention(store, waitMs);
      return {
        ...retention,
        begin: async (order) =>
          begin(await store.readStream(retentionStream(order.patientId)), retention, order),
      };
    },
  });

/** Bugs in what is kept, and what is erased. */
export const retentionBugs: readonly Bug[] = [
  withParts(
    {
      name: 'hold-looked-up-at-the-order',
      flaw: 'whether a record is on hold is asked when its erasure is ordered, and not when it begins',
      breaks: ['kept-as-long'],
      settings,
    },
    ({ createRetention }) => ({
      createRetention: (...args) => ({
        ...createRetention(...args),
        begin: () => Promise.resolve(true),
      }),
    }),
  ),
  withParts(
    {
      name: 'hold-leaves-the-order',
      flaw: 'a hold that is released leaves the order of before, and so the record is erased as that one says',
      breaks: ['kept-as-long'],
      settings,
    },
    beginning((past) => {
      const times = (wanted: string) => past.filter(({ type }) => type === wanted).length;
      return times('retention.held') === times('retention.released');
    }),
  ),
  withParts(
    {
      name: 'retention-not-asked',
      flaw: 'how long a record has to be kept is not asked',
      breaks: ['kept-as-long'],
      settings,
    },
    ({ createRetention }) => ({
      createRetention(...args) {
        const retention = createRetention(...args);
        return { ...retention, order: (request) => retention.order(request, false) };
      },
    }),
  ),
  withParts(
    {
      name: 'once-on-hold',
      flaw: 'a record that was on hold once is never erased, whatever was released since',
      breaks: ['erased-when-due'],
      settings,
    },
    beginning((past, retention, order) =>
      past.some(({ type }) => type === 'retention.held') ? false : retention.begin(order),
    ),
  ),
  withParts(
    {
      name: 'erasure-waits-in-memory',
      flaw: 'the time until an erasure is a timer, and a crash takes it along',
      breaks: ['erased-when-due'],
      settings,
    },
    ({ createRetention }) => ({
      createRetention: (store, waitMs) =>
        createRetention(
          {
            ...store,
            outbox: {
              ...store.outbox,
              enqueue(messages) {
                setTimeout(() => {
                  void store.transaction((tx) => store.outbox.enqueue(messages, { tx }));
                }, waitMs);
                return Promise.resolve();
              },
            },
          },
          waitMs,
        ),
    }),
  ),
];
