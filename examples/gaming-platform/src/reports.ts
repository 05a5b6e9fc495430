import { counter, defineMeasures, gauge } from '@firedrill/core/scenario/measures';

/** What a shard says of itself. Shown as its own word; nothing is judged by it. */
export const reports = defineMeasures({
  backlog: gauge({ label: 'backlog', unit: 'count', chart: 'waiting' }),
  breakersOpen: gauge({ label: 'open', unit: 'count', chart: 'breakers' }),
  breakersHalfOpen: gauge({ label: 'half-open', unit: 'count', chart: 'breakers' }),
  refusedEvents: counter({ label: 'refused and forgotten', chart: 'shed' }),
  shed: counter({ label: 'shed', chart: 'shed' }),
  actionsRefused: counter({ label: 'actions refused' }),
});
