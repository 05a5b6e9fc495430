import { counter, defineMeasures, gauge } from '@firedrill/core/scenario/measures';

/** What a shop says of itself: shown as its own word, and never judged by. */
export const reports = defineMeasures({
  backlog: gauge({ label: 'backlog', unit: 'count', chart: 'updates' }),
  missedUpdates: gauge({ label: 'missed, and kept', unit: 'count', chart: 'updates' }),
  breakersOpen: gauge({ label: 'breakers open', unit: 'count', chart: 'breakers' }),
  breakersHalfOpen: gauge({ label: 'breakers half-open', unit: 'count', chart: 'breakers' }),
  listeners: gauge({ label: 'listeners registered', unit: 'count' }),
  changes: counter({ label: 'changes of stock to be told' }),
  refusedUpdates: counter({ label: 'changes refused by a full queue' }),
  updateErrors: counter({ label: 'updates that failed' }),
  shortCircuited: counter({ label: 'updates not sent: breaker open' }),
  caughtUp: counter({ label: 'missed updates delivered later' }),
  unknownOutcomes: counter({ label: 'unknown outcomes asked about' }),
  undoneOrders: counter({ label: 'orders undone' }),
  reservedAgain: counter({ label: 'carts held again at the checkout' }),
});
