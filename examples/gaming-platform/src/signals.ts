import { inSeconds, type SampleValues, valueOf, type Watcher } from '@firedrill/core/scenario';

import { tickBudgetMs } from './checks.ts';

const thousands = (count: number): string => count.toLocaleString('en-US');

/** Players are in the game, and not one tick has ended in this second. */
const isStill = (values: SampleValues): boolean =>
  valueOf(values, 'ticks') === 0 && valueOf(values, 'players') > 0;

/** What makes an entry of the timeline. Each looks at measurements alone. */
export const watchers: readonly Watcher[] = [
  {
    name: 'crowd-growing',
    severity: 'info',
    when: (values) => valueOf(values, 'entered') >= 40,
    forSeconds: 3,
    text: (values) =>
      `players stream in: ${valueOf(values, 'entered')} in this second, ${thousands(valueOf(values, 'players'))} in the game`,
    shows: ['entered', 'players'],
    cleared: {
      name: 'crowd-full',
      forSeconds: 5,
      text: (values) => `the crowd is in: ${thousands(valueOf(values, 'players'))} players`,
    },
  },
  {
    name: 'tick-over-budget',
    severity: 'warning',
    when: (values) => isStill(values) || valueOf(values, 'tickP99Ms') > tickBudgetMs,
    forSeconds: 3,
    text: (values) =>
      `the tick is over its budget of ${tickBudgetMs} ms: ${valueOf(values, 'tickP99Ms').toFixed(0)} ms at the 99th percentile`,
    shows: ['tickP50Ms', 'tickP99Ms'],
    cleared: {
      name: 'tick-in-budget',
      forSeconds: 10,
      text: (_values, activeMs) =>
        `the tick is within its budget again, after ${inSeconds(activeMs)}`,
    },
  },
  {
    name: 'ticks-missed',
    severity: 'warning',
    when: (values) => valueOf(values, 'missedTicks') >= 4,
    forSeconds: 3,
    text: (values) =>
      `the game stutters: ${valueOf(values, 'ticks')} ticks in this second, ${valueOf(values, 'missedTicks')} missed`,
    shows: ['ticks', 'missedTicks'],
  },
  {
    name: 'stalled',
    severity: 'critical',
    when: isStill,
    forSeconds: 2,
    text: (values) =>
      `the game stands still: no tick in two seconds, ${thousands(valueOf(values, 'inputsWaiting'))} inputs wait`,
    shows: ['inputsWaiting', 'players'],
    cleared: {
      name: 'running-again',
      forSeconds: 10,
      text: (_values, activeMs) => `the game runs again, after ${inSeconds(activeMs)}`,
    },
  },
  {
    name: 'connections-lost',
    severity: 'critical',
    when: (values) => valueOf(values, 'playersLost') >= 100,
    text: (values) =>
      `clients take the connection for lost: ${thousands(valueOf(values, 'playersLost'))} of ${thousands(valueOf(values, 'players'))} players`,
    shows: ['playersLost', 'players'],
  },
  {
    name: 'logins-failing',
    severity: 'warning',
    when: (values) => valueOf(values, 'loginFailures') >= 5,
    forSeconds: 2,
    text: (values) => `logins fail: ${valueOf(values, 'loginFailures')} in this second`,
    shows: ['loginFailures'],
  },
  {
    name: 'pushes-piling-up',
    severity: 'warning',
    when: (values) => valueOf(values, 'pushesInFlight') >= 15,
    forSeconds: 3,
    text: (values) => `pushes pile up: ${valueOf(values, 'pushesInFlight')} under way at once`,
    shows: ['pushesInFlight'],
  },
  {
    name: 'work-refused',
    severity: 'critical',
    when: (values) => valueOf(values, 'refusedEvents') > 0,
    text: (values) =>
      `the queue is full: ${valueOf(values, 'refusedEvents')} pieces of work refused in this second, vital or not`,
    shows: ['refusedEvents', 'backlog'],
  },
  {
    name: 'forbidden-moves',
    severity: 'warning',
    when: (values) => valueOf(values, 'forbiddenApplied') >= 3,
    text: (values) =>
      `cheaters get through: ${valueOf(values, 'forbiddenApplied')} impossible actions applied in this second`,
    shows: ['forbiddenApplied'],
  },
  {
    name: 'ticks-breaking-off',
    severity: 'critical',
    when: (values) => valueOf(values, 'ticksThatThrew') > 0,
    text: (values) =>
      `${valueOf(values, 'ticksThatThrew')} ticks broke off in this second: the inputs behind the error are lost`,
    shows: ['ticksThatThrew'],
  },
  {
    name: 'listeners-leaking',
    severity: 'warning',
    when: (values) => valueOf(values, 'leftBehind') > 100,
    text: (values) => `${valueOf(values, 'leftBehind')} listeners of players who have left`,
    shows: ['leftBehind'],
  },
  {
    name: 'shedding',
    severity: 'warning',
    when: (values) => valueOf(values, 'shed') >= 5,
    forSeconds: 2,
    text: (values) =>
      `shedding what is optional: ${valueOf(values, 'shed')} in this second, ${thousands(valueOf(values, 'shedCosmetics'))} effects and ${thousands(valueOf(values, 'shedNotifications'))} notifications so far`,
    shows: ['shed', 'shedCosmetics', 'shedNotifications'],
    cleared: {
      name: 'shedding-over',
      forSeconds: 5,
      text: (values, activeMs) =>
        `nothing is shed any more, after ${inSeconds(activeMs)}: ${thousands(valueOf(values, 'shedCosmetics'))} effects and ${thousands(valueOf(values, 'shedNotifications'))} notifications in all`,
    },
  },
  {
    name: 'breaker-open',
    severity: 'warning',
    when: (values) => valueOf(values, 'breakersOpen') + valueOf(values, 'breakersHalfOpen') > 0,
    text: () => 'the circuit breaker of the push provider is open: nobody waits for it any more',
    shows: ['breakersOpen', 'breakersHalfOpen'],
    cleared: {
      name: 'breaker-closed',
      forSeconds: 3,
      text: (_values, activeMs) => `the push provider answers again, after ${inSeconds(activeMs)}`,
    },
  },
];
