import { backorderBugs } from './backorders.ts';
import { downstreamBugs, elusiveDownstreamBugs } from './downstreams.ts';
import { fairnessBugs } from './fairness.ts';
import { miscountBugs } from './miscounts.ts';
import { orderBugs } from './orders.ts';
import { replicaBugs } from './replicas.ts';
import { reshardingBugs } from './resharding.ts';
import { rowLockBugs } from './row-locks.ts';
import { stockBugs } from './stock.ts';

/** Bugs in the hardened shop, each of which breaks a rule of `recovery` with seed 1. */
export const planted = [
  ...orderBugs,
  ...stockBugs,
  ...downstreamBugs,
  ...fairnessBugs,
  ...miscountBugs,
  ...replicaBugs,
  ...reshardingBugs,
  ...rowLockBugs,
  ...backorderBugs,
];

/** Bugs that `recovery` does not show with seed 1: for storms at random. */
export const elusive = [...elusiveDownstreamBugs];
