import { createBreakers } from '@firedrill/core/resilience';
import { meanLatencyMs } from '@firedrill/core/services';
import { headlineFor, type StockLevel, type StockUpdate } from '../../domain.ts';
import {
  type Downstream,
  downstreamLatencies,
  downstreamNames,
  type Services,
} from '../../services.ts';
import type { Context } from '../../system.ts';
import { createFleet, type Fleet } from './fleet.ts';
import { createMissedUpdates, type MissedUpdates } from './missed.ts';
import { createNode, type NodeParts } from './node.ts';

/** Tells every downstream of each change, sooner or later; never in the way of a shopper. */
export interface FanOut {
  publish(level: StockLevel): void;
  readonly fleet: Fleet;
  readonly missed: MissedUpdates;
  readonly breakers: () => { readonly open: number; readonly halfOpen: number };
  close(): Promise<void>;
}

/** Five in a row: with twelve services and changes every second, that is soon known. */
const failuresToOpen = 5;
const halfOpenAfterMs = { initialMs: 5_000, maxMs: 20_000 };

/** Mean time of an update on an ordinary day: what the fleet expects before it has measured. */
export const meanUpdateMs =
  downstreamNames.reduce((sum, name) => sum + meanLatencyMs(downstreamLatencies[name]), 0) /
  downstreamNames.length;

export function createFanOut(
  context: Context,
  { catalogue, downstreams }: Services,
  newest: (productId: string) => StockLevel | undefined,
): FanOut {
  const { meter, settings } = context;
  const clients = new Map(downstreams.map((downstream) => [downstream.name, downstream]));
  const breakers = createBreakers<Downstream>({
    failureThreshold: { consecutive: failuresToOpen },
    halfOpenAfterMs,
  });

  function messageFor(downstream: Downstream, level: StockLevel): StockUpdate {
    const product = catalogue.byId(level.productId);
    return downstream === 'ads' && product?.name !== undefined
      ? { ...level, text: headlineFor(product, level) }
      : { ...level };
  }

  const tell: NodeParts['tell'] = async (downstream, level, signal) =>
    clients.get(downstream)?.update(messageFor(downstream, level), { signal });

  const missed = createMissedUpdates(
    context,
    breakers,
    async (downstream, productId) => {
      const level = newest(productId);
      if (level === undefined) return;
      const signal = AbortSignal.timeout(settings.updateTimeoutMs);
      await tell(downstream, level, signal);
    },
    downstreamNames.length,
  );

  const fleet = createFleet(context, downstreamNames.length, meanUpdateMs, (name) =>
    createNode(name, {
      settings,
      downstreams: downstreamNames,
      breakers,
      tell,
      onMissed: (downstream, { productId }, reason, error) =>
        missed.add(downstream, productId, reason, error),
    }),
  );

  return {
    publish(level) {
      meter.count('changes');
      if (fleet.offer(level)) return;
      meter.count('refusedUpdates');
      for (const name of downstreamNames) missed.add(name, level.productId, 'refused', undefined);
    },
    fleet,
    missed,
    breakers: () => breakers.counts(),
    async close() {
      // What the nodes still have may be missed, so they end first.
      await fleet.close();
      await missed.close();
    },
  };
}
