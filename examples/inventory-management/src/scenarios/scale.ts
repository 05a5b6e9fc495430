import { predictPool } from '@firedrill/core/capacity';
import {
  formatValue,
  kneeOf,
  type Row,
  type ScaleScenario,
  type ScaleStep,
} from '@firedrill/core/scenario';
import { basePerSecond, type Settings } from '../settings.ts';
import type { Inventory } from '../types.ts';
import { poolNames } from '../world.ts';

type Step = ScaleStep<Inventory>;

const stepMs = 48_000;

/** The first half of a step fills queues and boots machines; the second is what is measured. */
const steadyMs = stepMs / 2;

/** Where a system stops keeping up: the first step at which over one in a hundred is lost. */
const kneeDropRatio = 0.01;

const multipliers = [1, 10, 25, 50, 75, 100, 150, 200] as const;

/** Mean units in a cart: a fifth of them have two. */
const unitsPerCart = 1.2;

/** Orders a second that shoppers want to place in the steady half: the hot products sell out in a hurry. */
function wantedPerSecond(ratePerSecond: number, settings: Settings): number {
  const { hotProducts, hotShare, hotUnits, abandonShare, removeShare, lateShare } = settings;
  const hotCarts = (hotProducts * hotUnits) / unitsPerCart;
  const hotDemand = (hotShare * ratePerSecond * steadyMs) / 1_000;
  const hotFilled = Math.min(hotDemand, Math.max(0, hotCarts - hotDemand));
  const filled = (1 - hotShare) * ratePerSecond + (1_000 * hotFilled) / steadyMs;
  return filled * (1 - abandonShare - removeShare) * (1 - lateShare);
}

/** The connections that an implementation uses, and how long each order holds one, all told. */
function connectionsOf({ pools, measured }: Step['lightest']) {
  const used = poolNames.flatMap((name) => {
    const pool = pools.get(name);
    return pool === undefined || pool.acquired === 0 ? [] : [pool];
  });
  const heldMs = used.reduce((sum, { acquired, meanHeldMs = 0 }) => sum + acquired * meanHeldMs, 0);
  const orders = measured.orders.total;
  return {
    size: used.reduce((sum, { size }) => sum + size, 0),
    perOrderMs: orders === 0 ? undefined : heldMs / orders,
  };
}

export const scale: ScaleScenario<Inventory> = {
  kind: 'scale',
  title: 'more and more of it',
  intro: [
    'No faults, only load: each step starts afresh and lasts 48 s. Beside what is measured stands what',
    'queueing theory predicts for the connections, from the time that an order holds one in the first',
    'step, where nobody waits.',
  ],
  implementations: ['direct-calls', 'hardened'],
  baseRatePerSecond: basePerSecond,
  multipliers,
  stepMs,
  columns: [
    { name: 'multiplier', label: 'x base', unit: 'count' },
    { name: 'offered', label: 'carts', unit: 'per-second' },
    { name: 'bought', label: 'orders', unit: 'per-second' },
    { name: 'fillP99', label: 'cart p99', unit: 'ms' },
    { name: 'buyP99', label: 'order p99', unit: 'ms' },
    { name: 'knowP99', label: 'downstreams know, p99', unit: 'ms' },
    { name: 'nodes', label: 'machines', unit: 'count' },
    { name: 'heldMs', label: 'connection time an order', unit: 'ms' },
    { name: 'utilisation', label: 'predicted load', unit: 'ratio' },
    { name: 'predictedLoss', label: 'predicted loss', unit: 'ratio' },
    { name: 'measuredLoss', label: 'measured loss', unit: 'ratio' },
    { name: 'again', label: 'pressed again', unit: 'ratio' },
  ],

  row({ multiplier, ratePerSecond, phase, lightest }: Step, settings): Row {
    const { measured, durationMs, seconds } = phase;
    const { size, perOrderMs } = connectionsOf(lightest);
    const predicted =
      perOrderMs === undefined || perOrderMs === 0
        ? undefined
        : predictPool({
            workers: size,
            queueSize: 5 * size,
            serviceMs: perOrderMs,
            ratePerSecond: wantedPerSecond(ratePerSecond, settings),
          });
    const steady = seconds.filter(({ atMs }) => atMs > durationMs - steadyMs && atMs <= durationMs);
    const inSteady = (
      name: 'carts' | 'bought' | 'failedAttempts' | 'timedOutAttempts' | 'presses' | 'retries',
    ) => steady.reduce((sum, { values }) => sum + values[name], 0);
    const presses = inSteady('presses');
    const ofPresses = (count: number) => (presses === 0 ? undefined : count / presses);
    return {
      multiplier,
      offered: (1_000 * inSteady('carts')) / steadyMs,
      bought: (1_000 * inSteady('bought')) / steadyMs,
      fillP99: measured.timeToFill.p99,
      buyP99: measured.timeToBuy.p99,
      knowP99: measured.timeToKnow.p99,
      nodes: steady.at(-1)?.values.nodes || undefined,
      heldMs: connectionsOf(phase).perOrderMs,
      utilisation: predicted?.utilisation,
      predictedLoss: predicted?.dropRatio,
      measuredLoss: ofPresses(inSteady('failedAttempts') + inSteady('timedOutAttempts')),
      again: ofPresses(inSteady('retries')),
    };
  },

  conclude(rows, settings, implementation) {
    const measuredKnee = kneeOf(rows, 'measuredLoss', kneeDropRatio);
    const at50 = rows.find(({ multiplier }) => multiplier === 50);
    return {
      note: [connectionNote(rows, measuredKnee), machineNote(rows, settings)]
        .filter((text) => text !== '')
        .join(' '),
      checks:
        implementation === 'hardened'
          ? [
              {
                name: 'fifty-times',
                title: 'fifty times the base load is carried within the objective',
                kind: 'objective',
                expected: 'cart p99 under 200 ms, nothing lost',
                observed: `p99 ${formatValue(at50?.['fillP99'], 'ms')}, ${formatValue(at50?.['measuredLoss'], 'ratio')} lost`,
                ok: (at50?.['fillP99'] ?? Infinity) < 200 && at50?.['measuredLoss'] === 0,
              },
            ]
          : [],
      ...nextStep(rows, settings, measuredKnee),
    };
  },
  next: '--scenario=story',
};

