import type { WorldContext } from '@firedrill/core/scenario';
import { ServiceFailure } from '@firedrill/core/services';
import type { GatewayCallback, Region } from '../domain.ts';
import { measures } from '../measurements.ts';
import type { Payments } from '../types.ts';
import { keyKnownMs } from './contracts.ts';
import type { Order, Orders } from './orders.ts';

/** What a gateway is asked to authorise. */
export interface AuthorizationRequest {
  readonly orderId: string;
  readonly paymentId: string;
  readonly merchantId: string;
  readonly amountCents: number;
  readonly idempotencyKey: string;
}

type AuthorizationAnswer =
  | { readonly status: 'authorized'; readonly authorizationId: string }
  | { readonly status: 'declined' };

type LookupAnswer =
  | { readonly status: 'unknown' }
  | { readonly status: 'declined' }
  | { readonly status: 'voided' }
  | { readonly status: 'authorized'; readonly authorizationId: string }
  | {
      readonly status: 'captured';
      readonly authorizationId: string;
      readonly chargeId: string;
      readonly paymentId: string;
    };

/** One gateway: it knows its own keys and authorisations, and nothing of the others'. */
export interface GatewayPlace {
  readonly name: string;
  /** Whose merchants have a contract with it. */
  readonly region: Region;
}

/** The banks' side of a payment. */
export interface Gateways {
  /** The same idempotency key gives the same authorisation again. */
  authorize(at: GatewayPlace, input: AuthorizationRequest): AuthorizationAnswer;
  /** Takes the money of an authorisation, once. @throws ServiceFailure 404 for one of another gateway. */
  capture(
    at: GatewayPlace,
    authorizationId: string,
  ): { readonly charge: GatewayCallback; readonly isNew: boolean };
  /** Gives the money of an authorisation back to its card. @throws ServiceFailure 409 when it is taken. */
  void(at: GatewayPlace, authorizationId: string): void;
  /** Of orders that were charged, the authorisations besides that are still open. */
  readonly openBesideCharge: number;
  /** Authorisations whose money was neither taken nor given back. */
  readonly openAuthorizations: number;
  /** What is known of an idempotency key. */
  lookup(at: GatewayPlace, idempotencyKey: string): LookupAnswer;
  /** Payments of which the bank said no, for some time before now. */
  readonly declined: readonly string[];
  /** Authorisations that were asked for at the gateway of another region. */
  readonly astray: number;
  readonly charges: ReadonlyMap<string, Charge>;
  /** The charge that was made for this payment. */
  chargeOf(paymentId: string): Charge | undefined;
  /** Charges beyond the first of an order. */
  readonly doubleCharges: { readonly count: number; readonly cents: number };
}

/** Money that was taken, and when. */
export interface Charge extends GatewayCallback {
  readonly atMs: number;
}

interface Authorization {
  readonly id: string;
  /** Name of its gateway. */
  readonly gateway: string;
  readonly isApproved: boolean;
  readonly sinceMs: number;
  /** What a capture would charge. */
  readonly due: Omit<GatewayCallback, 'chargeId'>;
  charge: Charge | undefined;
  isVoid: boolean;
}

/** An authorisation that nobody has captured is gone after this, as with most card brands, in ms. */
const authorizationLivesMs = 7 * 86_400_000;

/** What a bank has said is in the books by then, whoever had left meanwhile, in ms. */
const notedWithinMs = 120_000;

