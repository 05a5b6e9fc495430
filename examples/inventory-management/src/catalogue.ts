import { faker } from '@faker-js/faker/locale/en';
import { type Random, seedFaker } from '@firedrill/core/simulation';
import type { Product } from './domain.ts';
import type { Settings } from './settings.ts';

/** All products, and the one that the next shopper wants. */
export interface Catalogue {
  readonly all: readonly Product[];
  byId(id: string): Product | undefined;
  /** Draws a product with the probability of its share of the demand. */
  draw(random: Random): Product;
}

/** Every so many-th product has no name: see `headlineFor`. */
const namelessEvery = 50;

/** Weights are whole numbers of this size, so that no platform rounds their sums differently. */
const weightOfAll = 1e9;

/**
 * The demand has two layers: `hotShare` of it goes to the hot products, each wanted equally; the rest
 * is spread by a Zipf law, the k-th product with a weight of 1 / k.
 */
/** The id of the product that is in the catalogue at this place, from 1. */
export const productId = (place: number): string => `p-${String(place).padStart(3, '0')}`;

export function createCatalogue(settings: Settings, names: Random): Catalogue {
  seedFaker(faker, names);
  const { products, hotProducts, hotShare, hotUnits, units } = settings;
  const hot = Math.min(hotProducts, products - 1);
  const all = Array.from({ length: products }, (_, index): Product => {
    const isHot = index < hot;
    return {
      id: productId(index + 1),
      name: (index + 1) % namelessEvery === 0 ? undefined : faker.commerce.productName(),
      isHot,
      units: isHot ? hotUnits : units,
      priceCents: isHot ? 4_900 : 1_900 + 100 * (index % 80),
    };
  });
  const byId = new Map(all.map((product) => [product.id, product]));
  const zipfSum = all.slice(hot).reduce((sum, _, rank) => sum + 1 / (rank + 1), 0);
  const cumulative: number[] = [];
  let sum = 0;
  for (const [index, { isHot }] of all.entries()) {
    const weight = isHot ? hotShare / hot : (1 - hotShare) / zipfSum / (index - hot + 1);
    sum += Math.round(weightOfAll * weight);
    cumulative.push(sum);
  }

  return {
    all,
    byId: (id) => byId.get(id),
    draw(random) {
      const product = all[random.weightedIndex(cumulative)];
      if (product === undefined) throw new RangeError('Failed to draw a product: there is none.');
      return product;
    },
  };
}
