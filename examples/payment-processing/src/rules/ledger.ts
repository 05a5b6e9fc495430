import { type Judged, ruleWords } from '@firedrill/core/scenario';
import { merchantAccount } from '../domain/ledger.ts';
import { feeByContract } from '../truth/contracts.ts';
import type { Payments } from '../types.ts';

const { invariant, only } = ruleWords<Payments>();

/** Whether the ledger balances, and whether what it says is so. */
export const ledgerRules = only(({ ledger }) => ledger, {
  'ledger-balances': invariant(
    'every transaction of the ledger sums to zero, at every instant',
    'unbalanced transaction',
    ({ truth }) => truth.ledger.unbalanced,
  ),
  'ledger-clears': invariant(
    'the clearing account is empty once everything is settled',
    'leftover cent',
    ({ truth }) => Math.abs(truth.ledger.balance('clearing')),
  ),
  'ledger-true': invariant(
    'every account holds what the gateways and the contracts say',
    'wrong account',
    wrongAccounts,
  ),
});

function wrongAccounts({ truth }: Judged<Payments>): number {
  const due = new Map<string, number>();
  const add = (account: string, cents: number): void => {
    due.set(account, (due.get(account) ?? 0) + cents);
  };
  for (const { chargeId, merchantId, amountCents } of truth.gateways.charges.values()) {
    const fee = feeByContract(amountCents);
    const refunded = truth.aftermath.refundedCents(chargeId);
    add('acquirer', amountCents - refunded);
    add(merchantAccount(merchantId), fee - amountCents + refunded);
    add('fees', -fee);
  }
  const accounts = new Set([...due.keys(), ...[...truth.ledger.accounts].map(([name]) => name)]);
  accounts.delete('clearing');
  return [...accounts].filter((name) => truth.ledger.balance(name) !== (due.get(name) ?? 0)).length;
}
