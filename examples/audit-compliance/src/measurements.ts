import {
  type Charts,
  counter,
  defineMeasures,
  gauge,
  histogram,
} from '@firedrill/core/scenario/measures';

/** The charts of a run. */
export const charts = {
  rate: { title: 'Requests', unit: 'per-second' },
  latency: { title: 'Time to the answer', unit: 'ms', scale: 'log' },
  entries: { title: 'Entries on their way', unit: 'count' },
  load: { title: 'Requests and connections', unit: 'count' },
  crashes: { title: 'Crashes', unit: 'per-second' },
} as const satisfies Charts;

/** What the world outside measures: the staff, the patients, the auditors. */
export const measures = defineMeasures({
  requests: counter({ label: 'requests', chart: 'rate' }),
  asked: counter({ label: 'asked' }),
  answered: counter({ label: 'answered', chart: 'rate' }),
  presses: counter({ label: 'presses of a button' }),
  retries: counter({ label: 'tried again', chart: 'rate' }),
  failedAttempts: counter({ label: 'attempts that failed' }),
  timedOutAttempts: counter({ label: 'attempts that took too long' }),
  gaveUp: counter({ label: 'given up' }),
  timeToAnswer: histogram({ label: 'time to the answer', unit: 'ms', chart: 'latency' }),
  requestsInFlight: gauge({ label: 'requests in flight', unit: 'count', chart: 'load' }),
  connectionsInUse: gauge({ label: 'connections in use', unit: 'count', chart: 'load' }),
  connectionsWaiting: gauge({ label: 'waiting for one', unit: 'count', chart: 'load' }),
  crashes: counter({ label: 'crashes', chart: 'crashes' }),
  unlawful: gauge({ label: 'unlawful accesses granted', unit: 'count' }),
});
