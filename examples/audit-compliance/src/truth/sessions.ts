import type { WorldContext } from '@firedrill/core/scenario';
import type { Answer, Request } from '../domain.ts';
import {
  idleMs,
  isAutomatic,
  isOfSessions,
  isSensitive,
  noteUseEveryMs,
  stepUpMs,
} from '../domain/sessions.ts';
import { isSentAway } from '../clients/desks.ts';
import type { Clinic } from '../services/clinic.ts';
import type { Clinics } from '../types.ts';
import { clocksMs } from './clocks.ts';

/** Who has logged in, did something, and had a session revoked, as those know it who did it. */
export interface Sessions {
  asked(request: Request): void;
  told(request: Request, answer: Answer, askedMs: number): void;
  /** Accesses in a session that was over or none, and people who were sent away for nothing. */
  readonly wrong: number;
  /** Sensitive accesses without a fresh step-up, and people who were asked for one for nothing. */
  readonly wrongStepUps: number;
}

/** Something that was asked for: from `askedMs` on it may be so, from `toldMs` on it is. */
interface Deed {
  readonly askedMs: number;
  toldMs: number;
}

interface Session extends Deed {
  readonly staffId: string;
  /** Requests that nobody has answered: each may count as use until now. */
  readonly pending: Set<string>;
  /** Somebody did something then, or a little later; and nothing was answered later than `usedByMs`. */
  usedMs: number;
  usedByMs: number;
  readonly stepUps: Map<string, Deed>;
}

export function createSessions(
  { elapsedMs, violate }: Pick<WorldContext<Clinics>, 'elapsedMs' | 'violate'>,
  clinic: Pick<Clinic, 'findStaff'>,
): Sessions {
  const sessions = new Map<string, Session>();
  const revocations = new Map<string, Deed & { readonly staffId: string }>();
  let wrong = 0;
  let wrongStepUps = 0;

  function blame(text: string): void {
    wrong += 1;
    violate('session-alive', text);
  }

  function blameStepUp(text: string): void {
    wrongStepUps += 1;
    violate('stepped-up', text);
  }

  const openFor = ({ staffId, sessionId = '' }: Request): Session | undefined => {
    const session = sessions.get(sessionId);
    return session?.staffId === staffId ? session : undefined;
  };

  const revocationsOf = (staffId: string) =>
    [...revocations.values()].filter((each) => each.staffId === staffId);

  /** Whoever is known may log in and step up, and a privacy officer may end sessions; who may not is told so by role. */
  function judgeRole({ kind, staffId, requestId }: Request, answer: Answer): void {
    const role = clinic.findStaff(staffId)?.role;
    const isPerson = role !== undefined && role !== 'system';
    const may = kind === 'revoke' ? role === 'privacy-officer' : isPerson;
    const isLetIn = answer.status === 'done';
    if (isLetIn && !may) blame(`${staffId} may not ${kind}, and does (${requestId})`);
    if (isLetIn || !may || (kind !== 'log-in' && isSentAway(answer))) return;
    blame(`${staffId} may ${kind}, and is not let (${requestId})`);
  }

  /** Why it cannot have been alive at any moment of the request. */
  function whyOver(request: Request, askedMs: number): string | undefined {
    const session = openFor(request);
    if (session === undefined) return 'without a session';
    const isRevoked = revocationsOf(session.staffId).some(
      (each) => session.toldMs <= each.askedMs && each.toldMs <= askedMs,
    );
    if (isRevoked) return 'in a session that was revoked';
    const { pending, usedByMs } = session;
    const isIdle = pending.size === 0 && askedMs > usedByMs + idleMs + clocksMs;
    return isIdle ? 'in a session in which nobody did anything' : undefined;
  }

  /** Whether it was alive throughout. */
  function wasAlive(request: Request, askedMs: number): boolean {
    const session = openFor(request);
    if (session === undefined || session.toldMs > askedMs) return false;
    if (revocationsOf(session.staffId).some((each) => each.toldMs >= session.askedMs)) return false;
    return elapsedMs() <= session.usedMs + idleMs - noteUseEveryMs - clocksMs;
  }

  function judgeStepUp(request: Request, answer: Answer, askedMs: number): void {
    const { staffId, requestId } = request;
    const stepUps = [...(openFor(request)?.stepUps.values() ?? [])];
    if (answer.status === 'denied' && answer.reason === 'step-up') {
      const isFresh = stepUps.some(
        (each) => each.toldMs <= askedMs && elapsedMs() <= each.askedMs + stepUpMs - clocksMs,
      );
      if (isFresh || !isSensitive(request)) {
        blameStepUp(`${staffId} is asked for a step-up that was made (${requestId})`);
      }
      return;
    }
    const mayBeFresh = stepUps.some(
      ({ toldMs }) => toldMs === Infinity || askedMs <= toldMs + stepUpMs + clocksMs,
    );
    if (isSensitive(request) && !mayBeFresh) {
      blameStepUp(`${staffId} has not stepped up, and may (${requestId})`);
    }
  }

  function judge(request: Request, answer: Answer, askedMs: number): void {
    const { staffId, requestId } = request;
    const why = whyOver(request, askedMs);
    if (answer.status === 'denied' && answer.reason === 'session') {
      if (!wasAlive(request, askedMs)) return;
      blame(`${staffId} is sent away, and has a session (${requestId})`);
      return;
    }
    if (why !== undefined) blame(`${staffId} is answered ${why} (${requestId})`);
    judgeStepUp(request, answer, askedMs);
  }

  return {
    asked(request) {
      const { kind, requestId, staffId, patientId } = request;
      const deed = { askedMs: elapsedMs(), toldMs: Infinity };
      if (kind === 'log-in' && !sessions.has(requestId)) {
        sessions.set(requestId, {
          ...deed,
          staffId,
          pending: new Set(),
          usedMs: deed.askedMs,
          usedByMs: Infinity,
          stepUps: new Map(),
        });
      }
      if (kind === 'revoke' && !revocations.has(requestId)) {
        revocations.set(requestId, { ...deed, staffId: patientId });
      }
      const session = openFor(request);
      if (kind === 'step-up') session?.stepUps.set(requestId, deed);
      if (!isAutomatic(request)) session?.pending.add(requestId);
    },
    told(request, answer, askedMs) {
      const { kind, requestId } = request;
      const nowMs = elapsedMs();
      const isDone = answer.status === 'done';
      if (isOfSessions(request)) judgeRole(request, answer);
      if (kind === 'log-in') {
        const opened = sessions.get(requestId);
        if (opened === undefined || !isDone) return;
        opened.toldMs = Math.min(opened.toldMs, nowMs);
        opened.usedByMs = opened.toldMs;
        return;
      }
      const session = openFor(request);
      session?.pending.delete(requestId);
      judge(request, answer, askedMs);
      const made = kind === 'step-up' ? session?.stepUps.get(requestId) : undefined;
      if (made !== undefined && isDone) made.toldMs = nowMs;
      const revoked = kind === 'revoke' ? revocations.get(requestId) : undefined;
      if (revoked !== undefined && isDone) revoked.toldMs = Math.min(revoked.toldMs, nowMs);
      const isRefused = answer.status === 'denied' && answer.reason === 'session';
      if (session === undefined || isRefused || isAutomatic(request)) return;
      session.usedMs = Math.max(session.usedMs, askedMs);
      session.usedByMs = Math.max(session.usedByMs, nowMs);
    },
    get wrong() {
      return wrong;
    },
    get wrongStepUps() {
      return wrongStepUps;
    },
  };
}
