import {
  type Explanation,
  formatClock,
  formatValue,
  type Judged,
  type Lesson,
  type Link,
  plural,
} from '@firedrill/core/scenario';
import { tickBudgetMs } from '../domain.ts';
import { stoodStillMs } from '../figures.ts';
import type { Game } from '../types.ts';
import { slowFromMs, slowToMs } from './storm.ts';

type Phase = Judged<Game>;

/** When the run begins, for clocks in sentences. */
export const startsAt = '2026-06-06T18:00:00Z';

/** From the cause to the first victim, in figures of this run. */
export const explain = (phase: Phase): Explanation => ({
  chain: chain(phase),
  lessons: lessons(phase),
});

function chain(phase: Phase): readonly Link[] {
  const { firstSignals, measured, seconds, faults, settings } = phase;
  const stalledAtMs = firstSignals.get('stalled');
  if (stalledAtMs === undefined) return [];
  const fault = faults.find(({ service }) => service === 'push');
  const during = seconds.filter(({ atMs }) => atMs > slowFromMs && atMs <= slowToMs);
  const ticks = during.reduce((sum, { values }) => sum + values.ticks, 0);
  const lostAtMs = firstSignals.get('connections-lost');
  const runsAtMs = firstSignals.get('running-again');
  return [
    ...(fault === undefined
      ? []
      : [
          {
            kind: 'cause' as const,
            text: `from ${formatClock(startsAt, fault.fromMs)} a push takes ${formatValue(settings.pushSlowMs, 'ms')} instead of 10 ms, and later does not come back at all`,
          },
        ]),
    {
      kind: 'resource',
      text: `the tick waits for each of them: ${plural(ticks, 'tick')} end while the provider is in trouble, and ${formatValue((slowToMs - slowFromMs) / settings.tickMs, 'count')} were due`,
    },
    {
      kind: 'victim',
      text: `at ${formatClock(startsAt, stalledAtMs)} the game stands still for everybody, also for those who earned nothing`,
    },
    ...(lostAtMs === undefined
      ? []
      : [
          {
            kind: 'victim' as const,
            text: `at ${formatClock(startsAt, lostAtMs)} players take their connection for lost, ${formatValue(measured.playersLost.peak, 'count')} at once in the end`,
          },
        ]),
    ...(runsAtMs === undefined || runsAtMs <= slowToMs
      ? []
      : [
          {
            kind: 'persistence' as const,
            text: `the provider is well at ${formatClock(startsAt, slowToMs)}, and the game runs again ${formatValue(runsAtMs - slowToMs, 'ms')} later: what had piled up is done first`,
          },
        ]),
  ];
}

function lessons(phase: Phase): readonly Lesson[] {
  const { measured, truth } = phase;
  const still = stoodStillMs(phase);
  const { totals } = truth;
  const lost = truth.lostRewards().length;
  const p99 = measured.tick.p99;
  const all: readonly (Lesson | false)[] = [
    still > 0 && {
      text: `For ${formatValue(still, 'ms')} not one tick ended. What a tick awaits, every player awaits: hand it on, and let the tick go.`,
    },
    totals.forbiddenApplied > 0 && {
      text: `${plural(totals.forbiddenApplied, 'impossible action')} became state before anybody looked: check first, apply then.`,
    },
    lost + totals.doubleRewards > 0 && {
      text: `${plural(lost, 'reward')} were lost and ${plural(totals.doubleRewards, 'reward')} came twice: what must get done is kept until it is done, under a key.`,
    },
    p99 !== undefined &&
      p99 < tickBudgetMs && {
        text: `The tick kept to ${formatValue(p99, 'ms')} at the 99th percentile; ${plural(measured.effectsSaidShed.total, 'effect')} and ${plural(measured.notificationsSaidShed.total, 'notification')} were shed instead, and said so.`,
      },
    p99 !== undefined &&
      p99 >= tickBudgetMs && {
        text: `A player was sent ${formatValue(measured.bytesSent.total / Math.max(1, measured.players.peak), 'bytes')} in all: telling everybody everything grows with the square of the players.`,
      },
  ];
  return all.filter((lesson) => lesson !== false).slice(0, 4);
}
