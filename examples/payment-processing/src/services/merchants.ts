import { faker } from '@faker-js/faker/locale/en';
import { type Random, seedFaker } from '@firedrill/core/simulation';
import { type Merchant, regions } from '../domain.ts';
import type { Settings } from '../settings.ts';

/** All merchants, and the one that the next customer buys from. */
export interface Merchants {
  readonly all: readonly Merchant[];
  byId(id: string): Merchant | undefined;
  /** Draws a merchant with the probability of its share of the traffic. */
  draw(random: Random): Merchant;
}

/**
 * Exponent of the traffic's Zipf law: the merchant of rank k gets a share proportional to 1 / k^0.8.
 * With 5,000 merchants the largest has about 4 % and the first fifty about 30 % of the traffic:
 * heavy-tailed, but no single merchant decides whether there is an incident.
 */
const zipfExponent = 0.8;

/** The id of the merchant with the most traffic but `rank - 1`. */
export const merchantId = (rank: number): string => `m-${String(rank).padStart(4, '0')}`;

export function createMerchants({ merchants, vipMerchants }: Settings, names: Random): Merchants {
  seedFaker(faker, names);
  const all = Array.from({ length: merchants }, (_, index): Merchant => {
    const region = regions[index % regions.length] ?? 'us';
    const id = merchantId(index + 1);
    const isVip = index < vipMerchants;
    // Five thousand invented companies would take longer than the storm: VIPs alone have a name.
    return { id, name: isVip ? faker.company.name() : id, region, isVip };
  });
  const byId = new Map(all.map((merchant) => [merchant.id, merchant]));
  const cumulated = new Float64Array(merchants);
  let sum = 0;
  for (let index = 0; index < merchants; index += 1) {
    // x ** y may differ in its last bit from one platform to the next; rounded, it cannot.
    sum += Math.round(1e9 / (index + 1) ** zipfExponent);
    cumulated[index] = sum;
  }

  return {
    all,
    byId: (id) => byId.get(id),
    draw(random) {
      const target = random.next() * sum;
      let low = 0;
      let high = merchants - 1;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if ((cumulated[middle] ?? sum) > target) high = middle;
        else low = middle + 1;
      }
      const merchant = all[low];
      if (merchant === undefined) throw new RangeError('Failed to draw a merchant: there is none.');
      return merchant;
    },
  };
}
