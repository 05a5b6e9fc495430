import { hardenedParts } from '../../src/implementations/5-hardened.ts';
import { crashes } from './crash-faults.ts';
import { type Bug, wired, withLog, withParts } from './plant.ts';

const second = 1_000;

/** Bugs that show when a process dies. */
export const crashBugs: readonly Bug[] = [
  withLog(
    {
      name: 'acknowledged-before-kept',
      flaw: 'the log is written once a second, and nobody waits for that',
      breaks: ['no-edit-lost', 'history-complete'],
      faults: crashes('server', 110),
    },
    (log) => ({
      async keep(roomId, update) {
        setTimeout(() => void log.keep(roomId, update), second);
        return 0;
      },
    }),
  ),
  withLog(
    {
      name: 'log-not-read',
      flaw: 'the log is written, and nobody reads it when the server comes back',
      breaks: ['no-edit-lost', 'no-change-lost', 'history-complete'],
      faults: crashes('server', 110),
    },
    () => ({ left: async () => [], roomsLeft: async () => [] }),
  ),
  withLog(
    {
      name: 'log-trimmed-when-saved',
      flaw: 'what is saved is taken out of the log, whether or not the history has it',
      breaks: ['history-complete'],
      faults: crashes('server', 140, 160),
    },
    (log) => ({
      saved(roomId, position) {
        for (let each = 1; each <= position; each += 1) log.recorded(roomId, each);
        log.saved(roomId, position);
      },
    }),
  ),
  wired(
    {
      name: 'decision-of-a-former-start',
      flaw: 'decisions say nothing of which start of the server sent them, and late ones take effect',
      breaks: ['only-what-the-role-may-see'],
      faults: [
        ...crashes('server', 110),
        {
          kind: 'slow',
          id: 'decisions-slow',
          service: 'permissions',
          operation: 'decide',
          fromMs: 100 * second,
          toMs: 110 * second,
          latency: { fixedMs: 20 * second },
        },
      ],
    },
    ({ outside }) => ({
      permissions: {
        ...outside.permissions,
        decide: ({ start: _start, ...input }, options) =>
          outside.permissions.decide(input, options),
      },
    }),
  ),
  withParts(
    {
      name: 'unsent-in-memory',
      flaw: 'what is not sent yet is in the memory of the page',
      breaks: ['no-change-lost', 'history-complete'],
      faults: crashes('pages', 130, 142),
    },
    () => ({ createReplica: (clientId) => hardenedParts.createReplica(clientId, undefined) }),
  ),
];
