import { defineService } from '@firedrill/core/services';
import { stockUpdateSchema } from '../domain.ts';
import { type Downstream, downstreamLatencies } from '../domain/downstreams.ts';
import type { Sparing } from '../truth/sparing.ts';
import type { Views } from '../truth/views.ts';

const downstreamService = (name: Downstream, views: Views, sparing: Sparing) =>
  defineService({
    name,
    baseUrl: `https://${name}.example`,
    latency: downstreamLatencies[name],
    onSent: () => sparing.sent(name),
    operations: {
      update: {
        method: 'POST',
        path: '/updates',
        input: stockUpdateSchema,
        handle(update) {
          views.told(name, update);
          return { received: true };
        },
      },
    },
  });

/** The twelve services that want to know when the stock of a product changes. */
export const downstreamServices = (views: Views, sparing: Sparing) => ({
  search: downstreamService('search', views, sparing),
  pricing: downstreamService('pricing', views, sparing),
  recommendations: downstreamService('recommendations', views, sparing),
  warehouse: downstreamService('warehouse', views, sparing),
  catalogue: downstreamService('catalogue', views, sparing),
  marketplace: downstreamService('marketplace', views, sparing),
  ads: downstreamService('ads', views, sparing),
  analytics: downstreamService('analytics', views, sparing),
  replenishment: downstreamService('replenishment', views, sparing),
  pickup: downstreamService('pickup', views, sparing),
  alerts: downstreamService('alerts', views, sparing),
  partners: downstreamService('partners', views, sparing),
});
