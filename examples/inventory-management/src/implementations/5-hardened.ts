import type { Cart } from '../domain.ts';
import type { CreateSystem } from '../system.ts';
import { createFanOut } from './hardened/fan-out.ts';
import { createLevels } from './hardened/levels.ts';
import { createOrders } from './hardened/orders.ts';
import { createPatience } from './hardened/patience.ts';
import { createReservations } from './hardened/reservations.ts';
import { createShards, type Reservation } from './hardened/shards.ts';

/**
 * Week 5 and since. Reservations with version checks that expire by themselves, on shards by product;
 * orders as a saga that undoes what it did; unknown outcomes are asked about, not guessed; downstreams
 * are told in parallel, with time limits and a breaker each, by a fleet that grows before the load
 * does, and learn later what they missed.
 */
export const createHardened: CreateSystem = (context, services) => {
  const { meter, random, settings } = context;
  const patience = createPatience(random('patience'), () => meter.count('unknownOutcomes'));
  const levels = createLevels((level) => fanOut.publish(level));
  const fanOut = createFanOut(context, services, (productId) => levels.get(productId));
  const shards = createShards(services, settings);
  const reservations = createReservations(context, shards, levels, patience);
  const orders = createOrders(context, services, reservations, patience);

  return {
    async addToCart(cart) {
      const held = await reservations.hold(reservationOf(cart));
      return { status: held === 'held' ? 'in-cart' : 'sold-out' };
    },
    async removeFromCart(cart) {
      reservations.release(reservationOf(cart));
    },
    buy: (order) => orders.buy(order),
    backlog: () => fanOut.fleet.pending,
    missed: () => fanOut.missed.size,
    breakers: fanOut.breakers,
    fleet: () => fanOut.fleet,
    async close() {
      await orders.onSettled();
      await reservations.onSettled();
      await fanOut.close();
    },
  };
};

function reservationOf({ cartId, productId, quantity }: Cart): Reservation {
  return { reservationId: cartId, productId, quantity };
}
