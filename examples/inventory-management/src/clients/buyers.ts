import type { Visit } from '@firedrill/core/scenario';
import type { Buyer } from '../domain.ts';
import type { Inventory } from '../types.ts';

/** So many people share an address with strangers: students' halls, offices. */
const sharedShare = 0.05;

/** Who comes with an arrival. Drawn where somebody asks for it. */
export function drawBuyer({ context, arrival }: Visit<Inventory>): Buyer | undefined {
  if (!context.settings.bots) return undefined;
  const random = context.random('addresses');
  const isShared = random.chance(sharedShare);
  const hall = random.integer(1, context.settings.sharedAddresses);
  const number = arrival.index + 1;
  return {
    account: `account-${number}`,
    address: isShared ? `hall-${hall}` : `home-${number}`,
  };
}
