import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Answer, Request, Role } from '../src/domain.ts';
import { idleMs, noteUseEveryMs, stepUpMs } from '../src/domain/sessions.ts';
import { accessStream, sessionStream } from '../src/implementations/hardened/events.ts';
import { createSessions } from '../src/implementations/hardened/sessions.ts';
import { alone } from './alone.ts';

const patientId = 'patient-0001';
const people = ['nurse-north-1', 'physician-north-1'] as const;
const officer = 'privacy-officer-north-1';

const roleOf = (staffId: string): Role =>
  staffId === officer ? 'privacy-officer' : staffId.startsWith('nurse') ? 'nurse' : 'physician';

/** No call of the store takes so long, in ms. */
const momentMs = 200;

type Deed = 'log in' | 'read' | 'refresh' | 'step up' | 'break glass' | 'have revoked' | 'revoke';

interface Step {
  readonly deed: Deed;
  readonly who: (typeof people)[number];
  /** In the last session of this person; of the other one, now and then. */
  readonly isOwn: boolean;
  readonly afterMs: number;
}

const step = (deed: Deed, afterMs: number, who: Step['who'] = 'nurse-north-1'): Step => ({
  deed,
  who,
  isOwn: true,
  afterMs,
});

/** Whoever leaves a page open; works on; has a session revoked; and breaks the glass again and again. */
const examples: readonly (readonly Step[])[] = [
  [...Array.from({ length: 5 }, () => step('refresh', 30_000)), step('read', 0)],
  [...Array.from({ length: 6 }, () => step('read', 60_000)), step('refresh', 60_000)],
  [
    step('have revoked', 0),
    step('read', 0),
    step('refresh', 0, 'physician-north-1'),
    step('log in', 0),
    step('read', 1_000),
  ],
  [
    step('break glass', 0),
    step('step up', 0),
    step('break glass', stepUpMs - momentMs),
    step('break glass', 2 * momentMs),
  ],
];

const pausesMs = [
  0,
  1_000,
  noteUseEveryMs,
  60_000,
  60_000,
  stepUpMs - momentMs,
  stepUpMs + momentMs,
  idleMs - noteUseEveryMs - momentMs,
  idleMs + momentMs,
] as const;

const steps = fc.array(
  fc.record<Step>({
    deed: fc.constantFrom<Deed>(
      ...(['log in', 'have revoked', 'revoke', 'refresh'] as const),
      ...(['read', 'read', 'read', 'step up', 'break glass', 'break glass'] as const),
    ),
    who: fc.constantFrom(...people),
    isOwn: fc.constantFrom(true, true, true, false),
    afterMs: fc.constantFrom(...pausesMs),
  }),
  { minLength: 4, maxLength: 16 },
);

/** What a session is as those know it who use it. */
interface Used {
  readonly staffId: string;
  isRevoked: boolean;
  usedMs: number;
  steppedUpMs: number;
}

const isRefused = (answer: Answer | undefined, reason: string): boolean =>
  answer?.status === 'denied' && answer.reason === reason;

