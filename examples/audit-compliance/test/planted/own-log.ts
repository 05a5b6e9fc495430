import type { LoggedAccess } from '../../src/domain.ts';
import { type Bug, withParts } from './plant.ts';

const settings = { ownLog: true };

/** Bugs in what patients are shown of who has seen their record. */
export const ownLogBugs: readonly Bug[] = [
  withParts(
    {
      name: 'log-without-the-platform',
      flaw: 'what the platform itself reads to write to somebody is left out',
      breaks: ['own-log-complete'],
      settings,
    },
    ({ listAccesses }) => ({
      listAccesses: async (...args) =>
        (await listAccesses(...args)).filter(({ staffId }) => staffId !== 'system'),
    }),
  ),
  withParts(
    {
      name: 'log-of-one-page',
      flaw: 'a patient is shown the first page of the log, and nobody says that there are more',
      breaks: ['own-log-complete'],
      settings,
    },
    ({ listAccesses }) => ({
      listAccesses: async (...args) => (await listAccesses(...args)).slice(0, 5),
    }),
  ),
  withParts(
    {
      name: 'log-of-whoever-asked-first',
      flaw: 'the log is remembered for a while, and nobody asks whose it is',
      breaks: ['own-log-complete'],
      settings,
    },
    ({ listAccesses }) => {
      let known: { readonly atMs: number; readonly list: readonly LoggedAccess[] } | undefined;
      return {
        async listAccesses(...args) {
          if (known === undefined || Date.now() > known.atMs + 30_000) {
            known = { atMs: Date.now(), list: await listAccesses(...args) };
          }
          return known.list;
        },
      };
    },
  ),
];
