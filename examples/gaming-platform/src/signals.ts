import { defineSignals, formatDuration, type WatchedSecond } from '@firedrill/core/scenario';
import { tickBudgetMs } from './domain.ts';
import { measures } from './measurements.ts';
import { reports } from './reports.ts';
import type { Game } from './types.ts';

const thousands = (count: number): string => count.toLocaleString('en-US');

/** Players are in the game, and not one tick has ended in this second. */
const isStill = ({ measured }: Pick<WatchedSecond<Game>, 'measured'>): boolean =>
  measured.ticks === 0 && measured.players > 0;

/** What makes an entry of the timeline. Each looks at measurements alone. */
export const signals = defineSignals<Game>()([
  {
    name: 'crowd-growing',
    severity: 'info',
    when: ({ measured }) => measured.entered >= 40,
    forSeconds: 3,
    text: ({ measured }) =>
      `players stream in: ${measured.entered} in this second, ${thousands(measured.players)} in the game`,
    shows: [measures.entered, measures.players],
    cleared: {
      name: 'crowd-full',
      forSeconds: 5,
      text: ({ measured }) => `the crowd is in: ${thousands(measured.players)} players`,
    },
  },
  {
    name: 'tick-over-budget',
    severity: 'warning',
    when: ({ measured }) => isStill({ measured }) || (measured.tick.p99 ?? 0) > tickBudgetMs,
    forSeconds: 3,
    text: ({ measured }) =>
      `the tick is over its budget of ${tickBudgetMs} ms: ${(measured.tick.p99 ?? 0).toFixed(0)} ms at the 99th percentile`,
    shows: [measures.tick],
    cleared: {
      name: 'tick-in-budget',
      forSeconds: 10,
      text: (_second, activeMs) =>
        `the tick is within its budget again, after ${formatDuration(activeMs)}`,
    },
  },
  {
    name: 'ticks-missed',
    severity: 'warning',
    when: ({ measured }) => measured.missedTicks >= 4,
    forSeconds: 3,
    text: ({ measured }) =>
      `the game stutters: ${measured.ticks} ticks in this second, ${measured.missedTicks} missed`,
    shows: [measures.ticks, measures.missedTicks],
  },
  {
    name: 'stalled',
    severity: 'critical',
    when: isStill,
    forSeconds: 2,
    text: ({ measured }) =>
      `the game stands still: no tick in two seconds, ${thousands(measured.inputsWaiting)} inputs wait`,
    shows: [measures.inputsWaiting, measures.players],
    cleared: {
      name: 'running-again',
      forSeconds: 10,
      text: (_second, activeMs) => `the game runs again, after ${formatDuration(activeMs)}`,
    },
  },
  {
    name: 'connections-lost',
    severity: 'critical',
    when: ({ measured }) => measured.playersLost >= 100,
    text: ({ measured }) =>
      `clients take the connection for lost: ${thousands(measured.playersLost)} of ${thousands(measured.players)} players`,
    shows: [measures.playersLost, measures.players],
  },
  {
    name: 'logins-failing',
    severity: 'warning',
    when: ({ measured }) => measured.loginFailures >= 5,
    forSeconds: 2,
    text: ({ measured }) => `logins fail: ${measured.loginFailures} in this second`,
    shows: [measures.loginFailures],
  },
  {
    name: 'pushes-piling-up',
    severity: 'warning',
    when: ({ measured }) => measured.pushesInFlight >= 15,
    forSeconds: 3,
    text: ({ measured }) => `pushes pile up: ${measured.pushesInFlight} under way at once`,
    shows: [measures.pushesInFlight],
  },
  {
    name: 'work-refused',
    severity: 'critical',
    when: ({ reported }) => reported.refusedEvents > 0,
    text: ({ reported }) =>
      `the queue is full: ${reported.refusedEvents} pieces of work refused in this second, vital or not`,
    shows: [reports.refusedEvents, reports.backlog],
  },
  {
    name: 'forbidden-moves',
    severity: 'warning',
    when: ({ measured }) => measured.forbiddenApplied >= 3,
    text: ({ measured }) =>
      `cheaters get through: ${measured.forbiddenApplied} impossible actions applied in this second`,
    shows: [measures.forbiddenApplied],
  },
  {
    name: 'shedding',
    severity: 'warning',
    when: ({ reported }) => reported.shed >= 5,
    forSeconds: 2,
    text: ({ reported }) => `shedding what is optional: ${reported.shed} pieces in this second`,
    shows: [reports.shed, measures.effectsSaidShed, measures.notificationsSaidShed],
    cleared: {
      name: 'shedding-over',
      forSeconds: 5,
      text: (_second, activeMs) => `nothing is shed any more, after ${formatDuration(activeMs)}`,
    },
  },
  {
    name: 'breaker-open',
    severity: 'warning',
    when: ({ reported }) => reported.breakersOpen + reported.breakersHalfOpen > 0,
    text: () => 'the circuit breaker of the push provider is open: nobody waits for it any more',
    shows: [reports.breakersOpen, reports.breakersHalfOpen],
    cleared: {
      name: 'breaker-closed',
      forSeconds: 3,
      text: (_second, activeMs) =>
        `the push provider answers again, after ${formatDuration(activeMs)}`,
    },
  },
]);
