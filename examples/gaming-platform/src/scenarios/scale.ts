import { planCapacity, predictPool } from '@firedrill/core/capacity';
import {
  formatValue,
  isNextStep,
  kneeOf,
  plural,
  type Row,
  type ScaleScenario,
  type ScaleStep,
} from '@firedrill/core/scenario';
import { meanLatencyMs } from '@firedrill/core/services';
import { tickBudgetMs } from '../domain.ts';
import { latencies } from '../services/latencies.ts';
import { eventPlayers, ordinaryPlayers, type Settings } from '../settings.ts';
import type { Game } from '../types.ts';
import { slowPush } from './storm.ts';
import {
  followUpLoad,
  hardenedTickMs,
  plainTickMs,
  pushesPerSecond,
  type ShardLoad,
} from './tick-model.ts';

type Step = ScaleStep<Game>;

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

export const scale: ScaleScenario<Game> = {
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
    { name: 'predictedTick', label: 'predicted tick', unit: 'ms' },
    { name: 'tickWork', label: 'measured tick', unit: 'ms' },
    { name: 'tickP99', label: 'p99', unit: 'ms' },
    { name: 'ticks', label: 'ticks', unit: 'per-second' },
    { name: 'inputLagP99', label: 'action to answer, p99', unit: 'ms' },
    { name: 'bytesPerPlayer', label: 'sent to a player in a second', unit: 'bytes' },
    { name: 'poolLoad', label: 'predicted load of workers', unit: 'ratio' },
    { name: 'lossRatio', label: 'effects shed or failed', unit: 'ratio' },
  ],

  row({ multiplier, ratePerSecond, phase }: Step, settings, implementation): Row {
    const { measured, durationMs, seconds, truth } = phase;
    const last = seconds.filter(({ atMs }) => atMs > durationMs - measuredMs && atMs <= durationMs);
    type Values = Step['phase']['seconds'][number]['values'];
    const each = (of: (values: Values) => number | undefined): readonly number[] =>
      last.flatMap(({ values }) => of(values) ?? []);
    const players = mean(each((values) => values.players));
    const load = { players, loginsPerSecond: ratePerSecond };
    const { workers, queueSize } = settings;
    const { due: effectsDue, done: effectsPlayed } = truth.celebrations.effects;
    const tickP99 = each(({ tick }) => tick.p99);
    return {
      multiplier,
      players,
      predictedTick: predictTickMs(implementation, load, settings),
      tickWork:
        measured.tickWork.count === 0
          ? undefined
          : meanOrNone(each(({ tickWork }) => tickWork.p50)),
      tickP99: tickP99.length === 0 ? undefined : Math.max(...tickP99),
      ticks: mean(each((values) => values.ticks)),
      inputLagP99: measured.inputLag.p99,
      bytesPerPlayer:
        players === 0 ? undefined : mean(each((values) => values.bytesSent)) / players,
      poolLoad:
        implementation === 'hardened'
          ? predictPool({ ...followUpLoad(load, settings), workers, queueSize }).utilisation
          : undefined,
      lossRatio: effectsDue === 0 ? undefined : 1 - effectsPlayed / effectsDue,
    };
  },

  conclude(rows, settings, implementation) {
    const isHardened = implementation === 'hardened';
    const knee = kneeOf(rows, 'tickWork', tickBudgetMs);
    const predictedKnee = kneeOf(rows, 'predictedTick', tickBudgetMs);
    const event = rows.find(({ multiplier }) => multiplier === settings.eventFactor);
    const steps = rows.filter(
      (row) => row['tickWork'] !== undefined && row['predictedTick'] !== undefined,
    );
    const [nearest] = steps.toSorted(
      (a, b) => Math.abs(Math.log(off(a))) - Math.abs(Math.log(off(b))),
    );
    const [farthest] = steps.toSorted(
      (a, b) => Math.abs(Math.log(off(b))) - Math.abs(Math.log(off(a))),
    );
    const found = [
      knee === undefined
        ? `The work of a tick stays within its budget of ${tickBudgetMs} ms at every step.`
        : `From ${knee} x on the work of a tick takes over its budget of ${tickBudgetMs} ms.`,
    ];
    if (isPredicted(implementation) && nearest !== undefined && farthest !== undefined) {
      const carried = mostPlayers(implementation, settings);
      const shards = Math.ceil((settings.dailyPlayers * settings.onlineShare) / carried);
      found.push(
        `The prediction is ${off(nearest).toFixed(2)} of what was measured at ${nearest['multiplier']} x, where it is nearest, and ${off(farthest).toFixed(2)} at ${farthest['multiplier']} x, where it is farthest off.`,
        `By it a shard carries ${carried} players at ${100 * plannedShare} % of its budget: the event needs ${plural(shards, 'shard')}.`,
      );
      if (isHardened) found.push(slowPushPlan(settings));
    } else {
      found.push(
        `What a tick of ${implementation} does is not known here, so nothing is predicted.`,
      );
    }
    return {
      note: found.join(' '),
      checks: [
        ...(isPredicted(implementation)
          ? [
              {
                name: 'knee-as-predicted',
                title: 'the tick leaves its budget where the model puts it',
                kind: 'objective' as const,
                expected: `${stepText(predictedKnee)}, one step more or less`,
                observed: stepText(knee),
                ok: isNextStep(rows, predictedKnee, knee),
              },
            ]
          : []),
        ...(isHardened && event !== undefined
          ? [
              {
                name: 'event-in-budget',
                title: 'the players of the event are carried within the budget',
                kind: 'objective' as const,
                expected: `p99 under ${tickBudgetMs} ms, nothing shed`,
                observed: `p99 ${formatValue(event['tickP99'], 'ms')}, ${formatValue(event['lossRatio'], 'ratio')} shed`,
                ok: (event['tickP99'] ?? Infinity) < tickBudgetMs && event['lossRatio'] === 0,
              },
            ]
          : []),
      ],
    };
  },
  next: '--scenario=story',
};

const stepText = (multiplier: number | undefined): string =>
  multiplier === undefined ? 'at no step' : `at ${multiplier} x`;

const meanOrNone = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : mean(values);

/** Implementations whose tick the model describes: the plain ones await or hand on the same work. */
const isPredicted = (implementation: string): boolean =>
  implementation === 'hardened' || implementation === 'direct-calls';

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

/** What was predicted, of what was measured. */
function off(row: Row): number {
  return (row['predictedTick'] ?? 0) / (row['tickWork'] ?? 1);
}
