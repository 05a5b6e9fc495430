import { createShop, type CreateSystem, hardenedParts, type Parts } from '#inventory-management';

/** A statement takes 40 ms at its 99th percentile when the database is slow. */
const timeoutMs = 120;

/**
 * Optimistic concurrency: one statement that changes the row only if nobody has changed it since that
 * version. Who was too slow gets the newer version, and the caller tries again with it.
 */
const createStatements: Parts['createStatements'] = (outside, ...rest) => {
  const { shards, stock } = outside;
  return {
    ...hardenedParts.createStatements(outside, ...rest),
    reserve({ productId, reservationId, quantity }, version) {
      const options = { key: shards.of(productId), timeoutMs };
      return stock.reserve({ productId, reservationId, quantity, version }, options);
    },
  };
};

export const create: CreateSystem = (context) =>
  createShop(context, { ...hardenedParts, createStatements });
