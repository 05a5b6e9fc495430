import { faultsSince, type WorldContext } from '@firedrill/core/scenario';
import type { PaymentAnswer, PaymentRequest } from '../domain.ts';
import type { FraudKind } from '../clients/fraudsters.ts';
import { measures } from '../measurements.ts';
import { highestScore, licence } from './contracts.ts';
import { forPaying } from './needs.ts';
import type { Payments } from '../types.ts';

/** One order, with what only the world knows of it. */
export interface Order {
  readonly request: PaymentRequest;
  /** What the scoring service says of it, whenever it is asked. */
  readonly fraudScore: number;
  /** What was planted: the kind of fraud that it is. */
  readonly fraudKind: FraudKind | undefined;
  /** Whether its bank has the money for it. */
  readonly isCardGood: boolean;
  /** Money that was taken for it, in cents, one entry a charge. */
  readonly charges: number[];
  /** Whether the scoring service was well from the order to its end, as far as faults go. */
  couldBeScored: boolean;
  readonly placedAtMs: number;
  /** What the customer was told last, at the page. */
  answer: PaymentAnswer | undefined;
  /** Whether the customer knows of the charge: from the page, or from a receipt. */
  knowsOfCharge: boolean;
}

/** All orders that were placed. */
export interface Orders {
  place(
    order: Pick<Order, 'request' | 'fraudScore' | 'isCardGood'> & {
      readonly fraudKind?: FraudKind | undefined;
    },
  ): void;
  find(orderId: string): Order | undefined;
  all(): Iterable<Order>;
  readonly count: number;
  /** The page showed an answer, and somebody was still there to read it. */
  told(orderId: string, answer: PaymentAnswer): void;
  /** A customer comes back who was not served; call what it returns when they are not served again. */
  cameBack(orderId: string): () => void;
  /** Who came back while all was well, and was not served again. */
  readonly unservedAgain: number;
  /** The customer has learnt of the charge. */
  learnt(orderId: string): void;
  charged(orderId: string, amountCents: number): void;
  /** Charged, and the customer does not know, in cents. */
  readonly limboCents: number;
}

/** Where nobody may take money from. */
const sanctioned: ReadonlySet<string> = new Set(['IR', 'KP']);

/** Whether the law lets this payment go ahead. */
export const isLawful = ({ request }: Order): boolean =>
  !sanctioned.has(request.cardCountry) && request.amountCents <= licence[request.region];

/** Whether the agreement with the banks lets it go ahead. */
export const isTrusted = ({ fraudScore }: Order): boolean => fraudScore <= highestScore;

/** Whether an ideal platform takes the money. */
export const deservesToPay = (order: Order): boolean =>
  isLawful(order) &&
  isTrusted(order) &&
  order.isCardGood &&
  (order.fraudKind === undefined || order.fraudKind === 'friendly');

/** Declined for how it looks: whether too many of these are honest is judged by its own rules. */
export const isSuspected = ({ answer }: Order): boolean =>
  answer?.status === 'declined' && answer.reason === 'velocity';

/** So long after a fault nobody asks for an answer: breakers are open, and lines are long. */
const upAgainMs = 30_000;

/** A fault may be felt for this long after its end: an attempt that began in it goes on. */
const feltForMs = 60_000;

export function createOrders(context: WorldContext<Payments>): Orders {
  const { meter, elapsedMs, violate } = context;
  const couldBeScored = ({ placedAtMs }: Order): boolean =>
    !faultsSince(context, placedAtMs - feltForMs).some(
      ({ service }) => service === 'fraud' || service === 'app',
    );
  const orders = new Map<string, Order>();
  let limboCents = 0;
  let unservedAgain = 0;
  const inLimbo = ({ charges, knowsOfCharge }: Order): number =>
    knowsOfCharge ? 0 : (charges[0] ?? 0);
  const change = (orderId: string, how: (order: Order) => void): void => {
    const order = orders.get(orderId);
    if (order === undefined) return;
    limboCents -= inLimbo(order);
    how(order);
    limboCents += inLimbo(order);
  };

  meter.gauge(measures.limboUsd, () => limboCents / 100);
  return {
    place({ request, fraudScore, isCardGood, fraudKind }) {
      orders.set(request.orderId, {
        request,
        fraudScore,
        isCardGood,
        fraudKind,
        couldBeScored: true,
        placedAtMs: elapsedMs(),
        charges: [],
        answer: undefined,
        knowsOfCharge: false,
      });
    },
    find: (orderId) => orders.get(orderId),
    all: () => orders.values(),
    get count() {
      return orders.size;
    },
    told(orderId, answer) {
      change(orderId, (order) => {
        order.answer = answer;
        order.couldBeScored &&= couldBeScored(order);
        if (answer.status === 'captured') order.knowsOfCharge = true;
      });
    },
    cameBack(orderId) {
      const sinceMs = elapsedMs();
      return () => {
        const struck = faultsSince(context, sinceMs - upAgainMs);
        if (struck.some(({ service }) => forPaying.includes(service))) return;
        unservedAgain += 1;
        violate('back-and-served', `${orderId} comes back while all is well, and is not served`);
      };
    },
    get unservedAgain() {
      return unservedAgain;
    },
    learnt(orderId) {
      change(orderId, (order) => {
        order.knowsOfCharge = true;
      });
    },
    charged(orderId, amountCents) {
      change(orderId, (order) => {
        order.charges.push(amountCents);
        order.couldBeScored &&= couldBeScored(order);
      });
    },
    get limboCents() {
      return limboCents;
    },
  };
}
