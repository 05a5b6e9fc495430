import type { Buyer, Product } from '../../domain.ts';
import type { ReserveWish } from '../../domain/stock.ts';

/**
 * What the page says of a hot product: so many for each account, and for each address. The database counts, in
 * the statement that holds: what a process counts is forgotten with it, and what is counted before is not so
 * any more.
 */
const limits = { perAccount: 2, perAddress: 4 } as const;

/** The limit under which somebody may hold units of a product, if there is one. */
export const limitFor = (product: Product | undefined, buyer: Buyer | undefined) =>
  product?.isHot === true && buyer !== undefined
    ? ({ buyer, ...limits } satisfies ReserveWish['limit'])
    : undefined;
