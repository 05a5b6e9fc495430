import { createTimeout } from '@firedrill/core/resilience';
import { type Cart, type CartAnswer, cartLimitMs } from '../../domain.ts';
import { keeperName } from '../../domain/replicas.ts';
import { moverName } from '../../domain/resharding.ts';
import { reports } from '../../reports.ts';
import type { Context, InventorySystem } from '../../system.ts';
import { createBackorders } from './backorders.ts';
import { createDownstreamBreakers } from './breakers.ts';
import { createFanOut } from './fan-out.ts';
import { createFailover, createKeeper } from './keeper.ts';
import { createLeaders } from './leaders.ts';
import { createLevels } from './levels.ts';
import { createMissedUpdates } from './missed.ts';
import { createMover, createResharding } from './mover.ts';
import { createOrders } from './orders.ts';
import { createPatience } from './patience.ts';
import { startReceiving } from './receiving.ts';
import { createReservations } from './reservations.ts';
import { createRowLines } from './row-lines.ts';
import { createShardMap } from './shard-map.ts';
import { createStatements, type Reservation } from './statements.ts';
import { createConfirmation, createSelling, createSteps } from './steps.ts';
import { startTakingUp } from './taking-up.ts';

/** The parts of the hardened shop: each is made by a function of its own, and may be replaced. */
export const hardenedParts = {
  createBackorders,
  createConfirmation,
  createDownstreamBreakers,
  createFailover,
  createFanOut,
  createLeaders,
  createLevels,
  createMissedUpdates,
  createOrders,
  createPatience,
  createReservations,
  createResharding,
  createRowLines,
  createShardMap,
  createStatements,
  createSteps,
};

export type Parts = typeof hardenedParts;

/**
 * Week 5 and since. Reservations with version checks that expire by themselves, on shards by product;
 * orders as a saga that undoes what it did, and that whoever comes back after a crash goes on with;
 * unknown outcomes are asked about, not guessed; downstreams are told in parallel, with time limits and
 * a breaker each, by a fleet that grows before the load does, and learn later what they missed.
 */
export function createShop(context: Context, parts: Parts): InventorySystem {
  const { outside, process, random, settings, telemetry } = context;
  if (process.name === keeperName) return createKeeper(context, parts.createFailover(outside));
  const patience = parts.createPatience(random('patience'), () =>
    telemetry.count(reports.unknownOutcomes),
  );
  if (process.name === moverName) return createMover(context, parts.createResharding(), patience);
  const levels = parts.createLevels((level) => fanOut.publish(level));
  const breakers = parts.createDownstreamBreakers();
  const fanOut = parts.createFanOut(
    context,
    (productId) => levels.get(productId),
    breakers,
    parts.createMissedUpdates,
  );
  const single = parts.createStatements(
    outside,
    parts.createLeaders(outside),
    settings,
    parts.createShardMap(outside),
  );
  // Where nobody waits for a row, each statement goes for itself.
  const statements = settings.rowLockMs > 0 ? parts.createRowLines(single) : single;
  const reservations = parts.createReservations(context, statements, levels, patience);
  const orders = parts.createOrders(context, {
    steps: parts.createSteps(context, reservations, patience),
    patience,
    sell: createSelling(reservations),
    confirm: parts.createConfirmation(context, patience),
    backorders: parts.createBackorders(context, reservations, patience),
  });
  const cartLimit = createTimeout({ timeoutMs: cartLimitMs });
  const receiving = startReceiving(context, statements, levels, patience);
  const takingUp = startTakingUp(context, statements, levels, reservations, orders);

  telemetry.gauge(reports.backlog, () => fanOut.pending);
  telemetry.gauge(reports.missedUpdates, () => fanOut.missed);
  telemetry.gauge(reports.breakersOpen, () => breakers.counts().open);
  telemetry.gauge(reports.breakersHalfOpen, () => breakers.counts().halfOpen);
  telemetry.part('fleet', () => ({ used: fanOut.pending }));
  telemetry.part('breakers', () => ({ used: breakers.counts().open }));

  /** What is in a cart is put aside, or else only looked at. */
  async function fill(cart: Cart): Promise<CartAnswer['status']> {
    const reservation = reservationOf(cart);
    if (settings.holdAtCheckout) {
      return (await reservations.isThere(reservation)) ? 'in-cart' : 'sold-out';
    }
    const answer = await reservations.hold(reservation);
    return answer === 'held' ? 'in-cart' : answer;
  }

  return {
    addToCart: async (cart) => ({ status: await cartLimit.execute(() => fill(cart)) }),
    async removeFromCart(cart) {
      if (settings.holdAtCheckout) return;
      await cartLimit.execute(() => reservations.release(reservationOf(cart)));
    },
    buy: (order) => orders.buy(order),
    async close() {
      await takingUp.close();
      await orders.onSettled();
      await receiving.close();
      await reservations.onSettled();
      await fanOut.close();
    },
  };
}

function reservationOf({ cartId, productId, quantity, buyer }: Cart): Reservation {
  return { reservationId: cartId, productId, quantity, buyer };
}
