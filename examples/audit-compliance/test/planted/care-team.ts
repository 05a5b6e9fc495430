import { careStream } from '../../src/implementations/hardened/events.ts';
import { type Bug, withParts } from './plant.ts';

const settings = { careTeam: true };

/** Bugs in who may treat whom, and until when. */
export const careTeamBugs: readonly Bug[] = [
  withParts(
    {
      name: 'referrals-remembered',
      flaw: 'each process remembers who was referred to whom, and nobody tells it of a discharge',
      breaks: ['care-team-in-time'],
      settings,
    },
    ({ careTeam }) => {
      const known = new Set<string>();
      return {
        careTeam: {
          ...careTeam,
          async isReferred(store, request, now) {
            const key = `${request.staffId} ${request.patientId}`;
            if (known.has(key)) return true;
            const found = await careTeam.isReferred(store, request, now);
            if (found) known.add(key);
            return found;
          },
        },
      };
    },
  ),
  withParts(
    {
      name: 'referral-without-an-end',
      flaw: 'until when somebody was referred is stored, and nobody reads it',
      breaks: ['care-team-in-time'],
      settings,
    },
    ({ careTeam }) => ({
      careTeam: {
        ...careTeam,
        isReferred: (store, request) => careTeam.isReferred(store, request, new Date(0)),
      },
    }),
  ),
  withParts(
    {
      name: 'one-discharge-for-all',
      flaw: 'the end of one referral is taken for the end of all of a patient',
      breaks: ['care-team-in-time'],
      settings: { ...settings, crowdShare: 1 },
    },
    ({ careTeam }) => ({
      careTeam: {
        ...careTeam,
        async isReferred(store, request, now) {
          const all = await store.readStream(careStream(request.patientId));
          const last = all.findLastIndex(({ type }) => type === 'care.ended');
          const since = { ...store, readStream: async () => all.slice(last + 1) };
          return careTeam.isReferred(since, request, now);
        },
      },
    }),
  ),
  withParts(
    {
      name: 'referral-of-one-process',
      flaw: 'a referral is known to the process that took it, and to no other',
      breaks: ['care-team-in-time'],
      settings,
    },
    ({ careTeam }) => {
      const own = new Set<string>();
      return {
        careTeam: {
          ...careTeam,
          async refer(store, request) {
            await careTeam.refer(store, request);
            own.add(request.patientId);
          },
          isReferred: async (store, request, now) =>
            own.has(request.patientId) && (await careTeam.isReferred(store, request, now)),
        },
      };
    },
  ),
];
