import type { Answer, Request } from '../domain.ts';
import { isSensitive } from '../domain/sessions.ts';

/** How somebody presses a button: until there is an answer, or it is given up. */
export type Press = (request: Request) => Promise<Answer | undefined>;

/** Where people work: who has logged in, as their own pages know it. */
export interface Desks {
  /** Asks in the session of whoever asks; logs in, or shows once more who they are, where that is needed. */
  ask(request: Request, press: Press): Promise<Answer | undefined>;
  /** Opens another session for somebody. `undefined` when nobody answers. */
  logIn(staffId: string, press: Press): Promise<string | undefined>;
  stepUp(staffId: string, sessionId: string, press: Press): Promise<boolean>;
}

/** Well before a session is over people log in again, and show again who they are, in ms. */
const logInAfterMs = 60_000;
const stepUpAfterMs = 40_000;

/** Whoever is sent away after so many times gives up. */
const maxRounds = 3;

/** Somebody is sent away, as their session is over or not good enough. */
export const isSentAway = (answer: Answer): boolean =>
  answer.status === 'denied' && (answer.reason === 'session' || answer.reason === 'step-up');

interface Session {
  readonly sessionId: string;
  usedMs: number;
  steppedUpMs: number;
}

export function createDesks(elapsedMs: () => number): Desks {
  const sessions = new Map<string, Session>();
  let count = 0;

  const ofSession = (staffId: string) => {
    count += 1;
    return { staffId, patientId: staffId, purpose: 'session' } as const;
  };

  async function logIn(staffId: string, press: Press): Promise<string | undefined> {
    const request = ofSession(staffId);
    const requestId = `log-in-${count}`;
    const answer = await press({ ...request, kind: 'log-in', requestId });
    return answer?.status === 'done' ? requestId : undefined;
  }

  async function stepUp(staffId: string, sessionId: string, press: Press): Promise<boolean> {
    const request = ofSession(staffId);
    const requestId = `step-up-${count}`;
    const answer = await press({ ...request, kind: 'step-up', requestId, sessionId });
    return answer?.status === 'done';
  }

  async function sessionOf(staffId: string, press: Press): Promise<Session | undefined> {
    const known = sessions.get(staffId);
    if (known !== undefined && elapsedMs() < known.usedMs + logInAfterMs) return known;
    const sessionId = await logIn(staffId, press);
    if (sessionId === undefined) return undefined;
    const session = { sessionId, usedMs: elapsedMs(), steppedUpMs: -Infinity };
    sessions.set(staffId, session);
    return session;
  }

  return {
    logIn,
    stepUp,
    async ask(request, press) {
      const { staffId } = request;
      for (let round = 1; ; round += 1) {
        const session = await sessionOf(staffId, press);
        if (session === undefined) return undefined;
        const { sessionId } = session;
        if (isSensitive(request) && elapsedMs() > session.steppedUpMs + stepUpAfterMs) {
          const askedMs = elapsedMs();
          if (await stepUp(staffId, sessionId, press)) session.steppedUpMs = askedMs;
        }
        const askedMs = elapsedMs();
        const answer = await press({ ...request, sessionId });
        if (answer === undefined || !isSentAway(answer)) {
          session.usedMs = Math.max(session.usedMs, askedMs);
          return answer;
        }
        if (sessions.get(staffId) === session) sessions.delete(staffId);
        if (round === maxRounds) return answer;
      }
    },
  };
}
