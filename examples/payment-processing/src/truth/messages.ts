import type { WorldContext } from '@firedrill/core/scenario';
import type { Receipt } from '../domain.ts';
import type { Payments } from '../types.ts';
import type { Charge, Gateways } from './gateways.ts';
import type { Orders } from './orders.ts';

/** A note about a payment, as audit, risk and analytics get it. */
interface Note {
  readonly paymentId: string;
  readonly text: string;
}

/** What others were told in words, held against what happened. */
export interface Messages {
  audited(note: Note): void;
  assessed(note: Note): void;
  tracked(note: Note): void;
  receiptArrived(receipt: Receipt): void;
  /** Entries about a payment that charged nothing, or that name another order. */
  readonly falseEntries: number;
  /** Charges of which the risk desk has not heard. */
  unassessed(): number;
  /** Charges of which the risk desk has heard without a score. */
  unscored(): readonly Charge[];
  /** Notes to the risk desk with a score that the payment never had. */
  readonly falseScores: number;
  /** Charges of which analytics has not heard. */
  untracked(): readonly Charge[];
  /** Receipts for somebody else, of another amount, or of nothing. */
  readonly falseReceipts: number;
}

type Rule = 'true-audit' | 'risk-informed' | 'true-receipts';

export function createMessages(
  { violate }: Pick<WorldContext<Payments>, 'violate'>,
  orders: Orders,
  gateways: Gateways,
): Messages {
  const assessed = new Set<string>();
  const unscored = new Set<string>();
  const tracked = new Set<string>();
  const counts: Record<Rule, number> = { 'true-audit': 0, 'risk-informed': 0, 'true-receipts': 0 };
  const wrong = (rule: Rule, text: string): void => {
    counts[rule] += 1;
    violate(rule, text);
  };

  return {
    audited({ paymentId, text }) {
      const orderId = gateways.chargeOf(paymentId)?.orderId;
      if (orderId !== undefined && text.split(' ').includes(orderId)) return;
      wrong('true-audit', `audit reads "${text}" of ${paymentId}, ${chargeOfOrder(orderId)}`);
    },
    assessed({ paymentId, text }) {
      assessed.add(paymentId);
      if (text.endsWith('unknown')) unscored.add(paymentId);
      const order = orders.find(gateways.chargeOf(paymentId)?.orderId ?? '');
      const isTrue =
        order === undefined ||
        text.endsWith('unknown') ||
        text.endsWith(` ${order.fraudScore.toFixed(3)}`);
      if (!isTrue) wrong('risk-informed', `the risk desk reads "${text}" of ${paymentId}`);
    },
    tracked({ paymentId }) {
      tracked.add(paymentId);
    },
    receiptArrived({ orderId, to, text }) {
      const order = orders.find(orderId);
      const isTrue =
        order?.request.email === to &&
        order.charges.some((cents) => text.includes(` $${(cents / 100).toFixed(2)}.`));
      if (!isTrue) wrong('true-receipts', `${to} reads "${text}" of ${orderId}`);
    },
    get falseEntries() {
      return counts['true-audit'];
    },
    unassessed: () =>
      [...gateways.charges.values()].filter(({ paymentId }) => !assessed.has(paymentId)).length,
    unscored: () =>
      [...gateways.charges.values()].filter(({ paymentId }) => unscored.has(paymentId)),
    get falseScores() {
      return counts['risk-informed'];
    },
    untracked: () =>
      [...gateways.charges.values()].filter(({ paymentId }) => !tracked.has(paymentId)),
    get falseReceipts() {
      return counts['true-receipts'];
    },
  };
}

const chargeOfOrder = (orderId: string | undefined): string =>
  orderId === undefined ? 'which charged nothing' : `which charged ${orderId}`;
