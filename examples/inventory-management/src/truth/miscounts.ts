import type { Random } from '@firedrill/core/simulation';
import type { Product } from '../domain.ts';
import { Worst } from './worst.ts';

/**
 * What the books say and the shelf does not have: stolen, broken, or put elsewhere. Of the records of stores that
 * were counted, most were wrong; how much a product sells is one of the reasons (DeHoratius and Raman 2008,
 * "Inventory Record Inaccuracy"). Here, of what is hot, something is missing always.
 */
export interface Miscounts {
  /** Units of a product that are missing, from the start. */
  missing(productId: string): number;
  /** What is for sale of a product has fallen to so many. */
  fell(productId: string, available: number): void;
  /** Units sold online that were to be kept, at the worst moment of each product. */
  readonly soldOfKept: number;
}

const mostMissing = 2;

/** @param random Left out where the books are right. */
export function createMiscounts(
  products: readonly Product[],
  random: Random | undefined,
  onSoldOfKept: (text: string) => void,
): Miscounts {
  const missing = new Map(
    products.map(({ id, isHot }) => [
      id,
      random === undefined ? 0 : random.integer(isHot ? 1 : 0, mostMissing),
    ]),
  );
  const kept = new Map(
    products.map(({ id, keptUnits, backorders }) => [id, backorders ? -Infinity : keptUnits]),
  );
  const worst = new Worst();
  return {
    missing: (productId) => missing.get(productId) ?? 0,
    fell(productId, available) {
      const into = (kept.get(productId) ?? 0) - available;
      if (!worst.rises(productId, into)) return;
      onSoldOfKept(`${into} of the last units of ${productId} are sold or held online`);
    },
    get soldOfKept() {
      return worst.sum;
    },
  };
}
