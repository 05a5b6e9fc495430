import type { VenueOptions } from './venue.ts';

/** How the exchange trades each instrument. Prices in ticks: everything opens at 10,000. */
export const venueOptions: VenueOptions = {
  limits: {
    maxOrderQuantity: 500,
    maxPosition: 2_000,
    maxOrdersPerSecond: 25,
    collarBasisPoints: 1_000,
  },
  volatility: { bandBasisPoints: 500, referenceMs: 60_000, haltMs: 20_000 },
  openingTicks: 10_000,
};
