import { ruleWords } from '@firedrill/core/scenario';
import type { Inventory } from '../types.ts';

const { invariant, objective, only } = ruleWords<Inventory>();

/** What a failover may not cost, and what it may. */
export const replicaRules = only(({ replicas }) => replicas, {
  'one-primary': invariant(
    'a primary acknowledges nothing when another has been made in its place',
    'outvoted change',
    ({ truth }) => truth.replicas?.outvoted ?? 0,
  ),
  'acknowledged-survives': invariant(
    'what was acknowledged is there after a failover',
    'lost change',
    ({ truth }) => truth.replicas?.lostChanges ?? 0,
  ),
  'told-and-held': invariant(
    'who is told that units are held has them, also after a failover',
    'silent loss',
    ({ truth }) => truth.silentLosses,
  ),
  'primary-stays': invariant(
    'a primary that is well is not replaced',
    'needless election',
    ({ truth }) => truth.replicas?.needlessElections ?? 0,
  ),
  'failover-is-soon': objective(
    'a shard can be asked again soon after its primary is gone, when all else is well',
    ({ truth }) => truth.replicas?.longestRefusedMs,
    // Three beats are missed, a second apart, the last is waited for, and then the promotion.
    { under: 6_000, unit: 'ms', of: 'at the longest', needs: [] },
  ),
});
