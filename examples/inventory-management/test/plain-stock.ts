import type { Product } from '../src/domain.ts';
import { createStock, type MovableStock } from '../src/truth/stock.ts';

/** A stock database of one product, that nobody listens to. */
export const plainStock = (product: Product): MovableStock =>
  createStock({
    products: [product],
    elapsedMs: () => 0,
    violate: () => {},
    onHold: () => {},
    onEnd: () => {},
    onChange: () => {},
  });
