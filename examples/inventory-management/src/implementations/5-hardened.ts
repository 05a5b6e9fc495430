import type { Implementation } from '@firedrill/core/scenario';
import type { Inventory } from '../types.ts';
import { createShop, hardenedParts } from './hardened/shop.ts';

export const hardened = {
  name: 'hardened',
  week: 5,
  role: 'repaired',
  flaw: 'none known: versions, expiry, a saga that undoes, breakers, time limits, shards, a fleet',
  breaks: [],
  create: (context) => createShop(context, hardenedParts),
} satisfies Implementation<Inventory>;
