/** Prices are whole ticks and quantities whole shares: sums of floats do not balance. */
export type Side = 'buy' | 'sell';

/**
 * What becomes of an order. `limit` rests until it is filled or cancelled; `ioc` fills what it can
 * at once and drops the rest; `fok` fills whole or not at all; `post-only` rests or is refused,
 * and never takes; `market` takes at any price and drops the rest.
 */
export type Terms =
  | { readonly kind: 'market' }
  | { readonly kind: 'limit' | 'ioc' | 'fok' | 'post-only'; readonly priceTicks: number };

export type Order = Terms & {
  /** Unique among the orders that a book has ever been given. */
  readonly id: string;
  /** Who trades. Two orders of one account never trade with each other. */
  readonly account: string;
  readonly side: Side;
  /** Shares, at least 1. */
  readonly quantity: number;
};

export type RejectReason =
  | 'bad-quantity'
  | 'bad-price'
  | 'duplicate-id'
  | 'would-take'
  | 'unknown-order'
  | 'no-longer-open'
  | 'already-filled';

/**
 * What a book says, in the order in which it happened. Together these events are enough to
 * rebuild it: see `rebuildBook`.
 */
export type BookEvent =
  | {
      readonly type: 'order.accepted';
      readonly orderId: string;
      readonly account: string;
      readonly side: Side;
      readonly quantity: number;
      /** Undefined: a market order. */
      readonly priceTicks: number | undefined;
    }
  | {
      readonly type: 'order.rejected' | 'cancel.rejected' | 'replace.rejected';
      readonly orderId: string;
      readonly reason: RejectReason;
    }
  | {
      readonly type: 'trade.executed';
      /** Counts from 1 in each book. */
      readonly trade: number;
      readonly makerId: string;
      readonly takerId: string;
      readonly buyer: string;
      readonly seller: string;
      /** The maker's price: whoever waited gets what he asked for. */
      readonly priceTicks: number;
      readonly quantity: number;
    }
  | {
      readonly type: 'order.cancelled';
      readonly orderId: string;
      /** Shares that will not trade any more. */
      readonly remaining: number;
      readonly reason: 'requested' | 'unfilled' | 'not-fillable' | 'self-trade';
    }
  | {
      readonly type: 'order.reduced';
      readonly orderId: string;
      /** Shares taken away from an order that would have traded with its own account. */
      readonly by: number;
    }
  | {
      readonly type: 'order.replaced';
      readonly orderId: string;
      readonly priceTicks: number;
      /** The new total, what is filled included. */
      readonly quantity: number;
      /** Only a smaller quantity at the same price keeps its place in the line. */
      readonly keepsPlace: boolean;
    };

/** An order in the line, as a snapshot shows it. */
export interface RestingOrder {
  readonly orderId: string;
  readonly priceTicks: number;
  readonly remaining: number;
}

/** Best price first, and at one price whoever came first. */
export interface BookSnapshot {
  readonly buy: readonly RestingOrder[];
  readonly sell: readonly RestingOrder[];
}
