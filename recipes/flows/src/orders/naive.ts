import { type Client, withTimeout } from '@firedrill/core/services';
import { type Order, problemOf } from './order.ts';
import type { OrderServices } from './services.ts';

type Outside = {
  readonly [Name in keyof OrderServices]: Client<OrderServices[Name]['operations']>;
};

/**
 * The same in an afternoon: one function that calls one service after the other, each up to three
 * times, and takes back what it has done when one of them fails. It keeps everything in memory, takes no
 * answer for a no, and makes a new key for every try.
 */
export function naiveOrders({ stock, payments, carrier, mail }: Outside) {
  let tries = 0;
  const newKey = (orderId: string): string => {
    tries += 1;
    return `${orderId}#${tries}`;
  };
  const calls = {
    stock: withTimeout(stock, 1_500),
    payments: withTimeout(payments, 1_500),
    carrier: withTimeout(carrier, 1_500),
    mail: withTimeout(mail, 1_500),
  };

  async function handle(order: Order): Promise<void> {
    const { orderId, customer: to, card, items, totalCents: cents } = order;
    const undo: (() => Promise<unknown>)[] = [];
    const send = (kind: 'confirmed' | 'undone' | 'thanks') =>
      thrice(() => calls.mail.send({ id: newKey(orderId), to, orderId, kind }));
    try {
      const problem = problemOf(order);
      if (problem !== undefined) throw new Error(problem);
      await thrice(() => calls.stock.reserve({ orderId, items }));
      undo.unshift(() => calls.stock.release({ orderId }));
      await thrice(async () => {
        const key = newKey(orderId);
        await calls.payments.charge({ key, card, cents });
        undo.unshift(() => calls.payments.cancel({ key }));
      });
      await thrice(() => calls.carrier.book({ orderId }));
      undo.unshift(() => calls.carrier.cancel({ orderId }));
      await send('confirmed');
      setTimeout(() => void send('thanks').catch(() => {}), 300_000);
    } catch {
      for (const back of undo) await back().catch(() => {});
      await send('undone').catch(() => {});
    }
  }

  const open = new Set<Promise<void>>();
  return {
    place(order: Order): void {
      const work = handle(order)
        .catch(() => {})
        .finally(() => open.delete(work));
      open.add(work);
    },
    async onIdle(): Promise<void> {
      await Promise.all(open);
    },
  };
}

async function thrice<T>(call: () => Promise<T>): Promise<T> {
  for (let left = 2; ; left -= 1) {
    try {
      return await call();
    } catch (error) {
      if (left === 0) throw error;
    }
  }
}
