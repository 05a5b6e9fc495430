import { WorkTally } from '@firedrill/core/scenario';
import {
  type Buyer,
  type Cart,
  type CartAnswer,
  type Product,
  type ReservationEnd,
  secondHoldOf,
} from '../domain.ts';
import { createUnitsBy } from './units-by.ts';
import { Worst } from './worst.ts';

/**
 * Who has the hot units: people, or bots that hold them and buy none (denial of inventory: OWASP Automated
 * Threats, OAT-021). The judge knows who is who; the shop knows accounts and addresses.
 */
export interface Fairness {
  /** Somebody presses the button that fills a cart, for the first time. */
  wanted(cart: Cart, isBot?: boolean): void;
  answered(cart: Cart, answer: CartAnswer | undefined): void;
  /** Somebody presses "buy", and has an answer, or none. */
  buying(cart: Cart): void;
  bought(cart: Cart, isOverLimit: boolean): void;
  /** Units are put aside, and are so no longer. */
  held(reservationId: string, quantity: number): void;
  ended(reservationId: string, as: ReservationEnd): void;
  /** Units beyond what the page allows, each at the worst moment of whoever had them. */
  readonly unitsOver: number;
  /** Refused for a limit that they were not at. */
  readonly wronglyRefused: number;
  /** People for whom a hot product had enough, with all that bots may have put aside; and who got it. */
  readonly people: WorkTally;
  /** People who were refused for a limit. */
  readonly limited: number;
  /** For how long bots held hot units, in unit-minutes. */
  readonly botUnitMinutes: number;
}

/** What the page says of a hot product. */
const allowed = { perAccount: 2, perAddress: 4 } as const;

interface Actor {
  readonly cart: Cart & { readonly buyer: Buyer };
  readonly isBot: boolean;
}

/** A button that was pressed and not answered yet. */
interface Pressed {
  readonly actor: Actor;
  readonly atMs: number;
  /** Whether at some moment of it the limit was reached; and whether people and the bots' part left too little. */
  wasAtLimit: boolean;
  wasScarce: boolean;
}

interface Holding {
  readonly actor: Actor;
  readonly quantity: number;
  readonly sinceMs: number;
}

/** What became of the units of a hot product. */
interface Place {
  readonly product: Product;
  /** Units that people hold, or have bought. */
  ofPeople: number;
  readonly botAddresses: Set<string>;
}

export interface FairnessOptions {
  readonly products: readonly Product[];
  readonly elapsedMs: () => number;
  readonly onOver: (text: string) => void;
  readonly onWronglyRefused: (text: string) => void;
}

