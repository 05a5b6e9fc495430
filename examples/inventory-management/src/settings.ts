import { onOff } from '@firedrill/core/scenario';
import { z } from 'zod';

const milliseconds = z.coerce.number().int().positive();
const count = z.coerce.number().int().positive();
const share = z.coerce.number().min(0).max(1);

/** What `--set` may change. Rates follow from the figures of the shop: see `basePerSecond`. */
const schema = z.object({
  cartsPerDay: count
    .default(40_000)
    .describe('shoppers who put something in their cart on an ordinary day'),
  peak: z.coerce.number().min(1).max(100).default(10).describe('load of the rush, times the base'),
  products: count.min(2).max(10_000).default(200).describe('products in the shop'),
  hotProducts: count.max(1_000).default(2).describe('products that are nearly given away'),
  hotShare: share.default(0.5).describe('share of the shoppers who want one of those'),
  hotUnits: count.default(200).describe('units of each of those'),
  units: count.default(1_000).describe('units of every other product'),
  abandonShare: share.default(0.2).describe('share of the shoppers who leave their cart and go'),
  removeShare: share.default(0.05).describe('share of the shoppers who empty their cart again'),
  pairShare: share.default(0.2).describe('share of the shoppers who want two of a product'),
  lateShare: share
    .default(0.04)
    .describe('share of the shoppers who buy one to five minutes after their hold'),
  returnShare: share
    .default(0)
    .describe('share of the shoppers whose order had no answer who come back two minutes later'),
  oldPriceShare: share
    .default(0.01)
    .describe('share of the shoppers whose page shows another price than the catalogue'),
  shopperTimeoutMs: milliseconds.default(8_000).describe('patience of the page'),
  shopperAttempts: count.max(10).default(3).describe('times that a shopper presses a button'),
  connections: count.default(16).describe('connections to the stock database, all shards together'),
  acquireTimeoutMs: milliseconds.default(5_000).describe('longest wait for a connection'),
  holdMinutes: z.coerce
    .number()
    .positive()
    .max(60)
    .default(15)
    .describe('minutes for which a cart is held'),
  reserveAttempts: count
    .max(50)
    .default(8)
    .describe('attempts to reserve against changed versions (hardened)'),
  workers: count.max(10_000).default(32).describe('updates of downstreams at once (hooks)'),
  queueSize: count.max(1_000_000).default(128).describe('updates that may wait for those (hooks)'),
  updateTimeoutMs: milliseconds.default(1_000).describe('time limit of one update (hardened)'),
  nodeWorkers: count.max(1_000).default(2).describe('updates at once on one node (hardened)'),
  minNodes: count.max(1_000).default(1).describe('fewest nodes (hardened)'),
  maxNodes: count.max(1_000).default(12).describe('most nodes (hardened)'),
  bootMs: milliseconds.default(10_000).describe('time from ordering a node to its work (hardened)'),
  nodeUsdPerHour: z.coerce.number().positive().default(0.2).describe('price of a node (hardened)'),
  sharedAddresses: count
    .max(1_000)
    .default(60)
    .describe('addresses at which one in twenty people lives, where there are bots'),
  rowLockMs: z.coerce
    .number()
    .int()
    .min(0)
    .max(1_000)
    .default(0)
    .describe('ms for which a statement that changes the stock of a product has its row alone'),
  bufferUnits: z.coerce
    .number()
    .int()
    .min(0)
    .max(1_000)
    .default(0)
    .describe('last units of a product that are not sold online'),
  oversell: onOff('hot products that are sold above what is there, with a delivery under way'),
  oversellPercent: count
    .max(100)
    .default(20)
    .describe('units sold above what is there, in % of it, where that is allowed'),
  deliveryMinutes: z.coerce
    .number()
    .positive()
    .max(60)
    .default(20)
    .describe('minutes until the delivery of what is sold above what is there'),
  bots: onOff('bots that hold hot units and buy none, and a limit for each account and address'),
  miscounts: onOff(
    'shelves that have less than the books say, and last units that are not sold online',
  ),
  replicas: onOff(
    'three copies of each shard, and a keeper that promotes one when a primary is gone',
  ),
  holdAtCheckout: onOff('units are put aside at the checkout, and not in the cart'),
  reshard: onOff(
    'a shard that is added to the stock database in the storm, and rows that move to it',
  ),
  reshardMinutes: z.coerce
    .number()
    .min(0)
    .max(60)
    .default(8)
    .describe('minutes after which rows begin to move to the shard that is added'),
  copyRowsPerSecond: count
    .max(100_000)
    .default(200)
    .describe('rows that are copied a second, a product and each of its reservations being one'),
});

export const settingsSchema = schema.refine(({ reshard, replicas }) => !(reshard && replicas), {
  path: ['reshard'],
  message: 'rows of shards with replicas are not moved: leave out reshard, or replicas',
});

export type Settings = z.infer<typeof settingsSchema>;

const secondsPerDay = 86_400;

/** Carts a second on an ordinary day. */
export const basePerSecond = ({ cartsPerDay }: Settings): number => cartsPerDay / secondsPerDay;
