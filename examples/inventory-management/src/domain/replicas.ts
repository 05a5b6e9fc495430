import { z } from 'zod';
import { type ShardName, shardNames } from './shards.ts';

/** The machines of the stock database: each has a copy of every shard, and is the primary of some. */
export const replicaNames = ['replica-a', 'replica-b', 'replica-c'] as const;
export type ReplicaName = (typeof replicaNames)[number];

/** The process that decides which replica is the primary of a shard. */
export const keeperName = 'keeper';

/** The stock database, with all that it is made of where it has replicas. */
export const stockDatabase = ['stock', ...replicaNames, keeperName] as const;

/** More than half of the replicas: any two of those groups have one in common. */
export const majority = Math.floor(replicaNames.length / 2) + 1;

/** Who is the primary of a shard at the beginning, in the first epoch. */
export const firstEpoch = 1;
export function firstPrimaryOf(shard: ShardName): ReplicaName {
  return replicaNames[shardNames.indexOf(shard) % replicaNames.length] ?? 'replica-a';
}

/** Whom a statement is meant for: whoever is not the primary in that epoch refuses it. */
export const placeSchema = z.object({
  replica: z.enum(replicaNames),
  epoch: z.int(),
  /** How many other replicas must have it before it is acknowledged. */
  copies: z.int().nonnegative(),
});
export type Place = z.infer<typeof placeSchema>;

/** How a replica stands with a shard. */
export interface Standing {
  readonly replica: ReplicaName;
  readonly shard: ShardName;
  /** The newest epoch that it knows of: it takes nothing of an older one. */
  readonly epoch: number;
  /** Whom it takes for the primary in that epoch; `undefined` while there is none. */
  readonly primary: ReplicaName | undefined;
  /** How far its log is: the epoch of the last entry, and how many there are. */
  readonly logEpoch: number;
  readonly position: number;
}

/** Whether the log of one has all that the log of the other has, and maybe more. */
export const isAhead = (one: Standing, other: Standing): boolean =>
  one.logEpoch === other.logEpoch ? one.position > other.position : one.logEpoch > other.logEpoch;
