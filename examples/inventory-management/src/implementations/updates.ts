import { noLimit } from '@firedrill/core/services';
import { headlineFor, type StockLevel, type StockUpdate } from '../domain.ts';
import { downstreamNames } from '../domain/downstreams.ts';
import type { Outside } from '../system.ts';

/** What tells one downstream service of a change. */
export interface Update {
  readonly name: string;
  readonly send: (level: StockLevel) => Promise<unknown>;
}

/**
 * The twelve updates that follow each change of stock, as the first four implementations send them:
 * the figure alone, without a version, so that an old one which comes late is believed.
 */
export function createUpdates({ catalogue, downstreams }: Outside): readonly Update[] {
  return downstreamNames.map((name) => ({
    name,
    send({ productId, available, version }) {
      const product = catalogue.byId(productId);
      const level = { productId, available, version };
      const message: StockUpdate =
        name === 'ads' && product !== undefined
          ? { productId, available, text: headlineFor(product, level) }
          : { productId, available };
      return downstreams[name].update(message, {
        timeoutMs: noLimit('an update has always been quick'),
      });
    },
  }));
}
