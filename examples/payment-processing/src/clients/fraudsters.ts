import type { Random } from '@firedrill/core/simulation';
import type { Device } from '../domain/fraud-score.ts';

/** What was planted: `friendly` pays with the own card and denies it later; nothing shows it. */
export type FraudKind = 'card-testing' | 'stolen-card' | 'friendly';

/** A buyer as the page sees it, and what is true of it. */
export interface Buyer {
  readonly device: Device;
  readonly kind: FraudKind | undefined;
  /** What it pays, in cents, if not what everybody pays. */
  readonly amountCents?: number;
}

/** Of all orders, so many are planted: a hundred times what there is, or a storm would hold none. */
const share = { 'card-testing': 0.02, 'stolen-card': 0.008, friendly: 0.004 } as const;

/** Honest people behind one address, in offices and trains; and honest people abroad. */
const sharedAddressShare = 0.05;
const abroadShare = 0.03;

const countries = ['US', 'DE', 'FR', 'GB', 'JP', 'AU', 'SG'] as const;

/** Draws who comes next. Testers come from a few addresses, with a new card each time, for small change. */
export function drawBuyer(random: Random, number: number, cardCountry: string): Buyer {
  const dice = random.next();
  const other = random.pick(countries.filter((country) => country !== cardCountry));
  const isAbroad = random.chance(abroadShare);
  const office = random.integer(1, 60);
  const address = random.chance(sharedAddressShare) ? `office-${office}` : `home-${number}`;
  const isNewEmail = random.chance(0.2);
  const honest = {
    address,
    country: isAbroad ? other : cardCountry,
    card: `card-${number}`,
    isNewEmail,
  };
  const tester = random.integer(1, 2);
  if (dice < share['card-testing']) {
    const device = { ...honest, address: `tester-${tester}`, isNewEmail: true };
    return { kind: 'card-testing', device, amountCents: random.integer(100, 500) };
  }
  const stolen = share['card-testing'] + share['stolen-card'];
  if (dice < stolen) {
    const device = { ...honest, address: `home-${number}`, country: other, isNewEmail: true };
    return { kind: 'stolen-card', device, amountCents: random.integer(90_000, 200_000) };
  }
  return { kind: dice < stolen + share.friendly ? 'friendly' : undefined, device: honest };
}
