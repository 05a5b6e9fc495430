import type { WorldContext } from '@firedrill/core/scenario';
import type { Answer, Request } from '../domain.ts';
import { offerMs } from '../domain/offers.ts';
import type { Clinics } from '../types.ts';
import { clocksMs } from './clocks.ts';

/** What was offered to whom from the waitlist, until when, and what they answered. */
export interface Offers {
  asked(request: Request): void;
  told(request: Request, answer: Answer, askedMs: number): void;
  /** Somebody is written to: of an offer, the text says until when it is theirs. */
  messageSent(messageId: string, text: string | undefined): void;
  /** Until when a slot is somebody's to accept, as they were told, in ms since the start. */
  untilMs(appointmentId: string): number | undefined;
  /** Slots that were given without or against an acceptance, and acceptances in time that were refused. */
  readonly wrong: number;
  /** Offers of a slot that was somebody else's to accept, or had been accepted. */
  rivals(): number;
  /** Free slots that somebody waits for, and that nobody is offered, or late; and those that somebody was refused. */
  stuck(erased: ReadonlyMap<string, number>): number;
}

/** What follows from an end comes within this time, whoever crashes, in ms. */
const graceMs = 120_000;

/** A wish for a slot: times at which something may have been so (asked) or is so (told), in ms. */
interface Wish {
  readonly patientId: string;
  readonly askedMs: number;
  status: 'asked' | 'booked' | 'waitlisted' | 'denied';
  waitsSinceMs: number;
  untilMs: number | undefined;
  bookedMs: number;
  acceptAskedMs: number;
  isAnswered: boolean;
  acceptedMs: number;
  /** Declined or cancelled. */
  leftAskedMs: number;
  leftMs: number;
}

/** Those that were offered a slot, in the order in which they were. */
const inOrder = (wishes: ReadonlyMap<string, Wish>) =>
  [...wishes]
    .filter(([, { untilMs }]) => untilMs !== undefined)
    .toSorted(([, one], [, other]) => (one.untilMs ?? 0) - (other.untilMs ?? 0));

const subjectOf = (messageId: string): string => messageId.slice(messageId.indexOf('-') + 1);

