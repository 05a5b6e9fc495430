import { planCapacity, predictPool } from '@firedrill/core/capacity';
import { isNextStep, kneeOf, type ScaleScenario, type ScaleStep } from '@firedrill/core/scenario';
import { meanLatencyMs } from '@firedrill/core/services';
import { pairShare } from '../clients.ts';
import { meanUpdateMs } from '../implementations/hardened/fan-out.ts';
import { targetUtilisation } from '../implementations/hardened/fleet.ts';
import { queuePerWorker } from '../implementations/hardened/node.ts';
import { downstreamNames, latencies } from '../services.ts';
import { basePerSecond, type Settings } from '../settings.ts';
import type { InventorySystem } from '../system.ts';
import type { World } from '../world.ts';

type Step = ScaleStep<Settings, World, InventorySystem>;
type Row = Record<string, number>;

const stepMs = 48_000;

/** The first half of a step fills queues and boots nodes; the second is what is measured. */
const steadyMs = stepMs / 2;

const mean = (...services: readonly (keyof typeof latencies)[]): number =>
  services.reduce((sum, service) => sum + meanLatencyMs(latencies[service]), 0);

/** The pool that decides how much an implementation can carry, from the settings alone. */
interface Bottleneck {
  readonly name: string;
  readonly workers: number;
  readonly queueSize: number;
  /** Mean time that one task holds a worker. */
  readonly serviceMs: number;
  /** Tasks that one event brings: all of them are admitted, or none. */
  readonly handlers: number;
  /** Events that each filled cart brings. */
  readonly eventsPerCart: number;
}

function bottleneck(implementation: string, settings: Settings): Bottleneck {
  const { abandonShare, removeShare, lateShare, connections, maxNodes, nodeWorkers } = settings;
  if (implementation === 'hardened') {
    const workers = maxNodes * nodeWorkers;
    return {
      name: 'workers of the largest fleet',
      workers,
      queueSize: queuePerWorker * workers,
      serviceMs: meanUpdateMs,
      handlers: downstreamNames.length,
      // A change when units are held, and one when they come back before the step is over.
      eventsPerCart: 1 + removeShare,
    };
  }
  const updatesMs = downstreamNames.length * meanUpdateMs;
  return {
    name: 'database connections',
    workers: connections,
    queueSize: 5 * connections,
    serviceMs: mean('stock', 'payments', 'stock', 'shipping', 'mail') + updatesMs,
    handlers: 1,
    // To fill a cart takes a connection for one statement, which is nothing beside an order.
    eventsPerCart: (1 - abandonShare - removeShare) * (1 - lateShare),
  };
}

/** Filled carts a second in the steady half of a step: the hot products sell out in a hurry. */
function filledPerSecond(ratePerSecond: number, settings: Settings): number {
  const { hotProducts, hotShare, hotUnits } = settings;
  const hotCarts = (hotProducts * hotUnits) / (1 + pairShare);
  const hotDemand = (hotShare * ratePerSecond * steadyMs) / 1_000;
  const hotFilled = Math.min(hotDemand, Math.max(0, hotCarts - hotDemand));
  return (1 - hotShare) * ratePerSecond + (1_000 * hotFilled) / steadyMs;
}

/** Where a system stops keeping up: the first step at which over one in a hundred is lost. */
const kneeDropRatio = 0.01;

