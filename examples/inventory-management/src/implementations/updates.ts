import { headlineFor, type StockLevel, type StockUpdate } from '../domain.ts';
import type { Services } from '../services.ts';

/** What tells one downstream service of a change. */
export interface Update {
  readonly name: string;
  /** Throws, before anything is sent, for a product without a name: see `headlineFor`. */
  readonly send: (level: StockLevel) => Promise<unknown>;
}

/**
 * The twelve updates that follow each change of stock, as the first four implementations send them:
 * the figure alone, without a version, so that an old one which comes late is believed.
 */
export function createUpdates({ catalogue, downstreams }: Services): readonly Update[] {
  return downstreams.map(({ name, update }) => ({
    name,
    send(level) {
      const { productId, available } = level;
      const product = catalogue.byId(productId);
      const message: StockUpdate =
        name === 'ads' && product !== undefined
          ? { productId, available, text: headlineFor(product, level) }
          : { productId, available };
      return update(message);
    },
  }));
}
