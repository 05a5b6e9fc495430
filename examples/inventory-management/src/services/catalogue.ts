import { faker } from '@faker-js/faker/locale/en';
import { type Random, seedFaker } from '@firedrill/core/simulation';
import type { Catalogue, Product } from '../domain.ts';
import type { Settings } from '../settings.ts';

/** The id of the product that is in the catalogue at this place, from 1. */
export const productId = (place: number): string => `p-${String(place).padStart(3, '0')}`;

/** @param names The stream from which the names of the products are drawn. */
export function createCatalogue(settings: Settings, names: Random): Catalogue {
  seedFaker(faker, names);
  const { products, hotUnits, units } = settings;
  const hot = hotCount(settings);
  const all = Array.from({ length: products }, (_, index): Product => {
    const isHot = index < hot;
    return {
      id: productId(index + 1),
      name: faker.commerce.productName(),
      isHot,
      units: isHot ? hotUnits : units,
      ...policyOf(settings, isHot),
      priceCents: isHot ? 4_900 : 1_900 + 100 * (index % 80),
    };
  });
  const byId = new Map(all.map((product) => [product.id, product]));

  return { all, byId: (id) => byId.get(id) };
}

/** More than ever are missing. */
const keptUnits = 3;

/** The delivery is late by less than this; whoever waits longer than until then has the money back. */
export const latestMs = 300_000;

/**
 * How far a product is sold: above what is there, as more was ordered of it, or down to the last ones, or to the last.
 * Whose books are wrong sells nothing above them.
 */
function policyOf(
  { miscounts, bufferUnits, oversell, hotUnits, oversellPercent, deliveryMinutes }: Settings,
  isHot: boolean,
): Pick<Product, 'keptUnits' | 'backorders'> {
  if (miscounts) return { keptUnits: Math.max(keptUnits, bufferUnits) };
  const units = Math.floor((hotUnits * oversellPercent) / 100);
  return oversell && isHot && units > 0
    ? { keptUnits: 0, backorders: { units, byMs: 60_000 * deliveryMinutes + latestMs } }
    : { keptUnits: bufferUnits };
}

/** How many products are nearly given away: at least one is not. */
export const hotCount = ({ products, hotProducts }: Settings): number =>
  Math.min(hotProducts, products - 1);
