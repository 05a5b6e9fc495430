import { createHooks } from '@firedrill/core/hooks';
import {
  createShop,
  type CreateSystem,
  type Downstream,
  downstreamNames,
  hardenedParts,
  headlineFor,
  type Parts,
  reports,
  type StockLevel,
} from '#inventory-management';

/** Of each service: what is slow takes no worker of what is quick. */
const workers = 8;
const queueSize = 160;

/**
 * A bulkhead for each service, with a breaker; what was refused, failed or came too late is kept as
 * missed, and told when the service is back.
 */
const createFanOut: Parts['createFanOut'] = (context, newest, breakers, createMissed) => {
  const { outside, settings, telemetry } = context;
  const { catalogue, downstreams } = outside;
  const timeoutMs = settings.updateTimeoutMs;

  async function tell(name: Downstream, level: StockLevel): Promise<void> {
    const product = catalogue.byId(level.productId);
    const text = product === undefined ? undefined : headlineFor(product, level);
    const message = name === 'ads' && text !== undefined ? { ...level, text } : { ...level };
    await downstreams[name].update(message, { timeoutMs });
  }

  const missed = createMissed(
    context,
    breakers,
    async (name, productId) => {
      const level = newest(productId);
      if (level !== undefined) await tell(name, level);
    },
    downstreamNames.length,
  );

  const pools = downstreamNames.map((name) => {
    const hooks = createHooks<{ readonly 'stock.changed': StockLevel }>({
      workers,
      queueSize,
      onDeadLetter: ({ data, reason, error }) => missed.add(name, data.productId, reason, error),
    });
    hooks.registry.hook('stock.changed', (level) =>
      breakers.execute(name, () => tell(name, level)),
    );
    return { name, hooks };
  });

  return {
    publish(level) {
      telemetry.count(reports.changes);
      for (const { name, hooks } of pools) {
        const { admitted } = hooks.emit('stock.changed', level, { key: level.productId });
        if (admitted) continue;
        telemetry.count(reports.refusedUpdates);
        missed.add(name, level.productId, 'refused', undefined);
      }
    },
    get pending() {
      return pools.reduce((sum, { hooks }) => sum + hooks.counters().waiting, 0);
    },
    get missed() {
      return missed.size;
    },
    async close() {
      for (const { hooks } of pools) await hooks.drain();
      await missed.close();
    },
  };
};

export const create: CreateSystem = (context) =>
  createShop(context, { ...hardenedParts, createFanOut });
