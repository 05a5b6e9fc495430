import type { Planted } from '@firedrill/core/scenario/contract';
import { createShop, hardenedParts, type Parts } from '../../src/implementations/hardened/shop.ts';
import type { OrderStep } from '../../src/implementations/hardened/steps.ts';
import type { Context, InventorySystem, Outside } from '../../src/system.ts';
import type { Inventory } from '../../src/types.ts';

export type Bug = Planted<Inventory>;

/** Planted systems come after every week in a table. */
export const week = 80;

type Told = Omit<Bug, 'week' | 'create'>;

/** The hardened shop with some of its parts replaced. */
export const withParts = (told: Told, replace: (parts: Parts) => Partial<Parts>): Bug => ({
  ...told,
  week,
  create: (context) => createShop(context, { ...hardenedParts, ...replace(hardenedParts) }),
});

/** The hardened shop with steps of its orders replaced. */
export const withSteps = (
  told: Told,
  change: (steps: readonly OrderStep[]) => readonly OrderStep[],
): Bug =>
  withParts(told, ({ createSteps }) => ({
    createSteps: (...args) => change(createSteps(...args)),
  }));

/** The hardened shop on a world that is wired a little wrong. */
export const wired = (told: Told, change: (outside: Outside) => Partial<Outside>): Bug => ({
  ...told,
  week,
  create: (context) =>
    createShop(
      { ...context, outside: { ...context.outside, ...change(context.outside) } },
      hardenedParts,
    ),
});

/** The hardened shop behind something that changes what is asked of it. */
export const behind = (
  told: Told,
  change: (shop: InventorySystem, context: Context) => Partial<InventorySystem>,
): Bug => ({
  ...told,
  week,
  create(context) {
    const shop = createShop(context, hardenedParts);
    return { ...shop, ...change(shop, context) };
  },
});
