import {
  type Charts,
  counter,
  defineMeasures,
  gauge,
  histogram,
} from '@firedrill/core/scenario/measures';

/** The charts of a run. */
export const charts = {
  players: { title: 'Players', unit: 'count' },
  tick: { title: 'Tick, from due to done', unit: 'ms', scale: 'log' },
  ticks: { title: 'Ticks', unit: 'per-second' },
  lag: { title: 'From an action to its answer', unit: 'ms', scale: 'log' },
  waiting: { title: 'Waiting', unit: 'count' },
  traffic: { title: 'Sent to players', unit: 'bytes', scale: 'log' },
  shed: { title: 'Shed in a second', unit: 'per-second' },
  breakers: { title: 'Circuit breakers', unit: 'count' },
} as const satisfies Charts;

/** What the world outside measures: players, the gate, and the services. */
export const measures = defineMeasures({
  players: gauge({ label: 'in the game', unit: 'count', chart: 'players' }),
  playersLost: gauge({ label: 'connection lost', unit: 'count', chart: 'players' }),
  logins: counter({ label: 'logins' }),
  entered: counter({ label: 'players who got in' }),
  loginFailures: counter({ label: 'logins that failed' }),
  gaveUp: counter({ label: 'players who gave up' }),
  login: histogram({ label: 'time to get in', unit: 'ms' }),
  connectionsLost: counter({ label: 'connections lost' }),
  /** Each tick from the moment at which it was due to the end of its work, missed ones included. */
  tick: histogram({ label: 'tick', unit: 'ms', chart: 'tick' }),
  ticks: counter({ label: 'ticks', chart: 'ticks' }),
  missedTicks: counter({ label: 'missed', chart: 'ticks' }),
  /** Milliseconds from the beginning of a tick to its end. */
  tickWork: histogram({ label: 'work of a tick', unit: 'ms' }),
  inputLag: histogram({ label: 'action to answer', unit: 'ms', chart: 'lag' }),
  actions: counter({ label: 'actions answered' }),
  inputsWaiting: gauge({ label: 'inputs', unit: 'count', chart: 'waiting' }),
  pushesInFlight: gauge({ label: 'pushes under way', unit: 'count', chart: 'waiting' }),
  bytesSent: counter({ label: 'sent in a second', unit: 'bytes', chart: 'traffic' }),
  forbiddenApplied: counter({ label: 'impossible actions applied' }),
  doubleRewards: counter({ label: 'rewards granted twice' }),
  timeToCatch: histogram({ label: 'time to catch a cheater', unit: 'ms' }),
  effectsSaidShed: counter({ label: 'effects said to be shed' }),
  notificationsSaidShed: counter({ label: 'notifications said to be shed' }),
});
