import type { WorldContext } from '@firedrill/core/scenario';
import type { Answer, Request } from '../domain.ts';
import { erasureWaitMs } from '../domain/retention.ts';
import type { Clinics } from '../types.ts';

/** What was put on hold, what was to be erased, and what became of it. */
export interface Kept {
  asked(request: Request): void;
  told(request: Request, answer: Answer, askedMs: number): void;
  /** The key of a patient is destroyed, at this moment. */
  destroyed(patientId: string): void;
  /** Records that were erased though they had to be kept, and erasures that were refused for nothing. */
  readonly wrong: number;
  /** Erasures that were ordered, that nothing stood against, and that never came. */
  forgotten(): number;
}

interface Hold {
  readonly patientId: string;
  /** From then on it may be in force; from `toldMs` on it is. */
  readonly askedMs: number;
  toldMs: number;
  /** From then on it may be released; from `releasedMs` on it is. */
  releaseAskedMs: number;
  releasedMs: number;
}

/** An erasure that was ordered. */
interface Order {
  readonly patientId: string;
  readonly askedMs: number;
  /** When it was confirmed for the first time; and when that was asked which was confirmed last. */
  toldMs: number;
  confirmedAskMs: number;
}

/** Clocks of processes differ: who has waited for so long has waited. */
const waitedMs = erasureWaitMs / 2;

export function createKept(
  { elapsedMs, violate }: Pick<WorldContext<Clinics>, 'elapsedMs' | 'violate'>,
  mustBeKept: (patientId: string) => boolean,
): Kept {
  const holds = new Map<string, Hold>();
  const orders = new Map<string, Order>();
  const destroyedMs = new Map<string, number>();
  let wrong = 0;

  const of = (patientId: string): readonly Hold[] =>
    [...holds.values()].filter((hold) => hold.patientId === patientId);

  /** Whether somebody wants the record erased, has waited, and no hold came between, which cancels an order. */
  const isOrdered = (patientId: string): boolean =>
    [...orders.values()].some(
      (order) =>
        order.patientId === patientId &&
        elapsedMs() - order.askedMs >= waitedMs &&
        !of(patientId).some((hold) => hold.askedMs >= order.toldMs && hold.toldMs <= elapsedMs()),
    );

  function blame(text: string): void {
    wrong += 1;
    violate('kept-as-long', text);
  }

  return {
    asked({ kind, requestId, patientId, ...rest }) {
      if (kind === 'hold' && !holds.has(requestId)) {
        holds.set(requestId, {
          patientId,
          askedMs: elapsedMs(),
          toldMs: Infinity,
          releaseAskedMs: Infinity,
          releasedMs: Infinity,
        });
      }
      if (kind === 'erase' && !orders.has(requestId)) {
        orders.set(requestId, {
          patientId,
          askedMs: elapsedMs(),
          toldMs: Infinity,
          confirmedAskMs: -Infinity,
        });
      }
      const hold = kind === 'release' && 'holdId' in rest ? holds.get(rest.holdId) : undefined;
      if (hold !== undefined) hold.releaseAskedMs = Math.min(hold.releaseAskedMs, elapsedMs());
    },
    told(request, answer, askedMs) {
      const { kind, requestId, patientId } = request;
      if (kind === 'hold' && answer.status === 'done') {
        const hold = holds.get(requestId);
        if (hold !== undefined) hold.toldMs = Math.min(hold.toldMs, elapsedMs());
      }
      if (kind === 'release' && answer.status === 'done') {
        const hold = holds.get(request.holdId);
        if (hold !== undefined) hold.releasedMs = Math.min(hold.releasedMs, elapsedMs());
      }
      if (kind !== 'erase') return;
      const order = orders.get(requestId);
      if (answer.status === 'ordered' && order !== undefined) {
        order.toldMs = Math.min(order.toldMs, elapsedMs());
        order.confirmedAskMs = askedMs;
      }
      if (answer.status !== 'denied') return;
      const mayBeHeld = of(patientId).some(
        (hold) => hold.askedMs <= elapsedMs() && askedMs <= hold.releasedMs,
      );
      const isRight =
        answer.reason === 'retention'
          ? mustBeKept(patientId)
          : answer.reason !== 'hold' || mayBeHeld;
      if (!isRight) blame(`${patientId} may be erased, and ${answer.reason} stands against it`);
    },
    destroyed(patientId) {
      if (destroyedMs.has(patientId)) return;
      destroyedMs.set(patientId, elapsedMs());
      if (mustBeKept(patientId)) blame(`${patientId} is erased, and has to be kept`);
      const isHeld = of(patientId).some(
        ({ toldMs, releaseAskedMs }) => toldMs <= elapsedMs() && elapsedMs() <= releaseAskedMs,
      );
      if (isHeld) blame(`${patientId} is erased, and was put on hold`);
      else if (!isOrdered(patientId)) {
        blame(`${patientId} is erased, and nobody has ordered that since it was put on hold`);
      }
    },
    get wrong() {
      return wrong;
    },
    forgotten() {
      const open = [...orders.values()].filter(
        ({ patientId, toldMs, confirmedAskMs }) =>
          toldMs < Infinity &&
          !destroyedMs.has(patientId) &&
          !of(patientId).some((hold) => hold.releasedMs >= confirmedAskMs),
      );
      return new Set(open.map(({ patientId }) => patientId)).size;
    },
  };
}
