import { sleep } from '@firedrill/core/resilience';
import { withTimeout } from '@firedrill/core/services';
import type { Order } from '../../domain.ts';
import type { Context } from '../../system.ts';
import type { Patience } from './patience.ts';
import type { Reservations } from './reservations.ts';
import { holdsOf } from './steps.ts';

/** Orders of what was sold above what is there. */
export interface Backorders {
  /** Waits for the units of an order: `false` when they are not there by the date that was promised. */
  wait(order: Order): Promise<boolean>;
  /** Tells its shopper by mail, and does not give up. */
  tell(order: Order, what: 'backordered' | 'cancelled'): Promise<void>;
}

/** How often it is asked whether the units are there. */
const lookEveryMs = 5_000;
/** About three times the 99th percentile. */
const mailTimeoutMs = 600;

export function createBackorders(
  { clock, outside }: Context,
  reservations: Reservations,
  patience: Patience,
): Backorders {
  const { catalogue } = outside;
  const mail = withTimeout(outside.mail, mailTimeoutMs);

  return {
    async wait(order) {
      const byMs = catalogue.byId(order.cart.productId)?.backorders?.byMs ?? 0;
      for (;;) {
        for (const hold of holdsOf(order)) if (await reservations.isReady(hold)) return true;
        if (clock.elapsedMs() >= byMs) return false;
        await sleep(lookEveryMs);
      }
    },
    async tell({ orderId }, what) {
      await patience.persist(() => mail.notify({ orderId, key: `${orderId}-${what}`, what }));
    },
  };
}