describe('a session', () => {
  test('lasts while somebody does something in it, is nobody else’s, is good for what is sensitive after a step-up, and ends when it is revoked', async () => {
    const ran = fc.assert(
      fc.asyncProperty(steps, (all: readonly Step[]) =>
        alone({ sessions: true }, async ({ outside: { store } }, { sleep, context }) => {
          const sessions = createSessions(store);
          const known = new Map<string, Used>();
          const last = new Map<string, string>();
          let count = 0;
          const wrong: string[] = [];

          function note(isRight: boolean, what: string): void {
            if (!isRight) wrong.push(`${what}, ${context.elapsedMs()} ms after the start`);
          }

          async function ask(
            staffId: string,
            what: Pick<Request, 'kind' | 'purpose'> & Partial<Request>,
          ): Promise<readonly [requestId: string, answer: Answer | undefined]> {
            count += 1;
            const requestId = `request-${count}`;
            // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each kind has what it needs here
            const request = { patientId, requestId, staffId, ...what } as Request;
            const staff = { id: staffId, role: roleOf(staffId), clinic: 'north' };
            const answer = await sessions.admit(request, staff);
            if (answer === undefined) return [requestId, answer];
            // Whoever is answered here leaves an entry that says the same.
            const entries = await store.readStream(accessStream(request.patientId));
            const decision = answer.status === 'denied' ? answer.reason : 'granted';
            const { entryId, decision: entered } = {
              entryId: '',
              decision: '',
              ...entries.at(-1)?.data,
            };
            note(entryId === requestId && entered === decision, `the entry of ${requestId}`);
            return [requestId, answer];
          }

          async function logIn(staffId: string): Promise<string> {
            const own = { kind: 'log-in', purpose: 'session', patientId: staffId } as const;
            const [sessionId, answer] = await ask(staffId, own);
            note(answer?.status === 'done', `${staffId} may not log in`);
            const usedMs = context.elapsedMs();
            known.set(sessionId, { staffId, isRevoked: false, usedMs, steppedUpMs: -Infinity });
            last.set(staffId, sessionId);
            return sessionId;
          }

          /** That somebody does something is written down now and then, and not each time. */
          async function expectFewNotes(staffId: string): Promise<void> {
            const notedMs = new Map<unknown, number>();
            for (const { type, data, recordedAt } of await store.readStream(
              sessionStream(staffId),
            )) {
              if (!('sessionId' in data)) continue;
              const { sessionId } = data;
              const sinceMs = recordedAt.getTime() - (notedMs.get(sessionId) ?? -Infinity);
              note(type !== 'session.used' || sinceMs >= noteUseEveryMs, 'use is noted again');
              notedMs.set(sessionId, recordedAt.getTime());
            }
          }

          for (const who of people) await logIn(who);
          for (const { deed, who, isOwn, afterMs } of all) {
            await sleep(afterMs);
            if (deed === 'log in') {
              await logIn(who);
              continue;
            }
            const other = people.find((each) => each !== who) ?? who;
            const own = { purpose: 'session', patientId: isOwn ? who : other } as const;
            if (deed === 'have revoked') {
              const sessionId = await logIn(officer);
              const [, answer] = await ask(officer, { ...own, kind: 'revoke', sessionId });
              note(answer?.status === 'done', 'the officer may not revoke');
              for (const each of known.values()) {
                if (each.staffId === own.patientId) each.isRevoked = true;
              }
              continue;
            }
            const sessionId = last.get(isOwn ? who : other);
            if (deed === 'revoke') {
              // No nurse and no physician does, in whatever session.
              const [, answer] = await ask(who, { ...own, kind: 'revoke', sessionId });
              note(isRefused(answer, 'role'), `${who} revokes`);
              continue;
            }
            const used = known.get(sessionId ?? '');
            const nowMs = context.elapsedMs();
            const reading = { kind: 'read', purpose: 'treatment', sessionId } as const;
            const [, answer] = await ask(
              who,
              deed === 'step up'
                ? { ...own, patientId: who, kind: 'step-up', sessionId }
                : deed === 'break glass'
                  ? { ...reading, purpose: 'emergency', reason: 'no pulse' }
                  : { ...reading, isAutomatic: deed === 'refresh' },
            );
            const isSentAway = isRefused(answer, 'session');
            const isOver =
              used === undefined ||
              used.staffId !== who ||
              used.isRevoked ||
              nowMs > used.usedMs + idleMs + momentMs;
            const isAlive = !isOver && nowMs <= used.usedMs + idleMs - noteUseEveryMs;
            note(isOver ? isSentAway : !isAlive || !isSentAway, `${deed} by ${who}`);
            if (isSentAway || used === undefined) continue;
            const sinceMs = nowMs - used.steppedUpMs;
            const isToStepUp = isRefused(answer, 'step-up');
            const isClose = Math.abs(sinceMs - stepUpMs) <= momentMs / 2;
            const isRight =
              deed === 'break glass'
                ? isClose || isToStepUp === sinceMs > stepUpMs
                : answer?.status === (deed === 'step up' ? 'done' : undefined);
            note(isRight, `${deed} by ${who}, ${sinceMs} ms after a step-up`);
            if (deed === 'step up') used.steppedUpMs = context.elapsedMs();
            if (deed !== 'refresh') used.usedMs = context.elapsedMs();
          }
          for (const who of people) await expectFewNotes(who);
          expect(wrong).toEqual([]);
        }),
      ),
      { numRuns: 20, examples: examples.map((all) => [[...all]] as [Step[]]) },
    );
    await expect(ran).resolves.toBeUndefined();
  });
});
