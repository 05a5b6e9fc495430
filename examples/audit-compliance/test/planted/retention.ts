import { retentionStream } from '../../src/implementations/hardened/events.ts';
import { type Bug, withParts } from './plant.ts';

const settings = { retention: true };

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
    ({ createRetention }) => ({
      createRetention(store, waitMs) {
        const retention = createRetention(store, waitMs);
        return {
          ...retention,
          async begin(order) {
            const past = await store.readStream(retentionStream(order.patientId));
            const open = past.reduce(
              (sum, { type }) =>
                sum + Number(type === 'retention.held') - Number(type === 'retention.released'),
              0,
            );
            return open === 0;
          },
        };
      },
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
    ({ createRetention }) => ({
      createRetention(store, waitMs) {
        const retention = createRetention(store, waitMs);
        return {
          ...retention,
          async begin(order) {
            const past = await store.readStream(retentionStream(order.patientId));
            if (past.some(({ type }) => type === 'retention.held')) return false;
            return retention.begin(order);
          },
        };
      },
    }),
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