export function createGateways(context: WorldContext<Payments>, orders: Orders): Gateways {
  const { meter, announce, violate, elapsedMs } = context;
  const byKey = new Map<string, Authorization>();
  const byId = new Map<string, Authorization>();
  const charges = new Map<string, Charge>();
  const byPayment = new Map<string, Charge>();
  const doubleCharges = { count: 0, cents: 0 };
  let astray = 0;

  function noteDoubleCharge({ orderId, amountCents }: GatewayCallback, times: number): void {
    doubleCharges.count += 1;
    doubleCharges.cents += amountCents;
    meter.count(measures.doubleCharges);
    const text = `order ${orderId} is charged ${times} times, $${(amountCents / 100).toFixed(2)} each`;
    violate('no-double-charge', text);
    if (doubleCharges.count > 1) return;
    announce({ name: 'double-charge', severity: 'critical', text: `first double charge: ${text}` });
  }

  /** A key is forgotten after its time: then the same key is a new one. */
  const known = (at: GatewayPlace, idempotencyKey: string): Authorization | undefined => {
    const found = byKey.get(keyAt(at, idempotencyKey));
    return found && elapsedMs() - found.sinceMs < keyKnownMs ? found : undefined;
  };

  const ownOf = ({ name }: GatewayPlace, id: string): Authorization | undefined => {
    const found = byId.get(id);
    return found?.gateway === name ? found : undefined;
  };

  function noteAstray({ name, region }: GatewayPlace, { request }: Order): void {
    if (request.region === region) return;
    astray += 1;
    violate('own-gateway', `${request.orderId} of ${request.region} is authorised at ${name}`);
  }

  const open = (): readonly Authorization[] =>
    [...byId.values()].filter(
      ({ isApproved, isVoid, charge }) => isApproved && !isVoid && charge === undefined,
    );

  return {
    charges,
    doubleCharges,
    chargeOf: (paymentId) => byPayment.get(paymentId),

    authorize(at, { idempotencyKey, ...due }) {
      const order = orders.find(due.orderId);
      if (order === undefined)
        throw new ServiceFailure(404, `nobody placed the order ${due.orderId}`);
      noteAstray(at, order);
      const before = known(at, idempotencyKey);
      const authorization = before ?? {
        id: `auth-${byId.size + 1}`,
        gateway: at.name,
        isApproved: order.isCardGood,
        due,
        charge: undefined,
        isVoid: false,
        sinceMs: elapsedMs(),
      };
      if (before === undefined) {
        byKey.set(keyAt(at, idempotencyKey), authorization);
        byId.set(authorization.id, authorization);
      }
      return authorization.isApproved
        ? { status: 'authorized', authorizationId: authorization.id }
        : { status: 'declined' };
    },

    capture(at, authorizationId) {
      const authorization = ownOf(at, authorizationId);
      if (authorization?.isApproved !== true) {
        throw new ServiceFailure(404, `there is no authorisation ${authorizationId}`);
      }
      if (authorization.charge !== undefined) return { charge: authorization.charge, isNew: false };
      if (authorization.isVoid || elapsedMs() - authorization.sinceMs > authorizationLivesMs) {
        throw new ServiceFailure(409, `the authorisation ${authorizationId} has ended`);
      }
      const chargeId = `charge-${charges.size + 1}`;
      const charge = { chargeId, ...authorization.due, atMs: elapsedMs() };
      authorization.charge = charge;
      charges.set(chargeId, charge);
      byPayment.set(charge.paymentId, charge);
      orders.charged(charge.orderId, charge.amountCents);
      const times = orders.find(charge.orderId)?.charges.length ?? 0;
      if (times > 1) noteDoubleCharge(charge, times);
      return { charge, isNew: true };
    },

    void(at, authorizationId) {
      const authorization = ownOf(at, authorizationId);
      if (authorization === undefined || authorization.charge !== undefined) {
        throw new ServiceFailure(409, `${authorizationId} cannot be voided`);
      }
      authorization.isVoid = true;
    },

    get openAuthorizations() {
      return open().length;
    },

    get declined() {
      return [...byId.values()]
        .filter(({ isApproved, sinceMs }) => !isApproved && elapsedMs() - sinceMs > notedWithinMs)
        .map(({ due }) => due.paymentId);
    },

    get openBesideCharge() {
      return open().filter(({ due }) => (orders.find(due.orderId)?.charges.length ?? 0) > 0).length;
    },

    get astray() {
      return astray;
    },

    lookup(at, idempotencyKey) {
      const authorization = known(at, idempotencyKey);
      if (authorization === undefined) return { status: 'unknown' };
      const { id, isApproved, isVoid, charge } = authorization;
      if (!isApproved) return { status: 'declined' };
      if (isVoid) return { status: 'voided' };
      if (charge === undefined) return { status: 'authorized', authorizationId: id };
      const { chargeId, paymentId } = charge;
      return { status: 'captured', authorizationId: id, chargeId, paymentId };
    },
  };
}

/** A key is known at the gateway that it was given to. */
const keyAt = ({ name }: GatewayPlace, idempotencyKey: string): string =>
  `${name}/${idempotencyKey}`;