/** What the connections have to do with the knee, as far as the table shows it. */
function connectionNote(rows: readonly Row[], knee: number | undefined): string {
  const [first] = rows;
  const last = rows.at(-1);
  if (first?.['heldMs'] === undefined) return '';
  const held = `An order takes ${formatValue(first['heldMs'], 'ms')} of connection time where nobody waits.`;
  if (knee === undefined) {
    return (
      `${held} At ${last?.['multiplier']} x the connections are used to ` +
      `${formatValue(last?.['utilisation'], 'ratio')}, and at no step more than 1 % of the presses are lost.`
    );
  }
  const predictedKnee = kneeOf(rows, 'predictedLoss', kneeDropRatio);
  const predicted =
    predictedKnee === undefined
      ? 'for no step predicts a full line'
      : `predicts a full line from ${predictedKnee} x on`;
  return (
    `${held} From that, queueing theory ${predicted}; from ${knee} x on more than 1 % of the presses ` +
    `are lost. At ${last?.['multiplier']} x ${formatValue(last?.['measuredLoss'], 'ratio')} are lost, with ` +
    `${formatValue(last?.['predictedLoss'], 'ratio')} predicted, and ${formatValue(last?.['again'], 'ratio')} ` +
    'of the presses are repetitions, which no prediction from the shoppers alone can know.'
  );
}

/** Where the machines come to their end, for a system that rents some. */
function machineNote(rows: readonly Row[], { maxNodes, nodeUsdPerHour }: Settings): string {
  if (rows.every(({ nodes }) => nodes === undefined)) return '';
  const full = rows.find(({ nodes = 0 }) => nodes >= maxNodes);
  if (full === undefined) {
    const most = Math.max(...rows.map(({ nodes = 0 }) => nodes));
    return `It rents ${most} machines at the most, of ${maxNodes} that it may.`;
  }
  return (
    `From ${full['multiplier']} x on it has all ${maxNodes} machines, for ${formatValue(maxNodes * nodeUsdPerHour, 'usd')} an hour; ` +
    `downstreams then know of a change after ${formatValue(full['knowP99'], 'ms')}, ` +
    `at the last step after ${formatValue(rows.at(-1)?.['knowP99'], 'ms')} (99th percentile).`
  );
}

/** What would move the knee, if there is one and it has not been tried. */
function nextStep(
  rows: readonly Row[],
  { connections }: Settings,
  knee: number | undefined,
): { readonly next?: string } {
  const isConnections = (rows.at(-1)?.['utilisation'] ?? 0) > 1;
  if (knee === undefined || !isConnections) return {};
  return { next: `--scenario=scale --set connections=${2 * connections}` };
}