export function createOffers({
  elapsedMs,
  violate,
}: Pick<WorldContext<Clinics>, 'elapsedMs' | 'violate'>): Offers {
  const slots = new Map<string, Map<string, Wish>>();
  const slotOf = new Map<string, string>();
  /** When the run began, on the clock of the world. */
  const startMs = Date.now() - elapsedMs();
  let wrong = 0;
  let refused = 0;

  const wishOf = (appointmentId: string): Wish | undefined =>
    slots.get(slotOf.get(appointmentId) ?? '')?.get(appointmentId);

  function blame(text: string): void {
    wrong += 1;
    violate('booked-when-accepted', text);
  }

  function judgeAcceptance(wish: Wish, appointmentId: string, answer: Answer, askedMs: number) {
    const { untilMs = -Infinity, leftAskedMs, acceptedMs } = wish;
    if (answer.status === 'booked') {
      if (askedMs <= untilMs + clocksMs || acceptedMs < Infinity) return;
      blame(`${appointmentId} is accepted when its offer is over, and booked`);
    } else if (answer.status === 'denied' && answer.reason === 'offer-over') {
      if (elapsedMs() > untilMs - clocksMs || leftAskedMs < Infinity) return;
      blame(`${appointmentId} is accepted in time, and refused`);
    }
  }

  /** From then on nobody has the slot by this wish, for sure. */
  const endMs = (wish: Wish): number =>
    wish.acceptedMs < Infinity
      ? wish.leftAskedMs
      : Math.min(wish.untilMs ?? Infinity, wish.leftAskedMs);

  /** Whether nobody has, waits for or is offered the slot by this wish from then on, for sure. */
  const isOutBy = ({ status, untilMs, leftMs, acceptAskedMs }: Wish, atMs: number): boolean => {
    if (status === 'denied' || leftMs < atMs - clocksMs) return true;
    const isLapsed = untilMs !== undefined && acceptAskedMs === Infinity;
    return isLapsed && untilMs + graceMs < atMs;
  };

  /** Whoever asks for a slot that is nobody's has it: there is nobody to wait for. */
  function judgeWaiting(slotId: string, appointmentId: string, { askedMs }: Wish): void {
    const others = [...(slots.get(slotId) ?? [])].filter(([id]) => id !== appointmentId);
    if (!others.every(([, other]) => isOutBy(other, askedMs))) return;
    refused += 1;
    violate('waitlist-goes-on', `${slotId} is nobody's, and ${appointmentId} is to wait for it`);
  }

  /** Whether somebody may have the slot, or nobody knows. */
  const mayHold = ({ status, leftMs, acceptAskedMs, acceptedMs, isAnswered }: Wish): boolean => {
    if (leftMs < Infinity) return false;
    if (status === 'asked' || status === 'booked') return true;
    return acceptedMs < Infinity || (acceptAskedMs < Infinity && !isAnswered);
  };

  /**
   * Who were offered a slot later than whoever had it before them was out of it. What ends an offer, or gives a slot
   * back, is the offer to the next. Of whoever was erased nobody knows what they were offered.
   */
  function keptWaiting(
    wishes: ReadonlyMap<string, Wish>,
    erased: ReadonlyMap<string, number>,
  ): readonly string[] {
    const all = [...wishes.values()];
    if (all.some(({ status, patientId }) => status === 'asked' || erased.has(patientId))) return [];
    const offered = inOrder(wishes);
    return offered.flatMap(([id, { waitsSinceMs, untilMs = 0 }], place) => {
      const before = offered[place - 1]?.[1];
      if (before === undefined || before.leftAskedMs < waitsSinceMs) return [];
      return untilMs - offerMs > before.leftMs + clocksMs ? [id] : [];
    });
  }

  return {
    asked(request) {
      const { kind, requestId, patientId } = request;
      const nowMs = elapsedMs();
      if (kind === 'book' && !slotOf.has(requestId)) {
        slotOf.set(requestId, request.slotId);
        const all = slots.get(request.slotId) ?? new Map<string, Wish>();
        slots.set(request.slotId, all);
        all.set(requestId, {
          patientId,
          askedMs: nowMs,
          status: 'asked',
          waitsSinceMs: Infinity,
          untilMs: undefined,
          bookedMs: Infinity,
          acceptAskedMs: Infinity,
          isAnswered: false,
          acceptedMs: Infinity,
          leftAskedMs: Infinity,
          leftMs: Infinity,
        });
      }
      if (kind !== 'accept' && kind !== 'decline' && kind !== 'cancel') return;
      const wish = wishOf(request.appointmentId);
      if (wish === undefined || wish.patientId !== patientId) return;
      if (kind === 'accept') wish.acceptAskedMs = Math.min(wish.acceptAskedMs, nowMs);
      else wish.leftAskedMs = Math.min(wish.leftAskedMs, nowMs);
    },
    told(request, answer, askedMs) {
      const { kind, requestId, patientId } = request;
      if (kind === 'book') {
        const wish = wishOf(requestId);
        const { status } = answer;
        if (wish === undefined) return;
        if (status === 'booked' || status === 'waitlisted' || status === 'denied') {
          if (status === 'waitlisted' && wish.status === 'asked') {
            judgeWaiting(request.slotId, requestId, wish);
          }
          wish.status = status;
          if (status === 'waitlisted') {
            wish.waitsSinceMs = Math.min(wish.waitsSinceMs, elapsedMs());
          }
          if (status === 'booked') wish.bookedMs = Math.min(wish.bookedMs, elapsedMs());
        }
      }
      if (kind !== 'accept' && kind !== 'decline' && kind !== 'cancel') return;
      const wish = wishOf(request.appointmentId);
      if (wish === undefined || wish.patientId !== patientId) return;
      if (kind !== 'accept') {
        if (answer.status === 'done') wish.leftMs = Math.min(wish.leftMs, elapsedMs());
        return;
      }
      wish.isAnswered = true;
      judgeAcceptance(wish, request.appointmentId, answer, askedMs);
      if (answer.status === 'booked') wish.acceptedMs = Math.min(wish.acceptedMs, elapsedMs());
    },
    messageSent(messageId, text) {
      const appointmentId = subjectOf(messageId);
      const wish = wishOf(appointmentId);
      if (wish === undefined) return;
      if (messageId.startsWith('offer-')) {
        wish.untilMs ??= text === undefined ? undefined : new Date(text).getTime() - startMs;
      }
      const isUnasked = wish.status === 'waitlisted' && wish.acceptAskedMs === Infinity;
      if (messageId.startsWith('reminder-') && isUnasked) {
        blame(`${appointmentId} is reminded of a slot, and never accepted it`);
      }
    },
    untilMs: (appointmentId) => wishOf(appointmentId)?.untilMs,
    get wrong() {
      return wrong;
    },
    rivals() {
      let count = 0;
      for (const [slotId, wishes] of slots) {
        const offered = inOrder(wishes);
        for (const [place, [id, wish]] of offered.entries()) {
          const fromMs = (wish.untilMs ?? 0) - offerMs;
          const rival =
            offered.slice(0, place).find(([, earlier]) => fromMs < endMs(earlier) - clocksMs) ??
            [...wishes].find(
              ([, { bookedMs, leftAskedMs }]) =>
                bookedMs < fromMs - clocksMs && fromMs < leftAskedMs - clocksMs,
            );
          if (rival === undefined) continue;
          count += 1;
          violate('offer-to-one', `${slotId} is offered to ${id}, and is ${rival[0]}'s`);
        }
      }
      return count;
    },
    stuck(erased) {
      let count = refused;
      for (const [slotId, wishes] of slots) {
        const all = [...wishes.values()];
        for (const id of keptWaiting(wishes, erased)) {
          count += 1;
          violate('waitlist-goes-on', `${slotId} was free, and ${id} heard of it long after`);
        }
        const isWaitedFor = all.some(
          ({ status, untilMs, leftAskedMs, patientId }) =>
            status === 'waitlisted' &&
            untilMs === undefined &&
            leftAskedMs === Infinity &&
            !erased.has(patientId),
        );
        const lastMs = Math.max(
          ...all.flatMap(({ askedMs, untilMs, leftMs }) => [
            askedMs,
            ...[untilMs ?? -Infinity, leftMs].filter((atMs) => atMs < Infinity),
          ]),
        );
        if (!isWaitedFor || all.some(mayHold) || elapsedMs() < lastMs + graceMs) continue;
        count += 1;
        violate('waitlist-goes-on', `${slotId} is free and waited for, and nobody is offered it`);
      }
      return count;
    },
  };
}
