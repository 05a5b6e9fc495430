import { createHooks } from '@firedrill/core/hooks';
import {
  createShop,
  type CreateSystem,
  downstreamNames,
  hardenedParts,
  headlineFor,
  type Parts,
  reports,
  type StockLevel,
} from '#inventory-management';

/** One pool for all twelve services; it had always been enough. */
const workers = 24;
const queueSize = 240;

/**
 * Each change of stock is told to twelve services, and no shopper waits for them. One of them gets slow
 * and then hangs, another fails: what becomes of the updates for those two, and for the other ten?
 *
 * Given are a breaker for each service, and `createMissed`: it keeps which product a service has
 * missed, and tells it the newest level when it is back.
 */
const createFanOut: Parts['createFanOut'] = (context, _newest, _breakers, _createMissed) => {
  const { outside, settings, telemetry } = context;
  const { catalogue, downstreams } = outside;
  const timeoutMs = settings.updateTimeoutMs;

  const hooks = createHooks<{ readonly 'stock.changed': StockLevel }>({
    workers,
    queueSize,
    onError(error) {
      telemetry.count(reports.updateErrors);
      telemetry.failed(error);
    },
  });
  for (const name of downstreamNames) {
    hooks.registry.hook(
      'stock.changed',
      async (level) => {
        const product = catalogue.byId(level.productId);
        const text = product === undefined ? undefined : headlineFor(product, level);
        const message = name === 'ads' && text !== undefined ? { ...level, text } : { ...level };
        await downstreams[name].update(message, { timeoutMs });
      },
      { name },
    );
  }

  return {
    publish(level) {
      telemetry.count(reports.changes);
      const { admitted } = hooks.emit('stock.changed', level, { key: level.productId });
      if (!admitted) telemetry.count(reports.refusedUpdates);
    },
    get pending() {
      return hooks.counters().waiting;
    },
    missed: 0,
    async close() {
      await hooks.drain();
    },
  };
};

export const create: CreateSystem = (context) =>
  createShop(context, { ...hardenedParts, createFanOut });
