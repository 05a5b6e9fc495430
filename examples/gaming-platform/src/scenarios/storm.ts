import type { Fault, Latency } from '@firedrill/core/services';
import type { Storm } from '@firedrill/core/scenario';
import { constantLoad, type LoadProfile, sequence, steps } from '@firedrill/core/workload';
import type { Game } from '../types.ts';
import { eventPlayers, ordinaryPlayers, replacedPerSecond, type Settings } from '../settings.ts';

const second = 1_000;

/** 18:00:00 to 18:02:10: players come back after maintenance, at 18:00:18 the event begins. */
const fillMs = 10 * second;
const eventFromMs = 18 * second;
const eventFullMs = 30 * second;
export const slowFromMs = 40 * second;
export const hangFromMs = 58 * second;
const hangToMs = 70 * second;
export const slowToMs = 82 * second;
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
    { ...slow, id: 'push-slow', fromMs: slowFromMs, toMs: hangFromMs, latency },
    { kind: 'hang', id: 'push-hang', service: 'push', fromMs: hangFromMs, toMs: hangToMs },
    { ...slow, id: 'push-slow-again', fromMs: hangToMs, toMs: slowToMs, latency },
    { kind: 'error', service: 'rewards', ...rush, share: failingShare },
    { kind: 'drop-response', service: 'rewards', ...rush, share: lostAnswerShare },
    { kind: 'error', service: 'leaderboard', ...rush, share: failingShare },
    { kind: 'error', service: 'storage', ...rush, share: failingShare },
    { kind: 'slow', service: 'storage', ...rush, factor: 10, share: lostAnswerShare },
  ];
}

/** The faults that are named by the cause. */
export const pushIds: readonly string[] = ['push-slow', 'push-hang', 'push-slow-again'];

/** Players who wait for the end of the maintenance: where it lets them in one by one, half of those of the event. */
const firstPlayers = (settings: Settings): number =>
  settings.loginQueue ? eventPlayers(settings) / 2 : ordinaryPlayers(settings);

/** A shard that fills, and keeps its players. */
function evening(settings: Settings, players: number, durationMs: number): LoadProfile {
  const fullMs = Math.min(fillMs, durationMs / 2);
  return steps([
    { ratePerSecond: (players * second) / fullMs, durationMs: fullMs },
    { ratePerSecond: replacedPerSecond(players, settings), durationMs: durationMs - fullMs },
  ]);
}

interface Event {
  readonly players: number;
  readonly fromMs: number;
  readonly fullMs: number;
  readonly durationMs: number;
}

/** An ordinary evening, until more come, and stay. */
function event(settings: Settings, { players, fromMs, fullMs, durationMs }: Event): LoadProfile {
  const ordinary = firstPlayers(settings);
  return sequence([
    evening(settings, ordinary, fromMs),
    constantLoad({
      ratePerSecond: ((players - ordinary) * second) / (fullMs - fromMs),
      durationMs: fullMs - fromMs,
    }),
    constantLoad({
      ratePerSecond: replacedPerSecond(players, settings),
      durationMs: durationMs - fullMs,
    }),
  ]);
}

export const storm: Storm<Game> = {
  durationMs: endMs,
  load(settings) {
    return event(settings, {
      players: eventPlayers(settings),
      fromMs: eventFromMs,
      fullMs: eventFullMs,
      durationMs: endMs,
    });
  },
  ordinaryLoad: (settings) => evening(settings, ordinaryPlayers(settings), endMs),
  // Players stay: a shape says how many of them are there.
  shapedLoad({ shape, factor, durationMs }, settings) {
    const ordinary = firstPlayers(settings);
    if (shape === 'constant') return evening(settings, ordinary * factor, durationMs);
    const fromMs = durationMs / 4;
    return event(settings, {
      players: Math.max(ordinary, eventPlayers(settings) * factor),
      fromMs,
      fullMs: fromMs + Math.min(eventFullMs - eventFromMs, fromMs),
      durationMs,
    });
  },
  faults,
  story: [
    { atMs: 0, text: 'the shard opens after maintenance' },
    { atMs: eventFromMs, text: 'the weekend event begins' },
    { atMs: slowToMs, text: 'the push provider is well again' },
  ],
};
