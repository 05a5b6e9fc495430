import {
  definePool,
  definePort,
  defineReference,
  type PortContext,
  type WorldContext,
} from '@firedrill/core/scenario';
import { addedShard } from './domain/resharding.ts';
import { createShards } from './domain/shards.ts';
import { createCatalogue } from './services/catalogue.ts';
import { mailService, paymentsService, shippingService } from './services/checkout.ts';
import { deliveryServices } from './services/deliveries.ts';
import { downstreamServices } from './services/downstreams.ts';
import { replicaServices } from './services/replicas.ts';
import { reshardingServices } from './services/resharding.ts';
import { sagasService } from './services/sagas.ts';
import { stockService } from './services/stock.ts';
import { createTruth } from './truth.ts';
import type { Inventory } from './types.ts';
import { measureWorld } from './world.ts';

/** Everything outside of a shop's process, and the truth that it is judged by. */
export function createServices(context: WorldContext<Inventory>) {
  const { random, settings } = context;
  const catalogue = createCatalogue(settings, random('product-names'));
  const shards = createShards();
  const truth = createTruth(context, catalogue, shards);
  const { machines } = truth;

  /** Connections to the database. Whoever finds them all taken may wait, in a bounded line. */
  const connections = (name: string, size: number) =>
    definePool({
      name,
      to: 'stock',
      size,
      maxWaiters: 5 * size,
      acquireTimeoutMs: settings.acquireTimeoutMs,
    });
  const perShard = Math.max(1, Math.floor(settings.connections / shards.names.length));

  const outside = {
    catalogue: defineReference(catalogue),
    shards: defineReference(shards),
    stock: stockService(truth.stock, shards, truth),
    replicas: replicaServices(truth.replicas),
    /** As many connections either way: one pool for everything, or one for each shard. */
    connections: connections('stock-connections', settings.connections),
    shardConnections: {
      'shard-1': connections('shard-1-connections', perShard),
      'shard-2': connections('shard-2-connections', perShard),
      'shard-3': connections('shard-3-connections', perShard),
      'shard-4': connections('shard-4-connections', perShard),
      ...(settings.reshard && { [addedShard]: connections('shard-5-connections', perShard) }),
    },
    sagas: sagasService(),
    payments: paymentsService(truth.bank, truth.repeats),
    shipping: shippingService(truth.carrier, truth.repeats),
    mail: mailService(truth.orders, truth.repeats),
    ...deliveryServices(truth.deliveries),
    ...reshardingServices(truth.moving),
    downstreams: downstreamServices(truth.views, truth.sparing),
    /** Machines for what need not be done at once; they come when they have booted. */
    machines: definePort({
      name: 'machines',
      open({ onEnd }: PortContext) {
        const rented = new Set<() => void>();
        onEnd(() => {
          for (const giveBack of rented) giveBack();
        });
        return {
          rent(onReady: () => void): () => void {
            const giveBack = machines.rent(onReady);
            rented.add(giveBack);
            return giveBack;
          },
        };
      },
    }),
  };
  measureWorld(context, truth);
  return { outside, truth };
}
