import { ruleWords } from '@firedrill/core/scenario';
import { allShards, neededForMoving } from '../domain/resharding.ts';
import type { Inventory } from '../types.ts';

const { invariant, objective, only } = ruleWords<Inventory>();

/** What adding a shard may not cost, and what it may. */
export const reshardingRules = only(({ reshard }) => reshard, {
  'one-owner': invariant(
    'a row is with one shard at a time',
    'doubly owned row',
    ({ truth }) => truth.moving?.ownedTwice ?? 0,
  ),
  'moves-lose-nothing': invariant(
    'what a shard takes over of a row is all that the one before had',
    'lost change',
    ({ truth }) => truth.moving?.lostChanges ?? 0,
  ),
  'few-rows-move': invariant(
    'of the rows no more move than the new shard has to have',
    'needless move',
    ({ truth }) => {
      const rows = truth.catalogue.all.length;
      return Math.max(0, (truth.moving?.moved ?? 0) - mostMoved(rows));
    },
  ),
  'rows-come-to-their-shard': invariant(
    'in the end each row is with the shard that it belongs to',
    'misplaced row',
    ({ truth }) => truth.moving?.misplaced() ?? 0,
  ),
  'pause-is-short': objective(
    'a row that moves can be asked again soon, when all else is well',
    ({ truth }) => truth.moving?.longestPauseMs,
    {
      under: 500,
      unit: 'ms',
      of: 'at the longest',
      needs: neededForMoving,
    },
  ),
});

/**
 * A fair share of the rows is the new shard's; on a ring with 64 points each its share is within three tenths of that, and
 * where there are few rows chance may give it some more: three standard deviations.
 */
export function mostMoved(rows: number): number {
  const share = 1 / allShards.length;
  return Math.floor(1.3 * share * rows + 3 * Math.sqrt(share * (1 - share) * rows));
}
