import { ruleWords } from '@firedrill/core/scenario';
import { stockDatabase } from '../domain/replicas.ts';
import type { Inventory } from '../types.ts';

const { invariant, objective, only } = ruleWords<Inventory>();

/** What a shop keeps to whose rows are locked by one statement at a time. */
export const rowLockRules = only(({ rowLockMs }) => rowLockMs > 0, {
  'rows-are-not-waited-for': objective(
    'what everybody wants keeps no connections from the rest: few statements wait for one row',
    ({ measured }) => measured.rowLine.peak,
    // Half of the connections of a shard.
    { atMost: 2, unit: 'count', of: 'statements at once', needs: [...stockDatabase, 'app'] },
  ),
  'last-units-are-found': invariant(
    'nobody is told that it is sold out while there are enough on sale',
    'false refusal',
    ({ truth }) => truth.lastUnits?.notFound ?? 0,
  ),
});
