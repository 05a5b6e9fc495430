import { defineExample } from '@firedrill/core/scenario';
import { botTriesMs } from './clients/bots.ts';
import { lateToMs, traceFieldRemedy, visitShop } from './clients.ts';
import { keeperName, replicaNames } from './domain/replicas.ts';
import { moverName } from './domain/resharding.ts';
import { figures } from './figures.ts';
import * as implementations from './implementations/index.ts';
import { lazy } from './implementations/lazy.ts';
import { charts, measures } from './measurements.ts';
import { reports } from './reports.ts';
import { rules } from './rules.ts';
import { failure } from './scenarios/failure.ts';
import { recovery } from './scenarios/recovery.ts';
import { scale } from './scenarios/scale.ts';
import { startsAt } from './scenarios/storm.ts';
import { story } from './scenarios/story.ts';
import { latestMs } from './services/catalogue.ts';
import { createServices } from './services.ts';
import { settingsSchema } from './settings.ts';
import { signals } from './signals.ts';
import type { Inventory } from './types.ts';

/** A shop sells what it has, and no more, on Black Friday. */
export const example = defineExample<Inventory>({
  name: 'inventory-management',
  title: 'Inventory management: sold out, and sold again',
  startsAt,
  settings: settingsSchema,
  traceFields: {
    product: 'id of the product, e.g. p-001; drawn by demand when absent',
    quantity: 'units in the cart; drawn when absent',
  },
  traceFieldRemedy,
  charts,
  measures,
  reports,
  createServices,
  processes: ({ replicas, reshard }) => [
    'app',
    ...(replicas ? [keeperName] : []),
    ...(reshard ? [moverName] : []),
  ],
  implementations,
  lazy,
  visit: visitShop,
  signals,
  rules,
  figures,
  swarm: {
    // What goes wrong with the second unit of an order, with who comes late, and with who comes back, is as
    // likely as the rest; and so few addresses are shared, that their limit binds.
    small: {
      pairShare: 0.5,
      lateShare: 0.1,
      returnShare: 0.5,
      sharedAddresses: 2,
      deliveryMinutes: 4,
      reshardMinutes: 1.5,
    },
    settings: {
      // Of few products each is changed again while somebody is told of the change before.
      products: [3, 30],
      hotUnits: [5, 200],
      holdMinutes: [1, 15],
      maxNodes: [1, 4],
      reserveAttempts: [2, 8],
      rowLockMs: [10, 30],
      bufferUnits: [1, 5],
      oversellPercent: [10, 100],
      copyRowsPerSecond: [10, 200],
    },
    // Called where rows are locked alone, and struck there with all of the stock: in the other storms one of nine
    // strikes would change nothing.
    unused: ['stock.change', 'stock.receive', 'mail.notify'],
    switches: ['bots', 'holdAtCheckout', 'miscounts', 'oversell', 'replicas', 'reshard'],
    apart: [['replicas', 'reshard']],
    aims: { replicas: replicaNames, reshard: ['stock', 'stock-moves', 'stock-map'] },
    // An order calls each of them once, and downstreams are told of every change: of those there are twelve.
    often: ['payments', 'shipping', 'sagas', 'mail'],
    settles: ({ bots, deliveryMinutes, holdMinutes, oversell, reshard, reshardMinutes }) => ({
      'for the hold of the last cart': 60_000 * holdMinutes,
      ...(bots && { 'for the second hold of a bot': 60_000 * holdMinutes + botTriesMs }),
      ...(oversell && {
        'until what is not delivered is given back': 60_000 * deliveryMinutes + latestMs,
      }),
      ...(reshard && { 'until rows begin to move': 60_000 * reshardMinutes }),
      'until the last of those who come too late': lateToMs,
    }),
  },
  scenarios: { failure, recovery, scale, story },
});
