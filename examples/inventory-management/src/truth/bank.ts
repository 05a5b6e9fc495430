import type { Random } from '@firedrill/core/simulation';
import { hash } from '../domain/hash.ts';
import type { Orders } from './orders.ts';

/** The bank's side of payments, and the cards of the shoppers. */
export interface Bank {
  /** Charges a card; the same key gives the same charge again. */
  charge(input: ChargeInput): ChargeAnswer;
  /** Gives the money of a key back, once; a charge that comes after its refund is declined. */
  refund(key: string): void;
  /** What the bank knows of a key. */
  find(key: string): ChargeAnswer | { readonly status: 'unknown' };
  /** Whether the card of this order is good: the same for every implementation. */
  isCardGood(orderId: string): boolean;
  readonly refunds: number;
  /** Charges of another amount than the goods cost. */
  readonly wrongAmounts: number;
}

export interface ChargeInput {
  readonly orderId: string;
  readonly key: string;
  readonly amountCents: number;
}

export type ChargeAnswer = { readonly status: 'charged' } | { readonly status: 'declined' };

/** Cards that their bank declines. */
const cardDeclineShare = 0.02;

export function createBank(
  cards: Random,
  orders: Orders,
  violate: (rule: 'price-is-right', text: string) => void,
): Bank {
  const charges = new Map<string, ChargeInput & ChargeAnswer & { refunded: boolean }>();
  /** Keys that were given back before they were used. */
  const voided = new Set<string>();
  const salt = cards.next();
  /** A matter of the card alone: neither of who asks, nor of what was asked before. */
  const isCardGood = (orderId: string): boolean =>
    hash(`${salt} ${orderId}`) >= cardDeclineShare * 2 ** 32;
  let refunds = 0;
  let wrongAmounts = 0;

  return {
    isCardGood,
    charge({ orderId, key, amountCents }) {
      const known = charges.get(key);
      if (known !== undefined) return { status: known.status };
      const record = orders.of(orderId);
      const status = isCardGood(orderId) && !voided.has(key) ? 'charged' : 'declined';
      charges.set(key, { orderId, key, amountCents, status, refunded: false });
      if (status === 'charged') {
        record.charges += 1;
        record.chargedCents += amountCents;
        orders.noticeSoldTwice(record);
        if (amountCents !== record.priceCents) {
          wrongAmounts += 1;
          violate(
            'price-is-right',
            `${orderId} was charged ${amountCents} cents for what costs ${record.priceCents}`,
          );
        }
      }
      return { status };
    },

    refund(key) {
      const charge = charges.get(key);
      if (charge === undefined) voided.add(key);
      if (charge === undefined || charge.status === 'declined' || charge.refunded) return;
      charge.refunded = true;
      refunds += 1;
      const record = orders.of(charge.orderId);
      record.charges -= 1;
      record.chargedCents -= charge.amountCents;
    },

    find: (key) => ({ status: charges.get(key)?.status ?? 'unknown' }),

    get refunds() {
      return refunds;
    },
    get wrongAmounts() {
      return wrongAmounts;
    },
  };
}
