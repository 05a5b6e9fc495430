import type { PaymentRequest } from '../../domain.ts';
import { velocityScore, windowMs } from '../../domain/fraud-score.ts';
import type { Context } from '../../system.ts';

/** Scores a payment by what came before it from the same address. */
export type Velocity = (request: PaymentRequest) => number;

interface Seen {
  readonly atMs: number;
  readonly card: string;
}

/** Counts cards, not attempts: whoever presses again, because we are slow, is no fraudster. */
export function createVelocity({ clock }: Context): Velocity {
  const byAddress = new Map<string, Seen[]>();
  return ({ device, amountCents, cardCountry }) => {
    if (device === undefined) return 0;
    const { address, card, country, isNewEmail } = device;
    const sinceMs = clock.elapsedMs() - windowMs;
    const recent = (byAddress.get(address) ?? []).filter(({ atMs }) => atMs > sinceMs);
    const others = new Set(recent.map((seen) => seen.card));
    others.delete(card);
    byAddress.set(address, [...recent, { atMs: clock.elapsedMs(), card }]);
    const isAbroad = country !== cardCountry;
    return velocityScore({ otherCards: others.size, amountCents, isAbroad, isNewEmail });
  };
}
