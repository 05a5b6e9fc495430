import type { Product, StockLevel } from '../domain.ts';

/**
 * Whether the last units are found. Who is told that it is sold out, while the books had enough for them all the time,
 * was told so by somebody who looked in the wrong place, or for too many at once.
 */
export interface LastUnits {
  /** Somebody presses a button that takes so many units. */
  pressed(id: string, productId: string, quantity: number): void;
  /** What is for sale of a product has changed. */
  changed(level: StockLevel): void;
  /** And was answered, or left. */
  answered(id: string, isSoldOut: boolean): void;
  /** Shoppers who were told that it is sold out, and it was not. */
  readonly notFound: number;
}

interface Pressed {
  readonly productId: string;
  readonly quantity: number;
  /** Whether the books had fewer at some moment since. */
  wasShort: boolean;
}

/** @param available Units of a product that are for sale by the books; of them some may be kept. */
export function createLastUnits(
  products: readonly Product[],
  available: (productId: string) => number,
  onNotFound: (text: string) => void,
): LastUnits {
  const kept = new Map(products.map(({ id, keptUnits }) => [id, keptUnits]));
  const pressed = new Map<string, Map<string, Pressed>>(products.map(({ id }) => [id, new Map()]));
  const productOf = new Map<string, string>();
  let notFound = 0;

  const look = (each: Pressed, units: number): void => {
    each.wasShort ||= units - (kept.get(each.productId) ?? 0) < each.quantity;
  };

  return {
    pressed(id, productId, quantity) {
      const each = { productId, quantity, wasShort: false };
      look(each, available(productId));
      pressed.get(productId)?.set(id, each);
      productOf.set(id, productId);
    },
    changed(level) {
      for (const each of pressed.get(level.productId)?.values() ?? []) look(each, level.available);
    },
    answered(id, isSoldOut) {
      const ofProduct = pressed.get(productOf.get(id) ?? '');
      const each = ofProduct?.get(id);
      ofProduct?.delete(id);
      productOf.delete(id);
      if (each === undefined || !isSoldOut || each.wasShort) return;
      notFound += 1;
      onNotFound(`${id} is told that ${each.productId} is sold out, with ${each.quantity} on sale`);
    },
    get notFound() {
      return notFound;
    },
  };
}