export const scale: ScaleScenario<Settings, World, InventorySystem> = {
  kind: 'scale',
  title: 'more and more of it',
  intro: [
    'No faults, only load: each step starts afresh and lasts 48 s. Beside what is measured stands what',
    'queueing theory predicts from the settings alone (a pool with a bounded queue, at the tightest).',
  ],
  implementations: ['direct-calls', 'hardened'],
  baseRatePerSecond: basePerSecond,
  multipliers: [1, 10, 25, 50, 75, 100, 150, 200],
  stepMs,
  columns: [
    { name: 'multiplier', label: 'x base', unit: 'count' },
    { name: 'offered', label: 'carts', unit: 'per-second' },
    { name: 'bought', label: 'orders', unit: 'per-second' },
    { name: 'reservationP99Ms', label: 'cart p99', unit: 'ms' },
    { name: 'orderP99Ms', label: 'order p99', unit: 'ms' },
    { name: 'nodes', label: 'nodes', unit: 'count' },
    { name: 'plannedNodes', label: 'planned nodes', unit: 'count' },
    { name: 'utilisation', label: 'predicted load', unit: 'ratio' },
    { name: 'predictedLoss', label: 'predicted loss', unit: 'ratio' },
    { name: 'measuredLoss', label: 'measured loss', unit: 'ratio' },
  ],

  row({ multiplier, ratePerSecond, phase }: Step, settings, implementation): Row {
    const { meter, durationMs, samples } = phase;
    const pool = bottleneck(implementation, settings);
    const eventsPerSecond = filledPerSecond(ratePerSecond, settings) * pool.eventsPerCart;
    const predicted = predictPool({ ...pool, ratePerSecond: eventsPerSecond });
    const steady = samples.filter(({ atMs }) => atMs > durationMs - steadyMs && atMs <= durationMs);
    const inSteady = (name: string): number =>
      steady.reduce((sum, { values }) => sum + (values[name] ?? 0), 0);
    const seconds = steadyMs / 1_000;
    const isHardened = implementation === 'hardened';
    return {
      multiplier,
      offered: inSteady('carts') / seconds,
      bought: inSteady('bought') / seconds,
      reservationP99Ms: meter.percentile('reservation', 99),
      orderP99Ms: meter.percentile('order', 99),
      ...(isHardened && {
        nodes: steady.at(-1)?.values['nodes'] ?? 0,
        plannedNodes: plannedNodes(ratePerSecond, settings),
      }),
      utilisation: predicted.utilisation,
      predictedLoss: predicted.dropRatio,
      measuredLoss: isHardened
        ? inSteady('refusedUpdates') / Math.max(1, inSteady('changes'))
        : (inSteady('failedAttempts') + inSteady('timedOutAttempts')) /
          Math.max(1, inSteady('presses')),
    };
  },

  conclude(rows, settings, implementation) {
    const pool = bottleneck(implementation, settings);
    const measuredKnee = kneeOf(rows, 'measuredLoss', kneeDropRatio);
    const predictedKnee = kneeOf(rows, 'predictedLoss', kneeDropRatio);
    const target = 50 * basePerSecond(settings);
    const plan = planCapacity({
      ratePerSecond: filledPerSecond(target, settings) * pool.eventsPerCart,
      serviceMs: pool.serviceMs,
      handlers: pool.handlers,
      burstFactor: 3,
      maxUtilisation: targetUtilisation,
    });
    const at50 = rows.find(({ multiplier }) => multiplier === 50) ?? {};
    const isHardened = implementation === 'hardened';
    return {
      note:
        `What is tightest are the ${pool.name}: ${pool.workers}, held for ${Math.round(pool.serviceMs)} ms a task. ` +
        `For 50 times the base load (${target.toFixed(1)} carts a second) at ${100 * targetUtilisation} % utilisation plan ` +
        `${plan.workers} of them and a queue of ${plan.queueSize}. ${isHardened ? fleetNote(settings) : retryNote}`,
      checks: [
        {
          name: 'knee-as-predicted',
          title: 'the knee is where queueing theory puts it',
          kind: 'objective',
          expected: `${kneeText(predictedKnee)}, one step more or less`,
          observed: kneeText(measuredKnee),
          ok: isNextStep(rows, predictedKnee, measuredKnee),
        },
        ...(isHardened
          ? [
              {
                name: 'fifty-times',
                title: 'fifty times the base load is carried within the objective',
                kind: 'objective' as const,
                expected: 'cart p99 under 200 ms, nothing refused',
                observed: `p99 ${Math.round(at50['reservationP99Ms'] ?? 0)} ms, ${(100 * (at50['measuredLoss'] ?? 0)).toFixed(2)} % refused`,
                ok: (at50['reservationP99Ms'] ?? Infinity) < 200 && at50['measuredLoss'] === 0,
              },
            ]
          : []),
      ],
    };
  },
  next: '--scenario=scale --set maxNodes=32',
};

/** Nodes for a load, at the utilisation that the fleet aims at. */
function plannedNodes(ratePerSecond: number, settings: Settings): number {
  const { maxNodes, minNodes, nodeWorkers } = settings;
  const pool = bottleneck('hardened', settings);
  const { workers } = planCapacity({
    ratePerSecond: filledPerSecond(ratePerSecond, settings) * pool.eventsPerCart,
    serviceMs: pool.serviceMs,
    handlers: pool.handlers,
    burstFactor: queuePerWorker,
    maxUtilisation: targetUtilisation,
  });
  return Math.min(maxNodes, Math.max(minNodes, Math.ceil(workers / nodeWorkers)));
}

/** Where the prediction and the measurement part, and why. */
const retryNote =
  'Past the knee it is far worse than predicted: whoever is refused presses again, and what is given ' +
  'up goes on, so that the load on the pool is a multiple of what is offered.';

function fleetNote({ maxNodes, nodeUsdPerHour }: Settings): string {
  return (
    'There are more nodes than planned where the hot products sell out within the step: the fleet ' +
    'was ordered for their rush, and remembers it for two minutes. It stops growing at ' +
    `${maxNodes} nodes, $${(maxNodes * nodeUsdPerHour).toFixed(2)} an hour; what they refuse is not ` +
    'lost but told later. Carts and orders wait for none of it.'
  );
}

const kneeText = (multiplier: number): string =>
  Number.isFinite(multiplier) ? `at ${multiplier} x` : 'beyond the last step';
