import { counter, defineMeasures, gauge } from '@firedrill/core/scenario/measures';

/** What a platform says of itself. Shown as its own word; nothing is judged by it. */
export const reports = defineMeasures({
  backlog: gauge({ label: 'backlog', unit: 'count', chart: 'queue' }),
  breakersOpen: gauge({ label: 'open', unit: 'count', chart: 'breakers' }),
  breakersHalfOpen: gauge({ label: 'half-open', unit: 'count', chart: 'breakers' }),
  refusedEvents: counter({ label: 'events refused by a full queue' }),
  shedEvents: counter({ label: 'events shed' }),
  webhookRetries: counter({ label: 'webhooks tried again' }),
  deadLettered: counter({ label: 'webhooks given up for now' }),
  replayed: counter({ label: 'dead letters replayed' }),
});
