import { defineService } from '@firedrill/core/services';
import { stockUpdateSchema } from '../domain.ts';
import { type Downstream, downstreamLatencies } from '../domain/downstreams.ts';
import type { Views } from '../truth/views.ts';

const downstreamService = (name: Downstream, views: Views) =>
  defineService({
    name,
    baseUrl: `https://${name}.example`,
    latency: downstreamLatencies[name],
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
export const downstreamServices = (views: Views) => ({
  search: downstreamService('search', views),
  pricing: downstreamService('pricing', views),
  recommendations: downstreamService('recommendations', views),
  warehouse: downstreamService('warehouse', views),
  catalogue: downstreamService('catalogue', views),
  marketplace: downstreamService('marketplace', views),
  ads: downstreamService('ads', views),
  analytics: downstreamService('analytics', views),
  replenishment: downstreamService('replenishment', views),
  pickup: downstreamService('pickup', views),
  alerts: downstreamService('alerts', views),
  partners: downstreamService('partners', views),
});
