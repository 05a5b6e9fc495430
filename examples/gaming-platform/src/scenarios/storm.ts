import type { Fault } from '@firedrill/core/services';
import type { Storm } from '@firedrill/core/scenario';
import { steps } from '@firedrill/core/workload';
import { eventPlayers, ordinaryPlayers, replacedPerSecond, type Settings } from '../settings.ts';

const second = 1_000;

/** 18:00:00 to 18:02:30: players come back after maintenance, at 18:00:30 the event begins. */
const fillMs = 15 * second;
const eventFromMs = 30 * second;
const eventFullMs = 45 * second;
const slowFromMs = 55 * second;
const hangFromMs = 75 * second;
const hangToMs = 90 * second;
const slowToMs = 105 * second;
const faultsToMs = 115 * second;
const endMs = 150 * second;

/** Share of calls that fail, or whose answer is lost, while everybody's services are under load. */
const failingShare = 0.03;
const lostAnswerShare = 0.02;

function faults({ pushSlowMs }: Settings): readonly Fault[] {
  const rush = { fromMs: eventFullMs, toMs: faultsToMs };
  const slow = { kind: 'slow', service: 'push' } as const;
  const latency = { p50Ms: pushSlowMs, p99Ms: 2 * pushSlowMs };
  return [
    { ...slow, fromMs: slowFromMs, toMs: hangFromMs, latency },
    { kind: 'hang', service: 'push', fromMs: hangFromMs, toMs: hangToMs },
    { ...slow, fromMs: hangToMs, toMs: slowToMs, latency },
    { kind: 'error', service: 'rewards', ...rush, share: failingShare },
    { kind: 'drop-response', service: 'rewards', ...rush, share: lostAnswerShare },
    { kind: 'error', service: 'leaderboard', ...rush, share: failingShare },
    { kind: 'error', service: 'storage', ...rush, share: failingShare },
    { kind: 'slow', service: 'storage', ...rush, factor: 10, share: lostAnswerShare },
  ];
}

/** The weekend event, the same for every implementation. */
export const storm: Storm<Settings> = {
  durationMs: endMs,
  load(settings) {
    const ordinary = ordinaryPlayers(settings);
    const event = eventPlayers(settings);
    return steps([
      { ratePerSecond: (ordinary * second) / fillMs, durationMs: fillMs },
      {
        ratePerSecond: replacedPerSecond(ordinary, settings),
        durationMs: eventFromMs - fillMs,
      },
      {
        ratePerSecond: ((event - ordinary) * second) / (eventFullMs - eventFromMs),
        durationMs: eventFullMs - eventFromMs,
      },
      { ratePerSecond: replacedPerSecond(event, settings), durationMs: endMs - eventFullMs },
    ]);
  },
  faults,
  story: [
    { atMs: 0, text: 'the shard opens after maintenance' },
    { atMs: eventFromMs, text: 'the weekend event begins' },
    { atMs: slowToMs, text: 'the push provider is well again' },
  ],
};
