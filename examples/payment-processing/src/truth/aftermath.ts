import type { WorldContext } from '@firedrill/core/scenario';
import { ServiceFailure } from '@firedrill/core/services';
import type { Refund } from '../domain/refunds.ts';
import type { Payments } from '../types.ts';
import type { Charge, Gateways } from './gateways.ts';

/** A customer asks the bank for the money instead of the merchant. The bank takes it at once. */
export interface Dispute {
  readonly disputeId: string;
  readonly charge: Charge;
  readonly amountCents: number;
  /** Until then the platform can show that it was paid back already; ms since the start. */
  readonly dueMs: number;
  /** The refund that was shown. */
  evidence: string | undefined;
}

/** What becomes of charges: refunds and disputes, as the gateways know them. */
export interface Aftermath {
  /** A merchant wants a customer to have money back. */
  asked(refund: Refund): void;
  /** Pays back, once for each refund id. @throws ServiceFailure 409 for more than was taken, or while disputed. */
  refund(refund: Refund): { readonly refundedCents: number };
  dispute(charge: Charge, amountCents: number): void;
  /** Disputes that can still be answered. */
  openDisputes(): readonly Dispute[];
  /** Shows that a disputed charge was refunded. */
  contest(disputeId: string, refundId: string): void;
  refundedCents(chargeId: string): number;
  /** Refunds that were asked for and not paid as asked, but where a dispute stood in the way. */
  readonly wrongRefunds: number;
  /** Charges of which more went back than was taken. */
  readonly paidBackTwice: number;
}

/** How long a dispute may be answered: the shortest of the usual limits, in ms. */
const answerWithinMs = 7 * 86_400_000;

export function createAftermath(
  { elapsedMs, violate }: WorldContext<Payments>,
  gateways: Pick<Gateways, 'charges'>,
): Aftermath {
  const asked = new Map<string, Refund>();
  const paid = new Map<string, Refund>();
  const disputes = new Map<string, Dispute>();
  const refundedCents = (chargeId: string): number => sumOf(paid.values(), chargeId);
  const isDisputed = (chargeId: string): boolean =>
    [...disputes.values()].some(({ charge }) => charge.chargeId === chargeId);
  /** A dispute is lost when nobody has shown a refund of that charge. */
  const isLost = ({ evidence, charge }: Dispute): boolean =>
    evidence === undefined || paid.get(evidence)?.chargeId !== charge.chargeId;

  return {
    asked: (refund) => asked.set(refund.refundId, refund),
    refund(refund) {
      const { refundId, chargeId, amountCents } = refund;
      const before = paid.get(refundId);
      if (before !== undefined) return { refundedCents: before.amountCents };
      const charge = gateways.charges.get(chargeId);
      if (charge === undefined || refundedCents(chargeId) + amountCents > charge.amountCents) {
        throw new ServiceFailure(409, `more than was taken by ${chargeId}`);
      }
      if (isDisputed(chargeId)) throw new ServiceFailure(409, `${chargeId} is disputed`);
      paid.set(refundId, refund);
      const due = sumOf(asked.values(), chargeId);
      if (refundedCents(chargeId) > due) {
        violate(
          'refunds-as-asked',
          `${chargeId} is refunded ${refundedCents(chargeId)} of ${due} cents`,
        );
      }
      return { refundedCents: amountCents };
    },
    dispute(charge, amountCents) {
      const disputeId = `dispute-${disputes.size + 1}`;
      const dueMs = elapsedMs() + answerWithinMs;
      disputes.set(disputeId, { disputeId, charge, amountCents, dueMs, evidence: undefined });
    },
    openDisputes: () =>
      [...disputes.values()].filter(
        ({ dueMs, evidence }) => elapsedMs() < dueMs && evidence === undefined,
      ),
    contest(disputeId, refundId) {
      const dispute = disputes.get(disputeId);
      if (dispute === undefined || elapsedMs() >= dispute.dueMs) {
        throw new ServiceFailure(409, `${disputeId} can no longer be answered`);
      }
      dispute.evidence = refundId;
    },
    refundedCents,
    get wrongRefunds() {
      const charges = new Set(
        [...asked.values(), ...paid.values()].map(({ chargeId }) => chargeId),
      );
      return [...charges].filter((chargeId) => {
        const due = sumOf(asked.values(), chargeId);
        return isDisputed(chargeId)
          ? refundedCents(chargeId) > due
          : refundedCents(chargeId) !== due;
      }).length;
    },
    get paidBackTwice() {
      return [...disputes.values()].filter(
        (dispute) =>
          isLost(dispute) &&
          refundedCents(dispute.charge.chargeId) + dispute.amountCents > dispute.charge.amountCents,
      ).length;
    },
  };
}

const sumOf = (refunds: Iterable<Refund>, chargeId: string): number =>
  [...refunds].reduce(
    (sum, refund) => sum + (refund.chargeId === chargeId ? refund.amountCents : 0),
    0,
  );
