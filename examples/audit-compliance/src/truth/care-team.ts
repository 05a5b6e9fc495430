import type { WorldContext } from '@firedrill/core/scenario';
import { type Answer, type Request } from '../domain.ts';
import type { Clinics } from '../types.ts';
import { clocksMs } from './clocks.ts';

/** Who was referred to whom, and when, as those know it who did it. */
export interface CareTeams {
  asked(request: Request): void;
  told(request: Request, answer: Answer): void;
  /** Somebody of another clinic wanted to treat a patient, and was answered. */
  judge(request: Request, answer: Answer, askedMs: number): void;
  /** Accesses outside of any referral, and denials within one. */
  readonly wrong: number;
}

interface Referral {
  readonly staffId: string;
  readonly patientId: string;
  /** From then on it may be in force; from `toldMs` on it is. */
  readonly askedMs: number;
  toldMs: number;
  readonly untilMs: number;
  /** From then on it may be over; from `endedMs` on it is. */
  endAskedMs: number;
  endedMs: number;
}

export function createCareTeams({
  elapsedMs,
  violate,
}: Pick<WorldContext<Clinics>, 'elapsedMs' | 'violate'>): CareTeams {
  const referrals = new Map<string, Referral>();
  /** When the run began, on the clock of the world. */
  const startMs = Date.now() - elapsedMs();
  let wrong = 0;

  return {
    asked(request) {
      const { kind, requestId, patientId } = request;
      if (kind === 'refer' && !referrals.has(requestId)) {
        referrals.set(requestId, {
          staffId: request.toStaffId,
          patientId,
          askedMs: elapsedMs(),
          toldMs: Infinity,
          untilMs: new Date(request.until).getTime() - startMs,
          endAskedMs: Infinity,
          endedMs: Infinity,
        });
      }
      const referral = kind === 'discharge' ? referrals.get(request.referralId) : undefined;
      if (referral !== undefined) {
        referral.endAskedMs = Math.min(referral.endAskedMs, elapsedMs());
      }
    },
    told(request, answer) {
      if (answer.status !== 'done') return;
      const { kind, requestId } = request;
      const made = kind === 'refer' ? referrals.get(requestId) : undefined;
      if (made !== undefined) made.toldMs = Math.min(made.toldMs, elapsedMs());
      const ended = kind === 'discharge' ? referrals.get(request.referralId) : undefined;
      if (ended !== undefined) ended.endedMs = Math.min(ended.endedMs, elapsedMs());
    },
    judge({ staffId, patientId, requestId }, answer, askedMs) {
      const own = [...referrals.values()].filter(
        (each) => each.staffId === staffId && each.patientId === patientId,
      );
      const nowMs = elapsedMs();
      if (answer.status === 'denied') {
        const isSure = own.some(
          ({ toldMs, untilMs, endAskedMs }) =>
            toldMs <= askedMs && nowMs <= Math.min(untilMs - clocksMs, endAskedMs),
        );
        if (!isSure) return;
        wrong += 1;
        violate('care-team-in-time', `${patientId} was referred to ${staffId}, who was denied`);
        return;
      }
      const isPossible = own.some(
        (each) =>
          each.askedMs <= nowMs && askedMs <= Math.min(each.untilMs + clocksMs, each.endedMs),
      );
      if (isPossible) return;
      wrong += 1;
      violate(
        'care-team-in-time',
        `${staffId} treats ${patientId} without a referral (${requestId})`,
      );
    },
    get wrong() {
      return wrong;
    },
  };
}
