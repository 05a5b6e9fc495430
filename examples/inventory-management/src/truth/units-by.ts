import type { Buyer } from '../domain.ts';

/** Units of each product that accounts and addresses hold, or have bought. */
export interface UnitsBy {
  /** So many more, or fewer; nothing of somebody who is not named. */
  add(productId: string, buyer: Buyer | undefined, units: number): void;
  of(productId: string, buyer: Buyer): { readonly ofAccount: number; readonly ofAddress: number };
}

const keys = (productId: string, { account, address }: Buyer) => ({
  account: `${productId} account ${account}`,
  address: `${productId} address ${address}`,
});

export function createUnitsBy(): UnitsBy {
  const units = new Map<string, number>();
  const read = (key: string): number => units.get(key) ?? 0;
  return {
    add(productId, buyer, more) {
      if (buyer === undefined) return;
      for (const key of Object.values(keys(productId, buyer))) units.set(key, read(key) + more);
    },
    of(productId, buyer) {
      const { account, address } = keys(productId, buyer);
      return { ofAccount: read(account), ofAddress: read(address) };
    },
  };
}
