import { planCapacity, predictPool } from '@firedrill/core/capacity';
import { isNextStep, kneeOf, type ScaleScenario, type ScaleStep } from '@firedrill/core/scenario';
import { meanLatencyMs } from '@firedrill/core/services';
import { tickBudgetMs } from '../checks.ts';
import type { GameSystem } from '../system.ts';
import { latencies } from '../services.ts';
import { eventPlayers, ordinaryPlayers, type Settings } from '../settings.ts';
import type { World } from '../world.ts';
import { slowPush } from './storm.ts';
import {
  followUpLoad,
  hardenedTickMs,
  plainTickMs,
  pushesPerSecond,
  type ShardLoad,
} from './tick-model.ts';

type Step = ScaleStep<Settings, World, GameSystem>;
type Row = Record<string, number>;

/** Players stream into an empty shard for this long, and the last two seconds are measured. */
const stepMs = 8_000;
const measuredMs = 2_000;

const sum = (values: readonly number[]): number => values.reduce((total, each) => total + each, 0);
const mean = (values: readonly number[]): number => sum(values) / Math.max(1, values.length);

const predictTickMs = (implementation: string, load: ShardLoad, settings: Settings): number =>
  implementation === 'hardened' ? hardenedTickMs(load, settings) : plainTickMs(load, settings);

/** The event, in multiples of an ordinary evening, must be among the steps. */
const multipliers = [1, 2, 3, 6, 10, 14, 18];

/** Share of the budget that a plan uses: the rest is for ticks with more than their share. */
const plannedShare = 0.7;

export const scale: ScaleScenario<Settings, World, GameSystem> = {
  kind: 'scale',
  title: 'more and more of it',
  intro: [
    'No faults, only players: in each step they stream into an empty shard for 8 s, and the last 2 s are measured. Beside it stands what the settings alone predict: the work of a tick from the density of players, the load of the workers from queueing theory.',
  ],
  implementations: ['direct-calls', 'hardened'],
  baseRatePerSecond: (settings) => (ordinaryPlayers(settings) * 1_000) / stepMs,
  multipliers,
  stepMs,
  columns: [
    { name: 'multiplier', label: 'x base', unit: 'count' },
    { name: 'players', label: 'players', unit: 'count' },
    { name: 'predictedTickMs', label: 'predicted tick', unit: 'ms' },
    { name: 'tickMs', label: 'measured tick', unit: 'ms' },
    { name: 'tickP99Ms', label: 'p99', unit: 'ms' },
    { name: 'ticks', label: 'ticks', unit: 'per-second' },
    { name: 'inputLagP99Ms', label: 'action to answer, p99', unit: 'ms' },
    { name: 'bytesPerPlayer', label: 'sent to a player in a second', unit: 'bytes' },
    { name: 'poolLoad', label: 'predicted load of workers', unit: 'ratio' },
    { name: 'lossRatio', label: 'effects shed or failed', unit: 'ratio' },
  ],

  row({ multiplier, ratePerSecond, phase }: Step, settings, implementation): Row {
    const { meter, durationMs, samples, world } = phase;
    const measured = samples.filter(
      ({ atMs }) => atMs > durationMs - measuredMs && atMs <= durationMs,
    );
    const each = (name: string): number[] => measured.flatMap(({ values }) => values[name] ?? []);
    const players = mean(each('players'));
    const load = { players, loginsPerSecond: ratePerSecond };
    const { workers, queueSize } = settings;
    const { effectsDue, effectsPlayed } = world.truth.totals;
    return {
      multiplier,
      players,
      predictedTickMs: predictTickMs(implementation, load, settings),
      tickMs: sum(each('tickWorkMs')) / Math.max(1, sum(each('ticks'))),
      tickP99Ms: Math.max(0, ...each('tickP99Ms')),
      ticks: mean(each('ticks')),
      inputLagP99Ms: meter.percentile('inputLag', 99),
      bytesPerPlayer: mean(each('bytesSent')) / Math.max(1, players),
      poolLoad:
        implementation === 'hardened'
          ? predictPool({ ...followUpLoad(load, settings), workers, queueSize }).utilisation
          : 0,
      lossRatio: 1 - effectsPlayed / Math.max(1, effectsDue),
    };
  },

  conclude(rows, settings, implementation) {
    const measuredKnee = kneeOf(rows, 'tickMs', tickBudgetMs);
    const predictedKnee = kneeOf(rows, 'predictedTickMs', tickBudgetMs);
    const carried = mostPlayers(implementation, settings);
    const shards = Math.ceil((settings.dailyPlayers * settings.onlineShare) / carried);
    const event = rows.find(({ multiplier }) => multiplier === settings.eventFactor);
    const isHardened = implementation === 'hardened';
    return {
      note: isHardened
        ? `At ${100 * plannedShare} % of its budget of ${tickBudgetMs} ms a shard carries ${carried} players: the event needs ${shards} shards. ${slowPushPlan(settings)}`
        : `At ${100 * plannedShare} % of its budget of ${tickBudgetMs} ms a shard carries ${carried} players: the event would need ${shards} shards, and none of them could bear one slow push. At first the prediction is too high: it is for players in full play, and in 8 s few defeat anything. Then it is too low: a tick that is late finds more to do.`,
      checks: [
        {
          name: 'knee-as-predicted',
          title: 'the tick leaves its budget where the model puts it',
          kind: 'objective',
          expected: `at ${predictedKnee} x, one step more or less`,
          observed: `at ${measuredKnee} x`,
          ok: isNextStep(rows, predictedKnee, measuredKnee),
        },
        ...(isHardened && event !== undefined
          ? [
              {
                name: 'event-in-budget',
                title: 'the players of the event are carried within the budget',
                kind: 'objective' as const,
                expected: `p99 under ${tickBudgetMs} ms, nothing shed`,
                observed: `p99 ${(event['tickP99Ms'] ?? 0).toFixed(1)} ms, ${(100 * (event['lossRatio'] ?? 0)).toFixed(2)} % shed`,
                ok: (event['tickP99Ms'] ?? Infinity) < tickBudgetMs && event['lossRatio'] === 0,
              },
            ]
          : []),
      ],
    };
  },
  next: '--scenario=scale --set interestM=60',
};

/** Players whose predicted tick takes the planned share of the budget, without logins; by halving. */
function mostPlayers(implementation: string, settings: Settings): number {
  let low = 0;
  let high = 1_000_000;
  while (high - low > 1) {
    const players = Math.floor((low + high) / 2);
    const tickMs = predictTickMs(implementation, { players, loginsPerSecond: 0 }, settings);
    if (tickMs <= plannedShare * tickBudgetMs) low = players;
    else high = players;
  }
  return low;
}

/** What it would take to push everything through a provider that is slow. */
function slowPushPlan(settings: Settings): string {
  const ratePerSecond = pushesPerSecond(eventPlayers(settings), settings);
  const plan = planCapacity({
    ratePerSecond,
    serviceMs: meanLatencyMs(slowPush(settings)),
    burstFactor: 4,
    maxUtilisation: 0.8,
  });
  const usual = planCapacity({
    ratePerSecond,
    serviceMs: meanLatencyMs(latencies.push),
    burstFactor: 4,
    maxUtilisation: 0.8,
  });
  return `The ${ratePerSecond.toFixed(0)} pushes a second of this shard take ${usual.workers} worker on an ordinary day and ${plan.workers} with a provider that takes ${settings.pushSlowMs} ms: what is optional is shed instead.`;
}
