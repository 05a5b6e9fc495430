import { withTimeout } from '@firedrill/core/services';
import type { PaymentRequest } from '../../domain.ts';
import type { Context } from '../../system.ts';

/** A token is had in 40 ms at the 99th percentile. */
const vaultTimeoutMs = 400;

/** The request without its card: what it is known by from here on is a token. */
export type Tokenise = (request: PaymentRequest) => Promise<PaymentRequest>;

/** The first thing that happens to a card is that it is given away. */
export function createTokenise({ outside }: Context): Tokenise {
  const vault =
    outside.vault.of === undefined ? undefined : withTimeout(outside.vault.of, vaultTimeoutMs);
  return async ({ card, ...request }) => {
    if (card === undefined || vault === undefined) return request;
    const { cardToken } = await vault.tokenise(card);
    return { ...request, cardToken };
  };
}
