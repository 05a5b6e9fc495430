import type { Fault, Latency } from '@firedrill/core/services';
import type { Storm } from '@firedrill/core/scenario';
import { steps } from '@firedrill/core/workload';
import { eventPlayers, ordinaryPlayers, replacedPerSecond, type Settings } from '../settings.ts';

const second = 1_000;

/** 18:00:00 to 18:02:10: players come back after maintenance, at 18:00:18 the event begins. */
const fillMs = 10 * second;
const eventFromMs = 18 * second;
const eventFullMs = 30 * second;
const slowFromMs = 40 * second;
const hangFromMs = 58 * second;
const hangToMs = 70 * second;
const slowToMs = 82 * second;
const faultsToMs = 95 * second;
const endMs = 130 * second;

/** Share of calls that fail, or whose answer is lost, while everybody's services are under load. */
const failingShare = 0.03;
const lostAnswerShare = 0.02;

/** What a push takes while its provider is slow. */
export const slowPush = ({ pushSlowMs }: Settings): Latency => ({
  p50Ms: pushSlowMs,
  p99Ms: 2 * pushSlowMs,
});

function faults(settings: Settings): readonly Fault[] {
  const rush = { fromMs: slowFromMs, toMs: faultsToMs };
  const slow = { kind: 'slow', service: 'push' } as const;
  const latency = slowPush(settings);
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
