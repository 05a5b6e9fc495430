import { eventIdOf } from '@firedrill/core/event-store';
import { type Answer, entryOf, type Request, roleMay, type Staff } from '../../domain.ts';
import {
  idleMs,
  isAutomatic,
  isOfSessions,
  isSensitive,
  noteUseEveryMs,
  stepUpMs,
} from '../../domain/sessions.ts';
import { type ClinicStore, type SessionEvent, sessionStream } from './events.ts';
import { writeEntry } from './journal.ts';

/**
 * Sessions of people. All of a person are one stream, and each request looks it up: what was revoked is over for
 * every process, as none of them remembers anything.
 *
 * nothing ──opened──> live ──nobody does anything, or revoked──> over, for good
 *                      └────stepped up──> live, and good for what is sensitive for a while
 */
export interface Sessions {
  /** What somebody is answered who has no session for what they ask, or asks for one; nothing when they may go on. */
  admit(request: Request, staff: Staff | undefined): Promise<Answer | undefined>;
}

/** Of one session, at a moment. */
export interface Standing {
  /** When somebody last did something in it, in ms since 1970. */
  readonly usedMs: number;
  readonly steppedUpMs: number;
}

/** Namespace of the ids of events. */
const namespace = '0d0f7a4e-6a0f-4f0d-8f53-3f0b8b5fb9a6';

/** What a session is, by what has happened; `undefined` when it was never opened, or was revoked. */
async function standingOf(
  store: ClinicStore,
  { staffId, sessionId }: Request,
): Promise<Standing | undefined> {
  let standing: Standing | undefined;
  for (const { type, data, recordedAt } of await store.readStream(sessionStream(staffId))) {
    const atMs = recordedAt.getTime();
    if (type === 'session.revoked') standing = undefined;
    if (!('sessionId' in data) || data.sessionId !== sessionId) continue;
    if (type === 'session.opened') standing = { usedMs: atMs, steppedUpMs: -Infinity };
    if (standing === undefined) continue;
    if (type === 'session.used') standing = { ...standing, usedMs: atMs };
    if (type === 'session.stepped-up') standing = { usedMs: atMs, steppedUpMs: atMs };
  }
  return standing;
}

/** Notes that somebody does something, if that was not noted just now. */
async function noteUse(store: ClinicStore, request: Request, { usedMs }: Standing): Promise<void> {
  const { staffId, sessionId = '' } = request;
  if (isAutomatic(request) || Date.now() < usedMs + noteUseEveryMs) return;
  await store.append(sessionStream(staffId), [{ type: 'session.used', data: { sessionId } }], {
    expectedVersion: 'any',
  });
}

/** Whether somebody did something in it not long ago. */
const isInUse = ({ usedMs }: Standing): boolean => Date.now() <= usedMs + idleMs;

const isSteppedUp = ({ steppedUpMs }: Standing): boolean => Date.now() <= steppedUpMs + stepUpMs;

export const sessionRules = { standingOf, noteUse, isInUse, isSteppedUp };

export function createSessions(store: ClinicStore, rules = sessionRules): Sessions {
  async function refuse(request: Request, reason: 'session' | 'step-up' | 'role'): Promise<Answer> {
    await writeEntry(store, entryOf(request, reason));
    return { status: 'denied', reason };
  }

  /** Writes the entry and what becomes of a session, both or neither; asked again, they stand there once. */
  async function enter(request: Request, person: string, event: SessionEvent): Promise<Answer> {
    const eventId = eventIdOf(namespace, `${event.type} ${request.requestId}`);
    await store.transaction(async (tx) => {
      await writeEntry(store, entryOf(request, 'granted'), tx);
      await store.append(sessionStream(person), [{ ...event, eventId }], {
        expectedVersion: 'any',
        tx,
      });
    });
    return { status: 'done' };
  }

  return {
    async admit(request, staff) {
      const { kind, requestId, staffId, patientId: person } = request;
      if (staff === undefined || (isOfSessions(request) && !roleMay(staff.role, kind))) {
        return refuse(request, 'role');
      }
      if (kind === 'log-in') {
        return enter(request, staffId, { type: 'session.opened', data: { sessionId: requestId } });
      }
      const standing = await rules.standingOf(store, request);
      if (standing === undefined || !rules.isInUse(standing)) return refuse(request, 'session');
      const { sessionId = '' } = request;
      if (kind === 'step-up') {
        return enter(request, staffId, { type: 'session.stepped-up', data: { sessionId } });
      }
      await rules.noteUse(store, request, standing);
      if (isSensitive(request) && !rules.isSteppedUp(standing)) return refuse(request, 'step-up');
      return kind === 'revoke'
        ? enter(request, person, { type: 'session.revoked', data: {} })
        : undefined;
    },
  };
}
