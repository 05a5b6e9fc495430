import { createShop, type CreateSystem, hardenedParts, type Parts } from '#inventory-management';

/** A statement takes 40 ms at its 99th percentile when the database is slow. */
const timeoutMs = 120;

/**
 * Units are put aside for a cart: look how many there are, write down how many are left. On Black Friday
 * two shoppers look at the same time.
 */
const createStatements: Parts['createStatements'] = (outside, ...rest) => {
  const { shards, stock } = outside;
  return {
    ...hardenedParts.createStatements(outside, ...rest),
    async reserve({ productId, reservationId, quantity }, _version) {
      const options = { key: shards.of(productId), timeoutMs };
      const level = await stock.read({ productId }, options);
      if (level.available < quantity) return { status: 'sold-out', level };
      const available = level.available - quantity;
      const movement = { kind: 'hold', reservationId, quantity } as const;
      return {
        status: 'held',
        level: await stock.write({ productId, available, movement }, options),
      };
    },
  };
};

export const create: CreateSystem = (context) =>
  createShop(context, { ...hardenedParts, createStatements });
