import type { Order, OrderAnswer, RefusalReason } from '../domain.ts';

/** What shoppers are told of their orders, compared with what is so. */
export interface Answers {
  /** A shopper read an answer. */
  told(order: Order, answer: OrderAnswer, facts: OrderFacts): void;
  /** Some answer was not so. */
  noteFalse(text: string): void;
  readonly falseAnswers: number;
}

/** What the world knows of an order. */
export interface OrderFacts {
  readonly placedAtMs: number;
  readonly isPriceRight: boolean;
  readonly isCardGood: boolean;
  /** Whether an order of that product may wait for units. */
  readonly mayWait: boolean;
}

export interface AnswersOptions {
  /** Whether everything that an order needs before its parcel has been well since then. */
  readonly wasWell: (sinceMs: number) => boolean;
  readonly onFalse: (text: string) => void;
}

export function createAnswers({ wasWell, onFalse }: AnswersOptions): Answers {
  let falseAnswers = 0;

  /** Whether a reason can be the one; of what there is, and of whose it is, others know. */
  function isSo(reason: RefusalReason, facts: OrderFacts) {
    const { placedAtMs, isPriceRight, isCardGood } = facts;
    if (!isPriceRight) return reason === 'price';
    if (reason === 'undelivered') return facts.mayWait;
    if (reason === 'unavailable') return isCardGood || !wasWell(placedAtMs);
    return reason === 'sold-out' || reason === 'over-limit' || (reason === 'card' && !isCardGood);
  }

  function noteFalse(text: string): void {
    falseAnswers += 1;
    onFalse(text);
  }

  return {
    told({ orderId }, answer, facts) {
      if (answer.status === 'backordered' && !facts.mayWait) {
        noteFalse(`${orderId} is to wait for units that nobody has ordered`);
      }
      if (answer.status !== 'refused') {
        if (!facts.isPriceRight) noteFalse(`${orderId} is confirmed at a price that is none`);
      } else if (!isSo(answer.reason, facts)) {
        const card = facts.isCardGood ? 'a good card' : 'a bad card';
        const price = facts.isPriceRight ? 'the right price' : 'a wrong price';
        noteFalse(`${orderId}, with ${card} and ${price}, is refused for "${answer.reason}"`);
      }
    },
    noteFalse,
    get falseAnswers() {
      return falseAnswers;
    },
  };
}
