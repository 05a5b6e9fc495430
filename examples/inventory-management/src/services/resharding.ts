import { defineService, type ServerCall, ServiceFailure } from '@firedrill/core/services';
import { z } from 'zod';
import { firstMapEpoch, type MapRow, stockShardSchema } from '../domain/resharding.ts';
import type { Moving } from '../truth/moving.ts';
import { latencies } from './latencies.ts';

/** What the shards do for whoever moves rows from one to another, and where it is written down how far that is. */
export function reshardingServices(moving: Moving | undefined): Partial<ReshardingServices> {
  return moving === undefined ? {} : { moves: movesService(moving), shardMap: shardMapService() };
}

interface ReshardingServices {
  readonly moves: ReturnType<typeof movesService>;
  readonly shardMap: ReturnType<typeof shardMapService>;
}

/** Each statement goes to the shard that gives, or takes, the rows. Done twice is done once. */
const movesService = (moving: Moving) =>
  defineService({
    name: 'stock-moves',
    baseUrl: 'https://stock-moves.example',
    latency: latencies.stock,
    keys: 'shards',
    operations: {
      /** Brings the rows to this shard as they are on another. It takes nothing for them yet. */
      copy: {
        method: 'POST',
        path: '/copies',
        input: inputs.copy,
        waitMs: ({ productIds, from }, { key }) => moving.beginCopy(shardOf(key), from, productIds),
        handle({ productIds, from }, { key }: ServerCall) {
          moving.endCopy(shardOf(key), from, productIds);
          return { copied: true };
        },
      },
      /** From now on this shard refuses all that is asked about the rows. */
      close: {
        method: 'POST',
        path: '/closings',
        input: inputs.rows,
        handle({ productIds }, { key }: ServerCall) {
          moving.close(shardOf(key), productIds);
          return { closed: true };
        },
      },
      /** From now on this shard has the rows. */
      open: {
        method: 'POST',
        path: '/openings',
        input: inputs.rows,
        handle({ productIds }, { key }: ServerCall) {
          moving.open(shardOf(key), productIds);
          return { opened: true };
        },
      },
    },
  });

/** The map, which each process has a copy of. */
function shardMapService() {
  let map: MapRow = { epoch: firstMapEpoch };
  return defineService({
    name: 'stock-map',
    baseUrl: 'https://stock-map.example',
    latency: latencies.sagas,
    operations: {
      read: { method: 'POST', path: '/reads', input: inputs.read, handle: () => map },
      /** Begins an epoch, if it is the next one; gives back the map as it is then. */
      publish: {
        method: 'POST',
        path: '/epochs',
        input: inputs.publish,
        handle({ epoch }) {
          if (epoch === map.epoch + 1) map = { epoch };
          return map;
        },
      },
    },
  });
}

function shardOf(key: string | undefined) {
  const { success, data } = stockShardSchema.safeParse(key);
  if (success) return data;
  throw new ServiceFailure(404, `there is no shard ${key}`);
}

const productIds = z.array(z.string());

/** What operations take. Made once for all worlds: a new schema is compiled anew, and starts slowly. */
const inputs = {
  copy: z.object({ productIds, from: stockShardSchema }),
  rows: z.object({ productIds }),
  read: z.object({}),
  publish: z.object({ epoch: z.int() }),
};
