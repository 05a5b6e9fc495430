import type { SampleValues, Watcher } from '@firedrill/core/scenario';

import { tickBudgetMs } from './checks.ts';

const value = (values: SampleValues, name: string): number => values[name] ?? 0;
const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
const thousands = (count: number): string => count.toLocaleString('en-US');

/** Players are in the game, and not one tick has ended in this second. */
const isStill = (values: SampleValues): boolean =>
  value(values, 'ticks') === 0 && value(values, 'players') > 0;

/** What makes an entry of the timeline. Each looks at measurements alone. */
export const watchers: readonly Watcher[] = [
  {
    name: 'crowd-growing',
    severity: 'info',
    when: (values) => value(values, 'entered') >= 40,
    forSeconds: 3,
    text: (values) =>
      `players stream in: ${value(values, 'entered')} in this second, ${thousands(value(values, 'players'))} in the game`,
    shows: ['entered', 'players'],
    cleared: {
      name: 'crowd-full',
      forSeconds: 5,
      text: (values) => `the crowd is in: ${thousands(value(values, 'players'))} players`,
    },
  },
  {
    name: 'tick-over-budget',
    severity: 'warning',
    when: (values) => isStill(values) || value(values, 'tickP99Ms') > tickBudgetMs,
    forSeconds: 3,
    text: (values) =>
      `the tick is over its budget of ${tickBudgetMs} ms: ${value(values, 'tickP99Ms').toFixed(0)} ms at the 99th percentile`,
    shows: ['tickP50Ms', 'tickP99Ms'],
    cleared: {
      name: 'tick-in-budget',
      forSeconds: 10,
      text: (_values, activeMs) =>
        `the tick is within its budget again, after ${seconds(activeMs)}`,
    },
  },
  {
    name: 'ticks-missed',
    severity: 'warning',
    when: (values) => value(values, 'missedTicks') >= 4,
    forSeconds: 3,
    text: (values) =>
      `the game stutters: ${value(values, 'ticks')} ticks in this second, ${value(values, 'missedTicks')} missed`,
    shows: ['ticks', 'missedTicks'],
  },
  {
    name: 'stalled',
    severity: 'critical',
    when: isStill,
    forSeconds: 2,
    text: (values) =>
      `the game stands still: no tick in two seconds, ${thousands(value(values, 'inputsWaiting'))} inputs wait`,
    shows: ['inputsWaiting', 'players'],
    cleared: {
      name: 'running-again',
      forSeconds: 10,
      text: (_values, activeMs) => `the game runs again, after ${seconds(activeMs)}`,
    },
  },
  {
    name: 'connections-lost',
    severity: 'critical',
    when: (values) => value(values, 'playersLost') >= 100,
    text: (values) =>
      `clients take the connection for lost: ${thousands(value(values, 'playersLost'))} of ${thousands(value(values, 'players'))} players`,
    shows: ['playersLost', 'players'],
  },
  {
    name: 'logins-failing',
    severity: 'warning',
    when: (values) => value(values, 'loginFailures') >= 5,
    forSeconds: 2,
    text: (values) => `logins fail: ${value(values, 'loginFailures')} in this second`,
    shows: ['loginFailures'],
  },
  {
    name: 'pushes-piling-up',
    severity: 'warning',
    when: (values) => value(values, 'pushesInFlight') >= 15,
    forSeconds: 3,
    text: (values) => `pushes pile up: ${value(values, 'pushesInFlight')} under way at once`,
    shows: ['pushesInFlight'],
  },
  {
    name: 'work-refused',
    severity: 'critical',
    when: (values) => value(values, 'refusedEvents') > 0,
    text: (values) =>
      `the queue is full: ${value(values, 'refusedEvents')} pieces of work refused in this second, vital or not`,
    shows: ['refusedEvents', 'backlog'],
  },
  {
    name: 'forbidden-moves',
    severity: 'warning',
    when: (values) => value(values, 'forbiddenApplied') >= 3,
    text: (values) =>
      `cheaters get through: ${value(values, 'forbiddenApplied')} impossible actions applied in this second`,
    shows: ['forbiddenApplied'],
  },
  {
    name: 'ticks-breaking-off',
    severity: 'critical',
    when: (values) => value(values, 'ticksThatThrew') > 0,
    text: (values) =>
      `${value(values, 'ticksThatThrew')} ticks broke off in this second: the inputs behind the error are lost`,
    shows: ['ticksThatThrew'],
  },
  {
    name: 'listeners-leaking',
    severity: 'warning',
    when: (values) => value(values, 'leftBehind') > 100,
    text: (values) => `${value(values, 'leftBehind')} listeners of players who have left`,
    shows: ['leftBehind'],
  },
  {
    name: 'shedding',
    severity: 'warning',
    when: (values) => value(values, 'shed') >= 5,
    forSeconds: 2,
    text: (values) =>
      `shedding what is optional: ${value(values, 'shed')} in this second, ${thousands(value(values, 'shedCosmetics'))} effects and ${thousands(value(values, 'shedNotifications'))} notifications so far`,
    shows: ['shed', 'shedCosmetics', 'shedNotifications'],
    cleared: {
      name: 'shedding-over',
      forSeconds: 5,
      text: (values, activeMs) =>
        `nothing is shed any more, after ${seconds(activeMs)}: ${thousands(value(values, 'shedCosmetics'))} effects and ${thousands(value(values, 'shedNotifications'))} notifications in all`,
    },
  },
  {
    name: 'breaker-open',
    severity: 'warning',
    when: (values) => value(values, 'breakersOpen') + value(values, 'breakersHalfOpen') > 0,
    text: () => 'the circuit breaker of the push provider is open: nobody waits for it any more',
    shows: ['breakersOpen', 'breakersHalfOpen'],
    cleared: {
      name: 'breaker-closed',
      forSeconds: 3,
      text: (_values, activeMs) => `the push provider answers again, after ${seconds(activeMs)}`,
    },
  },
];
