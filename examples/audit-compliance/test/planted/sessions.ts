import { sessionStream } from '../../src/implementations/hardened/events.ts';
import { sessionRules, type Standing } from '../../src/implementations/hardened/sessions.ts';
import { isSensitive } from '../../src/domain/sessions.ts';
import { type Bug, withParts } from './plant.ts';

const settings = { sessions: true };

type Rules = typeof sessionRules;

/** The hardened platform with some of its rules of sessions replaced, in each process for itself. */
const withRules = (told: Parameters<typeof withParts>[0], replace: () => Partial<Rules>): Bug =>
  withParts(told, ({ createSessions }) => {
    const rules = { ...sessionRules, ...replace() };
    return { createSessions: (store) => createSessions(store, rules) };
  });

/** Bugs in how sessions begin and end. */
export const sessionBugs: readonly Bug[] = [
  withRules(
    {
      name: 'sessions-remembered',
      flaw: 'each process remembers for two minutes that a session is live, and nobody tells it of a revocation',
      breaks: ['session-alive'],
      settings,
    },
    () => {
      const known = new Map<string, { readonly standing: Standing; readonly atMs: number }>();
      return {
        async standingOf(store, request) {
          const { sessionId = '' } = request;
          const found = isSensitive(request) ? undefined : known.get(sessionId);
          if (found !== undefined && Date.now() < found.atMs + 120_000) {
            return { ...found.standing, usedMs: Date.now() };
          }
          const standing = await sessionRules.standingOf(store, request);
          if (standing !== undefined) known.set(sessionId, { standing, atMs: Date.now() });
          return standing;
        },
      };
    },
  ),
  withRules(
    {
      name: 'used-after-the-end',
      flaw: 'what somebody was doing while their session was ended is noted afterwards, and makes it live again',
      breaks: ['session-alive'],
      settings: { ...settings, crowdShare: 1 },
    },
    () => ({
      async standingOf(store, request) {
        const events = await store.readStream(sessionStream(request.staffId));
        let standing: Standing | undefined;
        for (const { type, data, recordedAt } of events) {
          const usedMs = recordedAt.getTime();
          if (type === 'session.revoked') standing = undefined;
          if (!('sessionId' in data) || data.sessionId !== request.sessionId) continue;
          const { steppedUpMs = -Infinity } = standing ?? {};
          standing = { usedMs, steppedUpMs: type === 'session.stepped-up' ? usedMs : steppedUpMs };
        }
        return standing;
      },
    }),
  ),
  withParts(
    {
      name: 'revoked-in-one-process',
      flaw: 'a revocation is known to the process that took it, and to no other',
      breaks: ['session-alive'],
      settings,
    },
    ({ createSessions }) => {
      const revoked = new Set<string>();
      return {
        createSessions(store) {
          const sessions = createSessions(store, {
            ...sessionRules,
            async standingOf(_store, request) {
              if (revoked.has(request.staffId)) return undefined;
              return sessionRules.standingOf(
                {
                  ...store,
                  readStream: async (...args) =>
                    (await store.readStream(...args)).filter(
                      ({ type }) => type !== 'session.revoked',
                    ),
                },
                request,
              );
            },
          });
          return {
            async admit(request, staff) {
              const answer = await sessions.admit(request, staff);
              if (request.kind === 'log-in') revoked.delete(request.staffId);
              if (request.kind === 'revoke' && answer?.status === 'done') {
                revoked.add(request.patientId);
              }
              return answer;
            },
          };
        },
      };
    },
  ),
  withRules(
    {
      name: 'idle-in-the-page-alone',
      flaw: 'the page logs people off, and the platform takes whatever comes in their session',
      breaks: ['session-alive'],
      settings,
    },
    () => ({ isInUse: () => true }),
  ),
  withRules(
    {
      name: 'page-keeps-it-alive',
      flaw: 'a page that keeps itself up to date counts as somebody who is there',
      breaks: ['session-alive'],
      settings,
    },
    () => ({
      noteUse: (store, request, standing) =>
        sessionRules.noteUse(
          store,
          request.kind === 'read' ? { ...request, isAutomatic: false } : request,
          standing,
        ),
    }),
  ),
  withRules(
    {
      name: 'use-is-not-noted',
      flaw: 'that somebody does something is not noted: whoever works is sent away',
      breaks: ['session-alive'],
      settings,
    },
    () => ({ noteUse: () => Promise.resolve() }),
  ),
  withRules(
    {
      name: 'stepped-up-for-good',
      flaw: 'whoever has stepped up once in a session need not do so again',
      breaks: ['stepped-up'],
      settings,
    },
    () => ({ isSteppedUp: ({ steppedUpMs }) => steppedUpMs > 0 }),
  ),
  withParts(
    {
      name: 'clerks-left-out',
      flaw: 'the list of those who may log in is of before there were billing clerks',
      breaks: ['session-alive'],
      settings,
    },
    ({ createSessions }) => ({
      createSessions(store) {
        const sessions = createSessions(store);
        return {
          admit: (request, staff) =>
            sessions.admit(request, staff?.role === 'billing-clerk' ? undefined : staff),
        };
      },
    }),
  ),
];
