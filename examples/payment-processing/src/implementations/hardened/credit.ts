import type { GatewayCallback } from '../../domain.ts';
import { capturePosting, creditPosting, type Posting } from '../../domain/ledger.ts';
import type { Context } from '../../system.ts';
import type { Books } from './books.ts';

type Written = { readonly posting?: Posting };

/**
 * What the ledger is to say of a statement: written in the same transaction, so that neither is there
 * without the other, and whoever repeats the statement repeats both or nothing.
 */
export const postingsFor = ({ settings }: Context) => ({
  capture: (charge: Parameters<typeof capturePosting>[0]): Written =>
    settings.ledger ? { posting: capturePosting(charge) } : {},
  credit: (charge: GatewayCallback): Written =>
    settings.ledger ? { posting: creditPosting(charge) } : {},
});

/** Credits the merchant for a charge, once. */
export type Credit = (charge: GatewayCallback) => Promise<void>;

export function createCredit(context: Context, books: Books): Credit {
  const postings = postingsFor(context);
  return async (charge) => {
    await books.insist((database) =>
      database.creditMerchantOnce({ ...charge, ...postings.credit(charge) }),
    );
  };
}
