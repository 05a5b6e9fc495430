import { WorkTally } from '@firedrill/core/scenario';
import type { Cart, CartAnswer, Order, OrderAnswer, Product, RefusalReason } from '../domain.ts';

/**
 * What shoppers wanted and were told, and what an ideal shop could have done for them: fill every cart
 * for which there are units that nobody else has a claim to, keep it for the hold time, and sell it.
 */
export interface Wishes {
  /** A shopper presses the button that fills a cart, for the first time. */
  cartWanted(cart: Cart): void;
  /** The shopper read an answer, or went away without one. */
  cartAnswered(cartId: string, answer: CartAnswer | undefined): void;
  /** A shopper takes out what is in the cart: no promise is left. */
  cartEmptying(cartId: string): void;
  /** And was told so: the units have to come back. Who was not told leaves them held. */
  cartEmptied(cartId: string): void;
  /** @param isPayable Whether the price is right and the card good. */
  orderPlaced(order: Order, isPayable: boolean): void;
  orderAnswered(order: Order, answer: OrderAnswer | undefined): void;
  /**
   * Somebody who was given no answer presses again: what is held and sold for that order meanwhile is theirs. Gives back
   * what is told of the answer.
   */
  cameBack(order: Order): (answer: OrderAnswer | undefined) => void;
  /** What an order has waited for is in a parcel: its units are off the shelf. */
  sent(order: Order): void;
  /** What lies on the shelf of a product has changed. */
  shelfChanged(productId: string): void;
  /** Units that lie on the shelf of a product, and that nobody has a claim to. */
  free(productId: string): number;
  /** Units in carts of which a shopper was told so, whose time is not over, and that nobody buys now. */
  promised(productId: string): number;
  /** Carts that could be filled, and those that were. */
  readonly carts: WorkTally;
  /** Orders that could be served, and whether their shoppers were told so in time. */
  readonly orders: readonly {
    readonly orderId: string;
    readonly placedAtMs: number;
    readonly isConfirmed: boolean;
  }[];
  /** Carts that were sold out at the checkout although their hold time was not over. */
  readonly notKept: number;
  /** Whether a shopper has been told that units are put aside, and may count on it now. */
  isPromised(cartId: string): boolean;
  /** Whether units may be put aside for a cart now; of other ids nobody knows. */
  mayBeHeld(cartId: string): boolean;
  /** Whether a cart may come to that end now, by what its shopper did; of other ids nobody knows. */
  mayEnd(cartId: string, as: 'released' | 'expired'): boolean;
}

export interface WishesOptions {
  readonly products: readonly Product[];
  /** Units of a product that are sold online: those on the shelf, and what may be sold above them. */
  readonly onShelf: (productId: string) => number;
  readonly elapsedMs: () => number;
  readonly holdMs: number;
  /** Whether nothing is promised to whoever has filled a cart, until it is bought. */
  readonly isHeldAtCheckout: boolean;
  /** How long a shopper waits for one answer: no promise is tested closer to its end than this. */
  readonly patienceMs: number;
  /** Whether all that undoing an order takes has been well since then. */
  readonly couldUndo: (sinceMs: number) => boolean;
  /** Whether an order is paid for, and waits for units. */
  readonly isWaiting: (orderId: string) => boolean;
  readonly onNotKept: (text: string) => void;
  /** Somebody was told that it is sold out while there were units for him throughout. */
  readonly onFalselySoldOut: (text: string) => void;
}

/** Units that come back (an order undone, a cart emptied or expired) are on sale after this time. */
export const comeBackMs = 60_000;

/** The claim of one shopper to units of a product, from the first press to its end. */
interface Claim {
  readonly cart: Cart;
  readonly wantedAtMs: number;
  isInCart: boolean;
  /** Whether the shopper has taken it out again, or has pressed "buy". */
  isGivenUp: boolean;
  /** Whether an order for it came to nothing, and is undone. */
  isUndone: boolean;
  untilMs: number;
  orderId?: string;
}

/** A button that was pressed and not answered yet. */
interface Pressed {
  readonly claim: Claim;
  /** Whether at some moment of it there were not enough free units. */
  wasScarce: boolean;
}

