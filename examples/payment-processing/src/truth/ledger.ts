import type { WorldContext } from '@firedrill/core/scenario';
import type { Posting } from '../domain/ledger.ts';
import type { Payments } from '../types.ts';

/** The ledger as it was written, watched at every line. */
export interface Ledger {
  /** Appends a transaction, unless it stands there. */
  post(posting: Posting): void;
  balance(account: string): number;
  readonly accounts: Iterable<readonly [account: string, cents: number]>;
  /** Transactions whose lines do not sum to zero. */
  readonly unbalanced: number;
}

export function createLedger({ violate }: WorldContext<Payments>): Ledger {
  const balances = new Map<string, number>();
  const known = new Set<string>();
  let unbalanced = 0;
  return {
    post({ transactionId, entries }) {
      if (known.has(transactionId)) return;
      known.add(transactionId);
      let sum = 0;
      for (const { account, cents } of entries) {
        balances.set(account, (balances.get(account) ?? 0) + cents);
        sum += cents;
      }
      if (sum === 0) return;
      unbalanced += 1;
      violate('ledger-balances', `the transaction "${transactionId}" is off by ${sum} cents`);
    },
    balance: (account) => balances.get(account) ?? 0,
    accounts: balances,
    get unbalanced() {
      return unbalanced;
    },
  };
}
