import { regions } from '../domain.ts';

/** The gateways of all regions, one in each. */
export const firstGateways: readonly string[] = regions.map((region) => `gateway-${region}`);

/** Those beside them, where there are two. */
export const secondGateways: readonly string[] = regions.map((region) => `gateway-${region}-b`);

/** Without these nobody pays; the vault is there where card numbers are. */
export const payingNeeds: readonly string[] = [
  'fraud',
  ...firstGateways,
  'vault',
  'database',
  'app',
];

/** Whatever can keep somebody from paying, with one acquirer in each region or two. */
export const forPaying: readonly string[] = [...payingNeeds, ...secondGateways];