interface Demand {
  readonly claims: Set<Claim>;
  readonly pressed: Set<Pressed>;
}

export function createWishes(options: WishesOptions): Wishes {
  const { products, onShelf, elapsedMs, holdMs, isHeldAtCheckout, patienceMs } = options;
  const { couldUndo, isWaiting, onNotKept, onFalselySoldOut } = options;
  const demand = new Map<string, Demand>(
    products.map(({ id }) => [id, { claims: new Set(), pressed: new Set() }]),
  );
  const claims = new Map<string, Claim>();
  const filling = new Map<string, Pressed>();
  const buying = new Map<
    string,
    Pressed & { isKept: boolean; isPayable: boolean; placedAtMs: number }
  >();
  const carts = new WorkTally();
  const orders: Wishes['orders'][number][] = [];
  let notKept = 0;

  function demandFor(productId: string): Demand {
    const found = demand.get(productId);
    if (found === undefined) throw new RangeError(`There is no product ${productId}.`);
    return found;
  }

  /** Until a parcel has been called back that may be on its way, its units are nobody else's. */
  const isStillUndone = ({ isUndone }: Claim): boolean =>
    isUndone && !couldUndo(elapsedMs() - comeBackMs);

  /** Units on the shelf less the claims of everybody else. */
  function freeFor(own: Claim | undefined, productId: string): number {
    const { claims: all } = demandFor(productId);
    const nowMs = elapsedMs();
    let free = onShelf(productId);
    for (const claim of all) {
      const { orderId } = claim;
      if (orderId !== undefined && isWaiting(orderId)) {
        claim.untilMs = Math.max(claim.untilMs, nowMs + comeBackMs);
      }
      if (claim.untilMs <= nowMs && !isStillUndone(claim)) all.delete(claim);
      else if (claim !== own) free -= claim.cart.quantity;
    }
    return free;
  }

  /** Notes for whom there is not enough now. */
  function lookForScarcity(productId: string): void {
    for (const pressed of demandFor(productId).pressed) {
      if (pressed.wasScarce) continue;
      const { claim } = pressed;
      pressed.wasScarce = freeFor(claim, productId) < claim.cart.quantity;
    }
  }

  const isPromised = ({ isInCart, wantedAtMs }: Claim): boolean =>
    isInCart && elapsedMs() < wantedAtMs + holdMs - patienceMs;

  function press<P extends Pressed>(pressed: P): P {
    const { claim } = pressed;
    const { productId } = claim.cart;
    claim.untilMs = Infinity;
    demandFor(productId).claims.add(claim);
    demandFor(productId).pressed.add(pressed);
    lookForScarcity(productId);
    return pressed;
  }

  function soldOutInVain({ cart }: Claim, what: string): void {
    onFalselySoldOut(`${what} of ${cart.cartId} is sold out, with ${cart.quantity} to be had`);
  }

  function answered(pressed: Pressed): void {
    demandFor(pressed.claim.cart.productId).pressed.delete(pressed);
  }

  /** An order was answered, or its shopper went away: how long its units are nobody else's. */
  function ended(claim: Claim, answer: OrderAnswer | undefined): RefusalReason | undefined {
    const nowMs = elapsedMs();
    const reason = answer?.status === 'refused' ? answer.reason : undefined;
    // What was bought is in a parcel: the shelf says so.
    claim.untilMs = answer?.status === 'confirmed' ? nowMs : nowMs + comeBackMs;
    // Who saw an old price may look at the new one, and of whom nobody answered nobody knows: the
    // cart is still filled.
    if (answer === undefined || reason === 'price') {
      claim.untilMs = Math.max(claim.untilMs, claim.wantedAtMs + holdMs + comeBackMs);
    }
    claim.isUndone = answer === undefined || reason === 'unavailable';
    return reason;
  }

  return {
    carts,
    orders,

    cartWanted(cart) {
      const claim: Claim = {
        cart,
        wantedAtMs: elapsedMs(),
        isInCart: false,
        isGivenUp: false,
        isUndone: false,
        untilMs: Infinity,
      };
      claims.set(cart.cartId, claim);
      filling.set(cart.cartId, press({ claim, wasScarce: false }));
    },

    cartAnswered(cartId, answer) {
      const pressed = filling.get(cartId);
      if (pressed === undefined) return;
      filling.delete(cartId);
      answered(pressed);
      const { claim, wasScarce } = pressed;
      const nowMs = elapsedMs();
      const isFilled = answer?.status === 'in-cart';
      claim.isInCart = isFilled && !isHeldAtCheckout;
      // Without an answer units may be held all the same.
      const mayBeHeld = !isHeldAtCheckout && (isFilled || answer === undefined);
      claim.untilMs = mayBeHeld ? nowMs + holdMs + comeBackMs : nowMs;
      if (wasScarce || answer?.status === 'over-limit') return;
      if (answer?.status === 'sold-out') soldOutInVain(claim, 'the cart');
      carts.wasDue(claim.wantedAtMs);
      if (isFilled) carts.wasDone(claim.wantedAtMs);
    },

    cartEmptying(cartId) {
      const claim = claims.get(cartId);
      if (claim === undefined) return;
      claim.isInCart = false;
      claim.isGivenUp = true;
    },

    cartEmptied(cartId) {
      const claim = claims.get(cartId);
      if (claim !== undefined) claim.untilMs = elapsedMs() + comeBackMs;
    },

    orderPlaced({ orderId, cart }, isPayable) {
      const claim = claims.get(cart.cartId) ?? {
        cart,
        wantedAtMs: -Infinity,
        isInCart: false,
        isGivenUp: true,
        isUndone: false,
        untilMs: 0,
      };
      const isKept = isPromised(claim);
      claim.isInCart = false;
      claim.isGivenUp = true;
      claim.orderId = orderId;
      const placedAtMs = elapsedMs();
      buying.set(orderId, press({ claim, wasScarce: false, isKept, isPayable, placedAtMs }));
    },

    orderAnswered({ orderId }, answer) {
      const pressed = buying.get(orderId);
      if (pressed === undefined) return;
      buying.delete(orderId);
      answered(pressed);
      const { claim, wasScarce, isKept, isPayable, placedAtMs } = pressed;
      const isBought = answer !== undefined && answer.status !== 'refused';
      const reason = ended(claim, answer);
      const isSoldOut = reason === 'sold-out';
      if (isSoldOut && !isKept && !wasScarce) soldOutInVain(claim, orderId);
      if (isKept && isSoldOut) {
        notKept += 1;
        onNotKept(
          `${orderId} was sold out, with ${claim.cart.cartId} filled and its time not over`,
        );
      }
      if (!isPayable || reason === 'over-limit' || (wasScarce && !isKept)) return;
      orders.push({ orderId, placedAtMs, isConfirmed: isBought });
    },

    cameBack({ cart }) {
      const claim = claims.get(cart.cartId);
      if (claim === undefined) return () => undefined;
      claim.untilMs = Infinity;
      demandFor(cart.productId).claims.add(claim);
      return (answer) => ended(claim, answer);
    },

    promised(productId) {
      let units = 0;
      for (const claim of demandFor(productId).claims) {
        if (isPromised(claim)) units += claim.cart.quantity;
      }
      return units;
    },
    sent({ cart }) {
      const claim = claims.get(cart.cartId);
      if (claim !== undefined) claim.untilMs = elapsedMs();
    },
    shelfChanged: lookForScarcity,
    free: (productId) => freeFor(undefined, productId),

    isPromised(cartId) {
      const claim = claims.get(cartId);
      return claim !== undefined && isPromised(claim);
    },
    mayBeHeld: (cartId) => !isHeldAtCheckout || claims.get(cartId)?.isGivenUp !== false,
    mayEnd(cartId, as) {
      const claim = claims.get(cartId);
      if (claim === undefined) return true;
      return as === 'released' ? claim.isGivenUp : elapsedMs() >= claim.wantedAtMs + holdMs;
    },
    get notKept() {
      return notKept;
    },
  };
}
