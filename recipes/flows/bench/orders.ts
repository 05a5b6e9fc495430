import { createRandom, type Random } from '@firedrill/core/simulation';
import type { Order } from '../src/trading/order.ts';
import type { Command } from '../src/trading/venue.ts';

/** So many that the limits of the house (25 orders a second each) let nearly everybody through. */
const accounts = Array.from({ length: 20_000 }, (_, index) => `account-${index}`);
const middleTicks = 10_000;

/** Mixed orders around one price: 20 % cancels, 4 % replacements, 5 % IOC, 3 % FOK, 3 % market, 3 % post-only. */
export class OrderStream {
  readonly #random: Random;
  readonly #recent: { readonly id: string; readonly account: string }[] = [];
  #count = 0;

  constructor(seed: number) {
    this.#random = createRandom(seed, 'orders');
  }

  next(): { readonly id: string; readonly command: Command } {
    const draw = this.#random;
    this.#count += 1;
    const id = `c${this.#count}`;
    const wish = draw.next();
    const side = draw.next() < 0.5 ? 'buy' : 'sell';
    const away = Math.round((draw.next() + draw.next() - 1) * 30) - 2;
    const priceTicks = side === 'buy' ? middleTicks - away : middleTicks + away;
    const quantity = draw.integer(1, 20);
    const earlier = this.#recent[draw.integer(0, 1_999)];
    if (wish < 0.24 && earlier !== undefined) {
      const { account, id: orderId } = earlier;
      const command: Command =
        wish < 0.2
          ? { do: 'cancel', account, orderId }
          : { do: 'replace', account, orderId, quantity, priceTicks };
      return { id, command };
    }
    const account = accounts[draw.integer(0, accounts.length - 1)] ?? '';
    this.#recent[this.#count % 2_000] = { id, account };
    const base = { id, account, side, quantity } as const;
    const kind = wish < 0.29 ? 'ioc' : wish < 0.32 ? 'fok' : wish < 0.38 ? 'post-only' : 'limit';
    const order: Order = wish > 0.97 ? { ...base, kind: 'market' } : { ...base, kind, priceTicks };
    return { id, command: { do: 'submit', order } };
  }
}