export function createFairness(options: FairnessOptions): Fairness {
  const { products, elapsedMs, onOver, onWronglyRefused } = options;
  const places = new Map<string, Place>(
    products
      .filter(({ isHot }) => isHot)
      .map((product) => [product.id, { product, ofPeople: 0, botAddresses: new Set() }]),
  );
  const actors = new Map<string, Actor>();
  const pressed = new Map<string, Pressed>();
  const holdings = new Map<string, Holding>();
  const unitsBy = createUnitsBy();
  const worstOver = new Worst();
  const people = new WorkTally();
  let wronglyRefused = 0;
  let limited = 0;
  let botUnitMs = 0;

  function overBy({ productId, buyer }: Actor['cart'], more: number): number {
    const { ofAccount, ofAddress } = unitsBy.of(productId, buyer);
    return Math.max(ofAccount + more - allowed.perAccount, ofAddress + more - allowed.perAddress);
  }

  /** What people may count on: all units, but for those that the addresses of bots may have. */
  function freeForPeople({ product, ofPeople, botAddresses }: Place): number {
    return product.units - product.keptUnits - allowed.perAddress * botAddresses.size - ofPeople;
  }

  /** What somebody holds already is in the way of others, and not in the own. */
  const isHolding = ({ cartId }: Cart): boolean =>
    holdings.has(cartId) || holdings.has(secondHoldOf(cartId));

  function look(each: Pressed): void {
    const { cart } = each.actor;
    if (isHolding(cart)) return;
    const place = places.get(cart.productId);
    if (place === undefined) return;
    each.wasAtLimit ||= overBy(cart, cart.quantity) > 0;
    each.wasScarce ||= freeForPeople(place) < cart.quantity;
  }

  function lookAtAll(productId: string): void {
    for (const each of pressed.values()) if (each.actor.cart.productId === productId) look(each);
  }

  function press(actor: Actor): void {
    const each = { actor, atMs: elapsedMs(), wasAtLimit: false, wasScarce: false };
    pressed.set(actor.cart.cartId, each);
    look(each);
  }

  /** Takes the press of a cart off, and sees whether a limit was its reason. */
  function release(cartId: string, isOverLimit: boolean): Pressed | undefined {
    const each = pressed.get(cartId);
    pressed.delete(cartId);
    if (each === undefined) return undefined;
    if (isOverLimit && !each.wasAtLimit) {
      wronglyRefused += 1;
      const { address } = each.actor.cart.buyer;
      onWronglyRefused(`${cartId} is refused for the limit of ${address}, which was not reached`);
    }
    return each;
  }

  return {
    people,
    wanted({ buyer, ...cart }, isBot = false) {
      const place = places.get(cart.productId);
      if (place === undefined || buyer === undefined) return;
      if (isBot) place.botAddresses.add(buyer.address);
      const actor = { cart: { ...cart, buyer }, isBot };
      actors.set(cart.cartId, actor);
      actors.set(secondHoldOf(cart.cartId), actor);
      press(actor);
    },

    answered({ cartId }, answer) {
      const isOverLimit = answer?.status === 'over-limit';
      const each = release(cartId, isOverLimit);
      if (each === undefined || each.actor.isBot) return;
      if (isOverLimit) limited += 1;
      if (isOverLimit || each.wasScarce) return;
      people.wasDue(each.atMs);
      if (answer?.status === 'in-cart') people.wasDone(each.atMs);
    },

    buying({ cartId }) {
      const actor = actors.get(cartId);
      if (actor !== undefined) press(actor);
    },
    bought({ cartId }, isOverLimit) {
      const each = release(cartId, isOverLimit);
      if (each !== undefined && isOverLimit) limited += 1;
    },

    held(reservationId, quantity) {
      const actor = actors.get(reservationId);
      if (actor === undefined) return;
      const { productId, buyer } = actor.cart;
      holdings.set(reservationId, { actor, quantity, sinceMs: elapsedMs() });
      unitsBy.add(productId, buyer, quantity);
      const place = places.get(productId);
      if (place !== undefined && !actor.isBot) place.ofPeople += quantity;
      lookAtAll(productId);
      const over = overBy(actor.cart, 0);
      if (!worstOver.rises(`${productId} ${buyer.address}`, over)) return;
      onOver(`${buyer.account} of ${buyer.address} has ${over} units of ${productId} too many`);
    },

    ended(reservationId, as) {
      const holding = holdings.get(reservationId);
      if (holding === undefined) return;
      holdings.delete(reservationId);
      const { actor, quantity, sinceMs } = holding;
      const { productId, buyer } = actor.cart;
      if (actor.isBot) botUnitMs += quantity * (elapsedMs() - sinceMs);
      if (as === 'sold') return;
      unitsBy.add(productId, buyer, -quantity);
      const place = places.get(productId);
      if (place !== undefined && !actor.isBot) place.ofPeople -= quantity;
    },

    get unitsOver() {
      return worstOver.sum;
    },
    get wronglyRefused() {
      return wronglyRefused;
    },
    get limited() {
      return limited;
    },
    get botUnitMinutes() {
      return botUnitMs / 60_000;
    },
  };
}
