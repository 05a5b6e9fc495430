import type { Breakers } from '@firedrill/core/resilience';
import { meanLatencyMs } from '@firedrill/core/services';
import { headlineFor, type StockLevel, type StockUpdate } from '../../domain.ts';
import { type Downstream, downstreamLatencies, downstreamNames } from '../../domain/downstreams.ts';
import { reports } from '../../reports.ts';
import type { Context } from '../../system.ts';
import { createFleet } from './fleet.ts';
import type { createMissedUpdates } from './missed.ts';
import { createNode, type NodeParts } from './node.ts';

/** Tells every downstream of each change, sooner or later; never in the way of a shopper. */
export interface FanOut {
  publish(level: StockLevel): void;
  /** Tasks taken and not done. */
  readonly pending: number;
  /** Products that some service missed a change of, over all services. */
  readonly missed: number;
  close(): Promise<void>;
}

/** Mean time of an update on an ordinary day: what the fleet expects before it has measured. */
const meanUpdateMs =
  downstreamNames.reduce((sum, name) => sum + meanLatencyMs(downstreamLatencies[name]), 0) /
  downstreamNames.length;

/** @param newest The newest known level of a product, for who missed a change of it. */
export function createFanOut(
  context: Context,
  newest: (productId: string) => StockLevel | undefined,
  breakers: Breakers<Downstream>,
  createMissed: typeof createMissedUpdates,
): FanOut {
  const { outside, settings, telemetry } = context;
  const { catalogue, downstreams } = outside;
  const { updateTimeoutMs: timeoutMs } = settings;

  function messageFor(downstream: Downstream, level: StockLevel): StockUpdate {
    const product = catalogue.byId(level.productId);
    return downstream === 'ads' && product !== undefined
      ? { ...level, text: headlineFor(product, level) }
      : { ...level };
  }

  /** The newest version that each service has acknowledged, of each product. */
  const told = new Map(downstreamNames.map((name) => [name, new Map<string, number>()]));

  /** Only the newest level counts: a task that had to wait tells that, and those behind it have nothing to do. */
  const tell: NodeParts['tell'] = async (downstream, { productId }, signal) => {
    const level = newest(productId);
    const versions = told.get(downstream);
    if (level === undefined || level.version <= (versions?.get(productId) ?? -1)) return;
    await downstreams[downstream].update(messageFor(downstream, level), { timeoutMs, signal });
    if (level.version > (versions?.get(productId) ?? -1)) versions?.set(productId, level.version);
  };

  const missed = createMissed(
    context,
    breakers,
    async (downstream, productId) => {
      const level = newest(productId);
      if (level === undefined) return;
      await tell(downstream, level);
    },
    downstreamNames.length,
  );

  const fleet = createFleet(context, downstreamNames.length, meanUpdateMs, (name) =>
    createNode(name, {
      settings,
      elapsedMs: context.clock.elapsedMs,
      downstreams: downstreamNames,
      breakers,
      tell,
      onMissed: (downstream, { productId }, reason, error) =>
        missed.add(downstream, productId, reason, error),
    }),
  );

  return {
    publish(level) {
      telemetry.count(reports.changes);
      if (fleet.offer(level)) return;
      telemetry.count(reports.refusedUpdates);
      for (const name of downstreamNames) missed.add(name, level.productId, 'refused', undefined);
    },
    get pending() {
      return fleet.pending;
    },
    get missed() {
      return missed.size;
    },
    async close() {
      // What the nodes still have may be missed, so they end first.
      await fleet.close();
      await missed.close();
    },
  };
}
