import { createShop, type CreateSystem, hardenedParts, type Parts } from '#inventory-management';

/**
 * A hold ends by its timer, which is set when the units are put aside. So there is nothing to do with
 * holds that are found in the database: each has its timer.
 */
const createReservations: Parts['createReservations'] = (...given) => ({
  ...hardenedParts.createReservations(...given),
  takeUp(_found) {
    // They have their timers.
  },
});

export const create: CreateSystem = (context) =>
  createShop(context, { ...hardenedParts, createReservations });
