import { defineService } from '@firedrill/core/services';
import { z } from 'zod';
import { type ReplicaName, replicaNames } from '../domain/replicas.ts';
import { shardNames } from '../domain/shards.ts';
import type { Replicas } from '../truth/replicas.ts';
import { latencies } from './latencies.ts';

/** What a machine of the stock database does for whoever decides which one is the primary. */
const replicaService = (name: ReplicaName, replicas: Replicas) =>
  defineService({
    name,
    baseUrl: `https://${name}.stock.example`,
    latency: latencies.stock,
    operations: {
      /** How it stands with each shard. */
      standings: {
        method: 'POST',
        path: '/standings',
        input: inputs.standings,
        handle: () => ({ standings: replicas.standings(name) }),
      },
      /** Promises to take nothing of an older epoch. */
      raise: {
        method: 'POST',
        path: '/epochs',
        input: inputs.inEpoch,
        handle: ({ shard, epoch }) => replicas.raise(name, shard, epoch),
      },
      /** Makes it the primary in an epoch that it has promised. */
      promote: {
        method: 'POST',
        path: '/promotions',
        input: inputs.inEpoch,
        handle: ({ shard, epoch }) => ({ isPrimary: replicas.promote(name, shard, epoch) }),
      },
    },
  });

const inputs = {
  standings: z.object({}),
  inEpoch: z.object({ shard: z.enum(shardNames), epoch: z.int() }),
};

type ReplicaServices = Readonly<Record<ReplicaName, ReturnType<typeof replicaService>>>;

/** The three machines; none where the stock database is one. */
export function replicaServices(replicas: Replicas | undefined): Partial<ReplicaServices> {
  if (replicas === undefined) return {};
  const [a, b, c] = replicaNames;
  return {
    [a]: replicaService(a, replicas),
    [b]: replicaService(b, replicas),
    [c]: replicaService(c, replicas),
  };
}
